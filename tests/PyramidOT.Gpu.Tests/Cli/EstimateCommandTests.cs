using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed partial class EstimateCommandTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("interleaving", "p.npy")]
    [InlineData("joint", "p.csv")]
    public void Estimate_of_a_shuffled_copy_is_zero_and_finds_the_shuffle(string scheme, string pairs)
    {
        float[] points = Draw(100, 3, 1);
        int[] order = [.. Enumerable.Range(0, 100)];
        new Random(2).Shuffle(order);
        _folder.WriteCloud("a.npy", 3, points);
        _folder.WriteCloud("b.npy", 3, Rows(points, 3, order));
        JsonElement json = Run("a.npy", "b.npy", "--scheme", scheme, "--batch-size", "7", "--seed", "3", "--pairs", pairs, "--json").Json();

        Assert.Equal(
            [
                "engine", "scheme", "batchSize", "pairs", "batches", "p", "pooledDistance", "meanOfBatchDistance", "labelAgreement", "levels", "passes",
                "solver", "maxGap", "buildSeconds", "solveSeconds",
            ],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Contains(json.GetProperty("engine").GetString(), EngineKindNames.All);
        Assert.Equal(scheme, json.GetProperty("scheme").GetString());
        Assert.Equal([7, 100, 15], new[] { "batchSize", "pairs", "batches" }.Select(name => json.GetProperty(name).GetInt32()));
        Assert.Equal([2, 0, 0, 0], new[] { "p", "pooledDistance", "meanOfBatchDistance", "maxGap" }.Select(name => json.GetProperty(name).GetDouble()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("labelAgreement").ValueKind);
        Assert.InRange(json.GetProperty("levels").GetInt32(), 2, 100);
        Assert.Equal([0], Pooled(json));
        Assert.InRange(json.GetProperty("buildSeconds").GetDouble(), 0, 60);
        Assert.InRange(json.GetProperty("solveSeconds").GetDouble(), 0, 60);
        Assert.Equal(order.Select((source, target) => (source, target)).Order(), _folder.ReadPairs(pairs).Order());
        Assert.Equal(["a.npy", "b.npy", pairs], _folder.FileNames);
    }

    [Theory]
    [InlineData("euclidean", 2.0)]
    [InlineData("manhattan", 1.0)]
    [InlineData("chebyshev", 3.0)]
    [InlineData("cosine", 1.5)]
    public void Estimate_by_one_batch_is_exact(string cost, double p)
    {
        const int Points = 6;
        float[] source = Draw(Points, 2, 11);
        float[] target = Draw(Points, 2, 12);
        _folder.WriteCloud("a.npy", 2, source);
        _folder.WriteCloud("b.npy", 2, target);
        JsonElement json = Run(
            "a.npy", "b.npy", "--cost", cost, "--p", p.ToString(CultureInfo.InvariantCulture), "--batch-size", "1000", "--json").Json();

        double least = Permutations([.. Enumerable.Range(0, Points)], 0)
            .Min(permutation => permutation.Select((j, i) => Math.Pow(Distance(cost, source, i, target, j), p)).Sum());
        double expected = Math.Pow(least / Points, 1 / p);
        Assert.Equal(1, json.GetProperty("batches").GetInt32());
        Assert.Equal(expected, json.GetProperty("pooledDistance").GetDouble(), 1e-5 * expected);
        Assert.Equal(expected, json.GetProperty("meanOfBatchDistance").GetDouble(), 1e-5 * expected);
        Assert.InRange(json.GetProperty("maxGap").GetDouble(), 0, 1e-5);
    }

    [Fact]
    public void Estimate_of_several_passes_takes_the_least()
    {
        float[] source = Draw(60, 2, 21);
        float[] target = Draw(60, 2, 22);
        _folder.WriteCloud("a.npy", 2, source);
        _folder.WriteCloud("b.npy", 2, target);
        string[] arguments = ["a.npy", "b.npy", "--scheme", "random", "--batch-size", "8", "--json"];
        JsonElement several = Run([.. arguments, "--seed", "5", "--passes", "3", "--pairs", "p.npy"]).Json();
        double[] pooled = Pooled(several);

        // Without a tree, the seed of the order is all there is: pass i of seed 5 is the only pass of seed 5 + i.
        Assert.Equal(3, pooled.Length);
        Assert.Equal(Pooled(Run([.. arguments, "--seed", "7"]).Json())[0], pooled[2]);
        Assert.Equal(3, pooled.Distinct().Count());
        Assert.Equal(pooled.Min(), several.GetProperty("pooledDistance").GetDouble());
        (int Source, int Target)[] pairs = _folder.ReadPairs("p.npy");
        double cost = pairs.Average(pair => Math.Pow(Distance("euclidean", source, pair.Source, target, pair.Target), 2));
        Assert.Equal(pooled.Min(), Math.Sqrt(cost), 1e-5);
        Assert.Equal(Enumerable.Range(0, 60), pairs.Select(pair => pair.Source).Order());
        Assert.Equal(Enumerable.Range(0, 60), pairs.Select(pair => pair.Target).Order());
    }

    [Fact]
    public void Estimate_tells_how_many_labels_agree()
    {
        // On a line, whose optimum is sorted: 0-0, 1-1, 2-2, 3-3. Three of four labels agree.
        _folder.WriteCloud("a.npy", 1, 3, 0, 2, 1);
        _folder.WriteCloud("b.npy", 1, 0.1f, 1.1f, 2.1f, 3.1f);
        _folder.WriteLabels("la.npy", 30, 10, 20, 10);
        _folder.WriteLabels("lb.npy", 10, 10, 99, 30);

        Assert.Equal(0.75, Agreement("a.npy", "b.npy", "--source-labels", "la.npy", "--target-labels", "lb.npy"));

        // Names number differently in each file, and still mean what they say.
        _folder.WriteText("a.csv", "x,kind\n3,cat\n0,ape\n2,bee\n1,ape\n");
        _folder.WriteText("b.csv", "x,kind\n0.1,ape\n1.1,ape\n2.1,dog\n3.1,cat\n");
        Assert.Equal(0.75, Agreement("a.csv", "b.csv", "--label-column", "kind"));
    }

    [Fact]
    public void Estimate_gives_the_same_bits_with_any_number_of_threads()
    {
        _folder.WriteCloud("a.npy", 5, Draw(300, 5, 31));
        _folder.WriteCloud("b.npy", 5, Draw(300, 5, 32));
        JsonElement one = Run("a.npy", "b.npy", "--engine", "host", "--threads", "1", "--batch-size", "16", "--pairs", "1.npy", "--json").Json();
        JsonElement three = Run("a.npy", "b.npy", "--engine", "host", "--threads", "3", "--batch-size", "16", "--pairs", "3.npy", "--json").Json();

        Assert.Equal(Pooled(one), Pooled(three));
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("1.npy")), File.ReadAllBytes(_folder.PathOf("3.npy")));
    }

    [Fact]
    public void Estimate_computes_with_the_kernels_of_a_device()
    {
        float[] points = Draw(24, 2, 41);
        _folder.WriteCloud("a.npy", 2, points);
        _folder.WriteCloud("b.npy", 2, Rows(points, 2, [.. Enumerable.Range(0, 24).Reverse()]));
        JsonElement json = Run("a.npy", "b.npy", "--engine", "cpu-accelerator", "--batch-size", "5", "--json").Json();

        Assert.Equal("cpu-accelerator", json.GetProperty("engine").GetString());
        Assert.Equal(0, json.GetProperty("pooledDistance").GetDouble());
    }

    [Fact]
    public void Estimate_drops_surplus_points_where_that_is_asked_for()
    {
        _folder.WriteCloud("a.npy", 1, 0, 1, 2, 3, 4);
        _folder.WriteCloud("b.npy", 1, 4, 2, 0);

        CommandRun run = Run("a.npy", "b.npy", "--unpaired", "drop", "--pairs", "p.npy");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("3 pairs in 1 batch, interleaving, on ", run.Output, StringComparison.Ordinal);
        Assert.Contains("no bound", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("upper bound", run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], _folder.ReadPairs("p.npy").Select(pair => pair.Target).Order());
    }

    [Fact]
    public void Estimate_carries_the_masses_of_clouds_that_are_not_equally_large()
    {
        // Five points on a line to three: masses of 3 and 5 fifteenths, moved in order.
        _folder.WriteCloud("a.npy", 1, 0, 1, 2, 3, 4);
        _folder.WriteCloud("b.npy", 1, 4, 2, 0);
        JsonElement json = Run("a.npy", "b.npy", "--p", "1", "--batch-size", "100", "--json").Json();

        Assert.Equal(1, json.GetProperty("batches").GetInt32());
        Assert.Equal((2 + 1 + 1 + 2) / 15.0, json.GetProperty("pooledDistance").GetDouble(), 1e-6);
        Assert.Contains("an upper bound of W_2", Run("a.npy", "b.npy").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sinkhorn", 0.05)]
    [InlineData("sliced", 1e-5)]
    [InlineData("exact", 1e-5)]
    public void Estimate_takes_any_solver(string solver, double tolerance)
    {
        // On a line the sliced distance is the distance itself.
        _folder.WriteCloud("a.npy", 1, 0, 1, 2, 3, 4, 5, 6, 7);
        _folder.WriteCloud("b.npy", 1, 11, 12, 13, 14, 15, 16, 17, 10);
        JsonElement json = Run("a.npy", "b.npy", "--solver", solver, "--batch-size", "8", "--json").Json();

        Assert.Equal(solver, json.GetProperty("solver").GetString());
        Assert.InRange(json.GetProperty("pooledDistance").GetDouble(), 10 - tolerance, 10 + tolerance);
        Assert.Equal(solver == "sliced" ? JsonValueKind.Null : JsonValueKind.Number, json.GetProperty("maxGap").ValueKind);
    }

    [Fact]
    public void Estimate_leaves_the_dearest_mass_where_it_is()
    {
        _folder.WriteCloud("a.npy", 1, 0, 1, 2, 3);
        _folder.WriteCloud("b.npy", 1, 0, 1, 2, 103);
        JsonElement json = Run("a.npy", "b.npy", "--mass-share", "0.75", "--batch-size", "4", "--json").Json();

        Assert.Equal(0, json.GetProperty("pooledDistance").GetDouble());
    }

    [Fact]
    public void Estimate_tells_people_of_bounds_and_passes()
    {
        _folder.WriteCloud("a.npy", 1, 0, 1, 2, 3);
        _folder.WriteCloud("b.npy", 1, 10, 11, 12, 13);
        CommandRun run = Run("a.npy", "b.npy", "--batch-size", "4", "--passes", "2", "--p", "1", "--scheme", "grid");

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain('\e', run.Output);
        Assert.StartsWith("4 pairs in 1 batch, grid, on ", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\npooled distance +10 +an upper bound of W_1\r?\nmean of batch distances +10 +no bound\r?\n", run.Output);
        Assert.Matches(@"\n1 +10 +10\r?\n2 +10 +10\r?\n", run.Output);
    }

    [Fact]
    public void Estimate_interrupted_ends_with_130_and_leaves_nothing_behind()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _folder.WriteCloud("a.npy", 2, Draw(500, 2, 51));
        _folder.WriteCloud("b.npy", 2, Draw(500, 2, 52));
        string[] arguments = ["estimate", "a.npy", "b.npy", "--pairs", "p.npy", "--passes", "1000000", "--json"];
        CommandRun run = _folder.Run(
            process =>
            {
                Thread.Sleep(1000);
                Assert.Equal(0, Kill(process.Id, Terminate));
            },
            arguments);

        // 143 is the system's own answer, where the command had not come up yet.
        Assert.True(run.ExitCode is 130 or 143, $"The exit code is {run.ExitCode}.");
        Assert.Equal("", run.Output);
        Assert.Equal(["a.npy", "b.npy"], _folder.FileNames);
    }

    // SIGTERM. SIGINT goes the same way, but children inherit that it is ignored, as in a shell's background jobs.
    private const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    private static double[] Pooled(JsonElement json) =>
        [.. json.GetProperty("passes").EnumerateArray().Select(pass => pass.GetProperty("pooledDistance").GetDouble())];

    private static float[] Draw(int points, int dimensions, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, points * dimensions).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static float[] Rows(float[] points, int dimensions, int[] order) =>
        [.. order.SelectMany(row => points.AsSpan(row * dimensions, dimensions).ToArray())];

    private static double Distance(string cost, float[] source, int i, float[] target, int j)
    {
        (double x, double y) = (source[2 * i], source[(2 * i) + 1]);
        (double u, double v) = (target[2 * j], target[(2 * j) + 1]);
        return cost switch
        {
            "manhattan" => Math.Abs(x - u) + Math.Abs(y - v),
            "chebyshev" => Math.Max(Math.Abs(x - u), Math.Abs(y - v)),
            "cosine" => 1 - (((x * u) + (y * v)) / Math.Sqrt(((x * x) + (y * y)) * ((u * u) + (v * v)))),
            _ => Math.Sqrt(((x - u) * (x - u)) + ((y - v) * (y - v))),
        };
    }

    private static IEnumerable<int[]> Permutations(int[] items, int from)
    {
        if (from == items.Length)
        {
            yield return [.. items];
        }

        for (int i = from; i < items.Length; i++)
        {
            (items[from], items[i]) = (items[i], items[from]);
            foreach (int[] permutation in Permutations(items, from + 1))
            {
                yield return permutation;
            }

            (items[from], items[i]) = (items[i], items[from]);
        }
    }

    private CommandRun Run(params string[] arguments) => _folder.Run(["estimate", .. arguments]);

    private double Agreement(params string[] arguments) =>
        Run([.. arguments, "--json"]).Json().GetProperty("labelAgreement").GetDouble();
}
