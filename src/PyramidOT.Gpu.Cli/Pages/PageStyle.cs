namespace PyramidOT.Cli.Pages;

/// <summary>
/// The style sheet of all pages, and the classes of marks that it knows. The colours are those of Okabe and Ito, which colour-blind
/// people tell apart, lighter ones on a dark ground; the two kinds of point also differ in shape, and lines in their dashes.
/// </summary>
internal static class PageStyle
{
    /// <summary>A source point: a round dot.</summary>
    public const string Source = "source";

    /// <summary>A target point: a square dot.</summary>
    public const string Target = "target";

    /// <summary>A line between points that belong together.</summary>
    public const string Link = "link";

    /// <summary>Added to a line's class: dots of its colour.</summary>
    public const string Dots = "dots";

    /// <summary>Added to a line's class: square dots of its colour.</summary>
    public const string Squares = "squares";

    /// <summary>Added to a class of dots: large ones, for few points.</summary>
    public const string Large = "large";

    /// <summary>A line between points that share mass: the more opaque, the more of it.</summary>
    public const string Tie = "tie";

    /// <summary>A cell of a heat map: the more opaque, the larger its number.</summary>
    public const string Shade = "shade";

    /// <summary>A node of a tree.</summary>
    public const string Node = "node";

    /// <summary>A node of a tree at which nothing happens.</summary>
    public const string IdleNode = "idle";

    /// <summary>A line of the colour of <see cref="IdleNode"/>.</summary>
    public const string IdleLine = "idle-line";

    /// <summary>An edge of a tree.</summary>
    public const string Edge = "edge";

    /// <summary>Text that belongs to source points.</summary>
    public const string SourceText = "source-text";

    /// <summary>Text that belongs to target points.</summary>
    public const string TargetText = "target-text";

    /// <summary>Small text beside a mark.</summary>
    public const string SmallText = "small";

    private const int Lines = 7;

    /// <summary>Whether marks of a class are dots rather than lines.</summary>
    public static bool IsDot(string look) =>
        look.Split(' ').Any(part => part is Source or Target or Dots or Squares);

    /// <summary>The class of a chart's line. There are seven, then they begin again.</summary>
    /// <param name="index">Its number, from 0.</param>
    public static string Line(int index) => $"line{index % Lines}";

    /// <summary>The sheet. No character of it may mean anything in XML: browsers read it as it stands.</summary>
    public const string Sheet = """

        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1d1d1f; --faint: #6a6a70; --rule: #d4d4d8;
          --source: #0072b2; --target: #d55e00; --link: #55555c; --third: #009e73; --fourth: #b0508a; --fifth: #a87000; --sixth: #2f8fc4; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #16171a; --ink: #e8e8ea; --faint: #a0a0a8; --rule: #3a3b40;
            --source: #56b4e9; --target: #e69f00; --link: #b8b8c0; --third: #2fc79b; --fourth: #e6a3c7; --fifth: #f0e442; --sixth: #8fd0f5; }
        }
        body { margin: 0 auto; padding: 24px; max-width: 1280px; background: var(--ground); color: var(--ink);
          font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        h1 { font-size: 26px; line-height: 1.2; margin: 8px 0 12px; }
        h2 { font-size: 19px; margin: 32px 0 8px; }
        a { color: var(--source); }
        p, li { max-width: 90ch; margin: 8px 0; }
        .note { color: var(--faint); font-size: 13px; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 16px 12px; margin: 12px 0; }
        figure { margin: 0; max-width: 520px; }
        figcaption { margin: 4px 0; }
        svg { display: block; width: 100%; height: auto; }
        svg text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
        svg path, .frame { fill: none; }
        .frame { stroke: var(--faint); stroke-width: 1; }
        .source { stroke: var(--source); stroke-width: 4.2; stroke-linecap: round; }
        .target { stroke: var(--target); stroke-width: 3.7; stroke-linecap: square; }
        .link { stroke: var(--link); stroke-width: 0.9; stroke-opacity: 0.6; }
        .line0, .line1, .line2, .line3, .line4, .line5, .line6 { stroke-width: 2; stroke-linejoin: round; }
        .line0 { stroke: var(--source); }
        .line1 { stroke: var(--target); stroke-dasharray: 7 3; }
        .line2 { stroke: var(--third); stroke-dasharray: 2 2.5; }
        .line3 { stroke: var(--fourth); stroke-dasharray: 9 3 2 3; }
        .line4 { stroke: var(--ink); stroke-width: 1.4; }
        .line5 { stroke: var(--fifth); stroke-dasharray: 4 2; }
        .line6 { stroke: var(--sixth); stroke-dasharray: 12 4; }
        .dots { stroke-width: 5.5; stroke-linecap: round; stroke-dasharray: none; }
        .squares { stroke-width: 5; stroke-linecap: square; stroke-dasharray: none; }
        .large { stroke-width: 8; }
        .target.large, .squares.large { stroke-width: 6.5; }
        .tie { stroke: var(--ink); stroke-width: 1.6; }
        .shade { fill: var(--source); shape-rendering: crispEdges; }
        .edge { stroke: var(--faint); stroke-width: 1; }
        .node { fill: var(--ground); stroke-width: 2.5; stroke-dasharray: none; }
        .idle { fill: var(--faint); }
        .idle-line { stroke: var(--faint); }
        svg.tree { width: auto; max-width: 100%; }
        svg .small { font-size: 10.5px; paint-order: stroke; stroke: var(--ground); stroke-width: 3px; }
        svg .source-text { fill: var(--source); font-size: 10.5px; }
        svg .target-text { fill: var(--target); font-size: 10.5px; }
        figure.wide { grid-column: 1 / -1; max-width: none; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; margin: 8px 0 12px; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: 4px 0; }
        th, td { padding: 3px 14px 3px 0; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th { font-weight: 600; }
        th:first-child, td:first-child { text-align: left; }

        """;
}
