using PyramidOT.Engines;

namespace PyramidOT.Tests.Engines;

public class MemoryPoolTests
{
    [Fact]
    public void RoundUp_wastes_an_eighth_at_the_most_and_never_falls()
    {
        long before = 0;
        for (long bytes = 1; bytes < 1L << 50; bytes += 1 + (bytes / 97))
        {
            long size = MemoryPool.RoundUp(bytes);
            Assert.True(size >= bytes);
            Assert.True(size >= before);
            Assert.True(bytes <= 4096 ? size == 4096 : size <= bytes + (bytes / 8), $"{bytes} bytes become {size}.");
            Assert.Equal(size, MemoryPool.RoundUp(size));
            before = size;
        }

        Assert.Equal(4096, MemoryPool.RoundUp(0));
        Assert.Equal(4096, MemoryPool.RoundUp(4096));
        Assert.Equal(4608, MemoryPool.RoundUp(4097));
    }

    [Fact]
    public void A_returned_block_serves_requests_of_its_size()
    {
        Machine machine = new();
        using MemoryPool pool = new(machine.Allocate, capacity: 1 << 20);
        EngineMemory block = pool.Rent(10_000);
        pool.Return(block);
        Assert.Equal(block.Bytes, pool.FreeBytes);

        Assert.Same(block, pool.Rent(9_900));
        Assert.Equal(0, pool.FreeBytes);
        Assert.NotSame(block, pool.Rent(9_900));
        Assert.Equal(2, machine.Made.Count);
    }

    [Fact]
    public void A_block_is_not_given_out_for_a_larger_or_much_smaller_request()
    {
        Machine machine = new();
        using MemoryPool pool = new(machine.Allocate, capacity: 1 << 20);
        EngineMemory block = pool.Rent(10_000);
        pool.Return(block);

        Assert.True(pool.Rent(block.Bytes + 1).Bytes > block.Bytes);
        Assert.True(pool.Rent(block.Bytes / 2).Bytes < block.Bytes);
        Assert.Equal(block.Bytes, pool.FreeBytes);
    }

    [Fact]
    public void No_more_is_kept_than_the_capacity()
    {
        Machine machine = new();
        using MemoryPool pool = new(machine.Allocate, capacity: 3 * 4096);
        EngineMemory[] blocks = [.. Enumerable.Range(0, 5).Select(_ => pool.Rent(100))];
        Array.ForEach(blocks, pool.Return);

        Assert.Equal(3 * 4096, pool.FreeBytes);
        Assert.Equal(3, machine.Live);
    }

    [Fact]
    public void Without_capacity_every_block_goes_back_at_once()
    {
        Machine machine = new();
        using MemoryPool pool = new(machine.Allocate, capacity: 0);
        pool.Return(pool.Rent(100));

        Assert.Equal(0, pool.FreeBytes);
        Assert.Equal(0, machine.Live);
    }

    [Fact]
    public void Trim_gives_back_all_that_is_free()
    {
        Machine machine = new();
        using MemoryPool pool = new(machine.Allocate, capacity: 1 << 20);
        EngineMemory used = pool.Rent(100);
        pool.Return(pool.Rent(5000));
        pool.Return(pool.Rent(70_000));
        pool.Trim();

        Assert.Equal(0, pool.FreeBytes);
        Assert.Equal(1, machine.Live);
        pool.Return(used);
        Assert.Equal(4096, pool.FreeBytes);
    }

    [Fact]
    public void When_memory_is_out_free_blocks_make_room()
    {
        Machine machine = new() { Room = 20_000 };
        using MemoryPool pool = new(machine.Allocate, capacity: 1 << 20);
        pool.Return(pool.Rent(10_000));
        EngineMemory block = pool.Rent(15_000);

        Assert.True(block.Bytes >= 15_000);
        Assert.Equal(1, machine.Live);
    }

    [Fact]
    public void When_memory_is_out_for_good_the_machine_says_so()
    {
        Machine machine = new() { Room = 20_000 };
        using MemoryPool pool = new(machine.Allocate, capacity: 1 << 20);
        EngineMemory block = pool.Rent(10_000);

        Assert.Equal("no room", Assert.ThrowsAny<OutOfMemoryException>(() => pool.Rent(15_000)).Message);

        // And the pool lives on.
        pool.Return(block);
        Assert.True(pool.Rent(15_000).Bytes >= 15_000);
    }

    [Fact]
    public void Dispose_frees_what_is_there_and_what_comes_back()
    {
        Machine machine = new();
        MemoryPool pool = new(machine.Allocate, capacity: 1 << 20);
        EngineMemory late = pool.Rent(100);
        pool.Return(pool.Rent(100));
        pool.Dispose();
        Assert.Equal(1, machine.Live);

        pool.Return(late);
        Assert.Equal(0, machine.Live);
        Assert.Equal(0, pool.FreeBytes);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(100));
        pool.Dispose();
    }

    [Fact]
    public void Threads_get_blocks_of_their_own()
    {
        Machine machine = new();
        using MemoryPool pool = new(machine.Allocate, capacity: 10 * 4096);
        Parallel.For(0, 8, _ =>
        {
            for (int round = 0; round < 2000; round++)
            {
                FakeMemory block = (FakeMemory)pool.Rent(1 + (round % 3 * 5000));
                Assert.Equal(1, Interlocked.Increment(ref block.Holders));
                Assert.False(block.IsDisposed);
                Interlocked.Decrement(ref block.Holders);
                pool.Return(block);
                if (round % 100 == 0)
                {
                    pool.Trim();
                }
            }
        });
        pool.Trim();
        Assert.Equal(0, machine.Live);
        Assert.Equal(0, pool.FreeBytes);
    }

    /// <summary>Where the pool's blocks come from.</summary>
    private sealed class Machine
    {
        private readonly Lock _lock = new();

        public long Room { get; init; } = long.MaxValue;

        public List<FakeMemory> Made { get; } = [];

        public int Live => Made.Count(block => !block.IsDisposed);

        public EngineMemory Allocate(long bytes)
        {
            lock (_lock)
            {
                if (Made.Where(block => !block.IsDisposed).Sum(block => block.Bytes) > Room - bytes)
                {
                    throw new InsufficientMemoryException("no room");
                }

                Made.Add(new(bytes));
                return Made[^1];
            }
        }
    }

    private sealed class FakeMemory(long bytes) : EngineMemory(bytes)
    {
        public int Holders;

        public bool IsDisposed { get; private set; }

        public override void Write(long byteOffset, ReadOnlySpan<byte> source) => throw new NotSupportedException();

        public override void Read(long byteOffset, Span<byte> destination) => throw new NotSupportedException();

        public override void Clear(long byteOffset, long byteCount) => throw new NotSupportedException();

        public override void CopyFrom(long byteOffset, EngineMemory source, long sourceByteOffset, long byteCount) => throw new NotSupportedException();

        public override void Dispose()
        {
            Assert.False(IsDisposed, "A block was given back twice.");
            IsDisposed = true;
        }
    }
}
