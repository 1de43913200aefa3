using System.Runtime.CompilerServices;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>What is taken from an engine is given back: at the end, after a refusal, after a cancellation, and when memory runs out.</summary>
public class PyramidMemoryTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void Nothing_is_kept_after_disposal(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        Use(engine, TestPyramids.Ways[way]);
        Assert.Equal(0, engine.RentedBytes);
    }

    [Fact]
    public void Nothing_is_kept_on_a_device()
    {
        // What the engine itself keeps, it keeps from the first use on.
        using IlgpuEngine engine = IlgpuEngine.CreateCpu(IlgpuShape.Fastest, new());
        Use(engine, new());
        long kept = InUse(engine);
        foreach (PyramidOptions options in TestPyramids.Ways)
        {
            Use(engine, options);
        }

        Assert.Equal(kept, InUse(engine));
        using (PyramidPair pyramid = TestPyramids.Build(engine, new float[4000], new float[4000], 2, new()))
        {
            Assert.True(InUse(engine) >= kept + 32_000);
        }

        Assert.Equal(kept, InUse(engine));
    }

    [Fact]
    public void Nothing_is_kept_after_a_refusal_or_a_cancellation()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 1000, 1000, 2, seed: 161);
        PointCloud x = new(source, 2);
        PointCloud y = new(target, 2);
        Assert.ThrowsAny<ArgumentException>(() => PyramidPair.Build(engine, x, y, new() { Branching = 0 }));
        Assert.Equal(0, engine.RentedBytes);

        foreach (PyramidScheme scheme in new[] { PyramidScheme.Interleaving, PyramidScheme.Joint, PyramidScheme.Grid })
        {
            using CancellationTokenSource cancellation = new();
            Reports<PyramidProgress> reports = new() { Then = cancellation.Cancel };
            Assert.ThrowsAny<OperationCanceledException>(() => PyramidPair.Build(engine, x, y, new() { Scheme = scheme }, reports, cancellation.Token));
            Assert.Equal(0, engine.RentedBytes);
            Reports<PyramidProgress> failing = new() { Then = () => throw new TimeZoneNotFoundException() };
            Assert.Throws<TimeZoneNotFoundException>(() => PyramidPair.Build(engine, x, y, new() { Scheme = scheme }, failing));
            Assert.Equal(0, engine.RentedBytes);
        }

        using PyramidPair pyramid = PyramidPair.Build(engine, x, y);
        Reports<MiniBatchProgress> bad = new() { Then = () => throw new TimeZoneNotFoundException() };
        Assert.Throws<TimeZoneNotFoundException>(() => MiniBatchTransport.Estimate(pyramid, 10, new() { WaveBytes = 1 }, bad));
        Assert.Equal(0, engine.RentedBytes);
        PairBatch wrong = new(new[] { 0, 2000 }, new[] { 0, 1 }, default, default);
        Assert.ThrowsAny<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, wrong));
        Assert.Equal(0, engine.RentedBytes);
    }

    [Fact]
    public void The_callers_points_are_let_go()
    {
        using ComputeEngine engine = TestPyramids.Host();
        WeakReference points = BuildAndDispose(engine);
        for (int attempt = 0; attempt < 10 && points.IsAlive; attempt++)
        {
            GC.Collect();
        }

        Assert.False(points.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference BuildAndDispose(ComputeEngine engine)
        {
            float[] source = Clouds.Make(CloudKind.Uniform, 100, 2, seed: 162);
            PyramidPair pyramid = TestPyramids.Build(engine, source, [.. source], 2, new());
            MiniBatchTransport.Estimate(pyramid, 10);
            pyramid.Dispose();
            Assert.Throws<ObjectDisposedException>(() => pyramid.SourcePoints.ToArray());
            return new(source);
        }
    }

    [Fact]
    public void When_memory_runs_out_at_any_moment_nothing_is_kept()
    {
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 2000, 2000, 3, seed: 163);
        int failures = 0;
        for (int limit = 90_000; limit < 640_000; limit += 22_000)
        {
            using IlgpuEngine engine = IlgpuEngine.CreateCpu(IlgpuShape.Fastest with { MemoryLimit = limit }, new());

            // The assignment family keeps a block of its own from its first call on.
            LinearAssignment.Solve(engine, [1], 1, 1);
            long kept = InUse(engine);
            foreach (PyramidOptions options in new PyramidOptions[] { new(), new() { Scheme = PyramidScheme.Joint }, new() { Scheme = PyramidScheme.Grid } })
            {
                try
                {
                    using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, options with { LeafSize = 100, LloydRounds = 1 });
                    MiniBatchTransport.Estimate(pyramid, 100);
                    foreach (PairBatch batch in pyramid.Batches(150).Take(1))
                    {
                        MiniBatchTransport.LossAndGradient(pyramid, batch);
                    }

                    PyramidMatch.Estimate(pyramid);
                }
                catch (OutOfMemoryException)
                {
                    failures++;
                }

                long used = InUse(engine);
                Assert.True(used == kept, $"Of {limit} bytes {used} are still in use where the engine keeps {kept}: {options.Scheme}.");
            }
        }

        Assert.InRange(failures, 5, 70);
    }

    [Fact]
    public void When_memory_is_short_batches_are_solved_in_smaller_waves()
    {
        using IlgpuEngine roomy = IlgpuEngine.CreateCpu(IlgpuShape.Fastest, new());
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 600, 600, 2, seed: 164);
        double expected = Pooled(roomy);

        // A batch takes 160,000 bytes of costs: the three of them do not fit.
        using IlgpuEngine narrow = IlgpuEngine.CreateCpu(IlgpuShape.Fastest with { MemoryLimit = 400_000 }, new());
        Assert.Equal(expected, Pooled(narrow));

        double Pooled(ComputeEngine engine)
        {
            using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new() { Scheme = PyramidScheme.Random });
            return MiniBatchTransport.Estimate(pyramid, 200, new() { WaveBytes = 1L << 40 }).PooledCost;
        }
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    /// <summary>The memory in use, but for the layouts that the engine keeps at hand for the next call.</summary>
    private static long InUse(IlgpuEngine engine)
    {
        engine.Layouts.Dispose();
        return engine.RentedBytes;
    }

    private static void Use(ComputeEngine engine, PyramidOptions options)
    {
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Clustered, 100, 100, 3, seed: 165);
        using EngineBuffer<float> resident = engine.Upload(target);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, options);
        using (PyramidPair other = PyramidPair.Build(engine, resident, resident, 3, options))
        {
            MiniBatchTransport.Estimate(other, 33);
        }

        MiniBatchTransport.Estimate(pyramid, 33);
        PyramidMatch.Estimate(pyramid);
        MiniBatchTransport.LossAndGradient(pyramid, pyramid.Batches(20).First());
        using MiniBatchLoss loss = new(engine, 100, 3);
        loss.Evaluate(source, target, new float[300], new float[300]);
    }
}
