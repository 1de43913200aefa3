namespace PyramidOT.Tests.Engines;

public class GroundCostTests
{
    [Fact]
    public void The_default_is_the_squared_Euclidean_cost()
    {
        Assert.Equal(GroundDistance.Euclidean, default(GroundCost).Distance);
        Assert.Equal(2, default(GroundCost).Exponent);
        Assert.Equal(default, GroundCost.SquaredEuclidean);
        Assert.Equal(default, new GroundCost(GroundDistance.Euclidean));
        Assert.Equal(new GroundCost(GroundDistance.Cosine), new GroundCost(GroundDistance.Cosine, 2));
        Assert.NotEqual(default, new GroundCost(GroundDistance.Euclidean, 1));
        Assert.NotEqual(default, new GroundCost(GroundDistance.Manhattan));
    }

    [Fact]
    public void An_exponent_is_kept_to_the_bit()
    {
        Random random = new(1);
        double[] exponents = [1, Math.BitIncrement(1.0), 1.1, 4 / 3.0, Math.BitDecrement(2.0), 2, Math.BitIncrement(2.0), 3, Math.PI, 100.1, 1e6 + 0.1];
        foreach (double exponent in exponents.Concat(Enumerable.Range(0, 1000).Select(_ => Math.Exp(10 * random.NextDouble()))))
        {
            Assert.Equal(exponent, new GroundCost(GroundDistance.Euclidean, exponent).Exponent);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0.99999999)]
    [InlineData(0)]
    [InlineData(-2)]
    public void An_exponent_that_makes_no_distance_is_refused(double exponent) =>
        Assert.Equal("exponent", Assert.Throws<ArgumentOutOfRangeException>(() => new GroundCost(GroundDistance.Manhattan, exponent)).ParamName);

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_distance_that_is_none_is_refused(int distance) =>
        Assert.Equal("distance", Assert.Throws<ArgumentOutOfRangeException>(() => new GroundCost((GroundDistance)distance, 1)).ParamName);

    [Fact]
    public void A_cost_tells_what_it_is() => Assert.Equal("Chebyshev^3", new GroundCost(GroundDistance.Chebyshev, 3).ToString());

    [Fact]
    public void A_status_has_the_name_that_JSON_uses()
    {
        Assert.Equal("optimal", SolveStatus.Optimal.ToName());
        Assert.Equal("infeasible", SolveStatus.Infeasible.ToName());
        Assert.Equal("iteration-limit", SolveStatus.IterationLimit.ToName());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((SolveStatus)99).ToName());
        Assert.Equal(0, (int)SolveStatus.Optimal);
    }
}
