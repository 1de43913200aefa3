namespace PyramidOT.Tests.Conformance;

/// <summary>Engine memory: buffers, windows, copies, ends of life.</summary>
public class MemoryTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void What_was_uploaded_comes_back(string engine)
    {
        foreach (int length in new[] { 0, 1, 3, 63, 64, 65, 1023, 100_003 })
        {
            RoundTrip(Draws.Fill(length, new Draws(1).Normal));
            RoundTrip([.. Enumerable.Range(0, length)]);
            RoundTrip([.. Enumerable.Range(0, length).Select(i => i * 1e-300)]);
            RoundTrip([.. Enumerable.Range(0, length).Select(i => (byte)i)]);
            RoundTrip([.. Enumerable.Range(0, length).Select(i => long.MinValue + i)]);
            RoundTrip([.. Enumerable.Range(0, length).Select(i => (SolveStatus)(i % 2))]);
            RoundTrip([.. Enumerable.Range(0, length).Select(i => (i, (byte)i))]);
        }

        RoundTrip([float.NaN, BitConverter.Int32BitsToSingle(0x7FA00001), float.NegativeInfinity, -0f, float.Epsilon]);

        void RoundTrip<T>(T[] data)
            where T : unmanaged
        {
            using EngineBuffer<T> buffer = Engine(engine).Upload(data);
            Assert.Equal(data.Length, buffer.Length);
            Assert.Same(Engine(engine), buffer.Engine);
            Bits.AssertSame(data, buffer.ToArray(), $"{data.Length} elements");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Parts_are_uploaded_and_downloaded(string engine)
    {
        using EngineBuffer<int> buffer = Engine(engine).Upload(new int[10]);
        buffer.Upload([1, 2, 3], start: 2);
        buffer.Slice(7, 3).Upload([4, 5]);
        buffer.View.Slice(1, 9).Slice(8, 1).Upload([6]);
        buffer.Upload([], start: 10);
        Assert.Equal([0, 0, 1, 2, 3, 0, 0, 4, 5, 6], buffer.ToArray());

        int[] some = new int[4];
        buffer.Download(some, start: 3);
        Assert.Equal([2, 3, 0, 0], some);
        buffer.Slice(6, 4).Download(some.AsSpan(0, 2));
        Assert.Equal([0, 4, 0, 0], some);
        Assert.Equal([3, 0, 0, 4], buffer.Slice(4, 4).ToArray());
        Assert.Empty(buffer.Slice(10, 0).ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Windows_beyond_their_buffer_are_refused(string engine)
    {
        using EngineBuffer<int> buffer = Engine(engine).Upload(new int[10]);
        foreach ((long start, long length) in new (long, long)[] { (-1, 1), (11, 0), (0, 11), (5, 6), (0, -1), (long.MaxValue, 1), (1, long.MaxValue), (long.MinValue, 0) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(start, length));
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.View.Slice(start, length));
        }

        // A window ends where it ends, though its buffer goes on.
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(2, 3).Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(2, 3).Upload(new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(2, 3).Download(new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Upload(new int[4], start: 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Download(new int[1], start: 10));
        Assert.Equal(new int[10], buffer.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clear_and_CopyFrom_keep_to_their_windows(string engine)
    {
        using EngineBuffer<int> source = Engine(engine).Upload([1, 2, 3, 4, 5, 6, 7, 8]);
        using EngineBuffer<int> target = Engine(engine).Upload([-1, -2, -3, -4, -5, -6, -7, -8]);
        target.Slice(1, 3).CopyFrom(source.Slice(4, 3));
        target.Slice(5, 2).Clear();
        target.Slice(8, 0).Clear();
        target.Slice(0, 0).CopyFrom(source.Slice(3, 0));
        Assert.Equal([-1, 5, 6, 7, -5, 0, 0, -8], target.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], source.ToArray());

        Assert.ThrowsAny<ArgumentException>(() => target.Slice(0, 3).CopyFrom(source.Slice(0, 2)));
        target.View.CopyFrom(source);
        Assert.Equal(source.ToArray(), target.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Empty_buffers_and_windows_are_good_for_all(string engine)
    {
        using EngineBuffer<double> empty = Engine(engine).Allocate<double>(0);
        Assert.True(empty.View.IsEmpty);
        Assert.Empty(empty.ToArray());
        empty.Upload([]);
        empty.Download([]);
        empty.View.Clear();
        empty.View.CopyFrom(default);
        EngineView<double> none = default;
        Assert.True(none.IsEmpty);
        Assert.Empty(none.ToArray());
        Assert.Empty(none.Slice(0, 0).ToArray());
        none.Clear();
        none.CopyFrom(empty);
        none.Upload([]);
        Assert.Throws<ArgumentOutOfRangeException>(() => none.Slice(0, 1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Windows_compare_by_place(string engine)
    {
        using EngineBuffer<int> one = Engine(engine).Upload(new int[4]);
        using EngineBuffer<int> other = Engine(engine).Upload(new int[4]);
        Assert.Equal(one.View, one.Slice(0, 4));
        Assert.True(one.Slice(1, 2) == one.View.Slice(1, 3).Slice(0, 2));
        Assert.True(one.View != other.View);
        Assert.False(one.View.Equals(one.Slice(0, 3)));
        Assert.False(one.View.Equals("a window"));
        Assert.Equal(one.View.GetHashCode(), one.Slice(0, 4).GetHashCode());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_disposed_buffer_is_void_with_all_its_windows(string engine)
    {
        ComputeEngine at = Engine(engine);
        EngineBuffer<float> buffer = at.Upload(new float[] { 1, 2, 3, 4 });
        EngineView<float> window = buffer.Slice(1, 2);
        using EngineBuffer<float> other = at.Upload(new float[4]);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(4, buffer.Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.ToArray());
        Assert.Throws<ObjectDisposedException>(() => buffer.Upload([1]));
        Assert.Throws<ObjectDisposedException>(() => buffer.Download(new float[1]));
        Assert.Throws<ObjectDisposedException>(() => window.ToArray());
        Assert.Throws<ObjectDisposedException>(() => window.Upload([1]));
        Assert.Throws<ObjectDisposedException>(() => window.Clear());
        Assert.Throws<ObjectDisposedException>(() => window.CopyFrom(other.Slice(0, 2)));
        Assert.Throws<ObjectDisposedException>(() => other.Slice(0, 2).CopyFrom(window));

        // Its memory may be another buffer's by now; a family must not touch it.
        using EngineBuffer<float> results = at.Allocate<float>(16);
        Assert.Throws<ObjectDisposedException>(() => at.Points.SquaredNorms(buffer, 2, results.Slice(0, 2)));
        Assert.Throws<ObjectDisposedException>(() => at.Costs.Pairwise(BatchLayout.Uniform(1, 2, 2), buffer, other, 2, default, results.Slice(0, 4)));
        Assert.Throws<ObjectDisposedException>(() => at.Costs.Pairwise(BatchLayout.Uniform(1, 2, 2), other, other, 2, default, buffer));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Another_engines_memory_is_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using ComputeEngine stranger = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using EngineBuffer<float> own = at.Upload(new float[4]);
        using EngineBuffer<float> own2 = at.Upload(new float[4]);
        using EngineBuffer<float> strange = stranger.Upload(new float[4]);
        using EngineBuffer<int> rows = at.Upload(new int[1]);
        using EngineBuffer<int> strangeRows = stranger.Upload(new int[1]);
        BatchLayout problem = BatchLayout.Uniform(1, 2, 2);
        using AssignmentBuffers result = new(at, problem);
        using AssignmentBuffers strangeResult = new(stranger, problem);

        Refused(() => own.View.CopyFrom(strange));
        Refused(() => strange.View.CopyFrom(own));
        Refused(() => at.Points.Gather(strange, 4, rows, own));
        Refused(() => at.Points.Gather(own, 4, strangeRows, own2));
        Refused(() => at.Points.Gather(own, 4, rows, strange));
        Refused(() => at.Costs.Pairwise(problem, strange, own, 2, default, own2));
        Refused(() => at.Costs.Pairwise(problem, own, strange, 2, default, own2));
        Refused(() => at.Costs.Pairwise(problem, own, own, 2, default, strange));
        Refused(() => at.Assignment.Solve(problem, strange, result));
        Refused(() => at.Assignment.Solve(problem, own, strangeResult));
        using TransportBuffers plan = new(at, problem);
        using TransportBuffers strangePlan = new(stranger, problem);
        Refused(() => at.Transport.Solve(problem, strange, own.Slice(0, 2), own2.Slice(0, 2), plan));
        Refused(() => at.Transport.Solve(problem, own, strange.Slice(0, 2), own2.Slice(0, 2), plan));
        Refused(() => at.Transport.Solve(problem, own, own2.Slice(0, 2), strange.Slice(0, 2), plan));
        Refused(() => at.Transport.Solve(problem, own, own2.Slice(0, 2), own2.Slice(0, 2), strangePlan));
        Refused(() => at.Clustering.SeedCentres(problem, own, default, 2, 10, 1, strange));

        static void Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_no_machine_has_are_refused(string engine)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Engine(engine).Allocate<float>(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Engine(engine).Allocate<float>(long.MinValue));

        OutOfMemoryException exception = Assert.ThrowsAny<OutOfMemoryException>(() => Engine(engine).Allocate<byte>(1L << 60));
        Assert.Contains((1L << 60).ToString(), exception.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<OutOfMemoryException>(() => Engine(engine).Allocate<double>(long.MaxValue));
        Assert.ThrowsAny<OutOfMemoryException>(() => Engine(engine).Allocate<byte>(long.MaxValue));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Buffers_in_use_do_not_share_memory(string engine)
    {
        // Sizes of which the pool makes the same blocks, freed and taken in turn.
        List<(EngineBuffer<int> Buffer, int Value)> live = [];
        Draws draws = new(80);
        for (int round = 0; round < 300; round++)
        {
            if (live.Count > 12)
            {
                int at = draws.Below(live.Count);
                live[at].Buffer.Dispose();
                live.RemoveAt(at);
            }

            EngineBuffer<int> buffer = Engine(engine).Allocate<int>(1000 + draws.Below(400));
            int[] content = new int[buffer.Length];
            Array.Fill(content, round);
            buffer.Upload(content);
            live.Add((buffer, round));
            if (round % 50 == 0)
            {
                Engine(engine).TrimMemory();
            }

            Assert.All(live, item => Assert.Equal(-1, item.Buffer.ToArray().IndexOfAnyExcept(item.Value)));
        }

        live.ForEach(item => item.Buffer.Dispose());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Synchronize_waits_for_what_was_started(string engine)
    {
        using EngineBuffer<float> x = Engine(engine).Upload(new float[] { 3, 4 });
        using EngineBuffer<float> norm = Engine(engine).Allocate<float>(1);
        Engine(engine).Points.SquaredNorms(x, 2, norm);
        Engine(engine).Synchronize();
        Assert.Equal([25], norm.ToArray());
    }
}
