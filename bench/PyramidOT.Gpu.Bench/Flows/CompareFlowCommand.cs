using System.CommandLine;
using System.Text;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Flows;

/// <summary>The verb <c>compare-flow</c>: gradient flows on the paper's data, against their targets.</summary>
internal static class CompareFlowCommand
{
    private const int Clusters = 1000;
    private const int Dimensions = 100;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Option<bool> quick = new("--quick") { Description = "Few points and passes. Figures are not to be quoted." };
        Option<int> runs = new("--runs") { Description = "Runs of each flow; the median counts.", HelpName = "N", DefaultValueFactory = _ => 3 };
        runs.Validators.Add(result =>
        {
            if (result.GetValue(runs) < 1)
            {
                result.AddError("--runs is at least 1.");
            }
        });
        Option<string> into = new("--into")
        {
            Description = $"Also writes the section into this file, between its marks \"{MarkedSection.Flow.Name}: begin\" and \"end\".",
            HelpName = "FILE",
        };
        into.Validators.Add(result =>
        {
            // Now, not after minutes of measuring.
            if (result.GetValue(into) is { } file && MarkedSection.Flow.FaultOf(file) is { } fault)
            {
                result.AddError(fault);
            }
        });
        Command command = new("compare-flow", "Measures gradient flows on the Host, on the paper's data.") { quick, runs, into };
        command.SetAction(result => Run(result.GetValue(quick), result.GetValue(runs), result.GetValue(into)));
        return command;
    }

    private static int Run(bool isQuick, int runs, string? into)
    {
        double? load = Machine.Load();
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        int points = isQuick ? 2_000 : 10_000;
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.Mixture, points, Dimensions, seed: 1, clusters: Clusters);
        List<FlowRow> rows = [];
        foreach ((string name, GradientFlowOptions options, double? goal) in Flows(isQuick ? 5 : 50))
        {
            Console.Error.WriteLine($"{name}, batches of {options.BatchSize} …");
            WarmUp(engine, options);
            double[] seconds = new double[runs];
            for (int run = 0; run < seconds.Length; run++)
            {
                seconds[run] = GradientFlow.Run(engine, source, target, options).Time.TotalSeconds;
            }

            rows.Add(new(name, options.Coupling == FlowCoupling.Global ? null : options.BatchSize, options.Passes, seconds, isQuick ? null : goal));
        }

        StringBuilder text = new(isQuick ? "**A quick run. Not to be quoted.**\n\n" : "");
        text.Append($"- Machine: {Machine.Describe(engine)}\n");
        text.Append($"- Load before the run: {(load is null ? "unknown" : $"{load:0.00}")}; all cores; {(runs == 1 ? "one run" : $"the median of {runs} runs")} each\n");
        text.Append($"- {points:N0} points, d = {Dimensions}, {Clusters:N0} clusters\n\n").Append(FlowRow.Format(rows));
        Console.Out.Write(text);
        if (into is not null)
        {
            MarkedSection.Flow.Replace(into, text.ToString());
        }

        return ExitCode.Done;
    }

    private static void WarmUp(ComputeEngine engine, GradientFlowOptions options)
    {
        // The same code on fewer points, until the runtime has compiled it for good.
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.Mixture, 1000, Dimensions, seed: 2, clusters: 100);
        Timing.WarmUp(() => GradientFlow.Run(engine, source, target, options with { Passes = 3 }), Effort.Full.WarmUpSeconds);
    }

    private static IEnumerable<(string Name, GradientFlowOptions Options, double? Target)> Flows(int passes)
    {
        GradientFlowOptions standard = new() { Passes = passes };
        (int Size, double Target)[] sizes = [(10, 6), (100, 8), (1_000, 35)];
        foreach ((int size, double target) in sizes)
        {
            yield return ("Interleaving, a pyramid a pass", standard with { BatchSize = size }, target);
        }

        foreach ((int size, _) in sizes)
        {
            yield return ("Interleaving, one pyramid", standard with { BatchSize = size, RebuildEvery = int.MaxValue }, null);
        }

        foreach ((int size, _) in sizes)
        {
            yield return ("Interleaving, fixed order", standard with { BatchSize = size, Order = FlowOrder.Fixed }, null);
        }

        foreach ((int size, _) in sizes)
        {
            yield return ("Random", standard with { BatchSize = size, Pyramid = new() { Scheme = PyramidScheme.Random } }, null);
        }

        yield return ("global matching, once", standard with { Coupling = FlowCoupling.Global }, null);
    }
}
