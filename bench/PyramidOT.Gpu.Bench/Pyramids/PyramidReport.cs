using System.Text;

namespace PyramidOT.Bench.Pyramids;

/// <summary>The section that docs/performance.md shows of <c>compare-pyramids</c>.</summary>
internal static class PyramidReport
{
    /// <summary>Formats the section, in Markdown.</summary>
    /// <param name="head">Machine, peers, load: lines of a list.</param>
    /// <param name="isQuick">Whether the run was too short for figures to be quoted.</param>
    /// <param name="figures">Steps and peers.</param>
    /// <param name="scaling">Full estimates of growing size.</param>
    /// <param name="failures">What could not be measured, a line each.</param>
    /// <param name="plot">The picture, as a link from the section finds it; null where none was drawn.</param>
    public static string Format(
        IReadOnlyList<string> head,
        bool isQuick,
        PyramidFigures figures,
        IReadOnlyList<ScalingPoint> scaling,
        IReadOnlyList<string> failures,
        string? plot)
    {
        StringBuilder text = new();
        if (isQuick)
        {
            text.Append("**A quick run: few points and few rounds. Not to be quoted.**\n\n");
        }

        foreach (string line in head)
        {
            text.Append($"- {line}\n");
        }

        PyramidInstance instance = figures.Instance;
        text.Append($"\n### Steps, N = {instance.Points:N0}, d = {instance.Dimensions}\n\n");
        text.Append(PyramidTables.FormatSteps(figures.Steps));
        text.Append('\n');
        text.Append(PyramidTables.FormatMethods(figures.Methods));
        text.Append("\n### From few points to many");
        if (scaling.Count > 0)
        {
            text.Append($", d = {scaling[0].Instance.Dimensions}\n\n");
            text.Append(ScalingTable.Format(scaling));
        }
        else
        {
            text.Append("\n\nNothing could be measured.\n");
        }

        if (plot is not null)
        {
            text.Append($"\n![Seconds of each step, and microseconds a point, against the number of points]({plot})\n");
        }

        foreach (string failure in failures)
        {
            text.Append($"\n{failure}\n");
        }

        return text.ToString();
    }
}
