using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Couplings and the labels that they join.</summary>
public class CouplingTests
{
    [Fact]
    public void Label_agreement_is_counted()
    {
        Coupling coupling = new([0, 1, 2, 3], [3, 2, 1, 0], []);
        Assert.Equal(0.5, coupling.LabelAgreement([5, 6, 7, 8], [1, 9, 6, 5]));
        Assert.Equal(1, coupling.LabelAgreement([1, 2, 3, 4], [4, 3, 2, 1]));
        Assert.Equal(0, coupling.LabelAgreement([1, 1, 1, 1], [2, 2, 2, 2]));

        // Negative labels are labels, and more of them than points are no matter.
        Assert.Equal(0.75, coupling.LabelAgreement([-1, -1, -1, -1, 4], [-1, -1, -1, 7, 4, 4]));
        Assert.True(coupling.Levels.IsEmpty);
        Assert.True(coupling.Masses.IsEmpty);
    }

    [Fact]
    public void Label_agreement_is_weighted_by_mass()
    {
        Coupling coupling = new([0, 0, 1], [0, 1, 1], [0, 1, 1], [0.25, 0.25, 0.5]);
        Assert.Equal(0.75, coupling.LabelAgreement([1, 2], [1, 2]));
        Assert.Equal(0.25, coupling.LabelAgreement([2, 1], [1, 2]));
        Assert.Equal([0.25, 0.25, 0.5], coupling.Masses.ToArray());
        Assert.Equal([0, 1, 1], coupling.Levels.ToArray());

        // A share of what the pairs carry, whatever they carry together.
        Assert.Equal(0.75, new Coupling([0, 0, 1], [0, 1, 1], [], [1, 1, 2]).LabelAgreement([1, 2], [1, 2]));
    }

    [Fact]
    public void No_pair_has_no_agreement()
    {
        Coupling coupling = new([], [], []);
        Assert.Equal(0, coupling.Count);
        Assert.True(double.IsNaN(coupling.LabelAgreement([], [])));
    }

    [Fact]
    public void Too_few_labels_are_refused_by_side()
    {
        Coupling coupling = new([0, 4], [2, 1], []);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => coupling.LabelAgreement([1, 2, 3, 4], [1, 2, 3]));
        Assert.Equal("sourceLabels", exception.ParamName);
        Assert.Contains("4 labels", exception.Message, StringComparison.Ordinal);
        Assert.Contains("row 4", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>(() => coupling.LabelAgreement([1, 2, 3, 4, 5], [1, 2]));
        Assert.Equal("targetLabels", exception.ParamName);
        Assert.Contains("row 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal("sourceLabels", Assert.Throws<ArgumentException>(() => coupling.LabelAgreement([], [])).ParamName);
    }

    [Fact]
    public void Arrays_of_different_lengths_are_no_coupling()
    {
        Assert.Equal("targetRows", Assert.Throws<ArgumentException>(() => new Coupling([0, 1], [0], [])).ParamName);
        Assert.Equal("levels", Assert.Throws<ArgumentException>(() => new Coupling([0, 1], [0, 1], [0])).ParamName);
        Assert.Equal("masses", Assert.Throws<ArgumentException>(() => new Coupling([0, 1], [0, 1], [], [1])).ParamName);
        Assert.Equal("masses", Assert.Throws<ArgumentException>(() => new Coupling([0, 1], [0, 1], [], [])).ParamName);
        Assert.Equal("sourceRows", Assert.Throws<ArgumentNullException>(() => new Coupling(null!, [0], [])).ParamName);
        Assert.Equal("targetRows", Assert.Throws<ArgumentNullException>(() => new Coupling([0], null!, [])).ParamName);
        Assert.Equal("levels", Assert.Throws<ArgumentNullException>(() => new Coupling([0], [0], null!)).ParamName);
    }

    [Fact]
    public void An_estimate_of_separated_clusters_joins_their_labels()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = SeparatedClusters.Make(4, 25, 3, seed: 271);
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i / 25)];
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, new() { Branching = 4 });
        Assert.Equal(1, MiniBatchTransport.Estimate(pyramid, 10).Coupling.LabelAgreement(labels, labels));

        // At random one pair in four agrees.
        using PyramidPair random = TestPyramids.Build(engine, source, target, 3, new() { Scheme = PyramidScheme.Random });
        Assert.InRange(MiniBatchTransport.Estimate(random, 1).Coupling.LabelAgreement(labels, labels), 0.1, 0.4);
    }
}
