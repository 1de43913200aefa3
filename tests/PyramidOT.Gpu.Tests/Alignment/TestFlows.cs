using PyramidOT.Alignment;
using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Small clouds for flows, and flows written plainly.</summary>
internal static class TestFlows
{
    /// <summary>Two clouds of a kind.</summary>
    public static (PointCloud Source, PointCloud Target) Pair(int sources, int targets, int dimensions, int seed, CloudKind kind = CloudKind.Normal)
    {
        (float[] source, float[] target) = Clouds.Pair(kind, sources, targets, dimensions, seed);
        return (new(source, dimensions), new(target, dimensions));
    }

    /// <summary>A flow of exact batches, pass by pass from estimates that know of no flow.</summary>
    /// <returns>The points, and the loss of each pass.</returns>
    public static (float[] Points, double[] Losses) Reference(PointCloud source, PointCloud target, GradientFlowOptions options)
    {
        using ComputeEngine engine = TestPyramids.Host();
        using EngineBuffer<float> points = engine.Upload(source.Points);
        using EngineBuffer<float> targets = engine.Upload(target.Points);
        double[] losses = new double[options.Passes];
        PyramidPair? pyramid = null;
        int interval = options.RebuildEvery ?? (options.Order == FlowOrder.Fixed ? int.MaxValue : 1);
        for (int pass = 0; pass < options.Passes; pass++)
        {
            int built = pass - (pass % interval);
            if (pass == built)
            {
                pyramid = PyramidPair.Build(
                    engine, points, targets, source.Dimensions, options.Pyramid with { Seed = FlowSeeds.Pyramid(options.Seed, pass) });
            }

            ulong seed = FlowSeeds.Order(options.Seed, options.Order == FlowOrder.Fixed ? built : pass);
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid!, options.BatchSize, new() { Seed = seed });
            losses[pass] = estimate.PooledCost;
            using EngineBuffer<int> from = engine.Upload(estimate.Coupling.SourceRows);
            using EngineBuffer<int> to = engine.Upload(estimate.Coupling.TargetRows);
            engine.Points.MoveTowards(points, from, targets, to, source.Dimensions, (float)(2 * options.Rate));
        }

        return (points.ToArray(), losses);
    }
}
