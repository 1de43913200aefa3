namespace PyramidOT.MiniBatches;

/// <summary>The cells of a coupling that is being put together from batches.</summary>
internal sealed class CouplingCells
{
    private readonly List<int> _sourceRows = [];
    private readonly List<int> _targetRows = [];
    private readonly List<int> _levels = [];
    private readonly List<double> _masses = [];

    /// <summary>Adds a cell.</summary>
    public void Add(int sourceRow, int targetRow, int level, double mass)
    {
        _sourceRows.Add(sourceRow);
        _targetRows.Add(targetRow);
        _levels.Add(level);
        _masses.Add(mass);
    }

    /// <summary>All cells.</summary>
    public Coupling ToCoupling() => new([.. _sourceRows], [.. _targetRows], [.. _levels], [.. _masses]);
}
