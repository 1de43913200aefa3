namespace PyramidOT.Alignment;

/// <summary>Draws up candidate lists.</summary>
internal interface ICandidateSearch : IDisposable
{
    /// <summary>Draws up the lists of some rows by the potentials as they stand.</summary>
    void Fill(CandidateLists lists, ReadOnlySpan<int> rows, double[] potentials);
}
