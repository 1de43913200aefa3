using PyramidOT.Cli.Pages;

namespace PyramidOT.Tests.Cli.Pages;

public class PlotRangeTests
{
    [Theory]
    [InlineData(0, 1, 6, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-3.1, 3.2, 6, new[] { -2.0, 0, 2 })]
    [InlineData(-3.1, 3.2, 7, new[] { -3.0, -2, -1, 0, 1, 2, 3 })]
    [InlineData(99, 101, 3, new[] { 99.0, 100, 101 })]
    [InlineData(0.00012, 0.00031, 2, new[] { 0.0002, 0.0003 })]
    [InlineData(-1e30, 1e30, 3, new[] { -1e30, 0, 1e30 })]
    public void Ticks_are_round_and_few(double low, double high, int most, double[] expected)
    {
        IReadOnlyList<double> ticks = new PlotRange(low, high).Ticks(most);

        Assert.Equal(expected.Length, ticks.Count);
        Assert.All(expected.Zip(ticks), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * (high - low)));
    }

    [Fact]
    public void Ticks_are_in_the_range_and_at_most_as_many_as_asked_for()
    {
        Random random = new(1);
        for (int trial = 0; trial < 2000; trial++)
        {
            double low = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7));
            PlotRange range = new(low, low + Math.Pow(10, (8 * random.NextDouble()) - 4));
            int most = random.Next(2, 10);
            IReadOnlyList<double> ticks = range.Ticks(most);

            Assert.InRange(ticks.Count, 1, most);
            Assert.All(ticks, tick => Assert.InRange(tick, range.Low - (1e-9 * Math.Abs(low)), range.High + (1e-9 * Math.Abs(low))));
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(0, 0)]
    [InlineData(3e38, 3e38)]
    [InlineData(-3e38, 3e38)]
    [InlineData(1, 1.5)]
    public void Range_holds_its_values_with_a_margin(double low, double high)
    {
        PlotRange range = PlotRange.Of([high, low]);

        Assert.True(range.Low < low && range.High > high, range.ToString());
        Assert.NotEmpty(range.Ticks(6));
    }

    [Fact]
    public void Area_turns_the_vertical_axis_and_can_give_both_the_same_unit()
    {
        PlotArea area = new(10, 20, 200, 100, new(0, 4), new(-1, 3));

        Assert.Equal([10, 110, 210], new[] { area.XOf(0), area.XOf(2), area.XOf(4) });
        Assert.Equal([120, 70, 20], new[] { area.YOf(-1), area.YOf(1), area.YOf(3) });

        PlotArea equal = area.WithEqualUnits();
        Assert.Equal(new PlotRange(-2, 6), equal.X);
        Assert.Equal(area.Y, equal.Y);
        Assert.Equal(equal.XOf(1) - equal.XOf(0), equal.YOf(0) - equal.YOf(1), 1e-9);
    }
}
