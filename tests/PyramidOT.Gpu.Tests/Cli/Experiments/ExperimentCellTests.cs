using PyramidOT.Cli.Experiments;

namespace PyramidOT.Tests.Cli.Experiments;

public class ExperimentCellTests
{
    [Theory]
    [InlineData(0.0325, 3, "0.0325")]
    [InlineData(41.58254, 6, "41.5825")]
    [InlineData(144750.7, 3, "144751")]
    [InlineData(2.4e-7, 2, "2.4e-7")]
    [InlineData(0, 2, "0")]
    [InlineData(double.NaN, 2, "-")]
    public void Cells_show_the_digits_that_count(double number, int digits, string text) => Assert.Equal(text, ExperimentCell.Of(number, digits).Text);

    [Theory]
    [InlineData(41.58254, 0.0312, "41.583 ± 0.031")]
    [InlineData(41.58254, 3.12, "41.6 ± 3.1")]
    [InlineData(41.58254, 312, "42 ± 312")]
    [InlineData(19076.4, 12.4, "19076 ± 12")]
    [InlineData(0.5, 0, "0.5")]
    [InlineData(0, 0, "0")]
    [InlineData(0, 0.25, "0 ± 0.25")]
    [InlineData(26952.716, 3e-12, "26953")]
    [InlineData(0.5, double.NaN, "0.5")]
    [InlineData(double.NaN, double.NaN, "-")]
    public void Cells_show_no_digits_that_the_deviation_makes_void(double mean, double deviation, string text) =>
        Assert.Equal(text, ExperimentCell.Of(new Spread(mean, deviation, 3), 5).Text);

    [Fact]
    public void Spread_is_mean_and_deviation_of_the_sample()
    {
        Spread spread = Spread.Of([1, 2, 6]);
        Assert.Equal((3, Math.Sqrt(7), 3), (spread.Mean, spread.Deviation, spread.Count));
        Assert.Equal((-6, 2 * Math.Sqrt(7)), ((-2 * spread).Mean, (-2 * spread).Deviation));
        Assert.Equal((4, double.NaN, 1), (Spread.Of([4]).Mean, Spread.Of([4]).Deviation, Spread.Of([4]).Count));
    }

    [Fact]
    public void Paper_numbers_stand_beside_ours_with_the_difference()
    {
        Assert.Equal(["33.04", "31.86", "+3.7%"], PaperNumber.Cells(Spread.Of([33.04]), 31.86).Select(cell => cell.Text));
        Assert.Equal(["30.27", "31.86", "-5.0%"], PaperNumber.Cells(Spread.Of([30.267]), 31.86).Select(cell => cell.Text));
        Assert.Equal(["5", "-", "-"], PaperNumber.Cells(Spread.Of([5]), null).Select(cell => cell.Text));
        Assert.Equal(["-", "20.875", "-"], PaperNumber.Cells(Spread.Of([double.NaN]), 20.875).Select(cell => cell.Text));
        Assert.Equal(PaperNumber.Columns("W2").Length, PaperNumber.Cells(Spread.Of([5]), null).Length);
    }
}
