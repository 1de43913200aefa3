using System.Text;
using System.Xml;
using System.Xml.Linq;
using PyramidOT.Data;

namespace PyramidOT.Cli.Pages;

/// <summary>
/// A page that needs nothing but itself: no script, no other file, nothing from a network. It is HTML and well-formed XML at once.
/// </summary>
internal static class Page
{
    /// <summary>Puts a page together.</summary>
    /// <param name="title">Its title, which is its first heading as well.</param>
    /// <param name="content">What stands under it.</param>
    public static XElement Create(string title, params object[] content) => Html.Element(
        "html",
        new XAttribute("lang", "en"),
        Html.Element(
            "head",
            Html.Element("meta", new XAttribute("charset", "utf-8")),
            Html.Element("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            Html.Element("title", title),
            Html.Element("style", PageStyle.Sheet)),
        Html.Element("body", Html.Element("h1", title), content));

    /// <summary>Writes a page; on failure there is none, and one that was there before stays.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, XElement page)
    {
        using AtomicFile file = AtomicFile.Create(path);
        XmlWriterSettings settings = new()
        {
            // Browsers take the declaration of XML for a comment, and some of them for a reason to be lenient.
            OmitXmlDeclaration = true,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            NewLineChars = "\n",
            CloseOutput = false,
        };
        file.Stream.Write("<!DOCTYPE html>\n"u8);
        using (XmlWriter writer = XmlWriter.Create(file.Stream, settings))
        {
            page.Save(writer);
        }

        file.Commit();
    }
}
