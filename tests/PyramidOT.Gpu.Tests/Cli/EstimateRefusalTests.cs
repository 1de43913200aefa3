namespace PyramidOT.Tests.Cli;

/// <summary>What <c>estimate</c> refuses: always before the work, in one line, and with nothing written.</summary>
public sealed class EstimateRefusalTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public EstimateRefusalTests()
    {
        _folder.WriteCloud("a.npy", 2, 0, 1, 2, 3, 4, 5);
        _folder.WriteCloud("b.npy", 2, 1, 1, 2, 2, 3, 3);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--batch-size 0", "--batch-size: '0' is not a whole number from 1")]
    [InlineData("--batch-size -5", "--batch-size: '-5' is not a whole number from 1")]
    [InlineData("--p 0.5", "--p: '0.5' is not a finite number of at least 1")]
    [InlineData("--p NaN", "--p: 'NaN'")]
    [InlineData("--p 1e999", "--p: '1e999'")]
    [InlineData("--branching 1", "--branching: '1' is not a whole number from 2")]
    [InlineData("--leaf 0", "--leaf: '0'")]
    [InlineData("--passes 0", "--passes: '0'")]
    [InlineData("--seed -1", "--seed: '-1' is not a whole number from 0")]
    [InlineData("--scheme pyramid", "--scheme: 'pyramid' is none of interleaving, joint, source, grid, random")]
    [InlineData("--cost sine", "--cost: 'sine' is none of euclidean, manhattan, chebyshev, cosine")]
    [InlineData("--unpaired keep", "--unpaired: 'keep' is none of carry, drop")]
    [InlineData("--solver simplex", "--solver: 'simplex' is none of exact, sinkhorn, sliced")]
    [InlineData("--epsilon 1", "--epsilon belongs to --solver sinkhorn; the solver is exact")]
    [InlineData("--solver sinkhorn --epsilon 0", "--epsilon: '0' is not a number from 1E-100 to 1E+100")]
    [InlineData("--solver sinkhorn --mass-share 0.5", "--mass-share belongs to --solver exact; the solver is sinkhorn")]
    [InlineData("--mass-share 1.5", "--mass-share: '1.5' is not a number from 1E-06 to 1")]
    [InlineData("--solver sliced --pairs p.npy", "--pairs: --solver sliced couples no points")]
    [InlineData("--solver sliced --cost manhattan", "Sliced transport is Euclidean")]
    [InlineData("--within-labels", "--within-labels: both clouds need labels")]
    [InlineData("--source-labels l.npy", "--source-labels is given, --target-labels is not")]
    [InlineData("--target-labels l.npy", "--target-labels is given, --source-labels is not")]
    [InlineData("--label-column c --source-labels l --target-labels l", "labels come from one place")]
    [InlineData("--label-column 1", "a.npy: ")]
    [InlineData("--pairs p.txt", "p.txt: --pairs writes files that end in .npy or .csv")]
    [InlineData("--pairs ./b.npy", "./b.npy: --pairs names the input itself")]
    [InlineData("--pairs nowhere/p.npy", "nowhere/p.npy: its folder does not exist")]
    [InlineData("--frobnicate", "'--frobnicate' is not an option")]
    public void Estimate_refuses_options_that_make_no_sense(string options, string part) => Refused(["a.npy", "b.npy", .. options.Split(' ')], part);

    [Fact]
    public void Estimate_refuses_files_that_are_missing_or_empty_names()
    {
        Refused(["a.npy", "missing.npy"], "missing.npy: ");
        Refused(["a.npy"], "TARGET is missing");
        Refused(["", "b.npy"], "SOURCE: the file name is empty");
        Refused(["a.npy", "b.npy", "--pairs", ""], "--pairs: the file name is empty");
        Refused(["a.npy", "b.npy", "--label-column", ""], "--label-column: the column's name is empty");
        Refused(["a.npy", "b.npy", "c.npy"], "'c.npy' is one argument too many");
    }

    [Fact]
    public void Estimate_refuses_clouds_that_do_not_fit()
    {
        _folder.WriteCloud("three.npy", 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        _folder.WriteCloud("one.npy", 2, 1, 2);
        _folder.WriteCloud("nan.npy", 2, 0, 1, 2, float.NaN, 4, 5);
        _folder.WriteCloud("empty.npy", 2);
        _folder.WriteCloud("far.npy", 2, 0, 0, 1e20f, 1e20f, 3, 3);

        Refused(["a.npy", "three.npy"], "three.npy has 3 dimensions, a.npy has 2");
        Refused(["a.npy", "nan.npy"], "nan.npy: ", "NaN", "1");
        Refused(["empty.npy", "b.npy"], "empty.npy: ");
        Refused(["a.npy", "far.npy"], "a.npy, far.npy: ", "scale the points");
    }

    [Fact]
    public void Estimate_refuses_labels_that_do_not_fit()
    {
        _folder.WriteLabels("two.npy", 1, 2);
        _folder.WriteLabels("l.npy", 1, 2, 3);

        Refused(["a.npy", "b.npy", "--source-labels", "l.npy", "--target-labels", "two.npy"], "two.npy has 2 labels, b.npy has 3 points");
        Refused(["a.npy", "b.npy", "--source-labels", "missing.npy", "--target-labels", "l.npy"], "missing.npy: ");
        Refused(["a.npy", "b.npy", "--source-labels", "l.npy", "--target-labels", "l.npy", "--pairs", "l.npy"], "l.npy: --pairs names the input itself");
    }

    private void Refused(string[] arguments, params string[] parts)
    {
        string[] before = _folder.FileNames;

        _folder.Run(["estimate", .. arguments, "--json"]).AssertRefused(parts);
        Assert.Equal(before, _folder.FileNames);
    }
}
