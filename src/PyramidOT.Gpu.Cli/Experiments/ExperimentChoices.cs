using System.CommandLine;

namespace PyramidOT.Cli.Experiments;

/// <summary>What the user chose by an experiment's own options.</summary>
/// <param name="result">The parsed command line; null where there is none, so that every option has its default.</param>
internal sealed class ExperimentChoices(ParseResult? result)
{
    /// <summary>No option given.</summary>
    public static ExperimentChoices None { get; } = new(null);

    /// <summary>What a command line of these options and nothing else chooses.</summary>
    public static ExperimentChoices Of(IEnumerable<Option> options, params string[] arguments)
    {
        RootCommand command = [];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        return new(command.Parse(arguments));
    }

    /// <summary>The value of an option: its default where it was not given.</summary>
    public T? ValueOf<T>(Option<T> option) => result is null ? default : result.GetValue(option);

    /// <summary>Whether the user gave an option.</summary>
    public bool Has(Option option) => result?.GetResult(option) is { Implicit: false };
}
