using System.Globalization;
using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>Elements of SVG pictures, and numbers as they stand in them.</summary>
internal static class Svg
{
    private static readonly XNamespace s_namespace = "http://www.w3.org/2000/svg";

    /// <summary>An element.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Attributes, texts and child elements; null adds nothing.</param>
    public static XElement Element(string name, params object?[] content) => new(s_namespace + name, content);

    /// <summary>An attribute that is a number.</summary>
    public static XAttribute Attribute(string name, double value) => new(name, Number(value));

    /// <summary>A text that begins, is centred or ends at a place.</summary>
    /// <param name="x">The place, in pixels from the left.</param>
    /// <param name="y">The line that letters stand on, in pixels from the top.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="text">What to write.</param>
    /// <param name="look">A class of <see cref="PageStyle"/>; null for plain text.</param>
    public static XElement Text(double x, double y, string anchor, string text, string? look = null) => Element(
        "text", Attribute("x", x), Attribute("y", y), new XAttribute("text-anchor", anchor), look is null ? null : new XAttribute("class", look), text);

    /// <summary>A text that runs upwards and is centred at a place.</summary>
    /// <param name="x">The line that letters stand on, in pixels from the left.</param>
    /// <param name="y">The text's middle, in pixels from the top.</param>
    /// <param name="text">What to write.</param>
    public static XElement TurnedText(double x, double y, string text) => Element(
        "text",
        new XAttribute("text-anchor", "middle"),
        new XAttribute("transform", $"translate({Number(x)} {Number(y)}) rotate(-90)"),
        text);

    /// <summary>A path.</summary>
    /// <param name="look">A class of <see cref="PageStyle"/>.</param>
    /// <param name="steps">The steps of the pen.</param>
    public static XElement Path(string look, string steps) => Element("path", new XAttribute("class", look), new XAttribute("d", steps));

    /// <summary>A number of pixels, to a hundredth.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
