namespace PyramidOT.Pyramids;

/// <summary>The points of a cell that its centres come from.</summary>
internal enum CentreSide
{
    /// <summary>None: there is nothing left to try.</summary>
    None,

    /// <summary>Those of the source.</summary>
    Source,

    /// <summary>Those of the target.</summary>
    Target,

    /// <summary>All of them.</summary>
    Both,
}
