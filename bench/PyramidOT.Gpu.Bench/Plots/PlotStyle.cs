namespace PyramidOT.Bench.Plots;

/// <summary>
/// The style sheet of a picture, and the classes of series that it knows. The colours are those of Okabe and Ito, which colour-blind
/// people tell apart, lighter ones on a dark ground. The picture brings its ground, since a page may be darker than the reader's system is.
/// </summary>
internal static class PlotStyle
{
    public const string Ink = "ink";
    public const string Blue = "blue";
    public const string Orange = "orange";
    public const string Green = "green";

    /// <summary>A dashed line for what is not measured.</summary>
    public const string Guide = "guide";

    /// <summary>The sheet. No character of it may mean anything in XML.</summary>
    public const string Sheet = """

        svg { --ground: #ffffff; --text: #1d1d1f; --faint: #6a6a70; --rule: #e4e4e8; --blue: #0072b2; --orange: #c04f00; --green: #00805c; }
        @media (prefers-color-scheme: dark) {
          svg { --ground: #16171a; --text: #e8e8ea; --faint: #a0a0a8; --rule: #303136; --blue: #56b4e9; --orange: #f0a040; --green: #3fc79a; }
        }
        .ground { fill: var(--ground); }
        text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--text); }
        .frame { fill: none; stroke: var(--faint); stroke-width: 1; }
        .grid { fill: none; stroke: var(--rule); stroke-width: 1; }
        .line { fill: none; stroke: currentColor; stroke-width: 2; }
        .mark { fill: currentColor; stroke: var(--ground); stroke-width: 1; }
        .ink { color: var(--text); }
        .blue { color: var(--blue); }
        .orange { color: var(--orange); }
        .green { color: var(--green); }
        .guide { color: var(--faint); }
        .guide .line { stroke-dasharray: 6 4; stroke-width: 1.5; }

        """;
}
