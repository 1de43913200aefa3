using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>Sorting and transport on lines.</summary>
internal sealed unsafe partial class HostSlices
{
    // A segment from which on several threads share it, where there are too few segments for the threads.
    private const int LargeSegment = 1 << 17;

    // About how many operations a number takes to sort, and a step of the walk.
    private const double SortOperations = 20;
    private const double WalkOperations = 4;

    public void Sort(BatchLayout segments, EngineView<float> keys, EngineView<float> sorted, EngineView<int> places)
    {
        ArgumentNullException.ThrowIfNull(segments);
        float* from = engine.PointerTo(keys, segments.Rows);
        float* to = engine.PointerTo(sorted, segments.Rows);
        int* placeOf = places.IsEmpty ? null : engine.PointerTo(places, segments.Rows);
        bool share = workers.Threads > 1 && segments.Count < 2 * workers.Threads;
        int group = LaneSorting.Group(segments.Count, segments.Rows, placeOf != null, workers.Threads);
        int groups = (int)(((long)segments.Count + group - 1) / group);
        workers.For(groups, OperationsPerLine(segments.Rows, groups) * SortOperations, (start, end, scratch) =>
        {
            for (int g = start; g < end; g++)
            {
                scratch.Reset();
                int first = g * group;
                int last = Math.Min(segments.Count, first + group);
                if (!share || segments.MaxRows < LargeSegment)
                {
                    LaneSorting.Sort(segments.RowOffsets[first..(last + 1)], from, to, placeOf, scratch);
                    continue;
                }

                for (int b = first; b < last; b++)
                {
                    if (segments.RowsOf(b) < LargeSegment)
                    {
                        LaneSorting.Sort(segments.RowOffsets[b..(b + 2)], from, to, placeOf, scratch);
                    }
                }
            }
        });
        if (share && segments.MaxRows >= LargeSegment)
        {
            SortLarge(segments, from, to, placeOf);
        }
    }

    public void Accumulate(BatchLayout segments, EngineView<long> masses, EngineView<int> places, EngineView<long> ends)
    {
        ArgumentNullException.ThrowIfNull(segments);
        bool shared = SliceArguments.AreShared(segments, masses);
        long* from = engine.PointerTo(masses, masses.Length);
        int* placeOf = engine.PointerTo(places, segments.Rows);
        long* to = engine.PointerTo(ends, segments.Rows);
        CheckPlaces(placeOf, segments.RowOffsets, nameof(places));
        workers.For(segments.Count, OperationsPerLine(segments.Rows, segments.Count) * WalkOperations, (start, end, _) =>
        {
            for (int b = start; b < end; b++)
            {
                long first = segments.RowOffsets[b];
                long* own = shared ? from : from + first;
                long sum = 0;
                for (long i = first; i < segments.RowOffsets[b + 1]; i++)
                {
                    sum += own[placeOf[i]];
                    to[i] = sum;
                }
            }
        });
    }

    public void Transport(BatchLayout problems, LineSide source, LineSide target, double exponent, Span<double> costs)
    {
        bool isWeighted = SliceArguments.CheckLines(problems, source, target, exponent, costs.Length);
        LinePointers rows = PointersOf(source, problems.RowOffsets, isWeighted, nameof(source));
        LinePointers columns = PointersOf(target, problems.ColumnOffsets, isWeighted, nameof(target));
        using EngineBuffer<double> buffer = engine.Allocate<double>(problems.Count);
        double* to = engine.PointerTo<double>(buffer, buffer.Length);
        workers.For(problems.Count, OperationsPerLine(problems.Rows + problems.Columns, problems.Count) * WalkOperations, (start, end, _) =>
        {
            for (int b = start; b < end; b++)
            {
                LineWalk walk = new()
                {
                    Source = rows.At(problems.RowOffsets[b]),
                    Target = columns.At(problems.ColumnOffsets[b]),
                    SourceCount = problems.RowsOf(b),
                    TargetCount = problems.ColumnsOf(b),
                    Exponent = exponent,
                };
                to[b] = SimdWidth.Floats switch
                {
                    16 => walk.Cost<Doubles8, Vector512<double>>(),
                    8 => walk.Cost<Doubles4, Vector256<double>>(),
                    _ => walk.Cost<Doubles2, Vector128<double>>(),
                };
            }
        });
        new ReadOnlySpan<double>(to, problems.Count).CopyTo(costs);
    }

    private void SortLarge(BatchLayout segments, float* from, float* to, int* placeOf)
    {
        using EngineBuffer<ulong> room = engine.Allocate<ulong>(2L * segments.MaxRows);
        using EngineBuffer<int> digits = engine.Allocate<int>(RadixSorting.DigitsOf(segments.MaxRows));
        ulong* roomPointer = engine.PointerTo<ulong>(room, room.Length);
        int* digitPointer = engine.PointerTo<int>(digits, digits.Length);
        for (int b = 0; b < segments.Count; b++)
        {
            long first = segments.RowOffsets[b];
            int count = segments.RowsOf(b);
            if (count >= LargeSegment)
            {
                RadixSorting.SortLarge(
                    workers, from + first, count, to + first, placeOf == null ? null : placeOf + first, roomPointer, digitPointer);
            }
        }
    }

    private LinePointers PointersOf(LineSide side, ReadOnlySpan<long> offsets, bool isWeighted, string name)
    {
        long length = offsets[^1];
        LinePointers pointers = new()
        {
            Positions = engine.PointerTo(side.Positions, length, name),
            Ends = isWeighted ? engine.PointerTo(side.Ends, length, name) : null,
            Slopes = side.Slopes.IsEmpty ? null : engine.PointerTo(side.Slopes, length, name),
            Places = side.Slopes.IsEmpty ? null : engine.PointerTo(side.Places, length, name),
        };
        if (pointers.Places != null)
        {
            CheckPlaces(pointers.Places, offsets, name);
        }

        return pointers;
    }

    private static void CheckPlaces(int* places, ReadOnlySpan<long> offsets, string name)
    {
        for (int b = 0; b + 1 < offsets.Length; b++)
        {
            long count = offsets[b + 1] - offsets[b];
            HostEngine.CheckRows(places + offsets[b], count, count, name);
        }
    }

    private static double OperationsPerLine(long numbers, int lines) => (double)numbers / Math.Max(1, lines);
}
