using PyramidOT.Cli.Pages;

namespace PyramidOT.Tests.Cli.Pages;

public class PlotScaleTests
{
    [Fact]
    public void Logarithmic_ticks_are_whole_powers_in_the_range()
    {
        Assert.Equal([new(1, "2"), new(2, "4"), new(3, "8")], PlotScale.Log2.Ticks(new(0.9, 3.1), 6));
        Assert.Equal([new(-2, "10⁻²"), new(-1, "10⁻¹"), new(0, "10⁰"), new(1, "10¹")], PlotScale.Log10.Ticks(new(-2.3, 1.2), 6));
        Assert.Equal([new(4, "2⁴"), new(7, "2⁷"), new(10, "2¹⁰"), new(13, "2¹³")], PlotScale.Log2.Ticks(new(3.5, 14), 5));
        Assert.Empty(PlotScale.Log2.Ticks(new(1.2, 1.8), 6));
        Assert.Equal(3, PlotScale.Log2.PlaceOf(8), 1e-12);
        Assert.Equal(-2, PlotScale.Log10.PlaceOf(0.01), 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void There_are_never_more_ticks_than_asked_for(int most)
    {
        for (int low = -9; low < 9; low++)
        {
            for (int length = 1; length < 40; length++)
            {
                Assert.InRange(PlotScale.Log2.Ticks(new(low + 0.5, low + 0.5 + length), most).Count, 1, most);
            }
        }
    }

    [Fact]
    public void Linear_ticks_are_their_numbers() =>
        Assert.Equal([new(-0.5, "−0.5"), new(0, "0"), new(0.5, "0.5")], PlotScale.Linear.Ticks(new(-0.6, 0.7), 3));
}
