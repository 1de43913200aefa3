using System.Globalization;
using System.Xml.Linq;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli;

/// <summary>The page that <c>pyramidot demo</c> writes.</summary>
internal static class DemoPage
{
    private const int DrawnPairs = 250;

    /// <summary>Puts the page together.</summary>
    public static XElement Create(DemoReport report)
    {
        DemoData plane = report.Data[0];
        DemoData mixture = report.Data[1];
        string points = plane.Source.Count.ToString("N0", CultureInfo.InvariantCulture);
        return Page.Create(
            "Transport between two clouds by mini-batches",
            Html.Element(
                "p",
                $"Two clouds of {points} points each are coupled point by point, at the least mean squared distance. The exact solution is one problem of "
                + $"{points} points. Mini-batches are many small ones: each batch is solved exactly, and the pairs of all batches together couple the clouds. "
                + "Which points meet in a batch decides how good that is. Random draws them at random; Interleaving and Joint read them off a pyramid, "
                + "a tree of cells around both clouds, so that neighbours meet first."),
            Html.Element("h2", "Which points are coupled"),
            Html.Element("div", "pictures", Pictures(plane)),
            Html.Element("p", "note",
            [
                $"Of {points} pairs, {DrawnPairs} are drawn: those of the same source points in every picture. Both axes have the same scale.",
            ]),
            Html.Element("h2", "Estimates of the Wasserstein distance W2"),
            report.Data.Select(data => Html.Table(
                $"{points} points a side, {data.Name}: {data.Description}", DemoReport.Columns, data.Rows.Select(row => DemoReport.Cells(data, row)))),
            Html.Element("p", "note",
            [
                "Pooled: the root of the mean squared distance over all pairs. Mean of batches: the mean of the batches' own distances. "
                + "x exact: as a multiple of the exact distance. Distances in units of the data; seconds: pyramid and all batches, "
                + $"on the engine {report.Engine.Kind.ToName()}, after a warm-up.",
            ]),
            Html.Element("h2", "What this shows, and what it does not"),
            Html.Element("ul", Findings(plane, mixture).Select(finding => Html.Element("li", finding))),
            Html.Element("p", "note", [$"Made by {ProductVersion.Current}, pyramidot demo --seed {report.Seed}."]));
    }

    private static IEnumerable<string> Findings(DemoData plane, DemoData mixture)
    {
        yield return $"Where clouds overlap in few dimensions, the pyramid gains a lot over Random: with batches of {DemoRun.SmallBatch}, the pooled distance "
            + $"is {Pooled(plane, PyramidScheme.Random)} times the exact one at Random, {Pooled(plane, PyramidScheme.Interleaving)} times at Interleaving "
            + $"and {Pooled(plane, PyramidScheme.Joint)} times at Joint.";
        yield return "Where clouds lie apart in many dimensions, as the clusters of the paper's data do, a pyramid gains next to nothing in one pass: "
            + $"{Pooled(mixture, PyramidScheme.Random)} times at Random, {Pooled(mixture, PyramidScheme.Interleaving)} at Interleaving, "
            + $"{Pooled(mixture, PyramidScheme.Joint)} at Joint, and larger batches may do better at Random. There all pairs are about equally long, so that "
            + "it matters little which points meet.";
        yield return "Pooled distances are upper bounds: they belong to a coupling that exists. The mean of the batches' distances is no bound. It may lie "
            + "below the exact value, so that a smaller one is not a better one.";
        yield return "The times are those of one run on one machine, and say nothing about other sizes.";
    }

    private static string Pooled(DemoData data, PyramidScheme scheme) =>
        DemoReport.Ratio(data[scheme, DemoRun.SmallBatch].Estimate.PooledDistance, data);

    private static IEnumerable<XElement> Pictures(DemoData data)
    {
        (string Name, string Remark, List<(PlotPoint Source, PlotPoint Target)> Pairs)[] pictures =
        [
            .. new[] { PyramidScheme.Random, PyramidScheme.Interleaving }.Select(scheme => (
                $"{scheme}, batches of {DemoRun.SmallBatch}",
                $"pooled W2 {Value(data[scheme, DemoRun.SmallBatch])}, {Pooled(data, scheme)} times the exact",
                Drawn(data, data[scheme, DemoRun.SmallBatch]))),
            ("Exact", $"W2 {Value(data.Exact)}", Drawn(data, data.Exact)),
        ];
        PlotPoint[] all = [.. pictures.SelectMany(picture => picture.Pairs).SelectMany(pair => new[] { pair.Source, pair.Target })];
        PlotRange x = PlotRange.Of(all.Select(point => point.X));
        PlotRange y = PlotRange.Of(all.Select(point => point.Y));
        return pictures.Select(picture => Html.Figure(picture.Name, picture.Remark, CouplingPicture.Draw(picture.Name, picture.Pairs, x, y)));
    }

    private static string Value(DemoRow row) => DemoReport.Format(row.Estimate.PooledDistance);

    /// <summary>The pairs of evenly many source points, the same ones for every coupling of the data.</summary>
    private static List<(PlotPoint Source, PlotPoint Target)> Drawn(DemoData data, DemoRow row)
    {
        Coupling coupling = row.Estimate.Coupling;
        int[] targetOf = new int[data.Source.Count];
        for (int pair = 0; pair < coupling.Count; pair++)
        {
            targetOf[coupling.SourceRows[pair]] = coupling.TargetRows[pair];
        }

        List<(PlotPoint Source, PlotPoint Target)> drawn = [];
        for (int i = 0; i < DrawnPairs; i++)
        {
            int source = (int)((long)i * data.Source.Count / DrawnPairs);
            drawn.Add((PlaceOf(data.Source, source), PlaceOf(data.Target, targetOf[source])));
        }

        return drawn;
    }

    private static PlotPoint PlaceOf(PointCloud cloud, int point) => new(cloud[point][0], cloud[point][1]);
}
