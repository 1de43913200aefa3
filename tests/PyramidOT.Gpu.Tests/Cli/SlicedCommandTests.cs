using System.Globalization;
using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed class SlicedCommandTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public SlicedCommandTests()
    {
        _folder.WriteCloud("a.npy", 2, 0, 1, 2, 3, 4, 5);
        _folder.WriteCloud("b.npy", 2, 3, 5, 7, 9, 5, 7);
        _folder.WriteCloud("one.npy", 2, 1, 1);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sliced_of_a_moved_cloud_is_what_it_was_moved_by()
    {
        JsonElement json = Run("a.npy", "b.npy", "--projections", "400", "--seed", "7", "--json").Json();

        // b is a, moved by (3, 4): |t| along t, and |t| / sqrt(2) in the quadratic mean.
        Assert.Equal(["distance", "maxSliced", "standardError", "seconds"], json.EnumerateObject().Select(property => property.Name));
        double error = json.GetProperty("standardError").GetDouble();
        Assert.InRange(error, 0.01, 0.3);
        Assert.Equal(5 / Math.Sqrt(2), json.GetProperty("distance").GetDouble(), 4 * error);
        Assert.Equal(5, json.GetProperty("maxSliced").GetDouble(), 1e-4);
        Assert.InRange(json.GetProperty("seconds").GetDouble(), 0, 60);
    }

    [Fact]
    public void Sliced_takes_seed_exponent_and_threads()
    {
        double Distance(params string[] options) => Run(["a.npy", "one.npy", .. options, "--json"]).Json().GetProperty("distance").GetDouble();
        double distance = Distance("--seed", "3");
        Assert.Equal(distance, Distance("--seed", "3", "--threads", "2"));
        Assert.NotEqual(distance, Distance("--seed", "4"));
        Assert.True(Distance("--seed", "3", "--p", "1") < distance, "A mean is no more than a quadratic mean.");
        Assert.Equal(JsonValueKind.Null, Run("a.npy", "one.npy", "--projections", "1", "--json").Json().GetProperty("standardError").ValueKind);
    }

    [Fact]
    public void Sliced_tells_people_in_words()
    {
        CommandRun run = Run("a.npy", "one.npy", "--projections", "20", "--p", "1.5");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.StartsWith("3 and 1 points in 2 dimensions, 20 directions, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("max-sliced W_1.5", run.Output, StringComparison.Ordinal);
        string line = run.Output.Split('\n').Single(text => text.TrimStart().StartsWith("sliced W_1.5", StringComparison.Ordinal));
        double shown = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
        double distance = Run("a.npy", "one.npy", "--projections", "20", "--p", "1.5", "--json").Json().GetProperty("distance").GetDouble();
        Assert.Equal(distance, shown, 1e-8 * distance);
    }

    [Theory]
    [InlineData("--projections 0", "--projections: '0' is not a whole number from 1")]
    [InlineData("--p 0.5", "--p: '0.5' is not a finite number of at least 1")]
    [InlineData("--seed x", "--seed: 'x' is not a whole number from 0")]
    [InlineData("--engine abacus", "'abacus'")]
    [InlineData("--threads 0", "--threads: '0'")]
    [InlineData("--cost euclidean", "'--cost' is not an option")]
    public void Sliced_refuses_options_that_make_no_sense(string options, string part) =>
        Run(["a.npy", "b.npy", .. options.Split(' '), "--json"]).AssertRefused(part);

    [Fact]
    public void Sliced_refuses_clouds_that_are_none()
    {
        _folder.WriteCloud("three.npy", 3, 1, 2, 3);
        _folder.WriteCloud("nan.npy", 2, 0, float.NaN);
        _folder.WriteCloud("far.npy", 2, 1e30f, 0, 0, 1e30f);
        Run("a.npy").AssertRefused("TARGET is missing");
        Run("", "b.npy").AssertRefused("SOURCE: the file name is empty");
        Run("a.npy", "missing.npy").AssertRefused("missing.npy: ");
        Run("a.npy", "three.npy").AssertRefused("three.npy has 3 dimensions, a.npy has 2");
        Run("a.npy", "nan.npy").AssertRefused("nan.npy: ", "NaN");
        Run("a.npy", "far.npy", "--p", "12").AssertRefused("a.npy, far.npy: ", "scale the points");
    }

    private CommandRun Run(params string[] arguments) => _folder.Run(["sliced", .. arguments]);
}
