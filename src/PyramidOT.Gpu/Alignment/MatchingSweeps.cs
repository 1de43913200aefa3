using PyramidOT.Data;
using PyramidOT.Kernels;
using PyramidOT.MiniBatches;

namespace PyramidOT.Alignment;

/// <summary>
/// Sweeps: the pairs of a matching are cut into batches, each is solved exactly on the engine, and what costs strictly less is kept. So no
/// sweep ever costs. Batches are random groups, stretches along a random direction of x + y, and neighbourhoods of a pyramid in x and in y, by turns.
/// </summary>
internal sealed class MatchingSweeps(PyramidPair pyramid, PointCloud source, PointCloud target, GlobalMatchingOptions options)
{
    private const ulong OrderStream = 0x5357_4545_5001;
    private const ulong ShiftStream = 0x5357_4545_5002;

    private readonly int[] _sourcePlaces = PlacesOf(pyramid.SourceOrder);
    private readonly int[] _targetPlaces = PlacesOf(pyramid.TargetOrder);

    /// <summary>Does one sweep.</summary>
    /// <param name="pairs">The matching, improved.</param>
    /// <param name="sweep">The sweep's number, which tells its kind.</param>
    /// <param name="cancellation">Ends the sweep; what was improved stays.</param>
    public void Run(MatchedPairs pairs, int sweep, CancellationToken cancellation)
    {
        int n = source.Count;
        int size = Math.Min(options.BatchSize, n);
        int[] rows = Order(pairs.TargetOf, sweep);
        using BatchWave wave = MiniBatchTransport.MakeWave(pyramid, size, null);
        List<BatchOutcome> outcomes = [];
        int[] targets = new int[wave.Pairs];
        for (int start = 0; start < n; start += wave.Pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<int> part = rows.AsSpan(start, Math.Min(wave.Pairs, n - start));
            for (int k = 0; k < part.Length; k++)
            {
                targets[k] = pairs.TargetOf[part[k]];
            }

            Span<int> solved = targets.AsSpan(0, part.Length);
            wave.Solve(pyramid, options.Cost, part, solved, outcomes, default, cancellation);
            for (int first = 0; first < part.Length; first += size)
            {
                int count = Math.Min(size, part.Length - first);
                pairs.Improve(part.Slice(first, count), solved.Slice(first, count));
            }
        }
    }

    /// <summary>The source points in the order that is cut into batches.</summary>
    private int[] Order(int[] targetOf, int sweep)
    {
        int n = source.Count;
        double[] keys = new double[n];
        int[] rows = new int[n];
        float[] direction = Direction(sweep);
        pyramid.Engine.ForOnHost(n, 4.0 * source.Dimensions, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                rows[i] = i;
                keys[i] = (sweep % 4) switch
                {
                    0 => Along(direction, source[i], target[targetOf[i]]),
                    1 => _sourcePlaces[i],
                    2 => CounterRandom.Bits(options.Seed + (ulong)sweep, OrderStream, (ulong)i) >> 11,
                    _ => _targetPlaces[targetOf[i]],
                };
            }
        });
        Array.Sort(keys, rows);

        // Batches are cut at other places each time round.
        int shift = CounterRandom.Below(Math.Min(n, options.BatchSize), options.Seed, ShiftStream, (ulong)sweep);
        return [.. rows[shift..], .. rows[..shift]];
    }

    /// <summary>A random direction: a normal number a coordinate.</summary>
    private float[] Direction(int sweep)
    {
        float[] direction = new float[source.Dimensions];
        for (int k = 0; k < direction.Length; k++)
        {
            direction[k] = (float)CounterNormal.At(options.Seed, (ulong)sweep, (ulong)k);
        }

        return direction;
    }

    private static double Along(float[] direction, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int k = 0; k < direction.Length; k++)
        {
            sum += direction[k] * ((double)x[k] + y[k]);
        }

        return sum;
    }

    private static int[] PlacesOf(ReadOnlySpan<int> order)
    {
        int[] places = new int[order.Length];
        for (int p = 0; p < order.Length; p++)
        {
            places[order[p]] = p;
        }

        return places;
    }
}
