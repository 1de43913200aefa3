using System.Runtime.CompilerServices;
using PyramidOT.Engines.Host;

namespace PyramidOT.Tests.Engines;

/// <summary>What the Host alone has: the caller's memory used in place, and the end of an engine's life.</summary>
public class HostEngineTests
{
    [Fact]
    public void Wrap_sees_writes_both_ways()
    {
        using HostEngine engine = Make();
        float[] points = [3, 4, 0, 2];
        float[] norms = new float[2];
        using EngineBuffer<float> wrappedPoints = engine.Wrap(points.AsMemory());
        using EngineBuffer<float> wrappedNorms = engine.Wrap(norms.AsMemory());

        engine.Points.SquaredNorms(wrappedPoints, 2, wrappedNorms);
        Assert.Equal([25, 4], norms);

        points[0] = 0;
        engine.Points.SquaredNorms(wrappedPoints, 2, wrappedNorms);
        Assert.Equal([16, 4], norms);

        wrappedNorms.Upload([7, 8]);
        Assert.Equal([7, 8], norms);
        norms[1] = 9;
        Assert.Equal([7, 9], wrappedNorms.ToArray());
        wrappedNorms.Slice(0, 1).Clear();
        Assert.Equal([0, 9], norms);
    }

    [Fact]
    public void Wrap_takes_a_part_of_an_array_at_any_address()
    {
        using HostEngine engine = Make();
        Random random = new(1);
        float[] costs = [.. Enumerable.Range(0, 20 * 20).Select(_ => random.NextSingle())];
        BatchLayout problem = BatchLayout.Uniform(1, 20, 20);
        using AssignmentBuffers expected = new(engine, problem);
        using AssignmentBuffers result = new(engine, problem);
        using EngineBuffer<float> uploaded = engine.Upload(costs);
        engine.Assignment.Solve(problem, uploaded, expected);
        for (int start = 0; start < 17; start++)
        {
            float[] larger = new float[450];
            Array.Fill(larger, float.NaN);
            costs.CopyTo(larger, start);
            using EngineBuffer<float> wrapped = engine.Wrap(larger.AsMemory(start, costs.Length));
            engine.Assignment.Solve(problem, wrapped, result);
            Assert.Equal(expected.ColumnOfRow.ToArray(), result.ColumnOfRow.ToArray());
            Assert.Equal(expected.Primal.ToArray(), result.Primal.ToArray());
        }
    }

    [Fact]
    public void Wrapped_memory_does_not_move()
    {
        using HostEngine engine = Make();
        List<EngineBuffer<int>> wrapped = [];
        List<int[]> arrays = [];
        for (int i = 0; i < 100; i++)
        {
            // Garbage between the arrays, so that a collection has a reason to move them.
            _ = new byte[1000];
            arrays.Add([i, i, i]);
            wrapped.Add(engine.Wrap(arrays[i].AsMemory()));
        }

        GC.Collect();
        GC.Collect();
        for (int i = 0; i < 100; i++)
        {
            wrapped[i].Upload([-i], start: 1);
            Assert.Equal([i, -i, i], arrays[i]);
            wrapped[i].Dispose();
        }
    }

    [Fact]
    public void Wrapped_memory_is_let_go_on_disposal()
    {
        using HostEngine engine = Make();
        WeakReference array = WrapAndDispose(engine);
        for (int attempt = 0; attempt < 10 && array.IsAlive; attempt++)
        {
            GC.Collect();
        }

        Assert.False(array.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference WrapAndDispose(HostEngine engine)
        {
            int[] array = new int[10];
            EngineBuffer<int> wrapped = engine.Wrap(array.AsMemory());
            wrapped.Dispose();
            wrapped.Dispose();
            Assert.Throws<ObjectDisposedException>(() => wrapped.ToArray());
            return new(array);
        }
    }

    [Fact]
    public void Wrap_takes_no_memory_too()
    {
        using HostEngine engine = Make();
        using EngineBuffer<float> none = engine.Wrap(Memory<float>.Empty);
        using EngineBuffer<float> end = engine.Wrap(new float[3].AsMemory(3));
        Assert.Empty(none.ToArray());
        end.View.CopyFrom(none);
        engine.Points.SquaredNorms(none, 1, end);
    }

    [Fact]
    public void Wrapped_memory_never_enters_the_pool()
    {
        using HostEngine engine = Make();
        float[] mine = new float[1024];
        engine.Wrap(mine.AsMemory()).Dispose();
        using EngineBuffer<float> buffer = engine.Allocate<float>(1024);
        float[] ones = new float[1024];
        Array.Fill(ones, 1);
        buffer.Upload(ones);
        Assert.Equal(new float[1024], mine);
    }

    [Fact]
    public void A_disposed_engine_allocates_no_more()
    {
        HostEngine engine = Make();
        EngineBuffer<int> late = engine.Upload(new int[10]);
        engine.Dispose();
        engine.Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.Allocate<int>(1));
        Assert.Throws<ObjectDisposedException>(() => engine.Upload(new int[1]));
        engine.TrimMemory();
        late.Dispose();
    }

    [Fact]
    public void AssignmentBuffers_have_the_shapes_of_their_batch()
    {
        using HostEngine engine = Make();
        using AssignmentBuffers buffers = new(engine, BatchLayout.Ragged([2, 0, 3], [4, 5, 0]));

        Assert.Equal(5, buffers.ColumnOfRow.Length);
        Assert.Equal(5, buffers.RowDuals.Length);
        Assert.Equal(9, buffers.ColumnDuals.Length);
        Assert.Equal(3, buffers.Primal.Length);
        Assert.Equal(3, buffers.Dual.Length);
        Assert.Equal(3, buffers.Status.Length);
        Assert.Throws<ArgumentNullException>(() => new AssignmentBuffers(null!, BatchLayout.Uniform(1, 1, 1)));
        Assert.Throws<ArgumentNullException>(() => new AssignmentBuffers(engine, null!));

        buffers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffers.Primal.ToArray());
    }

    private static HostEngine Make() => new(new() { Kind = EngineKind.Host, Threads = 2 });
}
