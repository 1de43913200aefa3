using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot mmot</c>: the multi-marginal distance between the histograms of a .npy file, and making them alike.</summary>
internal static class MultiMarginalCommand
{
    private const double LargestPower = 100;
    private const double LeastRate = 1e-100;
    private const double LargestRate = 1e100;

    public static Command Create(Interruption interruption)
    {
        Argument<string> file = new("HISTOGRAMS.npy")
        {
            Description = "Histograms: numbers of at least 0, of shape (d, n), or (problems, d, n) for a batch.",
        };
        Option<MultiMarginalCostKind> cost = ValueOptions.Choice<MultiMarginalCostKind>("--cost", "What it costs to bring together mass of d bins.");
        Option<double?> power = ValueOptions.OptionalRealNumber(
            "--power", "P", 1, LargestPower, "The power of range and pair, 1 where not given.");
        Option<double?> threshold = ValueOptions.OptionalRealNumber(
            "--threshold", "T", LeastRate, LargestRate, "The distance up to which huber is a square, in bins (1 where not given).");
        Option<bool> normalise = new("--normalize") { Description = "Divide each histogram by its total; otherwise totals must be equal." };
        Option<string?> gradient = File("--gradient", "G.npy", "Write the gradient in each mass: float64, of the histograms' shape.");
        Option<string?> plan = File("--plan", "PLAN.csv", "Write the plans: problem, the bin in each histogram, mass.");
        Option<int?> steps = ValueOptions.OptionalNumber("--minimize", 1, "Make the histograms of each problem alike, by so many steps.");
        Option<double?> rate = ValueOptions.OptionalRealNumber(
            "--rate", "R", LeastRate, LargestRate, "What the gradient is multiplied by in the first step; goes with --minimize.");
        Option<double?> decay = ValueOptions.OptionalRealNumber(
            "--decay", "D", LeastRate, 1, "What the rate is multiplied by after each step (1 where not given).");
        Option<DescentStep?> mode = new("--mode")
        {
            HelpName = string.Join('|', Enum.GetValues<DescentStep>().Select(ValueOptions.ToName)),
            Description = "How a step is taken, and how it leads back to histograms (projected where not given).",
            CustomParser = result => ValueOptions.Parse<DescentStep>(result, "--mode"),
        };
        Option<bool> keep = new("--keep-first") { Description = "Leave the first histogram of each problem as it is." };
        Option<string?> output = File("--out", "ALIKE.npy", "Write the histograms after --minimize: float64, of the same shape.");
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("mmot", "Compare many histograms at once by multi-marginal transport, and make them alike.")
        {
            file, cost, power, threshold, normalise, gradient, plan, steps, rate, decay, mode, keep, output, engine, threads, json,
        };
        command.SetAction(result => Run(
            new()
            {
                File = result.GetRequiredValue(file),
                Cost = MultiMarginalCosts.Create(result.GetValue(cost), result.GetValue(power), result.GetValue(threshold)),
                Rule = result.GetValue(normalise) ? MassRule.Normalise : MassRule.RequireEqual,
                Gradient = result.GetValue(gradient),
                Plan = result.GetValue(plan),
                Steps = result.GetValue(steps),
                Rate = result.GetValue(rate),
                Decay = result.GetValue(decay),
                Mode = result.GetValue(mode),
                KeepsFirst = result.GetValue(keep),
                Output = result.GetValue(output),
                Machine = (result.GetValue(engine), result.GetValue(threads)),
                IsJson = result.GetValue(json),
            },
            interruption));
        return command;
    }

    private static Option<string?> File(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };

    private static int Run(MultiMarginalRequest request, Interruption interruption)
    {
        request.Check();
        using ComputeEngine engine = SharedOptions.CreateEngine(request.Machine.Kind, request.Machine.Threads);
        MultiMarginalReport report = Terminal.WithProgress(phases => Work(request, engine, phases, interruption));
        StandardOutput.Write(request.IsJson, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }

    private static MultiMarginalReport Work(MultiMarginalRequest request, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        phases.Begin("reading");
        HistogramFile file = HistogramFile.Load(request.File, request.Rule, engine);
        MarginalHistograms histograms = file.Histograms;
        MultiMarginalOptions options = new() { Cost = request.Cost, WithPlans = request.Plan is not null };
        MultiMarginalDescentOptions? descent = request.Descent;
        MultiMarginalRun run = new(engine, phases, interruption);
        try
        {
            run.WarmUp(histograms.Layout, options, descent);
            (MultiMarginalResult result, TimeSpan time) = run.Solve(histograms, options);
            MultiMarginalDescentResult? alike = null;
            if (descent is not null)
            {
                (alike, TimeSpan descending) = run.Minimise(histograms, descent);
                time += descending;
            }

            phases.Begin("writing");
            Write(request, file, result, alike, interruption.Token);
            return new()
            {
                Engine = engine.Info,
                Layout = histograms.Layout,
                Cost = request.Cost,
                Values = result.Values.ToArray(),
                Duals = result.DualValues.ToArray(),
                FinalValues = alike?.Values.ToArray(),
                Time = time,
            };
        }
        catch (ArgumentException exception)
        {
            // Costs beyond what there are numbers for, say: only the solution shows them.
            throw new InputException($"{request.File}: {Failure.MessageOf(exception)}", exception);
        }
    }

    private static void Write(
        MultiMarginalRequest request, HistogramFile file, MultiMarginalResult result, MultiMarginalDescentResult? alike, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (request.Gradient is { } gradient)
        {
            file.Write(gradient, result.Gradients);
        }

        if (request.Plan is { } plan)
        {
            MultiMarginalPlanFile.Write(plan, file.Histograms.Layout.MaxHistograms, result.Plans, cancellation);
        }

        if (request.Output is { } output)
        {
            file.Write(output, alike!.Masses);
        }
    }
}
