using PyramidOT.Engines;

namespace PyramidOT.Alignment;

/// <summary>
/// Potentials for all target points from those of smaller problems: the smallest is solved exactly, and its potentials are carried to
/// problems four times as large, and at last to all points, by c-transform.
/// </summary>
internal sealed class CoarseLevels(ComputeEngine engine, PointCloud source, PointCloud target, OrderedClouds clouds, GlobalMatchingOptions options)
{
    /// <summary>Up to so many points a problem is solved as one assignment, with all its costs.</summary>
    public const int LargestExact = 1200;

    /// <summary>
    /// Up to so many points a part of the points is solved so, where costs are looked up a whole row at a time: sooner than by bids, which small differences
    /// between nearly equal costs keep up for long.
    /// </summary>
    public const int LargestExactPart = 4000;

    // How close each problem is solved, as a share of its mean cost.
    private const double Precision = 5e-3;

    /// <summary>The potentials of all target points, and the optimal mean cost of the last problem, by which to tell how good they are.</summary>
    /// <param name="targetOf">A matching of all points in their first order.</param>
    /// <param name="floor">A problem that costs less may be as inexact as one of this mean cost: bids that are worth nothing never end.</param>
    /// <param name="progress">Told after each problem.</param>
    /// <param name="cancellation">Ends the work.</param>
    public (double[] Potentials, double Cost) Find(int[] targetOf, double floor, Action<int> progress, CancellationToken cancellation)
    {
        // Halves of points that lie on curves may stand where no points are, which many halvings make good and few do not.
        ICoarsePairs pairs = clouds.AreHalved && source.Count >= options.LargeFrom
            ? new HalvedPairs(engine, clouds.Source, clouds.Target)
            : new SampledPairs(source, target, targetOf, clouds.AreHalved ? LargestExact : LargestExactPart, options.Seed);
        (PointCloud rows, PointCloud columns) = pairs.Sizes.TryPop(out int size) ? pairs.OfSize(size) : (source, target);
        (double[] u, double cost) = Exactly(rows, columns);
        int step = 0;
        progress(++step);
        while (pairs.Sizes.TryPop(out size))
        {
            cancellation.ThrowIfCancellationRequested();
            (PointCloud nextRows, columns) = pairs.OfSize(size);
            double[] v = Extend(columns, rows, u, cancellation);
            rows = nextRows;
            (u, cost) = Closely(rows, columns, v, cost, floor, cancellation);
            progress(++step);
        }

        return (Extend(clouds.Target, rows, u, cancellation), cost);
    }

    private (double[] U, double Cost) Closely(PointCloud rows, PointCloud columns, double[] v, double cost, double floor, CancellationToken cancellation)
    {
        using MatchingLevel level = new(engine, rows, columns, options.Cost, v);
        level.Bound(cancellation);
        MatchingRounds rounds = new(level, options.LargeFrom, source.Count);
        double last = rounds.LastEpsilon(Precision * Math.Max(cost, floor));
        for (double epsilon = rounds.FirstEpsilon(cost, last); ; epsilon = Math.Max(last, epsilon / MatchingRounds.Division))
        {
            rounds.Auction(epsilon, cancellation);
            level.Bound(cancellation);
            cost = new MatchedPairs(engine, rows, columns, options.Cost, level.State.ColumnOf).MeanCost;
            if (epsilon <= last)
            {
                return (level.SourcePotentials, cost);
            }
        }
    }

    private (double[] U, double Cost) Exactly(PointCloud rows, PointCloud columns)
    {
        BatchLayout layout = BatchLayout.Uniform(1, rows.Count, columns.Count);
        using EngineBuffer<float> x = engine.Place(rows.PointMemory);
        using EngineBuffer<float> y = engine.Place(columns.PointMemory);
        using EngineBuffer<float> costs = engine.Allocate<float>(layout.Costs);
        using AssignmentBuffers result = new(engine, layout);
        engine.Costs.Pairwise(layout, x, y, rows.Dimensions, options.Cost, costs);
        engine.Assignment.Solve(layout, costs, result);
        return (Array.ConvertAll(result.RowDuals.ToArray(), static value => (double)value), result.Primal.ToArray()[0] / rows.Count);
    }

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
