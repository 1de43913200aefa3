using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PyramidOT.Cli;

/// <summary>Options that several verbs have, and making the engine that they ask for.</summary>
internal static class SharedOptions
{
    /// <summary>The argument that names a file of cost matrices.</summary>
    public static Argument<string> Costs() => new("COSTS.npy")
    {
        Description = "Cost matrices: float32 or float64, of shape (n, m), or (problems, n, m) for a batch; infinity forbids a pair.",
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object." };

    /// <summary><c>--engine</c>.</summary>
    public static Option<EngineKind?> Engine()
    {
        Option<EngineKind?> option = new("--engine")
        {
            HelpName = string.Join('|', EngineKindNames.All),
            Description = $"The engine to compute on. Default: what {ComputeEngine.EnvironmentVariable} names, else the best there is.",
            CustomParser = ParseEngine,
        };
        option.CompletionSources.Add([.. EngineKindNames.All]);
        return option;
    }

    /// <summary><c>--threads</c>.</summary>
    public static Option<int?> Threads() => new("--threads")
    {
        HelpName = "N",
        Description = "Threads of the host engine. Default: all processors. Results do not depend on it.",
        CustomParser = ParseThreads,
    };

    /// <summary>Makes the engine.</summary>
    /// <exception cref="InputException">The environment variable holds no engine's name.</exception>
    /// <exception cref="EngineUnavailableException">The engine that was asked for is not there.</exception>
    public static ComputeEngine CreateEngine(EngineKind? kind, int? threads)
    {
        try
        {
            return ComputeEngine.Create(new() { Kind = kind, Threads = threads });
        }
        catch (ArgumentException exception)
        {
            throw new InputException(Failure.MessageOf(exception), exception);
        }
    }

    private static EngineKind? ParseEngine(ArgumentResult result)
    {
        if (EngineKindNames.TryParse(result.Tokens[0].Value, out EngineKind kind))
        {
            return kind;
        }

        result.AddError($"--engine: '{result.Tokens[0].Value}' is not an engine; {string.Join(", ", EngineKindNames.All)} are");
        return null;
    }

    private static int? ParseThreads(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads > 0)
        {
            return threads;
        }

        result.AddError($"--threads: '{result.Tokens[0].Value}' is not a whole number from 1 to {int.MaxValue}");
        return null;
    }
}
