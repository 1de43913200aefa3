using System.Runtime.CompilerServices;

namespace PyramidOT.Tests.Conformance;

/// <summary>Elements placed within an engine's reach: copied there, or on the Host used where they are.</summary>
public class PlaceTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void What_was_placed_is_there(string engine)
    {
        foreach (int length in new[] { 0, 1, 3, 63, 64, 65, 1023, 100_003 })
        {
            AssertPlaced(Draws.Fill(length, new Draws(160).Normal));
            AssertPlaced([.. Enumerable.Range(0, length)]);
            AssertPlaced([.. Enumerable.Range(0, length).Select(i => i * 1e-300)]);
            AssertPlaced([.. Enumerable.Range(0, length).Select(i => (byte)i)]);
        }

        AssertPlaced([float.NaN, BitConverter.Int32BitsToSingle(0x7FA00001), float.NegativeInfinity, -0f, float.Epsilon]);

        void AssertPlaced<T>(T[] data)
            where T : unmanaged
        {
            T[] copy = [.. data];
            using EngineBuffer<T> buffer = Engine(engine).Place<T>(data);
            Assert.Equal(data.Length, buffer.Length);
            Assert.Same(Engine(engine), buffer.Engine);
            Bits.AssertSame(copy, buffer.ToArray(), $"{data.Length} elements");
            Bits.AssertSame(copy, data, $"{data.Length} elements, afterwards");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Kernels_read_what_was_placed_at_any_address(string engine)
    {
        ComputeEngine at = Engine(engine);
        float[] points = Clouds.Make(CloudKind.Normal, 40, 3, seed: 161);
        int[] rows = new Draws(161).Permutation(40);
        for (int start = 0; start < 17; start++)
        {
            float[] larger = new float[points.Length + 40];
            Array.Fill(larger, float.NaN);
            points.CopyTo(larger, start);
            int[] largerRows = [.. new int[start], .. rows, -1, -1];
            using EngineBuffer<float> x = at.Place<float>(larger.AsMemory(start, points.Length));
            using EngineBuffer<int> order = at.Place<int>(largerRows.AsMemory(start, 40));
            using EngineBuffer<float> gathered = at.Allocate<float>(points.Length);
            at.Points.Gather(x, 3, order, gathered);
            Bits.AssertSame(Clouds.Rows(points, 3, rows), gathered.ToArray(), $"From {start} on");

            // A part of what was placed, and a copy within the engine.
            at.Points.Gather(x.Slice(3, 60), 3, order.Slice(0, 0), gathered.Slice(0, 0));
            gathered.View.CopyFrom(x);
            Bits.AssertSame(points, gathered.ToArray(), $"A copy from {start} on");
            Bits.AssertSame(points[6..9], x.Slice(6, 3).ToArray(), $"A part from {start} on");
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_Host_reads_the_callers_elements_in_place(string engine)
    {
        ComputeEngine at = Engine(engine);
        float[] points = [9, 3, 4, 0, 2, 9];
        using EngineBuffer<float> x = at.Place<float>(points.AsMemory(1, 4));
        using EngineBuffer<float> norms = at.Allocate<float>(2);
        at.Points.SquaredNorms(x, 2, norms);
        Assert.Equal([25, 4], norms.ToArray());

        // The contract forbids this change; it shows whose memory is read.
        points[1] = 0;
        at.Points.SquaredNorms(x, 2, norms);
        Assert.Equal([16, 4], norms.ToArray());
        Assert.Equal([0, 4, 0, 2], x.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Elements_that_nobody_may_write_can_be_placed(string engine)
    {
        // A string's characters are read-only in earnest: they are no array.
        using EngineBuffer<char> characters = Engine(engine).Place("A pyramid of cells".AsMemory(2, 7));
        Assert.Equal("pyramid", new string(characters.ToArray()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_disposed_buffer_leaves_the_callers_elements_alone(string engine)
    {
        ComputeEngine at = Engine(engine);
        float[] points = Clouds.Make(CloudKind.Normal, 1024, 1, seed: 162);
        float[] copy = [.. points];
        EngineBuffer<float> buffer = at.Place<float>(points);
        EngineView<float> window = buffer.Slice(1, 2);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.ToArray());
        Assert.Throws<ObjectDisposedException>(() => window.ToArray());
        using EngineBuffer<float> norms = at.Allocate<float>(2);
        Assert.Throws<ObjectDisposedException>(() => at.Points.SquaredNorms(window, 1, norms));

        // What was placed must not become another buffer's memory.
        EngineBuffer<float>[] others = [.. Enumerable.Range(0, 5).Select(_ => at.Allocate<float>(1024))];
        Assert.All(others, other => other.View.Clear());
        Bits.AssertSame(copy, points, "The caller's elements");
        Assert.All(others, other => other.Dispose());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Placed_elements_stay_while_the_buffer_is_there_and_are_let_go_with_it(string engine)
    {
        (EngineBuffer<int> buffer, WeakReference array) = Place(Engine(engine));
        Collect(array);
        Assert.Equal([7, 8, 9], buffer.ToArray());
        buffer.Dispose();
        Collect(array);
        Assert.False(array.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (EngineBuffer<int> Buffer, WeakReference Array) Place(ComputeEngine engine)
        {
            int[] array = [7, 8, 9];
            return (engine.Place<int>(array), new(array));
        }

        static void Collect(WeakReference array)
        {
            for (int attempt = 0; attempt < 10 && array.IsAlive; attempt++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
    }
}
