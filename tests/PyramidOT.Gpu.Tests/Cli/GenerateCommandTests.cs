using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Generate_writes_clouds_and_labels_that_estimate_reads()
    {
        JsonElement json = Run("labelled-mixture", "--points", "30", "--dims", "3", "--clusters", "4", "--seed", "7", "--out", "x", "--json").Json();

        Assert.Equal(["kind", "seed", "files"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("labelled-mixture", json.GetProperty("kind").GetString());
        Assert.Equal(7, json.GetProperty("seed").GetInt32());
        Assert.Equal(
            ["x-source.npy float32 [30,3]", "x-target.npy float32 [30,3]", "x-source-labels.npy int32 [30]", "x-target-labels.npy int32 [30]"],
            json.GetProperty("files").EnumerateArray().Select(file =>
                $"{file.GetProperty("path").GetString()} {file.GetProperty("type").GetString()} {file.GetProperty("shape").GetRawText()}"));
        Assert.Equal(["x-source-labels.npy", "x-source.npy", "x-target-labels.npy", "x-target.npy"], _folder.FileNames);

        // The very numbers of the library.
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.LabelledMixture, 30, 3, 7, 4);
        (string shape, float[] numbers) = _folder.ReadFloats("x-target.npy");
        Assert.Equal("(30, 3)", shape);
        Assert.Equal(target.Points, numbers);
        Assert.Equal(source.Points, _folder.ReadFloats("x-source.npy").Numbers);
        JsonElement estimate = _folder.Run(
            "estimate", "x-source.npy", "x-target.npy", "--source-labels", "x-source-labels.npy", "--target-labels", "x-target-labels.npy",
            "--pairs", "p.npy", "--json").Json();
        int same = _folder.ReadPairs("p.npy").Count(pair => source.Labels[pair.Source] == target.Labels[pair.Target]);
        Assert.Equal(same / 30.0, estimate.GetProperty("labelAgreement").GetDouble(), 1e-12);
    }

    [Fact]
    public void Generate_depends_on_the_seed_alone()
    {
        string[] arguments = ["half-moons", "--points", "20", "--out"];
        Assert.Equal("", Run([.. arguments, "a"]).Error);
        Assert.Equal("", Run([.. arguments, "b", "--seed", "0", "--dims", "2"]).Error);
        Assert.Equal("", Run([.. arguments, "c", "--seed", "1"]).Error);

        byte[] first = File.ReadAllBytes(_folder.PathOf("a-source.npy"));
        Assert.Equal(first, File.ReadAllBytes(_folder.PathOf("b-source.npy")));
        Assert.NotEqual(first, File.ReadAllBytes(_folder.PathOf("c-source.npy")));
    }

    [Fact]
    public void Generate_knows_every_kind_by_the_name_of_the_library()
    {
        CommandRun run = Run("clouds", "--points", "1", "--out", "x");

        run.AssertRefused("KIND: 'clouds' is none of " + string.Join(", ", SampleCloudKinds.All));
    }

    [Fact]
    public void Generate_tells_people_of_the_files()
    {
        CommandRun run = Run("s-curve", "--points", "5", "--out", "x");

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("x-source.npy: float32 (5, 3)\nx-target.npy: float32 (5, 3)\n", run.Output.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("", "KIND is missing")]
    [InlineData("mixture --out x", "--points is missing")]
    [InlineData("mixture --points 5", "--out is missing")]
    [InlineData("mixture --points 0 --out x", "--points: '0' is not a whole number from 1")]
    [InlineData("mixture --points 5 --dims 0 --out x", "--dims: '0'")]
    [InlineData("mixture --points 5 --clusters 0 --out x", "--clusters: '0'")]
    [InlineData("mixture --points 5 --seed x --out x", "--seed: 'x'")]
    [InlineData("mixture --points 2000000000 --dims 2000000000 --out x", "2000000000")]
    [InlineData("rings --points 5 --dims 3 --out x", "rings has 2 dimensions, not 3")]
    [InlineData("rings --points 5 --clusters 3 --out x", "rings has no clusters")]
    [InlineData("rings --points 5 --out nowhere/x", "nowhere/x-source.npy: its folder does not exist")]
    public void Generate_refuses_what_makes_no_sense_and_writes_nothing(string arguments, string part)
    {
        Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertRefused(part);
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void Generate_leaves_nothing_where_one_of_the_files_cannot_be_written()
    {
        Directory.CreateDirectory(_folder.PathOf("x-target-labels.npy"));

        Run("rings", "--points", "5", "--out", "x").AssertRefused("x-target-labels.npy: is a folder");
        Assert.Equal(["x-target-labels.npy"], _folder.FileNames);
    }

    private CommandRun Run(params string[] arguments) => _folder.Run(["generate", .. arguments]);
}
