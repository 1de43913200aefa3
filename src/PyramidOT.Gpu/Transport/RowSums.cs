namespace PyramidOT.Transport;

/// <summary>
/// Adds rows to those that they belong to, on the engine: the host, which knows where each belongs, puts together what meets in one row, so that
/// no two threads do, and each sum has its own order. Keeps its memory between calls.
/// </summary>
internal sealed class RowSums(ComputeEngine engine) : IDisposable
{
    private readonly List<int> _rows = [];
    private int[] _groups = [];
    private int[] _ends = [];
    private int[] _places = [];
    private EngineBuffer<int>? _rowBuffer;
    private EngineBuffer<int>? _endBuffer;
    private EngineBuffer<int>? _placeBuffer;
    private EngineBuffer<float>? _factorBuffer;

    /// <summary>Adds to each sum its addends, times their factors, in the order of the addends.</summary>
    /// <param name="sums">n x d numbers.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="sumOf">The row of the sums that each addend belongs to.</param>
    /// <param name="addends">As many rows of d numbers.</param>
    /// <param name="factors">As many factors.</param>
    public void Add(EngineView<float> sums, int dimensions, ReadOnlySpan<int> sumOf, EngineView<float> addends, ReadOnlySpan<float> factors)
    {
        int count = sumOf.Length;
        Group(sumOf, checked((int)(sums.Length / dimensions)));
        engine.Points.AddRows(
            sums,
            dimensions,
            Upload(ref _rowBuffer, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows)),
            Upload(ref _endBuffer, _ends.AsSpan(0, _rows.Count)),
            Upload(ref _placeBuffer, _places.AsSpan(0, count)),
            addends,
            Upload(ref _factorBuffer, factors));
    }

    public void Dispose()
    {
        _rowBuffer?.Dispose();
        _endBuffer?.Dispose();
        _placeBuffer?.Dispose();
        _factorBuffer?.Dispose();
    }

    /// <summary>Finds the rows that gain something, and puts the places of their addends side by side.</summary>
    private void Group(ReadOnlySpan<int> sumOf, int rows)
    {
        // Of each row the number of its group, plus 1; all 0 between calls.
        _groups = _groups.Length < rows ? new int[rows] : _groups;
        _places = _places.Length < sumOf.Length ? new int[sumOf.Length] : _places;
        _ends = _ends.Length < sumOf.Length ? new int[sumOf.Length] : _ends;
        _rows.Clear();
        foreach (int row in sumOf)
        {
            if (_groups[row] == 0)
            {
                _rows.Add(row);
                _groups[row] = _rows.Count;
                _ends[_rows.Count - 1] = 0;
            }

            _ends[_groups[row] - 1]++;
        }

        // First where each group begins; its end is where its last addend was put.
        int begin = 0;
        for (int group = 0; group < _rows.Count; group++)
        {
            (_ends[group], begin) = (begin, begin + _ends[group]);
        }

        for (int k = 0; k < sumOf.Length; k++)
        {
            _places[_ends[_groups[sumOf[k]] - 1]++] = k;
        }

        foreach (int row in _rows)
        {
            _groups[row] = 0;
        }
    }

    private EngineView<T> Upload<T>(ref EngineBuffer<T>? buffer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (buffer is null || buffer.Length < values.Length)
        {
            buffer?.Dispose();
            buffer = null;
            buffer = engine.Allocate<T>(values.Length);
        }

        EngineView<T> view = buffer.Slice(0, values.Length);
        view.Upload(values);
        return view;
    }
}
