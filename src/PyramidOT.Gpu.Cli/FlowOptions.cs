using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PyramidOT.Cli;

/// <summary>The arguments and options of <c>pyramidot flow</c>.</summary>
internal sealed class FlowOptions
{
    private static readonly GradientFlowOptions s_standard = new();

    private readonly Argument<string> _source = new("SOURCE") { Description = $"The cloud that moves: {CloudFiles.Formats}." };
    private readonly Argument<string> _target = new("TARGET") { Description = "The cloud that it moves to, of as many dimensions." };
    private readonly Option<FlowScheme> _scheme = ValueOptions.Choice<FlowScheme>(
        "--scheme", "What couples the points: batches off a pyramid, random batches, or the matching of the whole clouds.");
    private readonly Option<int> _batchSize = ValueOptions.WholeNumber("--batch-size", 1, s_standard.BatchSize, "Pairs of a batch.");
    private readonly Option<int> _passes = ValueOptions.WholeNumber("--passes", 0, s_standard.Passes, "Passes over all batches; each point moves once in each.");
    private readonly Option<double> _rate = ValueOptions.RealNumber(
        "--rate", "R", 1e-9, 1, s_standard.Rate, "The step: a point goes 2 R of its way to its match, so 0.5 lands on it.");
    private readonly Option<int[]> _residualAt = new("--residual-at")
    {
        HelpName = "1,5,50",
        Description = "Passes after which the distance that is left is measured, besides 0. Default: the last.",
        CustomParser = ParsePasses,
    };
    private readonly Option<double> _gap = ValueOptions.RealNumber(
        "--gap", "G", 0, 1, s_standard.ResidualGap, "How closely that distance is proven where clouds are too large for the exact one.");
    private readonly Option<FlowOrder> _order = ValueOptions.Choice<FlowOrder>(
        "--order", "Whether each pass draws its own batches, or keeps them until the pyramid is built anew.");
    private readonly Option<int?> _rebuild = ValueOptions.OptionalNumber(
        "--rebuild", 1, "Build the pyramid anew every N passes. Default: 1; with a fixed order and --scheme global, never.");
    private readonly Option<int> _branching = ValueOptions.WholeNumber("--branching", 2, 8, "Children of a cell at the most.");
    private readonly Option<int> _leaf = ValueOptions.WholeNumber("--leaf", 1, 1, "A cell with at most so many points a side is not divided.");
    private readonly Option<ulong> _seed = ValueOptions.Seed("The seed of all that is drawn.");
    private readonly Option<string?> _moved = new("--out") { HelpName = "MOVED.npy|MOVED.csv", Description = "Write the moved source." };
    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        HelpName = "FILE",
        Description = "Keep what it takes to go on after an interruption; where the file exists, go on from there.",
    };
    private readonly Option<string?> _weightColumn = new("--weight-column")
    {
        HelpName = "C",
        Description = "The column of both clouds' files that holds weights.",
    };
    private readonly Option<PointCloudFormat> _format = ValueOptions.Choice<PointCloudFormat>("--format", "What the clouds' files are.");
    private readonly SolverOptions _solver = new();

    /// <summary>Declares all of them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_source);
        command.Add(_target);
        foreach (Option option in new Option[]
        {
            _scheme, _batchSize, _passes, _rate, _residualAt, _gap, _order, _rebuild, _branching, _leaf, _seed, _moved, _checkpoint, _weightColumn, _format,
        }.Concat(_solver.All))
        {
            command.Add(option);
        }
    }

    /// <summary>Reads them off a command line that was found to make sense.</summary>
    /// <exception cref="InputException">Options do not go together.</exception>
    public FlowRequest Read(ParseResult result)
    {
        FlowScheme scheme = result.GetValue(_scheme);
        int passes = result.GetValue(_passes);
        bool isGlobal = scheme == FlowScheme.Global;
        TransportSolver solver = _solver.Read(result, result.GetValue(_seed));
        if (isGlobal && (_solver.ReadKind(result) != SolverKind.Exact || solver is ExactTransport { MassShare: < 1 } || result.GetValue(_order) != FlowOrder.Fresh))
        {
            throw new InputException("--scheme global has no batches: neither --solver nor --order goes with it");
        }

        return new()
        {
            Source = result.GetRequiredValue(_source),
            Target = result.GetRequiredValue(_target),
            Format = result.GetValue(_format),
            WeightColumn = result.GetValue(_weightColumn),
            Moved = result.GetValue(_moved),
            Scheme = scheme,
            SolverKind = _solver.ReadKind(result),
            Flow = new()
            {
                Coupling = isGlobal ? FlowCoupling.Global : FlowCoupling.MiniBatches,
                Pyramid = new() { Scheme = SchemeOf(scheme), Branching = result.GetValue(_branching), LeafSize = result.GetValue(_leaf) },
                BatchSize = result.GetValue(_batchSize),
                Passes = passes,
                Rate = result.GetValue(_rate),
                RebuildEvery = result.GetValue(_rebuild),
                Order = result.GetValue(_order),
                Solver = isGlobal ? null : solver is Sinkhorn entropic ? new Sinkhorn(entropic.Settings) { IsDebiased = true } : solver,
                ResidualAt = PassesOf(result.GetValue(_residualAt), passes),
                ResidualGap = result.GetValue(_gap),
                Seed = result.GetValue(_seed),
                Checkpoint = result.GetValue(_checkpoint),
            },
        };
    }

    private static int[] PassesOf(int[]? asked, int passes)
    {
        // An option that is not given is an empty list.
        if (asked is null or [])
        {
            return [0, passes];
        }

        foreach (int pass in asked)
        {
            if (pass > passes)
            {
                throw new InputException(string.Create(CultureInfo.InvariantCulture, $"--residual-at: pass {pass} is beyond --passes {passes}"));
            }
        }

        return [0, .. asked];
    }

    private static PyramidScheme SchemeOf(FlowScheme scheme) => scheme switch
    {
        FlowScheme.Joint => PyramidScheme.Joint,
        FlowScheme.Source => PyramidScheme.Source,
        FlowScheme.Grid => PyramidScheme.Grid,
        FlowScheme.Random => PyramidScheme.Random,
        _ => PyramidScheme.Interleaving,
    };

    private static int[] ParsePasses(ArgumentResult result)
    {
        List<int> passes = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int pass))
            {
                result.AddError($"--residual-at: '{part}' is not a whole number from 0 to {int.MaxValue}");
                return [];
            }

            passes.Add(pass);
        }

        return [.. passes];
    }
}
