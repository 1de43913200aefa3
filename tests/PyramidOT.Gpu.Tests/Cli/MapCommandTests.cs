using System.Text.Json;
using PyramidOT.Data;

namespace PyramidOT.Tests.Cli;

public sealed class MapCommandTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public MapCommandTests()
    {
        _folder.WriteCloud("a.npy", 2, 0, 0, 1, 0, 0, 1, 9, 9);
        _folder.WriteCloud("b.npy", 2, 9, 9.5f, 0, 1, 0.5f, 0, 0, 0);
        _folder.WriteLabels("a-labels.npy", 3, 5, 3, -1);
        _folder.WriteLabels("b-labels.npy", 3, 5, 5, 3);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("match")]
    [InlineData("batches")]
    public void Map_takes_points_and_labels_along_a_coupling(string by)
    {
        JsonElement json = Run(
            "a.npy", "b.npy", "--by", by, "--out", "mapped.npy", "--source-labels", "a-labels.npy", "--target-labels", "b-labels.npy",
            "--labels-out", "labels.npy", "--json").Json();
        Assert.Equal(
            ["engine", "coupling", "pairs", "points", "unmapped", "displacement", "labelled", "compared", "accuracy", "classes", "confusion", "couplingSeconds", "mapSeconds"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(by, json.GetProperty("coupling").GetString());
        Assert.Equal(4, json.GetProperty("pairs").GetInt32());
        Assert.Equal(4, json.GetProperty("points").GetInt32());
        Assert.Equal(0, json.GetProperty("unmapped").GetInt32());
        Assert.Equal(Math.Sqrt(0.125), json.GetProperty("displacement").GetDouble(), 1e-7);

        // The point at (9, 9.5) has its mass from one without a label, and (0, 1) is taken for a 3.
        Assert.Equal(3, json.GetProperty("labelled").GetInt32());
        Assert.Equal(4, json.GetProperty("compared").GetInt32());
        Assert.Equal(0.5, json.GetProperty("accuracy").GetDouble());
        Assert.Equal(["3", "5"], json.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("[[1,0,1],[1,1,0]]", json.GetProperty("confusion").GetRawText());
        (string shape, float[] mapped) = _folder.ReadFloats("mapped.npy");
        Assert.Equal("(4, 2)", shape);
        Assert.Equal([0, 0, 0.5f, 0, 0, 1, 9, 9.5f], mapped);
        Assert.Equal([-1, 3, 5, 3], PointLabels.Load(_folder.PathOf("labels.npy")).Values.ToArray());
    }

    [Fact]
    public void Map_reads_pairs_and_maps_new_points_both_ways()
    {
        _folder.WriteText("pairs.csv", "source,target,mass,level\n0,3,0.25,\n0,1,0.25,2\n1,2,0.25,1\n");
        _folder.WriteCloud("new.npy", 2, 0, 0.25f, 2, 0);
        JsonElement json = Run("a.npy", "b.npy", "--pairs", "pairs.csv", "--points", "new.npy", "--out", "mapped.csv", "--json").Json();
        Assert.Equal("file", json.GetProperty("coupling").GetString());
        Assert.Equal(2, json.GetProperty("unmapped").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("accuracy").ValueKind);
        Assert.Equal("x0,x1\n0,0.75\n1.5,0\n", File.ReadAllText(_folder.PathOf("mapped.csv")));

        // Back: target points 1 and 3 come from source point 0 alone, and target point 0 from nowhere.
        json = Run("a.npy", "b.npy", "--pairs", "pairs.csv", "--reverse", "--out", "back.npy", "--json").Json();
        Assert.Equal(1, json.GetProperty("unmapped").GetInt32());
        Assert.Equal([9, 9.5f, 0, 0, 1, 0, 0, 0], _folder.ReadFloats("back.npy").Numbers);

        // The pairs that other verbs write, and more neighbours than points.
        _folder.Run("match", "a.npy", "b.npy", "--gap", "0", "--out", "pairs.npy");
        _folder.Run("estimate", "a.npy", "b.npy", "--batch-size", "4", "--pairs", "estimated.csv");
        foreach (string pairs in new[] { "pairs.npy", "estimated.csv" })
        {
            json = Run("a.npy", "b.npy", "--pairs", pairs, "--json").Json();
            Assert.Equal(Math.Sqrt(0.125), json.GetProperty("displacement").GetDouble(), 1e-7);
            Run("a.npy", "b.npy", "--pairs", pairs, "--points", "new.npy", "--neighbours", "9", "--weights", "inverse-distance", "--json").Json();
        }
    }

    [Fact]
    public void Map_tells_people_in_words_and_knows_labels_by_name()
    {
        _folder.WriteText("a.csv", "x,y,kind\n0,0,cat\n1,0,dog\n");
        _folder.WriteText("b.csv", "x,y,kind\n1,0.5,dog\n0,0.5,ape\n");
        CommandRun run = Run("a.csv", "b.csv", "--label-column", "kind");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.StartsWith("2 points mapped from the source to the target by 2 pairs (batches), on ", run.Output, StringComparison.Ordinal);
        Assert.Matches("accuracy +0.5 +of 2 known labels", run.Output);
        JsonElement json = Run("a.csv", "b.csv", "--label-column", "kind", "--reverse", "--json").Json();
        Assert.Equal(["ape", "cat", "dog"], json.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("[[0,0,0,0],[1,0,0,0],[0,0,1,0]]", json.GetProperty("confusion").GetRawText());
    }

    [Fact]
    public void Map_refuses_what_makes_no_sense()
    {
        _folder.WriteCloud("one.npy", 2, 1, 2);
        _folder.WriteCloud("line.npy", 1, 1, 2);
        _folder.WriteCloud("nan.npy", 2, 1, float.NaN);
        _folder.WriteText("far.csv", "source,target\n0,0\n0,7\n");
        _folder.WriteText("negative.csv", "source,target,mass\n0,0,-1\n");
        _folder.WriteText("none.csv", "source,target\n");
        Refused("one.npy has 1 point, a.npy has 4", "a.npy", "one.npy", "--by", "match");
        Refused("line.npy has 1 dimension", "a.npy", "b.npy", "--points", "line.npy");
        Refused("nan.npy: the element at [0, 1] is NaN", "a.npy", "b.npy", "--points", "nan.npy");
        Refused("far.csv: Pair 1 names point 7 of a side that has 4", "a.npy", "b.npy", "--pairs", "far.csv");
        Refused("negative.csv: line 2, column 3: the mass -1 is negative", "a.npy", "b.npy", "--pairs", "negative.csv");
        Refused("none.csv: No sample point has an image", "a.npy", "b.npy", "--pairs", "none.csv", "--points", "one.npy");
        Refused("missing.npy: no such file", "a.npy", "b.npy", "--pairs", "missing.npy");
        Refused("--pairs and --by are both given", "a.npy", "b.npy", "--pairs", "far.csv", "--by", "match");
        Refused("--neighbours: 33 is more than 32", "a.npy", "b.npy", "--neighbours", "33");
        Refused("--scheme: an option of a coupling that is computed", "a.npy", "b.npy", "--pairs", "far.csv", "--scheme", "grid");
        Refused("--p: an option of a coupling that is computed", "a.npy", "b.npy", "--pairs", "far.csv", "--p", "1");
        Refused("--batch-size: an option of batches", "a.npy", "b.npy", "--by", "match", "--batch-size", "2");
        Refused("--weights: an option of --points", "a.npy", "b.npy", "--weights", "equal");
        Refused("--source-labels is missing", "a.npy", "b.npy", "--target-labels", "b-labels.npy");
        Refused("--target-labels is missing", "a.npy", "b.npy", "--source-labels", "a-labels.npy", "--reverse");
        Refused("--source-labels is missing", "a.npy", "b.npy", "--labels-out", "labels.npy");
        Refused("a-labels.npy has 4 labels, one.npy has 1 point", "one.npy", "b.npy", "--source-labels", "a-labels.npy");
        Refused("m.txt: --out writes files that end in .npy or .csv", "a.npy", "b.npy", "--out", "m.txt");
        Refused("b.npy: --out names the input itself", "a.npy", "b.npy", "--out", "b.npy");

        void Refused(string part, params string[] arguments) => Run([.. arguments, "--json"]).AssertRefused(part);
    }

    private CommandRun Run(params string[] arguments) => _folder.Run(["map", .. arguments]);
}
