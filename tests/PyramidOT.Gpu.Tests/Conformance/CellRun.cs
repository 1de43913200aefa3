namespace PyramidOT.Tests.Conformance;

/// <summary>Calls of the cell family on guarded windows, and a check that what a call only reads stays as it was.</summary>
internal static class CellRun
{
    public static (int[] Partitioned, int[] Counts) Partition(ComputeEngine engine, BatchLayout cells, int[] order, int[] child)
    {
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<int> children = Guarded<int>.Of(engine, child);
        using Guarded<int> partitioned = Guarded<int>.Output(engine, cells.Rows);
        using Guarded<int> counts = Guarded<int>.Output(engine, cells.Columns);
        engine.Cells.Partition(cells, rows.View, children.View, partitioned.View, counts.View);
        Bits.AssertSame(order, rows.ToArray(), "The order, afterwards");
        Bits.AssertSame(child, children.ToArray(), "The children, afterwards");
        return (partitioned.ToArray(), counts.ToArray());
    }

    public static (float[] Lows, float[] Highs) Bounds(ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, points);
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<float> lows = Guarded<float>.Output(engine, (long)cells.Count * dimensions);
        using Guarded<float> highs = Guarded<float>.Output(engine, (long)cells.Count * dimensions);
        engine.Cells.Bounds(cells, x.View, rows.View, dimensions, lows.View, highs.View);
        Bits.AssertSame(points, x.ToArray(), "The points, afterwards");
        Bits.AssertSame(order, rows.ToArray(), "The order, afterwards");
        return (lows.ToArray(), highs.ToArray());
    }

    public static int[] Halve(
        ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions, int[] coordinates, float[] thresholds)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, points);
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<int> along = Guarded<int>.Of(engine, coordinates);
        using Guarded<float> limits = Guarded<float>.Of(engine, thresholds);
        using Guarded<int> child = Guarded<int>.Output(engine, cells.Rows);
        engine.Cells.Halve(cells, x.View, rows.View, dimensions, along.View, limits.View, child.View);
        Bits.AssertSame(points, x.ToArray(), "The points, afterwards");
        Bits.AssertSame(order, rows.ToArray(), "The order, afterwards");
        Bits.AssertSame(coordinates, along.ToArray(), "The coordinates, afterwards");
        Bits.AssertSame(thresholds, limits.ToArray(), "The thresholds, afterwards");
        return child.ToArray();
    }

    public static float[] Radii(
        ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions, float[] centres, GroundDistance distance)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, points);
        using Guarded<int> rows = Guarded<int>.Of(engine, order);
        using Guarded<float> c = Guarded<float>.Of(engine, centres);
        using Guarded<float> radii = Guarded<float>.Output(engine, cells.Count);
        engine.Cells.Radii(cells, x.View, rows.View, dimensions, c.View, distance, radii.View);
        Bits.AssertSame(points, x.ToArray(), "The points, afterwards");
        Bits.AssertSame(order, rows.ToArray(), "The order, afterwards");
        Bits.AssertSame(centres, c.ToArray(), "The centres, afterwards");
        return radii.ToArray();
    }
}
