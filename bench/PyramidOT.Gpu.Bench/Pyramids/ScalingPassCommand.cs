using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>
/// The hidden verb that <see cref="ScalingRuns"/> starts in a process of its own, so that the peak of memory is that of one instance.
/// </summary>
internal static class ScalingPassCommand
{
    private const string Verb = "scaling-pass";

    // Enough for cells of which the builder takes a sample, so that all code of a larger pyramid is compiled.
    private const int WarmUpPoints = 4_000;

    private const double WarmUpSeconds = 2;

    /// <summary>The command line of one measurement.</summary>
    public static IReadOnlyList<string> Arguments(PyramidInstance instance, int passes, int threads) =>
        [Verb, "--points", $"{instance.Points}", "--dimensions", $"{instance.Dimensions}", "--passes", $"{passes}", "--threads", $"{threads}"];

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Option<int> points = new("--points") { Required = true };
        Option<int> dimensions = new("--dimensions") { Required = true };
        Option<int> passes = new("--passes") { Required = true };
        Option<int> threads = new("--threads") { Required = true };
        Command command = new(Verb, "Measures one instance, and prints one line of JSON.") { points, dimensions, passes, threads };
        command.Hidden = true;
        command.SetAction(result =>
        {
            PyramidInstance instance = new(result.GetRequiredValue(points), result.GetRequiredValue(dimensions));
            ScalingPoint point = Measure(instance, result.GetRequiredValue(passes), result.GetRequiredValue(threads));
            Console.Out.WriteLine(JsonSerializer.Serialize(point));
            return ExitCode.Done;
        });
        return command;
    }

    private static ScalingPoint Measure(PyramidInstance instance, int passes, int threads)
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = threads });
        WarmUp(engine, instance with { Points = Math.Min(instance.Points, WarmUpPoints) });
        (PointCloud source, PointCloud target) = instance.Draw();
        List<double> builds = [];
        List<double> orders = [];
        List<double> solves = [];
        long peak = 0;
        using PyramidSteps steps = new(engine, source, target);
        for (int pass = 0; pass < passes; pass++)
        {
            builds.Add(Timing.Round(steps.Build, 1, 0));
            solves.Add(Timing.Round(steps.Solve, 1, 0));
            if (pass == 0)
            {
                // Before anything that a single estimate does not need.
                using Process self = Process.GetCurrentProcess();
                peak = self.PeakWorkingSet64;
            }

            orders.Add(Timing.Round(() => steps.Order(), 1, 0));
        }

        MiniBatchEstimate solved = steps.Solved!;
        return new()
        {
            Instance = instance,
            Levels = steps.Pyramid.Levels.Count,
            BuildSeconds = Timing.Median(builds),
            OrderSeconds = Timing.Median(orders),
            SolveSeconds = Timing.Median(solves),
            TotalSeconds = Timing.Median(builds.Zip(solves, (build, solve) => build + solve)),
            PeakBytes = peak,
            PooledDistance = solved.PooledDistance,
            Fault = PyramidSteps.FaultOf(solved),
        };
    }

    private static void WarmUp(ComputeEngine engine, PyramidInstance instance)
    {
        (PointCloud source, PointCloud target) = instance.Draw();
        using PyramidSteps steps = new(engine, source, target);
        Timing.WarmUp(
            () =>
            {
                steps.Build();
                steps.Order();
                steps.Solve();
            },
            WarmUpSeconds);
    }
}
