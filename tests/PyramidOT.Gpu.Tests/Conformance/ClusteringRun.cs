namespace PyramidOT.Tests.Conformance;

/// <summary>Calls of the clustering family on guarded windows.</summary>
internal static class ClusteringRun
{
    public static (int[] Nearest, float[] SquaredDistances) Nearest(
        ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions, float[] centres, bool withDistances = true)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, points);
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<float> c = Guarded<float>.Of(engine, centres);
        using Guarded<int> nearest = Guarded<int>.Output(engine, cells.Rows);
        using Guarded<float> distances = Guarded<float>.Output(engine, withDistances ? cells.Rows : 0);
        engine.Clustering.NearestCentre(cells, x.View, rows.View, dimensions, c.View, nearest.View, distances.View);
        return (nearest.ToArray(), distances.ToArray());
    }

    public static (float[] Centres, int[] Counts) Update(
        ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions, int[] nearest, float[] centres)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, points);
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<int> near = Guarded<int>.Of(engine, nearest);
        using Guarded<float> c = Guarded<float>.Of(engine, centres);
        using Guarded<int> counts = Guarded<int>.Output(engine, cells.Columns);
        engine.Clustering.UpdateCentres(cells, x.View, rows.View, dimensions, near.View, c.View, counts.View);
        return (c.ToArray(), counts.ToArray());
    }

    public static float[] Seed(
        ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions, int sampleSize, ulong seed)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, points);
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<float> centres = Guarded<float>.Output(engine, cells.Columns * dimensions);
        engine.Clustering.SeedCentres(cells, x.View, rows.View, dimensions, sampleSize, seed, centres.View);
        return centres.ToArray();
    }
}
