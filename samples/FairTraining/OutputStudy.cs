using System.Globalization;
using PyramidOT;
using PyramidOT.Engines;

namespace FairTraining;

/// <summary>Penalties on a classifier's outputs: what each of them, at each weight, does to accuracy and fairness.</summary>
internal static class OutputStudy
{
    private static readonly (string Name, PenaltyMaker Make)[] _penalties =
    [
        ("multi-marginal", (engine, _, weight) => new MultiMarginalPenalty(engine, features: 1, weight)),
        ("demographic parity", (_, groups, weight) => new GapPenalty(groups, weight, withinLabels: false)),
        ("equalised odds", (_, groups, weight) => new GapPenalty(groups, weight, withinLabels: true)),
        ("W2 to barycentre", (engine, groups, weight) => new BarycentrePenalty(engine, groups, weight)),
    ];

    /// <summary>Trains once for each penalty, weight and seed; the seeds share their data and first weights among penalties.</summary>
    public static Table Run(int groups, IReadOnlyList<double> weights, int seeds, Settings settings)
    {
        Row[] rows =
        [
            new("none", 0, null),
            .. _penalties.SelectMany(penalty => weights.Select(weight => new Row(penalty.Name, weight, penalty.Make))),
        ];
        Fairness[] results = new Fairness[rows.Length * seeds];

        // The networks are small: a core trains one by itself, and each has an engine of one thread.
        Parallel.For(0, results.Length, job =>
        {
            Row row = rows[job / seeds];
            using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
            using IPenalty? penalty = row.Make?.Invoke(engine, groups, row.Weight);
            results[job] = Train(engine, groups, (ulong)(job % seeds), settings, penalty);
        });

        Table table = new("penalty", "weight", "accuracy", "DP gap", "EO gap, joint", "EO gap", "distance");
        for (int row = 0; row < rows.Length; row++)
        {
            Fairness[] of = results[(row * seeds)..((row + 1) * seeds)];
            table.Add(
                rows[row].Penalty,
                rows[row].Weight.ToString(CultureInfo.InvariantCulture),
                Table.Cell([.. of.Select(result => result.Accuracy)]),
                Table.Cell([.. of.Select(result => result.ParityGap)]),
                Table.Cell([.. of.Select(result => result.JointOddsGap)]),
                Table.Cell([.. of.Select(result => result.OddsGap)]),
                Table.Cell([.. of.Select(result => result.Distance)], digits: 2));
        }

        return table;
    }

    /// <summary>One network, of the layers that the paper trains: 100, a rectifier, 100, and the output.</summary>
    private static Fairness Train(ComputeEngine engine, int groups, ulong seed, Settings settings, IPenalty? penalty)
    {
        Classifier model = new(encoder: [100, 100], head: [], Seeds.Network(seed));
        Training.Run(model, GroupedData.Draw(groups, settings.TrainingSamples, Seeds.Data(seed), part: 0), settings, Seeds.Order(seed), onOutputs: penalty);
        GroupedData test = GroupedData.Draw(groups, settings.TestSamples, Seeds.Data(seed), part: 1);
        return Fairness.Of(engine, model.Outputs(test.Inputs), test);
    }

    private delegate IPenalty PenaltyMaker(ComputeEngine engine, int groups, double weight);

    private sealed record Row(string Penalty, double Weight, PenaltyMaker? Make);
}
