using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The arguments and options of <c>pyramidot estimate</c>.</summary>
internal sealed class EstimateOptions
{
    private readonly Argument<string> _source = new("SOURCE") { Description = $"The source cloud: {CloudFiles.Formats}." };
    private readonly Argument<string> _target = new("TARGET") { Description = "The target cloud, of as many dimensions." };
    private readonly Option<PyramidScheme> _scheme = ValueOptions.Choice<PyramidScheme>(
        "--scheme", "Where the cells of the pyramid come from.");
    private readonly Option<int> _batchSize = ValueOptions.WholeNumber("--batch-size", 1, 256, "Pairs of a batch, each a problem of its own.");
    private readonly Option<GroundDistance> _distance = ValueOptions.Choice<GroundDistance>("--cost", "The ground distance.");
    private readonly Option<double> _exponent = ValueOptions.Exponent();
    private readonly Option<int> _branching = ValueOptions.WholeNumber("--branching", 2, 8, "Children of a cell at the most.");
    private readonly Option<int> _leaf = ValueOptions.WholeNumber("--leaf", 1, 1, "A cell with at most so many points a side is not divided.");
    private readonly Option<ulong> _seed = ValueOptions.Seed("The seed of the pyramid and of the first pass's order of pairs.");
    private readonly Option<int> _passes = ValueOptions.WholeNumber(
        "--passes", 1, 1, "Passes over different orders of pairs; the one with the least pooled distance counts.");
    private readonly Option<string?> _pairs = new("--pairs")
    {
        HelpName = "OUT.npy|OUT.csv",
        Description = "Write the coupled pairs: int32 of shape (pairs, 2), or a table of source, target, mass, level.",
    };
    private readonly Option<string?> _sourceLabels = new("--source-labels") { HelpName = "FILE", Description = "One label a source point." };
    private readonly Option<string?> _targetLabels = new("--target-labels") { HelpName = "FILE", Description = "One label a target point." };
    private readonly Option<string?> _labelColumn = new("--label-column")
    {
        HelpName = "C",
        Description = "The column of both clouds' files that holds labels.",
    };
    private readonly Option<string?> _weightColumn = new("--weight-column")
    {
        HelpName = "C",
        Description = "The column of both clouds' files that holds weights.",
    };
    private readonly Option<PointCloudFormat> _format = ValueOptions.Choice<PointCloudFormat>("--format", "What the clouds' files are.");
    private readonly Option<UnpairedPoints> _unpaired = ValueOptions.Choice<UnpairedPoints>(
        "--unpaired", "Clouds of unequal sizes or weights: carry all mass, or drop surplus points and weights, which gives no bound.");
    private readonly Option<bool> _withinLabels = new("--within-labels") { Description = "Make pairs within equal labels only." };
    private readonly SolverOptions _solver = new();

    /// <summary>Declares all of them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_source);
        command.Add(_target);
        foreach (Option option in new Option[]
        {
            _scheme, _batchSize, _distance, _exponent, _branching, _leaf, _seed, _passes, _pairs, _sourceLabels, _targetLabels, _labelColumn, _weightColumn,
            _format, _unpaired, _withinLabels,
        }.Concat(_solver.All))
        {
            command.Add(option);
        }
    }

    /// <summary>Reads them off a command line that was found to make sense.</summary>
    public EstimateRequest Read(ParseResult result) => new()
    {
        Source = result.GetRequiredValue(_source),
        Target = result.GetRequiredValue(_target),
        SourceLabels = result.GetValue(_sourceLabels),
        TargetLabels = result.GetValue(_targetLabels),
        LabelColumn = result.GetValue(_labelColumn),
        WeightColumn = result.GetValue(_weightColumn),
        Format = result.GetValue(_format),
        Pairs = result.GetValue(_pairs),
        Pyramid = new()
        {
            Scheme = result.GetValue(_scheme),
            Branching = result.GetValue(_branching),
            LeafSize = result.GetValue(_leaf),
            Seed = result.GetValue(_seed),
            WithinLabels = result.GetValue(_withinLabels),
        },
        SolverKind = _solver.ReadKind(result),
        Solver = _solver.Read(result, result.GetValue(_seed)),
        BatchSize = result.GetValue(_batchSize),
        Cost = new(result.GetValue(_distance), result.GetValue(_exponent)),
        Passes = result.GetValue(_passes),
        Unpaired = result.GetValue(_unpaired),
    };
}
