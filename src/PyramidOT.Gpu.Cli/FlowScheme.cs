namespace PyramidOT.Cli;

/// <summary>What couples the points of a flow, by the names of <c>--scheme</c>.</summary>
internal enum FlowScheme
{
    /// <summary>As <see cref="PyramidScheme.Interleaving"/>.</summary>
    Interleaving,

    /// <summary>As <see cref="PyramidScheme.Joint"/>.</summary>
    Joint,

    /// <summary>As <see cref="PyramidScheme.Source"/>.</summary>
    Source,

    /// <summary>As <see cref="PyramidScheme.Grid"/>.</summary>
    Grid,

    /// <summary>As <see cref="PyramidScheme.Random"/>.</summary>
    Random,

    /// <summary>No batches: the matching of the whole clouds.</summary>
    Global,
}
