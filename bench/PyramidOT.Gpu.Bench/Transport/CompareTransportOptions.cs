using System.CommandLine;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Transport;

/// <summary>The options of <c>compare-transport</c>.</summary>
internal sealed record CompareTransportOptions
{
    public bool Quick { get; init; }

    public string? Only { get; init; }

    public string? Peers { get; init; }

    public string? Python { get; init; }

    public string? Into { get; init; }

    /// <summary>Makes the verb; the options that it is given are handed to <paramref name="run"/>.</summary>
    public static Command CreateCommand(Func<CompareTransportOptions, int> run)
    {
        Option<bool> quick = new("--quick") { Description = "Few and small problems, and few rounds. Figures are not to be quoted." };
        Option<string> only = new("--only") { Description = "Measures only rows whose family, name and size (\"entropic, epsilon = 0.02 64\") contain this text.", HelpName = "TEXT" };
        Option<string> peers = new("--peers") { Description = "The folder of the peers' scripts; by default those that the bench was built with.", HelpName = "DIR" };
        Option<string> python = new("--python") { Description = "The interpreter for the peers; by default the first that has NumPy.", HelpName = "FILE" };
        Option<string> into = new("--into") { Description = "Also writes the section into this file, between its marks \"bench transport: begin\" and \"end\".", HelpName = "FILE" };
        Command command = new("compare-transport", "Measures exact, entropic and sliced transport on the Host beside POT, on the same instances in one run.")
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
            if (result.GetValue(into) is { } file && MarkedSection.Transport.FaultOf(file) is { } fault)
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
        }));
        return command;
    }
}
