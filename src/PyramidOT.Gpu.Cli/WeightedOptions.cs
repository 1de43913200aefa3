using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary>What the verbs for transport problems are asked for.</summary>
internal sealed record WeightedRequest
{
    /// <summary>The file of the costs.</summary>
    public required string Costs { get; init; }

    /// <summary>The file of the rows' weights.</summary>
    public string? RowWeights { get; init; }

    /// <summary>The file of the columns' weights.</summary>
    public string? ColumnWeights { get; init; }

    /// <summary>Where to write the plans.</summary>
    public string? Output { get; init; }

    /// <summary>The engine to compute on.</summary>
    public EngineKind? Engine { get; init; }

    /// <summary>Threads of the host engine.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether the result is told as JSON.</summary>
    public bool IsJson { get; init; }
}

/// <summary>The argument and options that the verbs for transport problems have in common.</summary>
/// <param name="output">What <c>--out</c> names.</param>
/// <param name="outputDescription">What is written there.</param>
internal sealed class WeightedOptions(string output, string outputDescription)
{
    private readonly Argument<string> _costs = SharedOptions.Costs();
    private readonly Option<string?> _rowWeights = Weights("--a", "A.npy", "row", "n");
    private readonly Option<string?> _columnWeights = Weights("--b", "B.npy", "column", "m");
    private readonly Option<string?> _output = new("--out") { HelpName = output, Description = outputDescription };
    private readonly Option<EngineKind?> _engine = SharedOptions.Engine();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Declares all of them, and the verb's own among them.</summary>
    public void AddTo(Command command, params ReadOnlySpan<Option> own)
    {
        command.Add(_costs);
        foreach (Option option in (ReadOnlySpan<Option>)[_rowWeights, _columnWeights, .. own, _output, _engine, _threads, _json])
        {
            command.Add(option);
        }
    }

    /// <summary>Reads them off a command line that was found to make sense.</summary>
    public WeightedRequest Read(ParseResult result) => new()
    {
        Costs = result.GetRequiredValue(_costs),
        RowWeights = result.GetValue(_rowWeights),
        ColumnWeights = result.GetValue(_columnWeights),
        Output = result.GetValue(_output),
        Engine = result.GetValue(_engine),
        Threads = result.GetValue(_threads),
        IsJson = result.GetValue(_json),
    };

    private static Option<string?> Weights(string name, string file, string side, string extent) => new(name)
    {
        HelpName = file,
        Description = $"The weight of each {side}: float32 or float64, of shape ({extent},), or (problems, {extent}). Default: 1/{extent} each.",
    };
}
