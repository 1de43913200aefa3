using System.Globalization;
using System.Numerics.Tensors;
using PyramidOT;
using PyramidOT.Engines;

namespace FairTraining;

/// <summary>The penalty on a latent layer of 30 features, summed over them: how much of the group the layer still tells.</summary>
internal static class LatentStudy
{
    private const int Latent = 30;

    /// <summary>Trains once for each weight and seed, and an adversary behind each.</summary>
    public static Table Run(int groups, IReadOnlyList<double> weights, int seeds, Settings settings)
    {
        double[] rows = [0, .. weights];
        Measures[] results = new Measures[rows.Length * seeds];
        Parallel.For(0, results.Length, job => results[job] = Train(groups, rows[job / seeds], (ulong)(job % seeds), settings));

        Table table = new("weight", "accuracy", "DP gap", "adversary", "after scaling", "largest group", "distance, 30 features");
        for (int row = 0; row < rows.Length; row++)
        {
            Measures[] of = results[(row * seeds)..((row + 1) * seeds)];
            table.Add(
                rows[row].ToString(CultureInfo.InvariantCulture),
                Table.Cell([.. of.Select(result => result.Outputs.Accuracy)]),
                Table.Cell([.. of.Select(result => result.Outputs.ParityGap)]),
                Table.Cell([.. of.Select(result => result.Adversary)]),
                Table.Cell([.. of.Select(result => result.AfterScaling)]),
                Table.Cell([.. of.Select(result => result.LargestGroup)]),
                Table.Cell([.. of.Select(result => result.Distance)], digits: 2));
        }

        return table;
    }

    private static Measures Train(int groups, double weight, ulong seed, Settings settings)
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using MultiMarginalPenalty? penalty = weight > 0 ? new(engine, Latent, weight) : null;
        Classifier model = new(encoder: [64, Latent], head: [64], Seeds.Network(seed));
        GroupedData training = GroupedData.Draw(groups, settings.TrainingSamples, Seeds.Data(seed), part: 0);
        GroupedData test = GroupedData.Draw(groups, settings.TestSamples, Seeds.Data(seed), part: 1);
        Training.Run(model, training, settings, Seeds.Order(seed), onLatent: penalty);

        Fairness outputs = Fairness.Of(engine, model.Outputs(test.Inputs), test);
        using MultiMarginalRegularizer distance = new(engine, Latent);
        distance.Evaluate(model.Latent(test.Inputs), test.Groups, default(Span<float>));
        return new(
            outputs,
            Adversary.Accuracy(model, training, test, settings, Seeds.Adversary(seed), scaled: false),
            Adversary.Accuracy(model, training, test, settings, Seeds.Adversary(seed), scaled: true),
            test.Groups.CountBy(group => group).Max(group => (double)group.Value) / test.Count,
            TensorPrimitives.Sum(distance.Distances));
    }

    private readonly record struct Measures(Fairness Outputs, double Adversary, double AfterScaling, double LargestGroup, double Distance);
}
