namespace PyramidOT.Cli;

/// <summary>What solves the batches of <c>estimate</c>, by the names of <c>--solver</c>.</summary>
internal enum SolverKind
{
    /// <summary>Exact transport.</summary>
    Exact,

    /// <summary>Entropic transport.</summary>
    Sinkhorn,

    /// <summary>Sliced distances.</summary>
    Sliced,
}
