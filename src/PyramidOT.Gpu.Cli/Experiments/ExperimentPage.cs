using System.Xml.Linq;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments;

/// <summary>The page of an experiment.</summary>
internal static class ExperimentPage
{
    /// <summary>Puts the page together.</summary>
    public static XElement Create(ExperimentResult result, string origin) => Page.Create(
        result.Title,
        result.Introduction.Select(text => Html.Element("p", text)),
        result.Sections.Select(Section),
        Html.Element("p", "note", [origin]));

    private static IEnumerable<XElement> Section(ExperimentSection section)
    {
        yield return Html.Element("h2", section.Heading);
        foreach (string text in section.Texts)
        {
            yield return Html.Element("p", text);
        }

        if (section.Pictures.Count > 0)
        {
            yield return Html.Element("div", "pictures", section.Pictures.Select(picture => Html.Figure(picture.Name, picture.Remark, picture.Drawing, picture.IsWide)));
        }

        foreach (ExperimentTable table in section.Tables.Where(table => !table.IsForFileOnly))
        {
            yield return Html.Table(table.Caption, table.Columns, table.Rows.Select(row => row.Select(cell => cell.Text).ToArray()));
        }
    }
}
