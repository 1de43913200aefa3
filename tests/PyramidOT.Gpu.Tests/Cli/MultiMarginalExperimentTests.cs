using System.Globalization;
using System.Xml.Linq;
using PyramidOT.Cli;
using PyramidOT.Cli.Experiments;
using PyramidOT.Cli.Experiments.MultiMarginal;

namespace PyramidOT.Tests.Cli;

/// <summary>The quick run of <c>reproduce mmot</c>, done once for all tests without care for times, and its files.</summary>
public sealed class QuickMultiMarginalExperiment : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiment-tests-");

    public QuickMultiMarginalExperiment()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        Result = new MultiMarginalExperiment().Run(new(engine, 5, IsQuick: true, new Phases(null), CancellationToken.None) { Patience = 0 });
        Files = new ExperimentFiles(_folder.FullName, "mmot").Write(Result, "Made by a test <&>.");
    }

    internal ExperimentResult Result { get; }

    internal IReadOnlyList<string> Files { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>The command itself is run by the checks outside.</summary>
public sealed class MultiMarginalExperimentTests(QuickMultiMarginalExperiment quick) : IClassFixture<QuickMultiMarginalExperiment>
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private readonly XDocument _page = XDocument.Parse(File.ReadAllText(quick.Files[0]));

    [Fact]
    public void Routes_to_the_gradient_agree()
    {
        string[][] rows = Rows("e1-parts");

        Assert.Equal(2 * 2 * GradientRoutes.Names.Length, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.InRange(Number(row[6]), 0, row[2] == "finite differences" ? 1e-6 : 1e-12);
            Assert.True(Number(row[3]) > 0 && Number(row[5]) > 0);
        });
        string text = quick.Result.Sections.Single(section => section.Heading.StartsWith("E1", StringComparison.Ordinal)).Texts[1];
        Assert.Contains("has the value 0.6 and the gradient (0, 1, 2, 3, 2, 0, -1, -2, -3, -2)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Solvers_agree_where_they_solve_the_same_problem()
    {
        string[][] rows = Rows("e2");
        foreach (string[][] size in rows.GroupBy(row => row[2]).Select(group => group.ToArray()))
        {
            double value = ValueOf("d-MMOT, closed form");
            Assert.Equal(value, ValueOf("d-MMOT, greedy walk"), 1e-12);
            if (size[0][2] == "2")
            {
                Assert.Equal(value, ValueOf("pairs one by one"), 1e-12);
                Assert.Equal(value, ValueOf("all n² cells"), 1e-5);
            }

            // No histogram on the bins is nearer in W1 than the median one, and none anywhere in W2 than the quantile one.
            string[][] barycentres = [.. size.Where(row => row[0].Contains("barycentre", StringComparison.Ordinal))];
            Assert.Equal(3, barycentres.Length);
            Assert.All(barycentres, row =>
            {
                Assert.InRange(Number(row[4]), ValueOf("median barycentre") - 1e-12, double.MaxValue);
                Assert.InRange(Number(row[5]), ValueOf("quantile barycentre") - 1e-12, double.MaxValue);
            });

            double ValueOf(string method) => Number(size.Single(row => row[0].StartsWith(method, StringComparison.Ordinal))[3]);
        }
    }

    [Fact]
    public void Losses_lower_the_distance_and_pairs_do_the_same_in_one_walk()
    {
        string[][] rows = Rows("e3");

        Assert.Equal(2 * LossEpochs.Names.Length, rows.Length);
        Assert.All(rows, row => Assert.True(Number(row[4]) < Number(row[3]), $"{row[0]}, {row[1]} groups: {row[3]} became {row[4]}."));
        Assert.All(rows.GroupBy(row => row[1]), group => Assert.Equal(
            Number(group.Single(row => row[0] == "pairs one by one, W1")[4]), Number(group.Single(row => row[0] == "pairs in one walk, W1")[4]), 1e-2));
    }

    [Fact]
    public void Descents_make_histograms_alike()
    {
        Assert.All(Rows("e4"), row =>
        {
            Assert.InRange(Number(row[4]), 0, 0.05);
            Assert.True(Number(row[2]) < 0.2 * Number(row[1]) && Number(row[3]) < 0.2 * Number(row[1]));
        });
        string[][] trace = Rows("figure1");
        Assert.Equal(Enumerable.Range(0, trace.Length).Select(step => step.ToString(CultureInfo.InvariantCulture)), trace.Select(row => row[0]));
        Assert.All(Enumerable.Range(1, 3), way => Assert.True(Number(trace[^1][way]) < Number(trace[0][way])));
    }

    [Fact]
    public void Files_have_the_tables()
    {
        Assert.Equal(
            ["mmot.html", "mmot.md", "mmot-figure1.csv", "mmot-e1.csv", "mmot-e1-parts.csv", "mmot-e2.csv", "mmot-e3.csv", "mmot-e4.csv"],
            quick.Files.Select(Path.GetFileName));
        string text = File.ReadAllText(quick.Files[1]);
        foreach (ExperimentTable table in quick.Result.Tables)
        {
            string[] lines = File.ReadAllLines(quick.Files.Single(file => file.EndsWith($"mmot-{table.Name}.csv", StringComparison.Ordinal)));
            Assert.Equal(table.Rows.Count + 1, lines.Length);
            Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
            Assert.Equal(!table.IsForFileOnly, text.Contains($"| {string.Join(" | ", table.Columns)} |", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Page_is_self_contained_and_has_what_it_should()
    {
        string text = File.ReadAllText(quick.Files[0]);
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", _page.Descendants(s_html + "style").Single().Value, StringComparison.Ordinal);
        string[] forbidden = ["script", "link", "img", "image", "iframe", "object", "use"];
        Assert.DoesNotContain(_page.Descendants(), element => forbidden.Contains(element.Name.LocalName));
        Assert.DoesNotContain(_page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "href" or "src" or "style");
        Assert.Equal(
            ["Figure 1", "E1", "E2", "E3", "E4"], _page.Descendants(s_html + "h2").Select(heading => heading.Value[..heading.Value.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Equal("Made by a test <&>.", _page.Descendants(s_html + "p").Last().Value);

        ExperimentTable[] tables = [.. quick.Result.Tables.Where(table => !table.IsForFileOnly)];
        XElement[] shown = [.. _page.Descendants(s_html + "table")];
        Assert.Equal(tables.Select(table => table.Caption), shown.Select(table => table.Element(s_html + "caption")!.Value));
        Assert.All(shown.Zip(tables), pair => Assert.Equal(
            pair.Second.Rows.SelectMany(row => row).Select(cell => cell.Text), pair.First.Descendants(s_html + "td").Select(cell => cell.Value)));
    }

    [Fact]
    public void Pictures_have_axes_with_units_legends_and_marks_in_the_frame()
    {
        XElement[] pictures = [.. _page.Descendants(s_svg + "svg")];

        // Figure 1: before, three ways, the trace. E1. E3: times and distances. E4: seven snapshots and the barycentres.
        Assert.Equal(5 + 1 + 2 + 8, pictures.Length);
        Assert.All(pictures, picture =>
        {
            Assert.NotEmpty(picture.Element(s_svg + "title")!.Value);
            XElement[] lines = [.. picture.Elements(s_svg + "path").Where(path => path.Attribute("class")!.Value.IndexOf(' ', StringComparison.Ordinal) < 0)];
            XElement[] legend = [.. Part(picture, "legend").Elements(s_svg + "path")];
            Assert.NotEmpty(lines);
            Assert.Equal(lines.Select(line => line.Attribute("class")!.Value), legend.Select(mark => mark.Attribute("class")!.Value));
            Assert.Equal(lines.Length, Part(picture, "legend").Elements(s_svg + "text").Count());
            Assert.True(Part(picture, "axes").Elements(s_svg + "text").Count() >= 6, "Axes have labels, and ticks have numbers.");

            XElement frame = Part(picture, "axes").Element(s_svg + "rect")!;
            (double left, double top) = (Number(frame.Attribute("x")!.Value), Number(frame.Attribute("y")!.Value));
            (double right, double bottom) = (left + Number(frame.Attribute("width")!.Value), top + Number(frame.Attribute("height")!.Value));
            foreach (string place in lines.SelectMany(line => line.Attribute("d")!.Value.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)))
            {
                string[] pair = place.Split(' ');
                Assert.InRange(Number(pair[0]), left, right);
                Assert.InRange(Number(pair[1]), top, bottom);
            }
        });
        string[] words = [.. pictures.SelectMany(picture => Part(picture, "axes").Elements(s_svg + "text")).Select(text => text.Value)];
        Assert.All(["bin", "mass", "step", "distance, bins", "histograms d", "time, µs a problem", "groups d", "time, µs an epoch", "epoch"], label => Assert.Contains(label, words));
    }

    private string[][] Rows(string table) =>
        [.. quick.Result.Tables.Single(other => other.Name == table).Rows.Select(row => row.Select(cell => cell.Exact).ToArray())];

    private static XElement Part(XElement picture, string look) =>
        picture.Elements(s_svg + "g").Single(group => (string?)group.Attribute("class") == look);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
