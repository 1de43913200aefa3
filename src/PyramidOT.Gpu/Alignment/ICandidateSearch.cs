namespace PyramidOT.Alignment;

/// <summary>Draws up candidate lists.</summary>
internal interface ICandidateSearch : IDisposable
{
    /// <summary>
    /// Draws up the lists of some rows by the potentials as they stand. The best entry of such a list is not above its limit, in the very numbers that
    /// <see cref="CandidateLists.Best"/> computes: else who asks again because of that would ask for ever.
    /// </summary>
    void Fill(CandidateLists lists, ReadOnlySpan<int> rows, double[] potentials, CancellationToken cancellation);

    /// <summary>
    /// Draws up one list, where that is done about as fast as by <see cref="Fill"/> for many. The potentials have only fallen since the last
    /// <see cref="Fill"/>.
    /// </summary>
    /// <returns>Whether it was drawn up.</returns>
    bool TryFill(CandidateLists lists, int row, double[] potentials);
}
