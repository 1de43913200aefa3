using System.Numerics.Tensors;

namespace FairTraining;

/// <summary>A network that is trained to tell the group from a latent layer: the more often it is right, the more of the group the layer still tells.</summary>
internal static class Adversary
{
    /// <summary>Trains the adversary on the latent layer of the training samples.</summary>
    /// <param name="model">Whose latent layer.</param>
    /// <param name="training">What the adversary is trained on.</param>
    /// <param name="test">What it is tried on.</param>
    /// <param name="settings">Rates, batch size and epochs.</param>
    /// <param name="seed">The same seed makes the same adversary.</param>
    /// <param name="scaled">Whether each feature is taken to mean 0 and deviation 1 first, so that a layer cannot hide the group by being small.</param>
    /// <returns>The share of the test samples whose group it tells.</returns>
    public static double Accuracy(Classifier model, GroupedData training, GroupedData test, Settings settings, ulong seed, bool scaled)
    {
        int width = model.Encoder.Outputs;
        float[] from = model.Latent(training.Inputs).ToArray();
        float[] probe = model.Latent(test.Inputs).ToArray();
        if (scaled)
        {
            Standardise(from, probe, width);
        }

        Mlp network = new([width, 64, 64, training.GroupCount], seed);
        float[] inputs = new float[settings.BatchSize * width];
        int[] groups = new int[settings.BatchSize];
        float[] gradient = new float[settings.BatchSize * training.GroupCount];
        foreach (int[] samples in Training.Batches(training.Count, settings.BatchSize, settings.AdversaryEpochs, seed))
        {
            for (int i = 0; i < samples.Length; i++)
            {
                from.AsSpan(samples[i] * width, width).CopyTo(inputs.AsSpan(i * width));
                groups[i] = training.Groups[samples[i]];
            }

            TaskLoss.Softmax(network.Forward(inputs), groups, gradient);
            network.Backward(inputs, gradient);
            Descent.Step(settings, network);
        }

        ReadOnlySpan<float> outputs = network.Forward(probe);
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            right += TensorPrimitives.IndexOfMax(outputs.Slice(i * training.GroupCount, training.GroupCount)) == test.Groups[i] ? 1 : 0;
        }

        return (double)right / test.Count;
    }

    /// <summary>Takes each feature to mean 0 and deviation 1 on the samples to train with.</summary>
    private static void Standardise(float[] from, float[] probe, int width)
    {
        for (int k = 0; k < width; k++)
        {
            double sum = 0;
            double squares = 0;
            for (int i = k; i < from.Length; i += width)
            {
                sum += from[i];
                squares += (double)from[i] * from[i];
            }

            int count = from.Length / width;
            double mean = sum / count;
            double deviation = Math.Sqrt(Math.Max((squares / count) - (mean * mean), 1e-20));
            foreach (float[] rows in new[] { from, probe })
            {
                for (int i = k; i < rows.Length; i += width)
                {
                    rows[i] = (float)((rows[i] - mean) / deviation);
                }
            }
        }
    }
}
