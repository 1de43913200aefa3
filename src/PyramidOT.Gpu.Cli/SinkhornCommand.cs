using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot sinkhorn</c>: solves the entropic transport problems whose costs and weights .npy files hold.</summary>
internal static class SinkhornCommand
{
    // What ISinkhornKernels makes good.
    private const double LargestMismatch = 1e-5;

    // The range of SinkhornSettings.
    private const double LeastStrength = 1e-100;
    private const double LargestStrength = 1e100;
    private const double LeastTolerance = 1e-14;

    // What takes long takes the same steps over and over.
    private const int WarmUpIterations = 50;

    public static Command Create(Interruption interruption)
    {
        WeightedOptions options = new("PLAN.npy", "Write the plans: float32 of shape (problems, n, m).");
        Option<double> epsilon = ValueOptions.RealNumber(
            "--epsilon", "E", LeastStrength, LargestStrength, null, "The strength of the entropy, in units of cost.");
        Option<bool> relative = new("--relative") { Description = "Take epsilon in units of each problem's mean cost." };
        Option<double> tolerance = ValueOptions.RealNumber(
            "--tolerance", "T", LeastTolerance, 1, new SinkhornSettings { Epsilon = 1 }.Tolerance, "Stop at this error of the marginals, as a part of the total weight.");
        Option<int> iterations = ValueOptions.WholeNumber(
            "--max-iterations", 1, SinkhornSettings.DefaultMaximumIterations, "Stop after so many iterations in any case.");
        Option<double?> penalty = ValueOptions.OptionalRealNumber(
            "--penalty", "RHO", LeastStrength, LargestStrength, "Unbalanced: penalise marginals that differ from the weights, at this strength in units of cost.");
        Command command = new("sinkhorn", "Solve entropic transport problems: smoothed plans, by Sinkhorn's iteration.");
        options.AddTo(command, epsilon, relative, tolerance, iterations, penalty);
        command.SetAction(result => Run(
            options.Read(result),
            new()
            {
                Epsilon = result.GetValue(epsilon),
                IsRelativeEpsilon = result.GetValue(relative),
                Tolerance = result.GetValue(tolerance),
                MaximumIterations = result.GetValue(iterations),
                MarginalPenalty = result.GetValue(penalty),
            },
            interruption));
        return command;
    }

    private static int Run(WeightedRequest request, SinkhornSettings settings, Interruption interruption)
    {
        // All that can be found wrong without work comes before it.
        using WeightedProblems problems = WeightedProblems.Open(request, ".npy");
        using ComputeEngine engine = SharedOptions.CreateEngine(request.Engine, request.Threads);
        Terminal.WithProgress(phases => Solve(problems, settings, request.Output, engine, phases, interruption)).Write(request.IsJson, problems.Layout);
        return ExitCodes.Done;
    }

    private static SinkhornReport Solve(
        WeightedProblems problems, SinkhornSettings settings, string? output, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        // A weight and a potential a point, and the plan.
        BatchLayout layout = problems.Layout;
        Int128 plan = output is null ? 0 : (Int128)layout.MaxRows * layout.MaxColumns * sizeof(float);
        problems.Costs.CheckRoom(engine, plan + (((Int128)layout.MaxRows + layout.MaxColumns) * 12));
        using EngineBuffer<float> rowWeights = problems.Rows.Load(engine, phases, interruption.Token, withEqual: false);
        using EngineBuffer<float> columnWeights = problems.Columns.Load(engine, phases, interruption.Token, withEqual: false);
        CheckWeights(problems, isBalanced: settings.MarginalPenalty is null);
        using EngineBuffer<float> costs = problems.Costs.Load(engine, phases, interruption.Token);
        using SinkhornBuffers result = new(engine, layout, withPlan: output is not null);
        BatchRun run = new(engine, phases, interruption);
        WarmUp(run, engine, problems, settings, withPlan: output is not null);
        TimeSpan solving;
        try
        {
            solving = run.Solve(() => engine.Sinkhorn.Solve(layout, costs, rowWeights, columnWeights, settings, result));
        }
        catch (ArgumentException exception)
        {
            throw problems.Refused(exception);
        }

        if (output is not null)
        {
            phases.Begin("writing");
            BufferFile.Write(output, result.Plan!, interruption.Token, layout.Count, layout.MaxRows, layout.MaxColumns);
        }

        return new(engine.Info, result.Status.ToArray(), result.TransportCost.ToArray(), solving)
        {
            Values = result.Primal.ToArray(),
            Errors = result.Error.ToArray(),
            Iterations = result.Iterations.ToArray(),
        };
    }

    private static void CheckWeights(WeightedProblems problems, bool isBalanced)
    {
        problems.Rows.RefuseZeros();
        problems.Columns.RefuseZeros();

        // With one side empty there is nothing to move: infeasible, which is no fault of the weights.
        if (isBalanced && problems.Layout.MaxRows > 0 && problems.Layout.MaxColumns > 0)
        {
            problems.RefuseOtherTotals(LargestMismatch, ", unless --penalty is given");
        }
    }

    private static void WarmUp(BatchRun run, ComputeEngine engine, WeightedProblems problems, SinkhornSettings settings, bool withPlan)
    {
        BatchLayout part = BatchRun.PartOf(problems.Layout);
        bool areGiven = problems.Rows.FilePath is not null || problems.Columns.FilePath is not null;
        using EngineBuffer<float> rows = engine.Upload(areGiven ? BatchRun.UnevenWeights(part.Count, part.MaxRows) : []);
        using EngineBuffer<float> columns = engine.Upload(areGiven ? BatchRun.UnevenWeights(part.Count, part.MaxColumns) : []);
        using SinkhornBuffers result = new(engine, part, withPlan);

        // The warm-up's costs have a scale of their own.
        SinkhornSettings scaled = settings with
        {
            Epsilon = 0.05,
            IsRelativeEpsilon = true,
            MarginalPenalty = settings.MarginalPenalty is null ? null : 1,
            MaximumIterations = Math.Min(settings.MaximumIterations, WarmUpIterations),
        };
        run.WarmUp(part, (costs, _) => engine.Sinkhorn.Solve(part, costs, rows, columns, scaled, result));
    }
}
