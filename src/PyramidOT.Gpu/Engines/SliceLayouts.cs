namespace PyramidOT.Engines;

/// <summary>The segments of one side of lines, as the sorting of rows takes them.</summary>
internal static class SliceLayouts
{
    /// <summary>The columns of each problem as rows, without columns.</summary>
    public static BatchLayout ColumnsOf(BatchLayout problems) =>
        BatchLayout.FromOffsets(problems.ColumnOffsets, new long[problems.Count + 1]);
}
