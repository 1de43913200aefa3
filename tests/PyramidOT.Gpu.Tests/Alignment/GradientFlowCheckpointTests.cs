using System.Globalization;
using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Flows that are interrupted, and go on to the same bits.</summary>
public sealed class GradientFlowCheckpointTests : IDisposable
{
    private const int Passes = 7;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flow-tests-");

    public static TheoryData<string> Kinds => [.. Flows.Keys];

    private static Dictionary<string, GradientFlowOptions> Flows { get; } = new()
    {
        ["fresh"] = new(),
        ["every third pass a pyramid"] = new() { RebuildEvery = 3 },
        ["one pyramid"] = new() { RebuildEvery = 100 },
        ["fixed"] = new() { Order = FlowOrder.Fixed, Rate = 0.3 },
        ["fixed, beyond the match"] = new() { Order = FlowOrder.Fixed, Rate = 0.9, RebuildEvery = 4 },
        ["global"] = new() { Coupling = FlowCoupling.Global },
        ["global, anew"] = new() { Coupling = FlowCoupling.Global, RebuildEvery = 2 },
        ["sliced"] = new() { Solver = new SlicedWasserstein(new() { Projections = 4 }), RebuildEvery = 2 },
        ["entropic"] = new() { Solver = new Sinkhorn(new() { Epsilon = 0.5, IsRelativeEpsilon = true }), RebuildEvery = 3 },
        ["entropic, fixed"] = new() { Solver = new Sinkhorn(new() { Epsilon = 0.5, IsRelativeEpsilon = true }), Order = FlowOrder.Fixed },
        ["debiased, fixed"] = new()
        {
            Solver = new Sinkhorn(new() { Epsilon = 0.5, IsRelativeEpsilon = true }) { IsDebiased = true }, Order = FlowOrder.Fixed, RebuildEvery = 4,
        },
    };

    private string Path => System.IO.Path.Join(_folder.FullName, "flow.checkpoint");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_interrupted_flow_goes_on_to_the_same_bits(string kind)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(47, 47, 3, seed: 321);
        GradientFlowOptions options = Flows[kind] with { BatchSize = 8, Passes = Passes, ResidualAt = [0, 2, 5, 7], Seed = 9 };
        GradientFlowResult whole = GradientFlow.Run(engine, source, target, options);
        GradientFlowOptions kept = options with { Checkpoint = Path, CheckpointEvery = TimeSpan.FromDays(1) };
        foreach (int[] stops in new[] { [1], [2], [4], [1, 2, 3, 5], [6], new[] { 0, 3 } })
        {
            File.Delete(Path);
            foreach (int stop in stops)
            {
                using CancellationTokenSource cancel = new();
                Assert.ThrowsAny<OperationCanceledException>(() => GradientFlow.Run(engine, source, target, kept, StopAt(stop, cancel), cancel.Token));
            }

            GradientFlowResult resumed = GradientFlow.Run(engine, source, target, kept);
            AssertSame(whole, resumed, $"{kind}, stopped at {string.Join(", ", stops)}");
            AssertSame(whole, GradientFlow.Run(engine, source, target, kept), "read again at the end");
        }

        Assert.Equal(0, engine.RentedBytes);
        Assert.Equal(["flow.checkpoint"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void Potentials_of_uneven_clouds_are_kept_too()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(20, 13, 2, seed: 326);
        GradientFlowOptions options = Flows["debiased, fixed"] with { BatchSize = 6, Passes = 5, RebuildEvery = null };
        GradientFlowResult whole = GradientFlow.Run(engine, source, target, options);
        GradientFlow.Run(engine, source, target, options with { Passes = 2, Checkpoint = Path });
        AssertSame(whole, GradientFlow.Run(engine, source, target, options with { Checkpoint = Path }), "uneven");
    }

    [Fact]
    public void It_is_written_after_each_pass_where_that_is_wanted_and_a_flow_can_be_made_longer()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(30, 30, 3, seed: 322);
        GradientFlowOptions options = new() { BatchSize = 8, Passes = 3, Checkpoint = Path, CheckpointEvery = TimeSpan.Zero };
        List<bool> isThere = [];
        GradientFlow.Run(engine, source, target, options, new Listener(_ => isThere.Add(File.Exists(Path))));
        Assert.Equal([false, true, true, true], isThere);
        GradientFlowResult longer = GradientFlow.Run(engine, source, target, options with { Passes = 5 });
        AssertSame(GradientFlow.Run(engine, source, target, new() { BatchSize = 8, Passes = 5 }), longer, "longer");
    }

    [Fact]
    public void What_was_cancelled_before_it_began_leaves_no_file()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(30, 30, 3, seed: 323);
        Assert.ThrowsAny<OperationCanceledException>(() => GradientFlow.Run(
            engine, source, target, new() { Checkpoint = Path }, null, new CancellationToken(canceled: true)));
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void A_file_of_another_flow_is_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(30, 30, 3, seed: 324);
        GradientFlowOptions options = new() { BatchSize = 8, Passes = 3, Checkpoint = Path };
        GradientFlow.Run(engine, source, target, options);
        byte[] written = File.ReadAllBytes(Path);
        Refused("other clouds", target, options);
        Refused("other clouds", source.WithWeights([.. Enumerable.Range(1, 30)]), options);
        Refused("other options", source, options with { BatchSize = 9 });
        Refused("other options", source, options with { Rate = 0.06 });
        Refused("other options", source, options with { Seed = 1 });
        Refused("other options", source, options with { Order = FlowOrder.Fixed });
        Refused("other options", source, options with { RebuildEvery = 2 });
        Refused("other options", source, options with { Pyramid = new() { Scheme = PyramidScheme.Joint } });
        Refused("other options", source, options with { Solver = new Sinkhorn(new() { Epsilon = 0.1 }) });
        Refused("other options", source, options with { Solver = new ExactTransport { MassShare = 0.5 } });
        Refused("of pass 3, beyond the 2 wanted", source, options with { Passes = 2 });
        Refused("the residual after pass 1 was not measured", source, options with { ResidualAt = [1] });
        Assert.Equal(written, File.ReadAllBytes(Path));

        // The seed of the pyramid's own options has no part in it, and how often to write neither.
        GradientFlow.Run(engine, source, target, options with { Pyramid = new() { Seed = 4 }, CheckpointEvery = TimeSpan.Zero });

        void Refused(string reason, PointCloud from, GradientFlowOptions asked) => AssertRefused(engine, from, target, asked, reason);
    }

    [Fact]
    public void A_flow_goes_on_where_numbers_are_written_otherwise()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(9, 9, 2, seed: 325);
        GradientFlowOptions options = new() { BatchSize = 4, Passes = 2, Rate = 0.25, Checkpoint = Path };
        GradientFlowResult first = GradientFlow.Run(engine, source, target, options);
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new("") { NumberFormat = new() { NumberDecimalSeparator = "," } };
            Assert.Equal(first.Losses, GradientFlow.Run(engine, source, target, options).Losses);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(30, 30, 3, seed: 325);
        GradientFlowOptions options = new() { BatchSize = 8, Passes = 3, Checkpoint = Path };
        GradientFlow.Run(engine, source, target, options);
        byte[] written = File.ReadAllBytes(Path);
        foreach (int place in new[] { 8, 12, 50, 100, written.Length / 2, written.Length - 1 })
        {
            byte[] damaged = [.. written];
            damaged[place] ^= 4;
            Refused(damaged, "damaged");
        }

        Refused(written[..^1], "damaged");
        Refused(written[..20], "damaged");
        Refused(written[..8], "damaged");
        Refused([.. written, 0], "damaged");
        Refused(written[..7], "no checkpoint");
        Refused([], "no checkpoint");
        Refused([.. "source,target\n1,2\n"u8], "no checkpoint");

        void Refused(byte[] content, string reason)
        {
            File.WriteAllBytes(Path, content);
            AssertRefused(engine, source, target, options, reason);
            Assert.Equal(content, File.ReadAllBytes(Path));
        }
    }

    private void AssertRefused(ComputeEngine engine, PointCloud source, PointCloud target, GradientFlowOptions options, string reason)
    {
        FlowCheckpointException exception = Assert.Throws<FlowCheckpointException>(() => GradientFlow.Run(engine, source, target, options));
        Assert.StartsWith(Path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static void AssertSame(GradientFlowResult expected, GradientFlowResult actual, string what)
    {
        Bits.AssertSame(expected.Moved.Points.ToArray(), actual.Moved.Points.ToArray(), what);
        Bits.AssertSame([.. expected.Losses], [.. actual.Losses], $"{what}, losses");
        Assert.Equal(expected.Residuals, actual.Residuals);
        Assert.Equal((expected.SolvedBatches, expected.KeptBatches), (actual.SolvedBatches, actual.KeptBatches));
        Assert.Equal(expected.Times.Count, actual.Times.Count);
    }

    private static Listener StopAt(int pass, CancellationTokenSource cancel) => new(step =>
    {
        if (step.Pass == pass)
        {
            cancel.Cancel();
        }
    });

    private sealed class Listener(Action<GradientFlowProgress> tell) : IProgress<GradientFlowProgress>
    {
        public void Report(GradientFlowProgress value) => tell(value);
    }
}
