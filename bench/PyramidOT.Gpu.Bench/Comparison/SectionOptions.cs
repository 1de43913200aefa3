using System.CommandLine;

namespace PyramidOT.Bench.Comparison;

/// <summary>The options of a verb that measures a section.</summary>
internal sealed record SectionOptions
{
    public bool Quick { get; init; }

    public string? Only { get; init; }

    public string? Peers { get; init; }

    public string? Python { get; init; }

    public string? Into { get; init; }

    /// <summary>Makes the verb; the options that it is given are handed to <paramref name="run"/>.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="example">A row as <c>--only</c> sees it: family, name and size.</param>
    /// <param name="section">Where the section stands in a document.</param>
    /// <param name="run">Measures.</param>
    public static Command CreateCommand(string name, string description, string example, MarkedSection section, Func<SectionOptions, int> run) =>
        CreateCommand(name, description, example, section, (options, _) => run(options));

    /// <summary>The same for a verb that has options of its own, and reads them.</summary>
    public static Command CreateCommand(string name, string description, string example, MarkedSection section, Func<SectionOptions, ParseResult, int> run)
    {
        Option<bool> quick = new("--quick") { Description = "Few and small problems, and few rounds. Figures are not to be quoted." };
        Option<string> only = new("--only") { Description = $"Measures only rows whose family, name and size (\"{example}\") contain this text.", HelpName = "TEXT" };
        Option<string> peers = new("--peers") { Description = "The folder of the peers' scripts; by default those that the bench was built with.", HelpName = "DIR" };
        Option<string> python = new("--python") { Description = "The interpreter for the peers; by default the first that has NumPy.", HelpName = "FILE" };
        Option<string> into = new("--into") { Description = $"Also writes the section into this file, between its marks \"{section.Name}: begin\" and \"end\".", HelpName = "FILE" };
        Command command = new(name, description)
        {
            quick,
            only,
            peers,
            python,
            into,
        };
        peers.Validators.Add(result =>
        {
            if (result.GetValue(peers) is { } folder && !Directory.Exists(folder))
            {
                result.AddError($"There is no folder {folder}.");
            }
        });
        into.Validators.Add(result =>
        {
            // Now, not after minutes of measuring.
            if (result.GetValue(into) is { } file && section.FaultOf(file) is { } fault)
            {
                result.AddError(fault);
            }
        });
        command.SetAction(result => run(new()
        {
            Quick = result.GetValue(quick),
            Only = result.GetValue(only),
            Peers = result.GetValue(peers),
            Python = result.GetValue(python),
            Into = result.GetValue(into),
        }, result));
        return command;
    }
}
