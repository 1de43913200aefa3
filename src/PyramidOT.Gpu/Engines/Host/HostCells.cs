using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The cell family of the Host. Work is cut as <see cref="CellParts"/> says, by the layout alone: runs of small cells, whose results are
/// written at once, and pieces of large ones, whose results are put together when all are there.
/// </summary>
internal sealed unsafe class HostCells(HostEngine engine, HostWorkers workers) : ICellKernels
{
    // Enough rows that looking for a part's cells costs nothing, and few enough that every thread has some of a large cell.
    private const int RowsPerPart = 4096;

    public void Partition(BatchLayout cells, EngineView<int> order, EngineView<int> child, EngineView<int> partitioned, EngineView<int> counts)
    {
        ArgumentNullException.ThrowIfNull(cells);
        int* childOf = engine.PointerTo(child, cells.Rows);
        CellSorting sorting = new(
            cells, engine.PointerTo(order, cells.Rows), childOf, engine.PointerTo(partitioned, cells.Rows), engine.PointerTo(counts, cells.Columns));
        KernelArguments.RequireChildren(cells);

        // A piece has no fewer positions than its cell has children, and so no more counts than positions.
        CellParts parts = new(cells, Math.Max(RowsPerPart, cells.MaxColumns));
        double operations = OperationsPerPart(parts, (4 * cells.Rows) + cells.Columns);
        CellPiece[] pieces = parts.Pieces();
        long[] places = new long[pieces.Length + 1];
        for (int slot = 0; slot < pieces.Length; slot++)
        {
            places[slot + 1] = places[slot] + (pieces[slot].Count > 0 ? cells.ColumnsOf(pieces[slot].Cell) : 0);
        }

        using EngineBuffer<int> buffer = engine.Allocate<int>(places[^1] + cells.MaxColumns);
        int* slots = engine.PointerTo<int>(buffer, buffer.Length);
        long stray = long.MaxValue;
        workers.For(parts.Count, operations, (start, end, _) =>
        {
            for (int i = start; i < end; i++)
            {
                CellPart part = parts[i];
                for (int cell = part.FirstCell; cell < part.EndCell; cell++)
                {
                    CellPiece piece = part[cell];
                    long found = sorting.FirstStray(piece);
                    if (found >= 0)
                    {
                        Lower(ref stray, found);
                        return;
                    }

                    if (!piece.IsWhole)
                    {
                        sorting.Count(piece, slots + places[piece.Slot(i)]);
                    }
                }
            }
        });
        if (stray != long.MaxValue)
        {
            throw StrayChild(cells, stray, childOf[stray]);
        }

        Spread(sorting, pieces, places, slots);
        workers.For(parts.Count, operations, (start, end, scratch) =>
        {
            int* room = scratch.Take<int>(cells.MaxColumns);
            for (int i = start; i < end; i++)
            {
                CellPart part = parts[i];
                for (int cell = part.FirstCell; cell < part.EndCell; cell++)
                {
                    CellPiece piece = part[cell];
                    if (piece.IsWhole)
                    {
                        sorting.Sort(piece, room);
                    }
                    else
                    {
                        sorting.Place(piece, slots + places[piece.Slot(i)]);
                    }
                }
            }
        });
    }

    public void Bounds(
        BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, EngineView<float> lows, EngineView<float> highs)
    {
        CellRows rows = new(engine, cells, points, order, dimensions);
        float* low = engine.PointerTo(lows, (long)cells.Count * dimensions);
        float* high = engine.PointerTo(highs, (long)cells.Count * dimensions);

        // No wider than a point, as lanes are coordinates.
        switch (Math.Min(SimdWidth.Floats, dimensions))
        {
            case >= 16:
                Bounds<Floats16, Vector512<float>>(cells, rows, low, high);
                break;
            case >= 8:
                Bounds<Floats8, Vector256<float>>(cells, rows, low, high);
                break;
            default:
                Bounds<Floats4, Vector128<float>>(cells, rows, low, high);
                break;
        }
    }

    public void Halve(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<int> coordinates,
        EngineView<float> thresholds,
        EngineView<int> child)
    {
        CellRows rows = new(engine, cells, points, order, dimensions);
        int* coordinateOf = engine.PointerTo(coordinates, cells.Count);
        float* thresholdOf = engine.PointerTo(thresholds, cells.Count);
        int* childOf = engine.PointerTo(child, cells.Rows);
        KernelArguments.RequireHalves(cells);
        HostEngine.CheckRows(coordinateOf, cells.Count, dimensions, nameof(coordinates));
        CellParts parts = new(cells, RowsPerPart);
        workers.For(parts.Count, OperationsPerPart(parts, 4 * cells.Rows), (start, end, _) =>
        {
            for (int i = start; i < end; i++)
            {
                CellPart part = parts[i];
                for (int cell = part.FirstCell; cell < part.EndCell; cell++)
                {
                    CellPiece piece = part[cell];
                    int coordinate = coordinateOf[cell];
                    float threshold = thresholdOf[cell];
                    for (long p = piece.First; p < piece.End; p++)
                    {
                        // Without a branch, which would be guessed wrongly half the time.
                        bool isBelow = rows.Point(p)[coordinate] < threshold;
                        childOf[p] = (2 * cell) + 1 - Unsafe.BitCast<bool, byte>(isBelow);
                    }
                }
            }
        });
    }

    public void Radii(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        GroundDistance distance,
        EngineView<float> radii)
    {
        CellRows rows = new(engine, cells, points, order, dimensions);
        KernelArguments.CheckDistance(distance);
        float* centreOf = engine.PointerTo(centres, (long)cells.Count * dimensions);
        float* radiusOf = engine.PointerTo(radii, cells.Count);
        switch (Math.Min(SimdWidth.Floats / 2, dimensions))
        {
            case >= 8:
                Radii<Doubles8, Vector512<double>>(cells, rows, centreOf, distance, radiusOf);
                break;
            case >= 4:
                Radii<Doubles4, Vector256<double>>(cells, rows, centreOf, distance, radiusOf);
                break;
            default:
                Radii<Doubles2, Vector128<double>>(cells, rows, centreOf, distance, radiusOf);
                break;
        }
    }

    private void Bounds<S, V>(BatchLayout cells, CellRows rows, float* lows, float* highs)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int d = rows.Dimensions;
        int size = CellBoxes<S, V>.Size(d);
        CellParts parts = new(cells, RowsPerPart);
        CellPiece[] pieces = parts.Pieces();
        using EngineBuffer<float> buffer = engine.Allocate<float>(parts.AnyCut ? (long)pieces.Length * size : 0);
        float* boxes = engine.PointerTo<float>(buffer, buffer.Length);
        workers.For(parts.Count, OperationsPerPart(parts, (cells.Rows + cells.Count) * d), (start, end, scratch) =>
        {
            float* own = scratch.Take<float>(size);
            for (int i = start; i < end; i++)
            {
                CellPart part = parts[i];
                for (int cell = part.FirstCell; cell < part.EndCell; cell++)
                {
                    CellPiece piece = part[cell];
                    rows.Announce(piece.First, piece.End);
                    if (piece.IsWhole && piece.Count <= CellBoxes<S, V>.PointsAtATime)
                    {
                        CellBoxes<S, V>.Write(rows, piece.First, piece.End, lows + ((long)cell * d), highs + ((long)cell * d));
                        continue;
                    }

                    float* box = piece.IsWhole ? own : boxes + ((long)piece.Slot(i) * size);
                    CellBoxes<S, V>.Clear(box, d);
                    CellBoxes<S, V>.Add(rows, piece.First, piece.End, box);
                    if (piece.IsWhole)
                    {
                        CellBoxes<S, V>.Finish(box, d, lows + ((long)cell * d), highs + ((long)cell * d));
                    }
                }
            }
        });
        float* all = boxes;
        for (int slot = 0; slot < pieces.Length; slot++)
        {
            CellPiece piece = pieces[slot];
            float* box = boxes + ((long)slot * size);
            if (piece.IsFirst)
            {
                all = box;
            }
            else if (piece.Count > 0)
            {
                CellBoxes<S, V>.Merge(all, box, d);
            }

            if (piece.IsLast)
            {
                CellBoxes<S, V>.Finish(all, d, lows + ((long)piece.Cell * d), highs + ((long)piece.Cell * d));
            }
        }
    }

    private void Radii<D, W>(BatchLayout cells, CellRows rows, float* centres, GroundDistance distance, float* radii)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int d = rows.Dimensions;
        CellParts parts = new(cells, RowsPerPart);
        CellPiece[] pieces = parts.Pieces();
        double[] largestOf = new double[pieces.Length];
        workers.For(parts.Count, OperationsPerPart(parts, (cells.Rows + cells.Count) * d), (start, end, _) =>
        {
            for (int i = start; i < end; i++)
            {
                CellPart part = parts[i];
                for (int cell = part.FirstCell; cell < part.EndCell; cell++)
                {
                    CellPiece piece = part[cell];
                    rows.Announce(piece.First, piece.End);
                    double largest = CellRadii<D, W>.Largest(rows, piece.First, piece.End, centres + ((long)cell * d), distance);
                    if (piece.IsWhole)
                    {
                        radii[cell] = CellRadii<D, W>.RoundUp(largest, d, distance);
                    }
                    else
                    {
                        largestOf[piece.Slot(i)] = largest;
                    }
                }
            }
        });
        double all = 0;
        for (int slot = 0; slot < pieces.Length; slot++)
        {
            CellPiece piece = pieces[slot];
            all = piece.IsFirst ? largestOf[slot] : Math.Max(all, largestOf[slot]);
            if (piece.IsLast)
            {
                radii[piece.Cell] = CellRadii<D, W>.RoundUp(all, d, distance);
            }
        }
    }

    /// <summary>Turns the counts of all pieces into their places; writes the counts of the cells that they belong to.</summary>
    private static void Spread(in CellSorting sorting, CellPiece[] pieces, long[] places, int* slots)
    {
        for (int slot = 0; slot < pieces.Length; slot++)
        {
            if (pieces[slot].Count > 0)
            {
                sorting.Add(pieces[slot], slots + places[slot]);
            }
        }

        for (int slot = 0; slot < pieces.Length; slot++)
        {
            if (pieces[slot].Count > 0)
            {
                sorting.Spread(pieces[slot], slots + places[slot], slots + places[^1]);
            }
        }
    }

    private static ArgumentOutOfRangeException StrayChild(BatchLayout cells, long position, int child)
    {
        int cell = 0;
        while (cells.RowOffsets[cell + 1] <= position)
        {
            cell++;
        }

        return new(
            nameof(child),
            child,
            $"The child of position {position} must be one of its cell, from {cells.ColumnOffsets[cell]} to {cells.ColumnOffsets[cell + 1] - 1}.");
    }

    private static double OperationsPerPart(CellParts parts, double operations) => operations / Math.Max(1, parts.Count);

    private static void Lower(ref long least, long value)
    {
        for (long seen = Volatile.Read(ref least); value < seen;)
        {
            long before = Interlocked.CompareExchange(ref least, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
