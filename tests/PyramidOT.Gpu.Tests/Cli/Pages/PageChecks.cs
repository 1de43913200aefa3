using System.Globalization;
using System.Xml.Linq;

namespace PyramidOT.Tests.Cli.Pages;

/// <summary>What holds for every page and every picture, whatever it shows.</summary>
internal static class PageChecks
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    // Letters are a little narrower or wider than the font's mean.
    private const double LetterWidth = 6.2;
    private const double SmallLetterWidth = 5.2;

    /// <summary>Reads a page and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The page, for what it alone should have.</returns>
    public static XDocument Read(string path)
    {
        string text = File.ReadAllText(path);
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        XDocument page = XDocument.Parse(text);
        Assert.Equal(s_html + "html", page.Root!.Name);
        string style = Assert.Single(page.Descendants(s_html + "style")).Value;
        Assert.Contains("prefers-color-scheme: dark", style, StringComparison.Ordinal);
        Assert.Equal(page.Descendants(s_html + "title").Single().Value, page.Descendants(s_html + "h1").Single().Value);

        string[] forbidden = ["script", "link", "img", "image", "iframe", "object", "use"];
        Assert.DoesNotContain(page.Descendants(), element => forbidden.Contains(element.Name.LocalName));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "style");
        Assert.All(page.Descendants().Attributes("href"), link => Assert.DoesNotContain("/", link.Value, StringComparison.Ordinal));
        Assert.All(
            page.Descendants().Attributes("class").SelectMany(attribute => attribute.Value.Split(' ')).Distinct().Where(name => !IsGroup(name)),
            name => Assert.True(style.Contains($".{name}", StringComparison.Ordinal), $"The style sheet does not know the class {name}."));
        Assert.All(page.Descendants(s_svg + "svg"), CheckPicture);
        return page;
    }

    private static void CheckPicture(XElement picture)
    {
        string title = picture.Element(s_svg + "title")!.Value;
        Assert.NotEmpty(title);
        Assert.Equal("img", picture.Attribute("role")!.Value);
        double[] box = [.. picture.Attribute("viewBox")!.Value.Split(' ').Select(Number)];
        Assert.NotEmpty(Part(picture, "legend").Elements(s_svg + "text"));
        Assert.NotEmpty(Part(picture, "axes").Elements(s_svg + "text"));
        Assert.All(picture.Descendants().Where(element => element.Name.LocalName is "path" or "rect" or "circle"), mark => Assert.NotNull(mark.Attribute("class")));
        foreach ((double x, double y) in picture.Descendants().SelectMany(Places))
        {
            Assert.True(x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3], $"({x}, {y}) lies outside the picture '{title}' of {box[2]} x {box[3]}.");
        }
    }

    private static XElement Part(XElement picture, string look) =>
        picture.Elements(s_svg + "g").Single(group => (string?)group.Attribute("class") == look);

    private static IEnumerable<(double X, double Y)> Places(XElement element)
    {
        switch (element.Name.LocalName)
        {
            case "text" when element.Attribute("x") is not null:
                double width = element.Value.Length * (element.Attribute("class") is null ? LetterWidth : SmallLetterWidth);
                double left = At("x") - (element.Attribute("text-anchor")!.Value switch { "start" => 0, "middle" => width / 2, _ => width });
                return [(left, At("y")), (left + width, At("y"))];
            case "rect":
                return [(At("x"), At("y")), (At("x") + At("width"), At("y") + At("height"))];
            case "circle":
                return [(At("cx") - At("r"), At("cy") - At("r")), (At("cx") + At("r"), At("cy") + At("r"))];
            case "path":
                return element.Attribute("d")!.Value.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(place =>
                {
                    string[] pair = place.Split(['h', 'v', 'Z'])[0].Split(' ');
                    return (Number(pair[0]), Number(pair[1]));
                });
            default:
                return [];
        }

        double At(string name) => Number(element.Attribute(name)!.Value);
    }

    // Groups are named for what they hold; the style sheet need not know them.
    private static bool IsGroup(string name) => name is "legend" or "axes" or "cells" or "edges" or "nodes";

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
