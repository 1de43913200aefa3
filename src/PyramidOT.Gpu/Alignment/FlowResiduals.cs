using PyramidOT.Data;

namespace PyramidOT.Alignment;

/// <summary>Measures the distance that is left: exactly where that is quick, else with a proven bound.</summary>
/// <param name="clouds">The clouds.</param>
/// <param name="options">Seed, and the gap of a matching.</param>
/// <param name="largestExact">Points of a cloud up to which one exact problem is solved.</param>
internal sealed class FlowResiduals(FlowClouds clouds, GradientFlowOptions options, int largestExact = FlowResiduals.LargestExact)
{
    /// <summary>Points of a cloud up to which one exact problem is solved unless told otherwise: 64 MB of costs.</summary>
    public const int LargestExact = 4000;

    private const int EstimateBatch = 500;

    /// <summary>W_2 of the points as they are now.</summary>
    public FlowResidual Measure(int pass, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        PointCloud moved = clouds.Moved();
        if (clouds.IsUneven)
        {
            return Math.Max(moved.Count, clouds.Target.Count) <= largestExact ? Transport(pass, moved, cancellation) : Estimate(pass, moved, cancellation);
        }

        return moved.Count <= largestExact ? Assignment(pass, moved, cancellation) : Matching(pass, moved, cancellation);
    }

    private FlowResidual Assignment(int pass, PointCloud moved, CancellationToken cancellation)
    {
        BatchLayout whole = BatchLayout.Uniform(1, moved.Count, clouds.Target.Count);
        using EngineBuffer<float> costs = clouds.Engine.Allocate<float>(whole.Costs);
        using AssignmentBuffers result = new(clouds.Engine, whole);
        clouds.Engine.Costs.Pairwise(whole, clouds.Points, clouds.TargetPoints, clouds.Dimensions, default, costs);
        clouds.Engine.Assignment.Solve(whole, costs, result, cancellation);

        // The matching is the best by float32 costs; what it costs is summed in float64, and so are the potentials that prove it.
        double cost = new MatchedPairs(clouds.Engine, moved, clouds.Target, default, result.ColumnOfRow.ToArray()).MeanCost;
        double[] potentials = Array.ConvertAll(result.ColumnDuals.ToArray(), static value => (double)value);
        using MatchingLevel level = new(clouds.Engine, moved, clouds.Target, default, potentials);
        level.Bound(cancellation);
        return new(pass, Math.Sqrt(cost), Math.Sqrt(Math.Clamp(level.LowerBound, 0, cost)), FlowResidualKind.Exact);
    }

    private FlowResidual Transport(int pass, PointCloud moved, CancellationToken cancellation)
    {
        BatchLayout whole = BatchLayout.Uniform(1, moved.Count, clouds.Target.Count);
        using EngineBuffer<float> costs = clouds.Engine.Allocate<float>(whole.Costs);
        using EngineBuffer<float> sourceMasses = clouds.Engine.Upload(MassesOf(moved));
        using EngineBuffer<float> targetMasses = clouds.Engine.Upload(MassesOf(clouds.Target));
        using TransportBuffers result = new(clouds.Engine, whole);
        clouds.Engine.Costs.Pairwise(whole, clouds.Points, clouds.TargetPoints, clouds.Dimensions, default, costs);
        clouds.Engine.Transport.Solve(whole, costs, sourceMasses, targetMasses, result, cancellation);
        double value = result.Primal.ToArray()[0];
        double share = value > 0 ? Math.Clamp(result.Dual.ToArray()[0] / value, 0, 1) : 1;
        return new(pass, Math.Sqrt(value), Math.Sqrt(value * share), FlowResidualKind.Exact);
    }

    private FlowResidual Matching(int pass, PointCloud moved, CancellationToken cancellation)
    {
        GlobalMatch match = GlobalMatching.Solve(
            clouds.Engine, moved, clouds.Target, new() { Gap = options.ResidualGap, Seed = options.Seed }, null, cancellation);
        return new(pass, match.Distance, match.LowerBound, FlowResidualKind.Matching);
    }

    private FlowResidual Estimate(int pass, PointCloud moved, CancellationToken cancellation)
    {
        using PyramidPair pyramid = PyramidPair.Build(clouds.Engine, moved, clouds.Target, new() { Seed = options.Seed }, null, cancellation);
        double distance = MiniBatchTransport.Estimate(pyramid, EstimateBatch, null, null, cancellation).PooledDistance;
        double bound = 0;
        float[] x = new float[moved.Count];
        float[] y = new float[clouds.Target.Count];
        for (int k = 0; k < moved.Dimensions; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            Coordinate(moved, k, x);
            Coordinate(clouds.Target, k, y);
            bound += Transport1D.Solve(clouds.Engine, x, y, moved.Weights, clouds.Target.Weights).Value;
        }

        return new(pass, distance, Math.Min(distance, Math.Sqrt(bound)), FlowResidualKind.MiniBatches);
    }

    private static float[] MassesOf(PointCloud cloud)
    {
        float[] masses = new float[cloud.Count];
        for (int i = 0; i < masses.Length; i++)
        {
            masses[i] = cloud.IsWeighted ? (float)cloud.Weights[i] : 1f / masses.Length;
        }

        return masses;
    }

    private static void Coordinate(PointCloud cloud, int axis, float[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = cloud[i][axis];
        }
    }
}
