namespace PyramidOT.Tests.Engines;

public class BatchLayoutTests
{
    [Fact]
    public void Uniform_lays_equal_problems_behind_each_other()
    {
        BatchLayout layout = BatchLayout.Uniform(3, 4, 5);

        Assert.Equal(3, layout.Count);
        Assert.Equal(12, layout.Rows);
        Assert.Equal(15, layout.Columns);
        Assert.Equal(60, layout.Costs);
        Assert.Equal(4, layout.MaxRows);
        Assert.Equal(5, layout.MaxColumns);
        Assert.Equal([0, 4, 8, 12], layout.RowOffsets.ToArray());
        Assert.Equal([0, 5, 10, 15], layout.ColumnOffsets.ToArray());
        Assert.Equal([0, 20, 40, 60], layout.CostOffsets.ToArray());
    }

    [Fact]
    public void Ragged_lays_problems_of_any_shape_behind_each_other()
    {
        BatchLayout layout = BatchLayout.Ragged([2, 0, 0, 1, 3], [3, 0, 7, 1, 0]);

        Assert.Equal(5, layout.Count);
        Assert.Equal([0, 2, 2, 2, 3, 6], layout.RowOffsets.ToArray());
        Assert.Equal([0, 3, 3, 10, 11, 11], layout.ColumnOffsets.ToArray());
        Assert.Equal([0, 6, 6, 6, 7, 7], layout.CostOffsets.ToArray());
        Assert.Equal(3, layout.MaxRows);
        Assert.Equal(7, layout.MaxColumns);
        Assert.Equal([2, 0, 0, 1, 3], Enumerable.Range(0, 5).Select(layout.RowsOf));
        Assert.Equal([3, 0, 7, 1, 0], Enumerable.Range(0, 5).Select(layout.ColumnsOf));
    }

    [Fact]
    public void A_layout_without_problems_has_nothing()
    {
        foreach (BatchLayout layout in new[] { BatchLayout.Uniform(0, 9, 9), BatchLayout.Ragged([], []), BatchLayout.FromOffsets([0], [0]) })
        {
            Assert.Equal((0, 0, 0, 0), (layout.Count, layout.Rows, layout.Columns, layout.Costs));
            Assert.Equal((0, 0), (layout.MaxRows, layout.MaxColumns));
            Assert.Equal([0], layout.CostOffsets.ToArray());
            Assert.Throws<ArgumentOutOfRangeException>(() => layout.Locate(0));
        }
    }

    [Fact]
    public void Locate_finds_problem_row_and_column()
    {
        // Empty problems of every sort, also at both ends and behind each other.
        int[] rows = [0, 2, 0, 0, 1, 3, 4, 2, 0];
        int[] columns = [5, 3, 0, 7, 1, 0, 2, 2, 0];
        BatchLayout layout = BatchLayout.Ragged(rows, columns);
        long at = 0;
        for (int b = 0; b < rows.Length; b++)
        {
            for (int i = 0; i < rows[b]; i++)
            {
                for (int j = 0; j < columns[b]; j++)
                {
                    Assert.Equal((b, i, j), layout.Locate(at++));
                }
            }
        }

        Assert.Equal(layout.Costs, at);
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.Locate(at));
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.Locate(-1));
    }

    [Fact]
    public void FromOffsets_is_Ragged_of_the_differences()
    {
        BatchLayout layout = BatchLayout.FromOffsets([0, 2, 2, 7], [0, 0, 4, 9]);

        Assert.Equal([2, 0, 5], Enumerable.Range(0, 3).Select(layout.RowsOf));
        Assert.Equal([0, 4, 5], Enumerable.Range(0, 3).Select(layout.ColumnsOf));
        Assert.Equal([0, 0, 0, 25], layout.CostOffsets.ToArray());
    }

    [Fact]
    public void A_layout_keeps_no_hold_of_what_it_was_made_from()
    {
        long[] rows = [0, 2];
        long[] columns = [0, 3];
        BatchLayout layout = BatchLayout.FromOffsets(rows, columns);
        rows[1] = columns[1] = 99;

        Assert.Equal((2, 3), (layout.RowsOf(0), layout.ColumnsOf(0)));
    }

    [Fact]
    public void Counts_beyond_2_31_add_up()
    {
        BatchLayout layout = BatchLayout.Uniform(3, int.MaxValue, 1_000_000);

        Assert.Equal(3L * int.MaxValue, layout.Rows);
        Assert.Equal(3_000_000L * int.MaxValue, layout.Costs);
        Assert.Equal((2, int.MaxValue - 1, 999_999), layout.Locate(layout.Costs - 1));
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, -1)]
    public void Uniform_refuses_negative_numbers(int count, int rows, int columns) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BatchLayout.Uniform(count, rows, columns));

    [Fact]
    public void Ragged_refuses_negative_numbers_and_names_the_problem()
    {
        Assert.Contains("1", Assert.Throws<ArgumentException>(() => BatchLayout.Ragged([2, -3], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("-3", Assert.Throws<ArgumentException>(() => BatchLayout.Ragged([2, 2], [1, -3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BatchLayout.Ragged([2, 2], [1]));
        Assert.Throws<ArgumentException>(() => BatchLayout.Ragged([], [1]));
    }

    [Fact]
    public void FromOffsets_refuses_what_are_no_offsets()
    {
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([], []));
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([0, 1], [0]));
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([1, 2], [0, 1]));
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([0, 1], [1, 1]));
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([0, 3, 2], [0, 1, 2]));
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([0, 1, 2], [0, 3, 2]));
        Assert.Throws<ArgumentException>(() => BatchLayout.FromOffsets([0, 1L << 31], [0, 1]));
    }
}
