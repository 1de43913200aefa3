namespace PyramidOT.Alignment;

/// <summary>What moves a flow's source, pass by pass.</summary>
internal interface IFlowPasses : IDisposable
{
    /// <summary>Batches that were solved so far.</summary>
    long SolvedBatches { get; }

    /// <summary>Batches whose match was kept so far.</summary>
    long KeptBatches { get; }

    /// <summary>Does a pass. Nothing has moved where it throws.</summary>
    /// <param name="pass">The pass, from 0.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its loss, before anything moved.</returns>
    double Advance(int pass, CancellationToken cancellation);

    /// <summary>What the next passes depend on, beside the points and the options.</summary>
    /// <param name="nextPass">The first of them.</param>
    FlowMemory Save(int nextPass);

    /// <summary>Goes on from there.</summary>
    /// <param name="pass">The next pass.</param>
    /// <param name="memory">What <see cref="Save"/> gave before it.</param>
    /// <param name="cancellation">Ends the work.</param>
    void Restore(int pass, FlowMemory memory, CancellationToken cancellation);
}
