using System.Numerics;
using System.Numerics.Tensors;

namespace PyramidOT.Engines.Host;

/// <summary>Row operations: memory-bound, so rows are cut among the threads and copied or summed whole.</summary>
internal sealed unsafe class HostPoints(HostEngine engine, HostWorkers workers) : IPointKernels
{
    // Rows of one part of a parallel loop: the loop counts in int, and so do blocks of rows beyond 2^31.
    private const int RowsPerBlock = 256;

    public void Gather(EngineView<float> points, int dimensions, EngineView<int> rows, EngineView<float> destination)
    {
        long count = KernelArguments.RowCount(points, dimensions, nameof(points));
        float* from = engine.PointerTo(points, points.Length);
        int* picks = engine.PointerTo(rows, rows.Length);
        float* to = engine.PointerTo(destination, rows.Length * dimensions);
        HostEngine.CheckRows(picks, rows.Length, count, nameof(rows));
        ForRows(rows.Length, dimensions, (start, end) =>
        {
            for (long i = start; i < end; i++)
            {
                new ReadOnlySpan<float>(from + ((long)picks[i] * dimensions), dimensions).CopyTo(new(to + (i * dimensions), dimensions));
            }
        });
    }

    public void Gather(EngineView<int> values, EngineView<int> places, EngineView<int> destination)
    {
        int* from = engine.PointerTo(values, values.Length);
        int* picks = engine.PointerTo(places, places.Length);
        int* to = engine.PointerTo(destination, places.Length);
        HostEngine.CheckRows(picks, places.Length, values.Length, nameof(places));
        ForRows(places.Length, 1, (start, end) =>
        {
            for (long i = start; i < end; i++)
            {
                to[i] = from[picks[i]];
            }
        });
    }

    public void SquaredNorms(EngineView<float> points, int dimensions, EngineView<float> norms)
    {
        long count = KernelArguments.RowCount(points, dimensions, nameof(points));
        float* from = engine.PointerTo(points, points.Length);
        float* to = engine.PointerTo(norms, count);
        ForRows(count, dimensions, (start, end) =>
        {
            for (long i = start; i < end; i++)
            {
                to[i] = TensorPrimitives.SumOfSquares<float>(new(from + (i * dimensions), dimensions));
            }
        });
    }

    public void MoveTowards(
        EngineView<float> points, EngineView<int> pointRows, EngineView<float> targets, EngineView<int> targetRows, int dimensions, float fraction)
    {
        KernelArguments.CheckFraction(fraction);
        float* x = engine.PointerTo(points, points.Length);
        float* y = engine.PointerTo(targets, targets.Length);
        int* a = engine.PointerTo(pointRows, pointRows.Length);
        int* b = engine.PointerTo(targetRows, pointRows.Length);
        HostEngine.CheckRows(a, pointRows.Length, KernelArguments.RowCount(points, dimensions, nameof(points)), nameof(pointRows));
        HostEngine.CheckRows(b, pointRows.Length, KernelArguments.RowCount(targets, dimensions, nameof(targets)), nameof(targetRows));
        ForRows(pointRows.Length, dimensions, (start, end) =>
        {
            for (long i = start; i < end; i++)
            {
                Move(x + ((long)a[i] * dimensions), y + ((long)b[i] * dimensions), dimensions, fraction);
            }
        });
    }

    public void Add(EngineView<float> values, EngineView<float> steps, float factor = 1)
    {
        KernelArguments.CheckFactor(factor);
        float* x = engine.PointerTo(values, values.Length);
        float* s = engine.PointerTo(steps, values.Length);
        ForRows(values.Length, 1, (start, end) =>
        {
            Span<float> part = new(x + start, (int)(end - start));
            TensorPrimitives.MultiplyAddEstimate(new ReadOnlySpan<float>(s + start, part.Length), factor, part, part);
        });
    }

    public void AddRows(
        EngineView<float> sums,
        int dimensions,
        EngineView<int> rows,
        EngineView<int> ends,
        EngineView<int> places,
        EngineView<float> addends,
        EngineView<float> factors)
    {
        long count = KernelArguments.RowCount(sums, dimensions, nameof(sums));
        long addendCount = KernelArguments.RowCount(addends, dimensions, nameof(addends));
        float* x = engine.PointerTo(sums, sums.Length);
        int* to = engine.PointerTo(rows, rows.Length);
        int* end = engine.PointerTo(ends, rows.Length);
        int* from = engine.PointerTo(places, places.Length);
        float* y = engine.PointerTo(addends, addends.Length);
        float* factor = engine.PointerTo(factors, addendCount);
        HostEngine.CheckRows(to, rows.Length, count, nameof(rows));
        HostEngine.CheckRows(from, places.Length, addendCount, nameof(places));
        CheckEnds(new(end, checked((int)rows.Length)), places.Length);
        ForRows(rows.Length, dimensions, (start, stop) =>
        {
            for (long i = start; i < stop; i++)
            {
                for (int k = i == 0 ? 0 : end[i - 1]; k < end[i]; k++)
                {
                    AddScaled(x + ((long)to[i] * dimensions), y + ((long)from[k] * dimensions), dimensions, factor[from[k]]);
                }
            }
        });
    }

    private static void CheckEnds(ReadOnlySpan<int> ends, long places)
    {
        int last = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            if (ends[i] < last || ends[i] > places)
            {
                throw new ArgumentOutOfRangeException(nameof(ends), ends[i], $"The end at position {i} must be from {last} to {places}.");
            }

            last = ends[i];
        }

        if (last != places)
        {
            throw new ArgumentOutOfRangeException(nameof(ends), last, $"The last end must be {places}, the number of places.");
        }
    }

    private static void AddScaled(float* x, float* y, int dimensions, float factor)
    {
        Vector<float> factors = new(factor);
        int k = 0;
        for (; k + Vector<float>.Count <= dimensions; k += Vector<float>.Count)
        {
            Vector.MultiplyAddEstimate(factors, Vector.Load(y + k), Vector.Load(x + k)).Store(x + k);
        }

        for (; k < dimensions; k++)
        {
            x[k] = float.MultiplyAddEstimate(factor, y[k], x[k]);
        }
    }

    private static void Move(float* x, float* y, int dimensions, float fraction)
    {
        if (fraction == 1)
        {
            // x + (y - x) need not be y; landing exactly is promised.
            new ReadOnlySpan<float>(y, dimensions).CopyTo(new(x, dimensions));
            return;
        }

        Vector<float> fractions = new(fraction);
        int k = 0;
        for (; k + Vector<float>.Count <= dimensions; k += Vector<float>.Count)
        {
            Vector<float> from = Vector.Load(x + k);
            Vector.MultiplyAddEstimate(fractions, Vector.Load(y + k) - from, from).Store(x + k);
        }

        for (; k < dimensions; k++)
        {
            x[k] = float.MultiplyAddEstimate(fraction, y[k] - x[k], x[k]);
        }
    }

    private void ForRows(long count, int dimensions, Action<long, long> body)
    {
        int blocks = checked((int)((count + RowsPerBlock - 1) / RowsPerBlock));
        workers.For(blocks, (double)RowsPerBlock * dimensions, (start, end, _) =>
            body((long)start * RowsPerBlock, Math.Min(count, (long)end * RowsPerBlock)));
    }
}
