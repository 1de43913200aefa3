using System.CommandLine;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>The verb <c>compare-pyramids</c>.</summary>
internal static class ComparePyramidsCommand
{
    private static readonly PyramidInstance s_quick = new(Points: 2_000, Dimensions: 100);

    /// <summary>Makes the verb: it measures, and prints a section of Markdown.</summary>
    public static Command Create() => ComparePyramidsOptions.CreateCommand(Run);

    private static int Run(ComparePyramidsOptions options)
    {
        double? load = Machine.Load();
        if (load > 0.5)
        {
            Console.Error.WriteLine($"The machine is not idle (load {load:0.00}): figures will be noisy.");
        }

        PeerScripts peers = new(options.Peers, options.Python);
        PyramidInstance instance = options.Quick ? s_quick : PyramidTargets.Steps;
        Console.Error.WriteLine($"Steps and peers, N = {instance.Points:N0} …");
        PyramidFigures figures;
        string machine;
        using (PyramidSideBySide sideBySide = new(options.Quick ? Effort.Quick : Effort.Full, peers))
        {
            figures = sideBySide.Measure(instance);
            machine = Machine.Describe(sideBySide.Engine);
        }

        List<string> failures = [.. figures.Methods.Where(row => row.Failure is not null).Select(row => $"{row.Name}: {row.Failure}")];
        List<ScalingPoint> scaling = [];
        foreach (PyramidInstance size in ScalingRuns.Instances(options.Quick))
        {
            Console.Error.WriteLine($"Scaling, N = {size.Points:N0} …");
            (ScalingPoint? point, string? failure) = ScalingRuns.Measure(size, options.Quick);
            if (point is not null)
            {
                scaling.Add(point);
            }

            failures.AddRange(failure is null ? [] : [failure]);
        }

        string? plot = DrawPlot(options, scaling);
        string[] head =
        [
            $"Machine: {machine}",
            $"Peers: {peers.Description}",
            $"Load before the run: {(load is null ? "unknown" : $"{load:0.00}")}; our own figures drifted by at most {figures.Drift:P0} within a row",
        ];
        string section = PyramidReport.Format(head, options.Quick, figures, scaling, failures, plot);
        Console.Out.Write(section);
        if (options.Into is not null)
        {
            MarkedSection.Pyramids.Replace(options.Into, section);
        }

        bool isRight = failures.Count == 0 && figures.Methods.All(row => row.IsRight) && scaling.All(point => point.Fault is null);
        return isRight ? ExitCode.Done : ExitCode.WrongResult;
    }

    /// <summary>Draws the plot that was asked for.</summary>
    /// <returns>The picture, as a link from the section finds it; null where none was drawn.</returns>
    private static string? DrawPlot(ComparePyramidsOptions options, List<ScalingPoint> scaling)
    {
        if (options.Plot is null || scaling.Count < 2)
        {
            return null;
        }

        File.WriteAllText(options.Plot, ScalingPlot.Draw(scaling));
        return options.Into is null
            ? Path.GetFileName(options.Plot)
            : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(options.Into))!, Path.GetFullPath(options.Plot)).Replace('\\', '/');
    }
}
