using System.Numerics.Tensors;
using PyramidOT.Kernels;

namespace FairTraining;

/// <summary>Gradient descent by mini-batches on the task's loss and a penalty.</summary>
internal static class Training
{
    /// <summary>Trains a classifier.</summary>
    /// <param name="model">The network, which is changed.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="settings">Rates, batch size and epochs.</param>
    /// <param name="seed">The same seed takes the samples in the same order.</param>
    /// <param name="onOutputs">What is asked of the outputs; null for nothing.</param>
    /// <param name="onLatent">What is asked of the latent layer; null for nothing.</param>
    public static void Run(Classifier model, GroupedData data, Settings settings, ulong seed, IPenalty? onOutputs = null, IPenalty? onLatent = null)
    {
        Batch batch = new(settings.BatchSize);
        float[] outputGradient = new float[batch.Size];
        float[] latentGradient = new float[batch.Size * model.Encoder.Outputs];
        float[] penaltyGradient = new float[latentGradient.Length];
        foreach (int[] samples in Batches(data.Count, settings.BatchSize, settings.Epochs, seed))
        {
            batch.Take(data, samples);
            _ = LossAndGradient(model, batch, onOutputs, onLatent, outputGradient, latentGradient, penaltyGradient);
            Descent.Step(settings, model.Encoder, model.Head);
        }
    }

    /// <summary>The loss of a batch. Its gradient is left in the layers of the model.</summary>
    public static double LossAndGradient(
        Classifier model,
        Batch batch,
        IPenalty? onOutputs,
        IPenalty? onLatent,
        Span<float> outputGradient,
        Span<float> latentGradient,
        Span<float> penaltyGradient)
    {
        ReadOnlySpan<float> latent = model.Latent(batch.Inputs);
        ReadOnlySpan<float> outputs = model.Head.Forward(latent);
        double loss = TaskLoss.Logistic(outputs, batch.Labels, outputGradient);
        if (onOutputs is not null)
        {
            loss += onOutputs.Evaluate(outputs, batch, penaltyGradient[..outputs.Length]);
            TensorPrimitives.Add(outputGradient, penaltyGradient[..outputs.Length], outputGradient);
        }

        model.Head.Backward(latent, outputGradient, latentGradient);
        if (onLatent is not null)
        {
            loss += onLatent.Evaluate(latent, batch, penaltyGradient);
            TensorPrimitives.Add(latentGradient, penaltyGradient, latentGradient);
        }

        model.Encoder.Backward(batch.Inputs, latentGradient);
        return loss;
    }

    /// <summary>The numbers of the samples of each batch, in a new order each epoch. What does not fill a batch is left out, the next epoch brings it.</summary>
    public static IEnumerable<int[]> Batches(int samples, int size, int epochs, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, samples)];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (int i = samples - 1; i > 0; i--)
            {
                int other = CounterRandom.Below(i + 1, seed, (ulong)epoch, (ulong)i);
                (order[i], order[other]) = (order[other], order[i]);
            }

            for (int from = 0; from + size <= samples; from += size)
            {
                yield return order[from..(from + size)];
            }
        }
    }
}
