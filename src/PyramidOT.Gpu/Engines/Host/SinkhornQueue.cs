using System.Buffers;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The problems of a call in the order in which threads take them: large ones first, so that none begins when all others are done; then
/// tiny ones by size, so that those that stand side by side are alike. Which thread takes a problem changes nothing in its result.
/// </summary>
internal sealed class SinkhornQueue : IDisposable
{
    private readonly int[] _order;
    private readonly int _count;
    private readonly int _large;
    private int _taken;

    /// <summary>Orders problems.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="largest">The most rows and columns of a tiny one; of each it has at least one.</param>
    public SinkhornQueue(BatchLayout problems, int largest)
    {
        _count = problems.Count;
        _order = ArrayPool<int>.Shared.Rent(_count);
        Span<int> places = stackalloc int[largest + 2];
        places.Clear();
        for (int b = 0; b < _count; b++)
        {
            int rank = Rank(problems, b, largest);
            places[rank + 1]++;
            if (rank > 0)
            {
                TinyRows = Math.Max(TinyRows, problems.RowsOf(b));
                TinyColumns = Math.Max(TinyColumns, problems.ColumnsOf(b));
            }
        }

        _large = places[1];
        for (int rank = 1; rank < places.Length; rank++)
        {
            places[rank] += places[rank - 1];
        }

        for (int b = 0; b < _count; b++)
        {
            _order[places[Rank(problems, b, largest)]++] = b;
        }
    }

    /// <summary>Number of tiny problems.</summary>
    public int Tiny => _count - _large;

    /// <summary>The most rows of a tiny problem.</summary>
    public int TinyRows { get; }

    /// <summary>The most columns of a tiny problem.</summary>
    public int TinyColumns { get; }

    /// <summary>Takes a problem; for any thread.</summary>
    /// <param name="isTiny">Whether it is tiny; after it there are only tiny ones.</param>
    /// <returns>Its number; -1 when all are taken.</returns>
    public int Take(out bool isTiny)
    {
        int place = Interlocked.Increment(ref _taken) - 1;
        isTiny = place >= _large && place < _count;
        return place < _count ? _order[place] : -1;
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(_order);

    /// <summary>0 for a problem that is not tiny, else 1 for the largest, and so on.</summary>
    private static int Rank(BatchLayout problems, int b, int largest)
    {
        int size = Math.Max(problems.RowsOf(b), problems.ColumnsOf(b));
        return size > largest || Math.Min(problems.RowsOf(b), problems.ColumnsOf(b)) == 0 ? 0 : largest - size + 1;
    }
}
