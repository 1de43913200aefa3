using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>Labels beside points, each on the side where it covers the least of other labels and points.</summary>
internal static class LabelPlaces
{
    private const double Offset = 7;
    private const double Height = 11;

    // Of the style sheet's small text; letters differ.
    private const double LetterWidth = 5.8;

    // Twice the half of a dot.
    private const double DotSize = 8;

    /// <summary>Draws the labels of all points that have one.</summary>
    public static IEnumerable<XElement> Draw(PlotArea area, IEnumerable<ScatterDots> layers)
    {
        (double X, double Y, string Text)[] labels =
        [
            .. layers.SelectMany(layer => layer.Labels.Select((label, i) => (area.XOf(layer.Points[i].X), area.YOf(layer.Points[i].Y), label))),
        ];
        List<Box> taken = [.. labels.Select(label => new Box(label.X - (DotSize / 2), label.Y - (DotSize / 2), DotSize, DotSize))];
        foreach ((double x, double y, string text) in labels)
        {
            double width = text.Length * LetterWidth;
            Box best = new[]
            {
                new Box(x + Offset, y - Height, width, Height), new(x - Offset - width, y - Height, width, Height),
                new(x + Offset, y, width, Height), new(x - Offset - width, y, width, Height),
                new(x - (width / 2), y - Offset - Height, width, Height), new(x - (width / 2), y + Offset, width, Height),
            }.MinBy(box => taken.Sum(box.Shared) + box.Outside(area));
            taken.Add(best);
            yield return Svg.Text(best.Left, best.Top + Height - 2, "start", text, PageStyle.SmallText);
        }
    }

    private readonly record struct Box(double Left, double Top, double Width, double Height)
    {
        public double Shared(Box other) =>
            Math.Max(0, Math.Min(Left + Width, other.Left + other.Width) - Math.Max(Left, other.Left))
            * Math.Max(0, Math.Min(Top + Height, other.Top + other.Height) - Math.Max(Top, other.Top));

        public double Outside(PlotArea area) => (Width * Height) - Shared(new(area.Left, area.Top, area.Width, area.Height));
    }
}
