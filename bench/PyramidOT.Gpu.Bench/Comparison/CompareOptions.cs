using System.CommandLine;

namespace PyramidOT.Bench.Comparison;

/// <summary>The options of <c>compare</c>.</summary>
internal sealed record CompareOptions
{
    public bool Quick { get; init; }

    public bool Large { get; init; }

    public string? Only { get; init; }

    public string? Peers { get; init; }

    public string? Python { get; init; }

    public string? Markdown { get; init; }

    /// <summary>Makes the verb; the options that it is given are handed to <paramref name="run"/>.</summary>
    public static Command CreateCommand(Func<CompareOptions, int> run)
    {
        Option<bool> quick = new("--quick") { Description = "Few problems and few rounds: a minute instead of several. Figures are not to be quoted." };
        Option<bool> large = new("--large") { Description = "Adds single assignment problems of n = 10,000, ours only." };
        Option<string> only = new("--only") { Description = "Measures only rows whose name and size (\"assignment, normal 100\") contain this text.", HelpName = "TEXT" };
        Option<string> peers = new("--peers") { Description = "The folder of the peers' scripts; by default those that the bench was built with.", HelpName = "DIR" };
        Option<string> python = new("--python") { Description = "The interpreter for the peers; by default the first that has NumPy.", HelpName = "FILE" };
        Option<string> markdown = new("--markdown") { Description = "Also writes the section for docs/performance.md to this file.", HelpName = "FILE" };
        Command command = new("compare", "Measures PyramidOT's Host beside SciPy, POT and NumPy, on the same instances in one run.")
        {
            quick,
            large,
            only,
            peers,
            python,
            markdown,
        };
        peers.Validators.Add(result =>
        {
            if (result.GetValue(peers) is { } folder && !Directory.Exists(folder))
            {
                result.AddError($"There is no folder {folder}.");
            }
        });
        command.SetAction(result => run(new()
        {
            Quick = result.GetValue(quick),
            Large = result.GetValue(large),
            Only = result.GetValue(only),
            Peers = result.GetValue(peers),
            Python = result.GetValue(python),
            Markdown = result.GetValue(markdown),
        }));
        return command;
    }
}
