using PyramidOT.Engines;
using PyramidOT.Kernels;

namespace PyramidOT.Alignment;

/// <summary>
/// Potentials for all target points from those of samples: the smallest sample of pairs is solved exactly, and its potentials are carried to
/// samples four times as large, and at last to all points, by c-transform. Pairs are drawn along a matching, so that each
/// sample has as much of each region on both sides.
/// </summary>
internal sealed class SampleLevels(ComputeEngine engine, PointCloud source, PointCloud target, GlobalMatchingOptions options)
{
    private const ulong SampleStream = 0x5341_4D50_4C45;
    private const int Growth = 4;

    // Solved as one assignment, with all its costs.
    private const int LargestExact = 1200;

    // How close each sample is solved, as a share of its mean cost.
    private const double Precision = 5e-3;

    /// <summary>The potentials of all target points, and the optimal mean cost of the last sample, by which to tell how good they are.</summary>
    /// <param name="targetOf">The matching that samples are drawn along.</param>
    /// <param name="floor">A sample that costs less may be as inexact as one of this mean cost: bids that are worth nothing never end.</param>
    /// <param name="progress">Told after each sample.</param>
    /// <param name="cancellation">Ends the work.</param>
    public (double[] Potentials, double SampleCost) Find(int[] targetOf, double floor, Action<int> progress, CancellationToken cancellation)
    {
        int n = source.Count;
        int[] order = Shuffled(n);
        Stack<int> sizes = new();
        for (int size = n; ; size = (size + Growth - 1) / Growth)
        {
            sizes.Push(size);
            if (size <= LargestExact)
            {
                break;
            }
        }

        int first = sizes.Pop();
        PointCloud rows = Part(source, order, null, first);
        PointCloud columns = Part(target, order, targetOf, first);
        (double[] u, double[] v, double cost) = Exactly(rows, columns);
        int step = 0;
        progress(++step);
        while (sizes.TryPop(out int size))
        {
            cancellation.ThrowIfCancellationRequested();
            PointCloud next = Part(target, order, targetOf, size);
            v = Extend(next, rows, u, cancellation);
            if (sizes.Count == 0)
            {
                break;
            }

            rows = Part(source, order, null, size);
            columns = next;
            using MatchingLevel level = new(engine, rows, columns, options.Cost, v);
            level.Bound(cancellation);
            MatchingRounds rounds = new(level);
            double epsilon = rounds.FirstEpsilon(cost, Precision * Math.Max(cost, floor));
            for (; ; epsilon /= MatchingRounds.Division)
            {
                rounds.Auction(epsilon, cancellation);
                level.Bound(cancellation);
                cost = new MatchedPairs(engine, rows, columns, options.Cost, level.State.ColumnOf).MeanCost;
                if (epsilon <= Precision * Math.Max(cost, floor))
                {
                    break;
                }
            }

            u = level.SourcePotentials;
            progress(++step);
        }

        double[] potentials = new double[n];
        for (int k = 0; k < n; k++)
        {
            potentials[targetOf[order[k]]] = v[k];
        }

        return (potentials, cost);
    }

    private int[] Shuffled(int n)
    {
        int[] order = new int[n];
        for (int i = 0; i < n; i++)
        {
            int j = CounterRandom.Below(i + 1, options.Seed, SampleStream, (ulong)i);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /// <summary>The first points of an order: sources, or what they are matched to.</summary>
    private static PointCloud Part(PointCloud cloud, int[] order, int[]? targetOf, int count)
    {
        float[] points = new float[(long)count * cloud.Dimensions];
        for (int k = 0; k < count; k++)
        {
            int row = targetOf is null ? order[k] : targetOf[order[k]];
            cloud[row].CopyTo(points.AsSpan(k * cloud.Dimensions));
        }

        return new(points, cloud.Dimensions);
    }

    private (double[] U, double[] V, double Cost) Exactly(PointCloud rows, PointCloud columns)
    {
        BatchLayout layout = BatchLayout.Uniform(1, rows.Count, columns.Count);
        using EngineBuffer<float> x = engine.Place(rows.PointMemory);
        using EngineBuffer<float> y = engine.Place(columns.PointMemory);
        using EngineBuffer<float> costs = engine.Allocate<float>(layout.Costs);
        using AssignmentBuffers result = new(engine, layout);
        engine.Costs.Pairwise(layout, x, y, rows.Dimensions, options.Cost, costs);
        engine.Assignment.Solve(layout, costs, result);
        return (Widen(result.RowDuals.ToArray()), Widen(result.ColumnDuals.ToArray()), result.Primal.ToArray()[0] / rows.Count);
    }

    private static double[] Widen(float[] values) => Array.ConvertAll(values, static value => (double)value);

    /// <summary>The c-transform of u: v_j = min over i of c_ij - u_i.</summary>
    private double[] Extend(PointCloud columns, PointCloud rows, double[] u, CancellationToken cancellation)
    {
        const int Capacity = 4;
        CandidateLists lists = new(columns.Count, Capacity);
        using ICandidateSearch search = MatchingLevel.MakeSearch(engine, columns, rows, options.Cost, Capacity);
        double[] v = new double[columns.Count];
        lists.Transform(search, u, v, cancellation);
        return v;
    }
}
