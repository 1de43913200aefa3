namespace PyramidOT.Cli.Pages;

/// <summary>
/// The style sheet of all pages, and the classes of marks that it knows. The colours are those of Okabe and Ito, which colour-blind
/// people tell apart, lighter ones on a dark ground; the two kinds of point also differ in shape.
/// </summary>
internal static class PageStyle
{
    /// <summary>A source point: a round dot.</summary>
    public const string Source = "source";

    /// <summary>A target point: a square dot.</summary>
    public const string Target = "target";

    /// <summary>A line between points that belong together.</summary>
    public const string Link = "link";

    /// <summary>The sheet. No character of it may mean anything in XML: browsers read it as it stands.</summary>
    public const string Sheet = """

        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1d1d1f; --faint: #6a6a70; --rule: #d4d4d8;
          --source: #0072b2; --target: #d55e00; --link: #55555c; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #16171a; --ink: #e8e8ea; --faint: #a0a0a8; --rule: #3a3b40;
            --source: #56b4e9; --target: #e69f00; --link: #b8b8c0; }
        }
        body { margin: 0 auto; padding: 24px; max-width: 1280px; background: var(--ground); color: var(--ink);
          font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        h1 { font-size: 26px; line-height: 1.2; margin: 8px 0 12px; }
        h2 { font-size: 19px; margin: 32px 0 8px; }
        p, li { max-width: 90ch; margin: 8px 0; }
        .note { color: var(--faint); font-size: 13px; }
        .pictures { display: flex; flex-wrap: wrap; gap: 12px; margin: 12px 0; }
        figure { margin: 0; flex: 1 1 340px; max-width: 520px; }
        figcaption { margin: 4px 0; }
        svg { display: block; width: 100%; height: auto; }
        svg text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
        svg path, .frame { fill: none; }
        .frame { stroke: var(--faint); stroke-width: 1; }
        .source { stroke: var(--source); stroke-width: 4.2; stroke-linecap: round; }
        .target { stroke: var(--target); stroke-width: 3.7; stroke-linecap: square; }
        .link { stroke: var(--link); stroke-width: 0.9; stroke-opacity: 0.6; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; margin: 8px 0 12px; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: 4px 0; }
        th, td { padding: 3px 14px 3px 0; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th { font-weight: 600; }
        th:first-child, td:first-child { text-align: left; }

        """;
}
