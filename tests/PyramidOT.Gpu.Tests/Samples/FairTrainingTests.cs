using FairTraining;
using PyramidOT.Data;

namespace PyramidOT.Tests.Samples;

/// <summary>The sample's gradients, against finite differences: of the networks with the task's losses, of each penalty, and of all together.</summary>
public sealed class FairTrainingTests
{
    private const int Groups = 3;
    private const int Directions = 8;

    private static readonly string[] s_penalties = ["multi-marginal", "parity", "odds", "barycentre"];

    public static TheoryData<string> Penalties => [.. s_penalties];

    public static TheoryData<string, bool> Chains
    {
        get
        {
            TheoryData<string, bool> chains = new() { { "none", false }, { "multi-marginal", true } };
            foreach (string name in s_penalties)
            {
                chains.Add(name, false);
            }

            return chains;
        }
    }

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Penalty_gradient_is_the_slope_in_each_output(string name)
    {
        Batch batch = BatchOf(60);
        float[] outputs = Normal(60, seed: 3);
        float[] gradient = new float[60];
        float[] ignored = new float[60];
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using IPenalty penalty = Make(name, engine, features: 1);
        penalty.Evaluate(outputs, batch, gradient);
        Assert.Contains(gradient, slope => Math.Abs(slope) > 1e-4);
        int kinks = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            float at = outputs[i];
            double Shifted(float by)
            {
                outputs[i] = at + by;
                double value = penalty.Evaluate(outputs, batch, ignored);
                outputs[i] = at;
                return value;
            }

            const float Step = 1 / 256f;
            double slope = (Shifted(Step) - Shifted(-Step)) / (at + Step - (at - Step));
            kinks += Math.Abs(slope - gradient[i]) <= 2e-4 + (1e-2 * Math.Abs(slope)) ? 0 : 1;
        }

        // Distances between triangular histograms have kinks; the smooth penalties have none.
        Assert.InRange(kinks, 0, name is "multi-marginal" or "barycentre" ? 6 : 0);
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Whole_loss_changes_along_any_direction_of_the_weights_as_its_gradient_says(string name, bool onLatent)
    {
        Batch batch = BatchOf(48);
        Classifier model = new(encoder: [12, 5], head: [7], seed: 11);
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using IPenalty? penalty = name == "none" ? null : Make(name, engine, onLatent ? 5 : 1);
        double Loss() => Training.LossAndGradient(
            model, batch, onLatent ? null : penalty, onLatent ? penalty : null, new float[48], new float[48 * 5], new float[48 * 5]);

        _ = Loss();
        Dense[] layers = [.. model.Encoder.Layers, .. model.Head.Layers];
        float[][] gradients = [.. layers.Select(layer => layer.Gradient.ToArray())];
        int kinks = 0;
        for (int k = 0; k < layers.Length; k++)
        {
            double length = Math.Sqrt(gradients[k].Sum(slope => (double)slope * slope));
            Assert.True(length > 1e-3);
            for (ulong draw = 0; draw < Directions; draw++)
            {
                float[] at = [.. layers[k].Parameters];
                float[] direction = Normal(at.Length, seed: 100 + (10 * (ulong)k) + draw);
                double Moved(float by)
                {
                    for (int i = 0; i < at.Length; i++)
                    {
                        layers[k].Parameters[i] = at[i] + (by * direction[i]);
                    }

                    double loss = Loss();
                    at.CopyTo(layers[k].Parameters, 0);
                    return loss;
                }

                const float Step = 1 / 8192f;
                double measured = (Moved(Step) - Moved(-Step)) / (2 * Step);
                double expected = direction.Zip(gradients[k], (a, b) => (double)a * b).Sum();
                kinks += Math.Abs(measured - expected) <= 0.02 * length ? 0 : 1;
            }
        }

        // Rectifiers and triangles have kinks, which some directions meet within a step, the fewer the shorter it is; a wrong gradient fits next to none.
        Assert.InRange(kinks, 0, name is "multi-marginal" or "barycentre" ? layers.Length * Directions / 8 : 0);
    }

    [Fact]
    public void Softmax_gradient_is_the_slope_in_each_output()
    {
        int[] labels = [0, 2, 1, 2];
        float[] outputs = Normal(12, seed: 5);
        float[] gradient = new float[12];
        TaskLoss.Softmax(outputs, labels, gradient);
        for (int i = 0; i < outputs.Length; i++)
        {
            float at = outputs[i];
            outputs[i] = at + (1 / 64f);
            double above = TaskLoss.Softmax(outputs, labels, new float[12]);
            outputs[i] = at - (1 / 64f);
            double below = TaskLoss.Softmax(outputs, labels, new float[12]);
            outputs[i] = at;
            Assert.Equal((above - below) * 32, gradient[i], 1e-4);
        }
    }

    [Fact]
    public void Same_seed_trains_the_same_network()
    {
        Assert.Equal(Trained(seed: 1), Trained(seed: 1));
        Assert.NotEqual(Trained(seed: 1), Trained(seed: 2));
    }

    [Fact]
    public void Measures_are_those_of_a_case_counted_by_hand()
    {
        // Group 0: labels 1 1 0 0, foretold 1 0 0 0. Group 1: labels 1 0 0 0, foretold 1 1 0 0.
        GroupedData data = new([], [1, 1, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1], 2);
        float[] outputs = [9, -9, -9, -9, 9, 9, -9, -9];
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        Fairness fairness = Fairness.Of(engine, outputs, data);
        Assert.Equal(6.0 / 8, fairness.Accuracy, 1e-12);
        Assert.Equal(0.5 - 0.25, fairness.ParityGap, 1e-12);
        Assert.Equal(0.25 - 0.25, fairness.JointOddsGap, 1e-12);
        Assert.Equal(1.0 - 0.5, fairness.OddsGap, 1e-12);
        Assert.Equal(9 * 0.25, fairness.Distance, 1e-12); // a quarter of the mass moves from the first bin to the last
    }

    private static float[] Trained(ulong seed)
    {
        Settings settings = new() { Epochs = 2, TrainingSamples = 256, BatchSize = 64 };
        Classifier model = new(encoder: [8, 4], head: [], seed);
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using IPenalty penalty = Make("multi-marginal", engine, features: 1);
        Training.Run(model, GroupedData.Draw(Groups, 256, seed, part: 0), settings, seed, onOutputs: penalty);
        return [.. model.Encoder.Layers.Concat(model.Head.Layers).SelectMany(layer => layer.Parameters)];
    }

    private static IPenalty Make(string name, ComputeEngine engine, int features) => name switch
    {
        "multi-marginal" => new MultiMarginalPenalty(engine, features, 0.5),
        "parity" => new GapPenalty(Groups, 2, withinLabels: false),
        "odds" => new GapPenalty(Groups, 2, withinLabels: true),
        "barycentre" => new BarycentrePenalty(engine, Groups, 0.5),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static Batch BatchOf(int size)
    {
        Batch batch = new(size);
        batch.Take(GroupedData.Draw(Groups, size, seed: 7, part: 0), [.. Enumerable.Range(0, size)]);
        return batch;
    }

    private static float[] Normal(int count, ulong seed) =>
        [.. Enumerable.Range(0, count).Select(i => (float)CounterNormal.At(seed, 0, (ulong)i))];
}
