using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>The points of a batch of cells, as addresses.</summary>
internal readonly unsafe struct CellRows
{
    // Points on the way at a time, and cache lines of one that are asked for; the processor finds the next ones.
    private const int Ahead = 24;
    private const int Lines = 4;

    private readonly float* _points;
    private readonly int* _order;
    private readonly long _positions;

    /// <summary>Takes the windows of a call, after checking that they fit the cells.</summary>
    public CellRows(HostEngine engine, BatchLayout layout, EngineView<float> points, EngineView<int> order, int dimensions)
    {
        long count = KernelArguments.PointCount(layout, points, order, dimensions);
        Dimensions = dimensions;
        _positions = layout.Rows;
        _points = engine.PointerTo(points, points.Length);
        _order = order.IsEmpty ? null : engine.PointerTo(order, layout.Rows);
        PointsEnd = _points + points.Length;
        if (_order != null)
        {
            HostEngine.CheckRows(_order, layout.Rows, count, nameof(order));
        }
    }

    /// <summary>Coordinates of a point.</summary>
    public int Dimensions { get; }

    /// <summary>One past the last coordinate of the last point.</summary>
    public float* PointsEnd { get; }

    /// <summary>
    /// Asks for the points that are taken after a small cell's: they may stand anywhere, and what is done at the end of a cell keeps the
    /// processor from looking so far ahead by itself.
    /// </summary>
    /// <param name="first">The first position of the cell.</param>
    /// <param name="end">One past its last position.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Announce(long first, long end)
    {
        if (_order != null && Sse.IsSupported && end - first < Ahead)
        {
            Fetch(first, end);
        }
    }

    /// <summary>The coordinates of the point at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Point(long position) => _points + ((_order == null ? position : _order[position]) * (long)Dimensions);

    private void Fetch(long first, long end)
    {
        // What the last cell asked for ended as far from its end.
        long stop = Math.Min(end + Ahead, _positions);
        for (long i = first + Ahead; i < stop; i++)
        {
            byte* point = (byte*)Point(i);
            for (int at = 0; at < Math.Min(Dimensions * sizeof(float), Lines * HostMemory.Alignment); at += HostMemory.Alignment)
            {
                Sse.Prefetch0(point + at);
            }
        }
    }
}
