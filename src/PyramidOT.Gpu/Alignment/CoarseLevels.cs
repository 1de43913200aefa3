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

    // Places of a list where only its best is asked for.
    private const int ShortList = 4;

    // How close each problem is solved, as a share of its mean cost.
    private const double Precision = 5e-3;

    /// <summary>The problems' solutions, from the smallest to the largest.</summary>
    /// <param name="targetOf">A matching of all points in their first order.</param>
    /// <param name="floor">A problem that costs less may be as inexact as one of this mean cost: bids that are worth nothing never end.</param>
    /// <param name="cancellation">Ends the work.</param>
    public IEnumerable<CoarseSolution> Solve(int[] targetOf, double floor, CancellationToken cancellation)
    {
        // Halves of points that lie on curves may stand where no points are, which many halvings make good and few do not.
        ICoarsePairs pairs = clouds.AreHalved && source.Count >= options.LargeFrom
            ? new HalvedPairs(engine, clouds.Source, clouds.Target)
            : new SampledPairs(source, target, targetOf, clouds.AreHalved ? LargestExact : LargestExactPart, options.Seed);
        if (!pairs.Sizes.TryPop(out int size))
        {
            yield return Exactly(source, target, null, cancellation);
            yield break;
        }

        (PointCloud rows, PointCloud columns) = pairs.OfSize(size);
        CoarseSolution solution = Exactly(rows, columns, pairs, cancellation);
        yield return solution;
        while (pairs.Sizes.TryPop(out size))
        {
            cancellation.ThrowIfCancellationRequested();
            (rows, columns) = pairs.OfSize(size);
            solution = Closely(rows, columns, Extend(columns, solution, cancellation), solution.Cost, floor, pairs, cancellation);
            yield return solution;
        }
    }

    /// <summary>The potentials of all target points, in the order of <see cref="OrderedClouds"/>, that follow from a smaller problem's.</summary>
    public double[] TargetPotentials(CoarseSolution solution, CancellationToken cancellation) => Extend(clouds.Target, solution, cancellation);

    /// <summary>The potentials of all source points that are best for these of the target.</summary>
    public double[] SourcePotentials(double[] v, CancellationToken cancellation) => Transform(clouds.Source, clouds.Target, v, cancellation);

    private CoarseSolution Closely(
        PointCloud rows, PointCloud columns, double[] v, double cost, double floor, ICoarsePairs pairs, CancellationToken cancellation)
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
                return new(rows, level.SourcePotentials, cost, pairs.Whole(level.State.ColumnOf));
            }
        }
    }

    private CoarseSolution Exactly(PointCloud rows, PointCloud columns, ICoarsePairs? pairs, CancellationToken cancellation)
    {
        BatchLayout layout = BatchLayout.Uniform(1, rows.Count, columns.Count);
        using EngineBuffer<float> x = engine.Place(rows.PointMemory);
        using EngineBuffer<float> y = engine.Place(columns.PointMemory);
        using EngineBuffer<float> costs = engine.Allocate<float>(layout.Costs);
        using AssignmentBuffers result = new(engine, layout);
        engine.Costs.Pairwise(layout, x, y, rows.Dimensions, options.Cost, costs);
        engine.Assignment.Solve(layout, costs, result, cancellation);
        double[] u = Array.ConvertAll(result.RowDuals.ToArray(), static value => (double)value);
        return new(rows, u, result.Primal.ToArray()[0] / rows.Count, pairs?.Whole(result.ColumnOfRow.ToArray()));
    }

    private double[] Extend(PointCloud columns, CoarseSolution solution, CancellationToken cancellation) =>
        Transform(columns, solution.Rows, solution.SourcePotentials, cancellation);

    /// <summary>The c-transform of u: v_j = min over i of c_ij - u_i.</summary>
    private double[] Transform(PointCloud columns, PointCloud rows, double[] u, CancellationToken cancellation)
    {
        CandidateLists lists = new(columns.Count, ShortList);
        using ICandidateSearch search = MatchingLevel.MakeSearch(engine, columns, rows, options.Cost, ShortList);
        double[] v = new double[columns.Count];
        lists.Transform(search, u, v, cancellation);
        return v;
    }
}
