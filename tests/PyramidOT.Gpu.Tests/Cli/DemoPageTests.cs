using System.Xml.Linq;
using PyramidOT.Cli;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Tests.Cli;

/// <summary>The work of <c>demo</c> on few points, done once for all tests, and its page.</summary>
public sealed class DemoOfFewPoints : IDisposable
{
    internal const int Points = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-tests-");

    public DemoOfFewPoints()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using Interruption interruption = new();
        Report = new(engine.Info, 3, PathOf("page.html"), new DemoRun(engine, Points, 3, new Phases(null), interruption).Run());
        Page.Write(Report.Page, DemoPage.Create(Report));
    }

    internal DemoReport Report { get; }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>The command itself, on many points, is run by the checks outside.</summary>
public sealed class DemoPageTests(DemoOfFewPoints demo) : IClassFixture<DemoOfFewPoints>
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private readonly DemoReport _report = demo.Report;
    private readonly XDocument _page = XDocument.Parse(File.ReadAllText(demo.Report.Page));

    [Fact]
    public void Demo_estimates_every_way_and_no_pooled_distance_is_below_the_exact_one()
    {
        Assert.Equal([2, 100], _report.Data.Select(data => data.Source.Dimensions));
        Assert.All(_report.Data, data =>
        {
            Assert.Equal(10, data.Rows.Count);
            Assert.Null(data.Exact.Scheme);
            Assert.Equal(DemoOfFewPoints.Points, data.Exact.Estimate.Coupling.Count);
            Assert.Single(data.Exact.Estimate.BatchCosts.ToArray());
            double exact = data.Exact.Estimate.PooledDistance;
            Assert.All(data.Rows, row => Assert.InRange(row.Estimate.PooledDistance, exact * (1 - 1e-6), double.MaxValue));

            // A batch of more pairs than there are is the exact problem as well.
            Assert.Equal(exact, data[PyramidScheme.Joint, 1000].Estimate.PooledDistance, 1e-6 * exact);
        });
        DemoData plane = _report.Data[0];
        Assert.True(
            plane[PyramidScheme.Interleaving, 10].Estimate.PooledDistance < plane[PyramidScheme.Random, 10].Estimate.PooledDistance,
            "Where clouds overlap, a pyramid gains: the page says so.");
    }

    [Fact]
    public void Page_is_self_contained()
    {
        string text = File.ReadAllText(_report.Page);
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        Assert.Equal(s_html + "html", _page.Root!.Name);
        Assert.Contains("prefers-color-scheme: dark", _page.Descendants(s_html + "style").Single().Value, StringComparison.Ordinal);

        // A browser reads a style sheet as it stands, without XML's entities.
        Assert.DoesNotContain("&", Assert.Single(_page.Descendants(s_html + "style")).ToString(), StringComparison.Ordinal);
        string[] forbidden = ["script", "link", "img", "image", "iframe", "object", "use"];
        Assert.DoesNotContain(_page.Descendants(), element => forbidden.Contains(element.Name.LocalName));
        Assert.DoesNotContain(_page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "href" or "src" or "style");
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);

        // HTML knows elements that end by themselves from a short list, and takes <p/> for the beginning of one.
        string[] endless = ["meta", "br"];
        Assert.All(
            _page.Descendants().Where(element => element.Name.Namespace == s_html && element.IsEmpty),
            element => Assert.Contains(element.Name.LocalName, endless));
    }

    [Fact]
    public void Page_shows_three_couplings_with_axes_and_legends()
    {
        XElement[] figures = [.. _page.Descendants(s_html + "figure")];
        Assert.Equal(
            ["Random, batches of 10", "Interleaving, batches of 10", "Exact"],
            figures.Select(figure => figure.Descendants(s_html + "strong").Single().Value));
        Assert.All(figures, figure =>
        {
            XElement picture = figure.Element(s_svg + "svg")!;
            Assert.Equal("img", (string?)picture.Attribute("role"));
            Assert.Equal(figure.Descendants(s_html + "strong").Single().Value, picture.Element(s_svg + "title")!.Value);
            Assert.Equal(["source", "target", "coupled pair"], Part(picture, "legend").Elements(s_svg + "text").Select(text => text.Value));
            string[] words = [.. Part(picture, "axes").Elements(s_svg + "text").Select(text => text.Value)];
            Assert.Contains("first coordinate, in units of the data", words);
            Assert.Contains("second coordinate, in units of the data", words);
            Assert.True(words.Length >= 6, "Ticks have numbers.");

            // As many dots as lines, and every line between a source dot and a target dot.
            string[] sources = Places(picture, "source");
            string[] targets = Places(picture, "target");
            string[] lines = Places(picture, "link");
            Assert.Equal(250, lines.Length);
            Assert.Equal(lines, sources.Zip(targets, (source, target) => $"{source[..^4]}L{target[..^4]}"));
        });

        // The same source points everywhere.
        Assert.Single(figures.Select(figure => string.Concat(Places(figure.Element(s_svg + "svg")!, "source"))).Distinct());
    }

    [Fact]
    public void Page_has_the_numbers_of_the_table()
    {
        XElement[] tables = [.. _page.Descendants(s_html + "table")];
        Assert.Equal(2, tables.Length);
        for (int i = 0; i < tables.Length; i++)
        {
            DemoData data = _report.Data[i];
            Assert.Contains(data.Name, tables[i].Element(s_html + "caption")!.Value, StringComparison.Ordinal);
            Assert.Equal(DemoReport.Columns, tables[i].Descendants(s_html + "th").Select(cell => cell.Value));
            Assert.Equal(
                data.Rows.SelectMany(row => DemoReport.Cells(data, row)), tables[i].Descendants(s_html + "td").Select(cell => cell.Value));
        }

        string findings = string.Concat(_page.Descendants(s_html + "li").Select(item => item.Value));
        Assert.Contains("no bound", findings, StringComparison.Ordinal);
        Assert.Contains(
            DemoReport.Ratio(_report.Data[0][PyramidScheme.Random, 10].Estimate.PooledDistance, _report.Data[0]), findings, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_escapes_what_means_something_in_markup()
    {
        string path = demo.PathOf("escaped.html");
        Page.Write(path, Page.Create("a < b & \"c\"", Html.Table("<script>", ["<b>"], [["&amp;"]])));
        XDocument page = XDocument.Parse(File.ReadAllText(path));

        Assert.Equal("a < b & \"c\"", page.Descendants(s_html + "h1").Single().Value);
        Assert.Equal("&amp;", page.Descendants(s_html + "td").Single().Value);
        Assert.Empty(page.Descendants(s_html + "script"));
    }

    private static XElement Part(XElement picture, string look) =>
        picture.Elements(s_svg + "g").Single(group => (string?)group.Attribute("class") == look);

    private static string[] Places(XElement picture, string look) =>
        picture.Elements(s_svg + "path").Single(path => (string?)path.Attribute("class") == look).Attribute("d")!.Value
            .Split('M', StringSplitOptions.RemoveEmptyEntries);
}
