using System.CommandLine;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>The options of <c>compare-pyramids</c>.</summary>
internal sealed record ComparePyramidsOptions
{
    public bool Quick { get; init; }

    public string? Peers { get; init; }

    public string? Python { get; init; }

    public string? Into { get; init; }

    public string? Plot { get; init; }

    /// <summary>Makes the verb; the options that it is given are handed to <paramref name="run"/>.</summary>
    public static Command CreateCommand(Func<ComparePyramidsOptions, int> run)
    {
        Option<bool> quick = new("--quick") { Description = "Few points and few rounds. Figures are not to be quoted." };
        Option<string> peers = new("--peers") { Description = "The folder of the peers' scripts; by default those that the bench was built with.", HelpName = "DIR" };
        Option<string> python = new("--python") { Description = "The interpreter for the peers; by default the first that has NumPy.", HelpName = "FILE" };
        Option<string> into = new("--into") { Description = "Also writes the section into this file, between its marks \"bench pyramids: begin\" and \"end\".", HelpName = "FILE" };
        Option<string> plot = new("--plot") { Description = "Draws time against the number of points into this file.", HelpName = "FILE.svg" };
        Command command = new("compare-pyramids", "Measures build, order and solution off a pyramid beside SciPy and POT, and from 10,000 points to 1,000,000.")
        {
            quick,
            peers,
            python,
            into,
            plot,
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
            if (result.GetValue(into) is { } file && MarkedSection.Pyramids.FaultOf(file) is { } fault)
            {
                result.AddError(fault);
            }
        });
        plot.Validators.Add(result =>
        {
            if (result.GetValue(plot) is { } file && Path.GetDirectoryName(Path.GetFullPath(file)) is var folder && !Directory.Exists(folder))
            {
                result.AddError($"There is no folder {folder}.");
            }
        });
        command.SetAction(result => run(new()
        {
            Quick = result.GetValue(quick),
            Peers = result.GetValue(peers),
            Python = result.GetValue(python),
            Into = result.GetValue(into),
            Plot = result.GetValue(plot),
        }));
        return command;
    }
}
