using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Engines.Ilgpu;

namespace PyramidOT.Tests.Engines;

/// <summary>What the engine of devices does besides computing: memory of others, transfers, lack of memory, ends of life.</summary>
public class IlgpuEngineTests
{
    [Fact]
    public void Wrap_uses_the_callers_memory_in_place()
    {
        using IlgpuEngine engine = Open();
        using MemoryBuffer1D<float, Stride1D.Dense> mine = engine.Accelerator.Allocate1D<float>(6);
        ArrayView<float> part = mine.View.BaseView.SubView(1, 4);
        using (EngineBuffer<float> wrapped = engine.Wrap(part))
        {
            Assert.Equal(4, wrapped.Length);
            wrapped.Upload([1, 2, 3, 4]);
            using EngineBuffer<float> norms = engine.Allocate<float>(2);
            engine.Points.SquaredNorms(wrapped, 2, norms);
            Assert.Equal([5, 25], norms.ToArray());
            wrapped.Slice(2, 2).Clear();
        }

        // The caller's it stays: a disposed window leaves it as it is.
        float[] seen = new float[4];
        part.CopyToCPU(engine.Stream, seen.AsSpan());
        Assert.Equal([1, 2, 0, 0], seen);
        using EngineBuffer<float> empty = engine.Wrap(ArrayView<float>.Empty);
        Assert.Equal(0, empty.Length);
    }

    [Fact]
    public void Wrap_refuses_memory_of_another_accelerator()
    {
        using IlgpuEngine engine = Open();
        using IlgpuEngine other = Open();
        using MemoryBuffer1D<int, Stride1D.Dense> foreign = other.Accelerator.Allocate1D<int>(3);
        Assert.Throws<ArgumentException>(() => engine.Wrap(foreign.View.BaseView));
    }

    [Fact]
    public void On_leaves_the_callers_accelerator_open()
    {
        using IlgpuEngine owner = Open();
        using (IlgpuEngine guest = IlgpuEngine.On(owner.Accelerator))
        {
            Assert.Equal(EngineKind.CpuAccelerator, guest.Info.Kind);
            using EngineBuffer<int> buffer = guest.Upload([1, 2]);
            Assert.Equal([1, 2], buffer.ToArray());
        }

        using EngineBuffer<int> later = owner.Upload([3]);
        Assert.Equal([3], later.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 21)]
    [InlineData((1 << 21) + 1)]
    [InlineData(5 << 20)]
    public void Staged_transfers_keep_every_byte(int bytes)
    {
        using IlgpuEngine engine = Open(new IlgpuShape(1, 1) { StagedFrom = 1 });
        byte[] data = new byte[bytes];
        new Random(1).NextBytes(data);
        using EngineBuffer<byte> buffer = engine.Allocate<byte>(bytes + 3);
        buffer.Upload(data, start: 3);
        byte[] back = new byte[bytes];
        buffer.Download(back, start: 3);
        Assert.Equal(data, back);
    }

    [Fact]
    public void A_lack_of_memory_names_the_device_and_the_size_and_is_survived()
    {
        using IlgpuEngine engine = Open(new IlgpuShape(1, 1) { MemoryLimit = 1 << 20 });
        using (EngineBuffer<byte> most = engine.Allocate<byte>(700_000))
        {
            InsufficientMemoryException exception = Assert.Throws<InsufficientMemoryException>(() => engine.Allocate<byte>(500_000));
            Assert.Contains(engine.Info.Name, exception.Message, StringComparison.Ordinal);
            Assert.Matches(@"\d{6} bytes", exception.Message);
        }

        // What waits in the pool is given up for it.
        using EngineBuffer<byte> another = engine.Allocate<byte>(1_000_000);
        Assert.Equal(1_000_000, another.Length);
    }

    [Fact]
    public void A_lack_of_memory_makes_waves_smaller_and_results_the_same()
    {
        // The families' own room is most of what they take here: sums, samples, directions.
        const int Dimensions = 300;
        BatchLayout cells = BatchLayout.Uniform(6, 20, 40);
        Random random = new(3);
        float[] points = [.. Enumerable.Range(0, (int)cells.Rows * Dimensions).Select(_ => (float)random.NextDouble())];
        float[] others = [.. Enumerable.Range(0, (int)cells.Columns * Dimensions).Select(_ => (float)random.NextDouble())];
        using IlgpuEngine roomy = Open();
        using IlgpuEngine narrow = Open(new IlgpuShape(1, 1) { MemoryLimit = 700_000 });
        (float[] centres, int[] counts, float[] costs) = Run(roomy);
        (float[] sameCentres, int[] sameCounts, float[] sameCosts) = Run(narrow);
        Assert.Equal(centres, sameCentres);
        Assert.Equal(counts, sameCounts);
        Assert.Equal(costs, sameCosts);

        (float[] Centres, int[] Counts, float[] Costs) Run(IlgpuEngine engine)
        {
            using EngineBuffer<float> x = engine.Upload(points);
            using EngineBuffer<float> y = engine.Upload(others);
            using EngineBuffer<int> nearest = engine.Allocate<int>(cells.Rows);
            using EngineBuffer<int> sizes = engine.Allocate<int>(cells.Columns);
            using EngineBuffer<float> pairs = engine.Allocate<float>(cells.Costs);
            engine.Costs.Pairwise(cells, x, y, Dimensions, new(GroundDistance.Cosine, 1), pairs);
            engine.Clustering.SeedCentres(cells, x, default, Dimensions, 20, 5, y);
            engine.Clustering.NearestCentre(cells, x, default, Dimensions, y, nearest, default);
            engine.Clustering.UpdateCentres(cells, x, default, Dimensions, nearest, y, sizes);
            return (y.ToArray(), sizes.ToArray(), pairs.ToArray());
        }
    }

    [Fact]
    public void Without_float64_assignments_and_means_are_right()
    {
        using IlgpuEngine engine = Open(new IlgpuShape(1, 1) { WithoutDoubles = true });
        BatchLayout problems = BatchLayout.Ragged([3, 20, 7], [3, 20, 9]);
        Random random = new(4);
        float[] costs = [.. Enumerable.Range(0, (int)problems.Costs).Select(_ => (float)Math.Pow(10, (16 * random.NextDouble()) - 8))];
        using ComputeEngine host = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        Assert.Equal(Solve(host).Columns, Solve(engine).Columns);
        foreach ((double expected, double actual) in Solve(host).Primal.Zip(Solve(engine).Primal))
        {
            Assert.Equal(expected, actual, Math.Abs(expected) * 1e-6);
        }

        (int[] Columns, double[] Primal) Solve(ComputeEngine at)
        {
            using EngineBuffer<float> c = at.Upload(costs);
            using AssignmentBuffers result = new(at, problems);
            at.Assignment.Solve(problems, c, result);
            Assert.All(result.Status.ToArray(), status => Assert.Equal(SolveStatus.Optimal, status));
            return (result.ColumnOfRow.ToArray(), result.Primal.ToArray());
        }
    }

    [Fact]
    public void Without_float64_cosines_of_pairs_are_right()
    {
        const int Dimensions = 21;
        const int Count = 40;
        using IlgpuEngine engine = Open(new IlgpuShape(1, 1) { WithoutDoubles = true });
        using ComputeEngine host = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        Random random = new(5);

        // Lengths of all magnitudes; the last points are equal, the ones before them zero.
        float[] points = [.. Enumerable.Range(0, Count * Dimensions).Select(i => Coordinate(i / Dimensions))];
        float[] others = [.. Enumerable.Range(0, Count * Dimensions).Select(i => Coordinate((i / Dimensions) + 3))];
        points.AsSpan((Count - 2) * Dimensions, Dimensions).Clear();
        others.AsSpan((Count - 1) * Dimensions).CopyTo(points.AsSpan((Count - 1) * Dimensions));
        foreach (double exponent in new[] { 1, 1.5, 3 })
        {
            (float[] costs, float[] inPoints, float[] inOthers) = Run(host, exponent);
            (float[] costs2, float[] inPoints2, float[] inOthers2) = Run(engine, exponent);
            for (int i = 0; i < Count; i++)
            {
                AssertNear(costs.AsSpan(i, 1), costs2.AsSpan(i, 1));
                AssertNear(inPoints.AsSpan(i * Dimensions, Dimensions), inPoints2.AsSpan(i * Dimensions, Dimensions));
                AssertNear(inOthers.AsSpan(i * Dimensions, Dimensions), inOthers2.AsSpan(i * Dimensions, Dimensions));
            }
        }

        float Coordinate(int row) => (float)((random.NextDouble() - 0.3) * Math.Pow(10, (10 * (row % 7)) - 30));

        static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
        {
            double norm = 0;
            foreach (float value in expected)
            {
                norm += (double)value * value;
            }

            for (int k = 0; k < expected.Length; k++)
            {
                Assert.True(Math.Abs((double)actual[k] - expected[k]) <= 1e-5 * Math.Sqrt(norm), $"{actual[k]:R} where {expected[k]:R} is expected.");
            }
        }

        (float[], float[], float[]) Run(ComputeEngine at, double exponent)
        {
            GroundCost cost = new(GroundDistance.Cosine, exponent);
            using EngineBuffer<float> x = at.Upload(points);
            using EngineBuffer<float> y = at.Upload(others);
            using EngineBuffer<int> rows = at.Upload([.. Enumerable.Range(0, Count)]);
            using EngineBuffer<float> weights = at.Upload([.. Enumerable.Repeat(0.5f, Count)]);
            using EngineBuffer<float> costs = at.Allocate<float>(Count);
            using EngineBuffer<float> inX = at.Allocate<float>(x.Length);
            using EngineBuffer<float> inY = at.Allocate<float>(y.Length);
            at.Costs.Paired(x, rows, y, rows, Dimensions, cost, costs);
            at.Costs.PairedGradients(x, rows, y, rows, Dimensions, cost, weights, inX, inY);
            return (costs.ToArray(), inX.ToArray(), inY.ToArray());
        }
    }

    [Fact]
    public void Buffers_may_outlive_their_engine()
    {
        IlgpuEngine engine = Open();
        EngineBuffer<float> buffer = engine.Upload(new float[] { 1 });
        engine.Dispose();
        engine.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Allocate<float>(1));
    }

    [Fact]
    public void A_kernel_is_loaded_once_for_a_group_size()
    {
        using IlgpuEngine engine = Open();
        int loads = 0;
        Action Load(Accelerator accelerator, KernelSpecialization specialization)
        {
            Interlocked.Increment(ref loads);
            Thread.Sleep(20);
            return () => { };
        }

        Parallel.For(0, 8, _ => engine.Kernels.Get("test", 4, Load)());
        Assert.Equal(1, loads);
        engine.Kernels.Get("test", 8, Load)();
        Assert.Equal(2, loads);
    }

    [Fact]
    public void Kernels_of_one_name_in_two_families_are_two()
    {
        using IlgpuEngine engine = Open();
        Assert.Equal("one", engine.Kernels.Get("Gather", 4, One.Load)());
        Assert.Equal("other", engine.Kernels.Get("Gather", 4, Other.Load)());
        Assert.Equal("one", engine.Kernels.Get("Gather", 4, One.Load)());

        // As launchers write it, for each functor.
        Assert.Equal("Int32", Named<int>());
        Assert.Equal("Double", Named<double>());

        string Named<T>() => engine.Kernels.Get<Func<string>>("Gather", 4, static (_, _) => static () => typeof(T).Name)();
    }

    [Fact]
    public void Layouts_are_uploaded_once_and_the_oldest_given_up()
    {
        using IlgpuEngine engine = Open();
        BatchLayout layout = BatchLayout.Ragged([2, 0, 5], [3, 1, 0]);
        IlgpuLayout first;
        using (IlgpuLayouts.Lease lease = engine.Layouts.Rent(layout))
        {
            first = lease.Layout;
            long[] offsets = new long[4];
            first.ColumnOffsets.CopyToCPU(engine.Stream, offsets.AsSpan());
            Assert.Equal([0, 3, 4, 4], offsets);
            first.CostOffsets.CopyToCPU(engine.Stream, offsets.AsSpan());
            Assert.Equal([0, 6, 6, 6], offsets);

            // In use, it is kept however many come after it.
            for (int i = 0; i < 200; i++)
            {
                engine.Layouts.Rent(BatchLayout.Uniform(1, i, 1)).Dispose();
            }

            using IlgpuLayouts.Lease again = engine.Layouts.Rent(layout);
            Assert.Same(first, again.Layout);
        }

        for (int i = 0; i < 200; i++)
        {
            engine.Layouts.Rent(BatchLayout.Uniform(1, i, 1)).Dispose();
        }

        using IlgpuLayouts.Lease anew = engine.Layouts.Rent(layout);
        Assert.NotSame(first, anew.Layout);
    }

    private static IlgpuEngine Open(IlgpuShape? shape = null) => IlgpuEngine.CreateCpu(shape ?? IlgpuShape.Fastest, new());

    private static class One
    {
        public static Func<string> Load(Accelerator accelerator, KernelSpecialization specialization) => static () => "one";
    }

    private static class Other
    {
        public static Func<string> Load(Accelerator accelerator, KernelSpecialization specialization) => static () => "other";
    }
}
