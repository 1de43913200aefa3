using System.Xml.Linq;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments;

/// <summary>The page that leads to those of all experiments.</summary>
internal static class IndexPage
{
    /// <summary>Puts the page together.</summary>
    /// <param name="reports">What the experiments came to; their files lie beside this page.</param>
    /// <param name="origin">How it was made.</param>
    public static XElement Create(IReadOnlyList<ExperimentReport> reports, string origin) => Page.Create(
        "Experiments of the papers, done again",
        Html.Element(
            "p",
            "The tables and figures of the papers on pyramid mini-batches and on multi-marginal transport, as this library finds them. Each page has all "
            + "pictures and tables of an experiment, the papers' numbers beside ours where they print some, and says what was inferred."),
        Html.Element("div", "pictures", reports.Select(Card)),
        Html.Element("p", "note", [origin]));

    private static XElement Card(ExperimentReport report)
    {
        ExperimentPicture? picture = report.Result.Sections.SelectMany(section => section.Pictures).FirstOrDefault();
        return Html.Element(
            "figure",
            Html.Element(
                "figcaption",
                Html.Element("strong", Link(report.Files[0], report.Result.Title)),
                Html.Element("br"),
                $"{report.Experiment.Name}: {report.Experiment.Summary}. {ExperimentReport.Told(report.Trials)}Tables: ",
                report.Files.Skip(1).SelectMany((file, i) => new object[] { i == 0 ? "" : ", ", Link(file, Path.GetFileName(file)) }),
                "."),
            picture is null ? null : new XElement(picture.Drawing));
    }

    private static XElement Link(string file, string text) =>
        Html.Element("a", new XAttribute("href", Uri.EscapeDataString(Path.GetFileName(file))), text);
}
