using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>Elements of a page's text.</summary>
internal static class Html
{
    private static readonly XNamespace s_namespace = "http://www.w3.org/1999/xhtml";

    /// <summary>An element.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Attributes, texts and child elements; null adds nothing.</param>
    public static XElement Element(string name, params object?[] content) => new(s_namespace + name, content);

    /// <summary>An element of a class of <see cref="PageStyle"/>.</summary>
    public static XElement Element(string name, string look, IEnumerable<object> content) => Element(name, new XAttribute("class", look), content);

    /// <summary>A picture under its caption, a name and a line of what there is to say about it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="remark">The line.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="isWide">Whether it takes the page's width, not a column.</param>
    public static XElement Figure(string name, string remark, XElement picture, bool isWide = false) =>
        Element("figure", isWide ? new XAttribute("class", "wide") : null, Element("figcaption", Element("strong", name), Element("br"), remark), picture);

    /// <summary>A table: texts on the left in the first column, numbers on the right in the others.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">The heads of the columns.</param>
    /// <param name="rows">As many cells a row.</param>
    public static XElement Table(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) => Element("div", "scroll",
    [
        Element(
            "table",
            Element("caption", caption),
            Element("thead", Element("tr", columns.Select(column => Element("th", new XAttribute("scope", "col"), column)))),
            Element("tbody", rows.Select(row => Element("tr", row.Select(cell => Element("td", cell)))))),
    ]);
}
