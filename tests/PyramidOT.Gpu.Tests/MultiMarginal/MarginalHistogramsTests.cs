using PyramidOT.Data;
using PyramidOT.Tests.Data;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>What histograms are taken, and how those that are none are refused.</summary>
public class MarginalHistogramsTests
{
    [Fact]
    public void Totals_that_differ_by_rounding_are_made_equal()
    {
        MarginalHistograms histograms = MarginalHistograms.Create([1, 3, 2.000001, 2, 0, 4], MarginalLayout.Uniform(1, 3, 2));
        Assert.Equal(4, histograms.Totals[0]);
        Assert.Equal(4, histograms.Masses[2] + histograms.Masses[3], 1e-15);
        Assert.Equal(1, histograms.Masses[0]);
        Assert.Equal(4, histograms.Masses[5]);
    }

    [Fact]
    public void Totals_are_normalised_on_request()
    {
        MarginalHistograms histograms = MarginalHistograms.Create([1f, 3, 10, 10], MarginalLayout.Uniform(1, 2, 2), new() { Masses = MassRule.Normalise });
        Assert.Equal([0.25, 0.75, 0.5, 0.5], histograms.Masses);
        Assert.Equal([1.0], histograms.Totals);
    }

    [Fact]
    public void Histograms_of_unequal_lengths_are_filled_up()
    {
        MarginalHistograms histograms = MarginalHistograms.OfProblems([[[1], [0.5, 0.5], [0, 0, 1]], [], [[]], [[2, 2]]]);
        Assert.Equal([1, 0, 0, 0.5, 0.5, 0, 0, 0, 1], histograms.MassesOf(0));
        Assert.Equal([3, 0, 1, 1], Enumerable.Range(0, 4).Select(histograms.Layout.HistogramsOf));
        Assert.Equal([3, 0, 0, 2], Enumerable.Range(0, 4).Select(histograms.Layout.BinsOf));
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        MultiMarginalResult result = MultiMarginalTransport.Solve(engine, histograms);
        Assert.Equal([2, 0, 0, 0], result.Values);
        Assert.Equal([0, 0], result.GradientOf(3));
        Assert.All(result.Status.ToArray(), status => Assert.Equal(SolveStatus.Optimal, status));
        Assert.All(Enumerable.Range(0, 4), b => Assert.Equal(0, result.GapOf(b), 1e-15));
    }

    [Fact]
    public void No_mass_at_all_is_a_histogram()
    {
        MarginalHistograms histograms = MarginalHistograms.Create(new double[6], MarginalLayout.Uniform(1, 2, 3));
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        Assert.Equal([0.0], MultiMarginalTransport.Solve(engine, histograms).Values);
    }

    [Theory]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "infinity")]
    public void What_is_no_mass_is_refused_by_name(double mass, string text)
    {
        string message = Refused([1, 1, 1, 1, mass, 2, 0, 0], MarginalLayout.Uniform(2, 2, 2));
        Assert.Contains($"Problem 1, histogram 0, bin 0: the mass is {text};", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Totals_that_differ_are_refused_by_name()
    {
        string message = Refused([1, 1, 1, 1, 1, 1, 1, 2], MarginalLayout.Uniform(2, 2, 2));
        Assert.Contains("Problem 1, histogram 1 has total mass 3 where histogram 0 has 2", message, StringComparison.Ordinal);
        message = Refused([0, 0, 1, 1], MarginalLayout.Uniform(1, 2, 2));
        Assert.Contains("Problem 0, histogram 1 has total mass 2 where histogram 0 has 0", message, StringComparison.Ordinal);
        message = Refused([1, 0, 0, 0], MarginalLayout.Uniform(1, 2, 2), new() { Masses = MassRule.Normalise });
        Assert.Contains("Problem 0, histogram 1: all masses are 0", message, StringComparison.Ordinal);
        message = Refused([double.MaxValue, double.MaxValue], MarginalLayout.Uniform(1, 1, 2));
        Assert.Contains("Problem 0, histogram 0: the total mass overflows", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_and_options_that_do_not_fit_are_refused()
    {
        Assert.Contains("There are 5 masses where the shapes ask for 4", Refused([1, 1, 1, 1, 1], MarginalLayout.Uniform(1, 2, 2)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginalHistograms.Create([1.0], MarginalLayout.Uniform(1, 1, 1), new() { Tolerance = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginalHistograms.Create([1.0], MarginalLayout.Uniform(1, 1, 1), new() { Masses = (MassRule)9 }));
        Assert.Contains("Problem 1 has -2 histograms", Assert.Throws<ArgumentException>(() => MarginalLayout.Ragged([1, -2], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("Problem 0 has -1 bins", Assert.Throws<ArgumentException>(() => MarginalLayout.Ragged([1], [-1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => MarginalLayout.Ragged([1], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginalLayout.Uniform(1, -1, 2));
    }

    [Fact]
    public void Positions_that_do_not_rise_are_refused_by_name()
    {
        MarginalLayout layout = MarginalLayout.Ragged([1, 1], [2, 3]);
        double[] masses = [1, 0, 1, 0, 0];
        Assert.Contains("Problem 1, position 2 is 3 after 3", Refused(masses, layout, new() { Positions = [0, 1, 2, 3, 3] }), StringComparison.Ordinal);
        Assert.Contains("Problem 1, position 0 is NaN;", Refused(masses, layout, new() { Positions = [0, 1, double.NaN, 3, 4] }), StringComparison.Ordinal);
        Assert.Contains("There are 4 positions where 5 are expected", Refused(masses, layout, new() { Positions = [0, 1, 2, 3] }), StringComparison.Ordinal);

        // One problem's for all, where all are alike; and a new problem begins anew.
        Assert.Equal(2, MarginalHistograms.Create([1.0, 0, 1, 0], MarginalLayout.Uniform(2, 1, 2), new() { Positions = [4, 5] }).PositionsOf(1).Length);
        Assert.Equal([3.0, 4], MarginalHistograms.Create([1.0, 0, 1, 0], MarginalLayout.Uniform(2, 1, 2), new() { Positions = [7, 8, 3, 4] }).PositionsOf(1));
    }

    [Fact]
    public void Files_of_two_and_three_dimensions_are_read()
    {
        using NpyTestFolder folder = new();
        string one = folder.Write(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<f8", "(2, 3)"), NpyTestFolder.Data("<f8", 1, 0, 0, 0, 0, 1)), "one.npy");
        string many = folder.Write(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<f4", "(2, 1, 3)"), NpyTestFolder.Data("<f4", 1, 2, 3, 4, 5, 6)), "many.npy");
        string flat = folder.Write(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<f4", "(6,)"), NpyTestFolder.Data("<f4", 1, 2, 3, 4, 5, 6)), "flat.npy");
        string whole = folder.Write(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<i4", "(2, 3)"), NpyTestFolder.Data("<i4", 1, 2, 3, 4, 5, 6)), "whole.npy");
        MarginalHistograms histograms = MarginalHistograms.Load(one);
        Assert.Equal((1, 2, 3), (histograms.Layout.Count, histograms.Layout.HistogramsOf(0), histograms.Layout.BinsOf(0)));
        Assert.Equal([1, 0, 0, 0, 0, 1], histograms.Masses);
        histograms = MarginalHistograms.Load(many);
        Assert.Equal((2, 1, 3), (histograms.Layout.Count, histograms.Layout.HistogramsOf(1), histograms.Layout.BinsOf(1)));
        Assert.Equal([4, 5, 6], histograms.MassesOf(1));
        Assert.Contains("(6,)", Assert.Throws<NpyFormatException>(() => MarginalHistograms.Load(flat)).Message, StringComparison.Ordinal);
        Assert.Contains("int32", Assert.Throws<NpyFormatException>(() => MarginalHistograms.Load(whole)).Message, StringComparison.Ordinal);
    }

    private static string Refused(double[] masses, MarginalLayout layout, MarginalHistogramOptions? options = null) =>
        Assert.ThrowsAny<ArgumentException>(() => MarginalHistograms.Create(masses, layout, options)).Message;
}
