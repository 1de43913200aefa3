using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>A node of a tree.</summary>
/// <param name="Children">What hangs on it, from left to right.</param>
internal sealed record TreeNode(IReadOnlyList<TreeNode> Children)
{
    /// <summary>What stands in it; null where nothing happens at it.</summary>
    public string? Text { get; init; }

    /// <summary>Which of the page's colours it has.</summary>
    public int Look { get; init; }

    /// <summary>What stands beside it.</summary>
    public string Remark { get; init; } = "";

    /// <summary>What stands below a node without children, about source points.</summary>
    public IReadOnlyList<string> SourceLines { get; init; } = [];

    /// <summary>What stands below a node without children, about target points.</summary>
    public IReadOnlyList<string> TargetLines { get; init; } = [];
}

/// <summary>A tree from its root at the top down to its leaves.</summary>
internal static class TreePicture
{
    private const double LeafWidth = 58;
    private const double LevelHeight = 66;
    private const double Radius = 12;
    private const double IdleRadius = 4;
    private const double RoomAbove = 18;
    private const double LevelRoom = 54;
    private const double LineHeight = 13;

    // Room for the legend.
    private const double LeastWidth = 440;

    /// <summary>Draws the tree.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="root">The root.</param>
    /// <param name="active">What the legend calls nodes with text.</param>
    public static XElement Draw(string title, TreeNode root, string active)
    {
        int leaves = Leaves(root);
        double width = Math.Max(LeastWidth, LevelRoom + (leaves * LeafWidth) + (LeafWidth / 2));
        (XElement legend, double top) = Legend.DrawRows(
            0,
            width,
            [new($"{PageStyle.Line(0)} {PageStyle.Dots}", active), new($"{PageStyle.IdleLine} {PageStyle.Dots}", "no pair: passed on to the node above")]);
        top += RoomAbove;
        XElement edges = Svg.Element("g", new XAttribute("class", "edges"));
        XElement nodes = Svg.Element("g", new XAttribute("class", "nodes"));
        double bottom = top;
        double next = LevelRoom;
        Place(root, 0);
        int depth = Depth(root);
        XElement levels = Svg.Element("g", new XAttribute("class", "axes"));
        for (int level = 0; level < depth; level++)
        {
            levels.Add(Svg.Text(0, YOf(level) + 4, "start", $"level {level}"));
        }

        return Svg.Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Svg.Number(width)} {Svg.Number(bottom + 6)}"),
            new XAttribute("role", "img"),
            new XAttribute("class", "tree"),
            new XAttribute("width", Svg.Number(width)),
            Svg.Element("title", title),
            legend,
            levels,
            edges,
            nodes);

        double YOf(int level) => top + (level * LevelHeight);

        double Place(TreeNode node, int level)
        {
            double y = YOf(level);
            double[] places = [.. node.Children.Select(child => Place(child, level + 1))];
            double x;
            if (places.Length == 0)
            {
                x = next + (LeafWidth / 2);
                next += LeafWidth;
                double line = y + Radius + LineHeight;
                foreach ((string text, string look) in node.SourceLines.Select(text => (text, PageStyle.SourceText)).Concat(node.TargetLines.Select(text => (text, PageStyle.TargetText))))
                {
                    nodes.Add(Svg.Text(x, line, "middle", text, look));
                    line += LineHeight;
                }

                bottom = Math.Max(bottom, line - LineHeight);
            }
            else
            {
                x = (places[0] + places[^1]) / 2;
                edges.Add(places.Select(place => Svg.Path(PageStyle.Edge, $"M{Svg.Number(x)} {Svg.Number(y)}L{Svg.Number(place)} {Svg.Number(YOf(level + 1))}")));
            }

            nodes.Add(Circle(node, x, y));
            if (node.Text is not null)
            {
                nodes.Add(Svg.Text(x, y + 4, "middle", node.Text));
            }

            if (node.Remark.Length > 0)
            {
                nodes.Add(Svg.Text(x + (node.Text is null ? IdleRadius : Radius) + 3, y - 4, "start", node.Remark, PageStyle.SmallText));
            }

            bottom = Math.Max(bottom, y + Radius);
            return x;
        }
    }

    private static XElement Circle(TreeNode node, double x, double y) => Svg.Element(
        "circle",
        new XAttribute("class", node.Text is null ? PageStyle.IdleNode : $"{PageStyle.Line(node.Look)} {PageStyle.Node}"),
        Svg.Attribute("cx", x),
        Svg.Attribute("cy", y),
        Svg.Attribute("r", node.Text is null ? IdleRadius : Radius));

    private static int Leaves(TreeNode node) => Math.Max(1, node.Children.Sum(Leaves));

    private static int Depth(TreeNode node) => 1 + node.Children.Select(Depth).DefaultIfEmpty().Max();
}
