using System.Numerics;

namespace PyramidOT.Engines;

/// <summary>
/// Keeps freed blocks for reuse, since a device's allocation is a synchronous driver call and a host's costs a page fault for each
/// page. Sizes are rounded up to eighths of a power of two, so a block serves requests down to 8/9 of its size. Thread-safe.
/// </summary>
internal sealed class MemoryPool : IDisposable
{
    // Small requests share one size: a page.
    private const long SmallestBlock = 4096;

    private readonly Func<long, EngineMemory> _allocate;
    private readonly long _capacity;
    private readonly Dictionary<long, Stack<EngineMemory>> _free = [];
    private readonly Lock _lock = new();
    private long _freeBytes;
    private long _rentedBytes;
    private bool _disposed;

    /// <param name="allocate">Makes a block of exactly so many bytes, or throws <see cref="OutOfMemoryException"/>.</param>
    /// <param name="capacity">How many bytes of free blocks are kept at the most.</param>
    public MemoryPool(Func<long, EngineMemory> allocate, long capacity)
    {
        _allocate = allocate;
        _capacity = capacity;
    }

    /// <summary>Bytes in blocks that wait for reuse.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_lock)
            {
                return _freeBytes;
            }
        }
    }

    /// <summary>Bytes in blocks that are in use.</summary>
    public long RentedBytes => Interlocked.Read(ref _rentedBytes);

    /// <summary>The size of the block that serves a request.</summary>
    public static long RoundUp(long bytes)
    {
        if (bytes <= SmallestBlock)
        {
            return SmallestBlock;
        }

        long step = 1L << (BitOperations.Log2((ulong)bytes) - 3);
        return checked((bytes + step - 1) / step * step);
    }

    /// <summary>Takes a block of at least <paramref name="bytes"/> bytes, with any content.</summary>
    /// <exception cref="OutOfMemoryException">The engine has no room, also after all free blocks were given back.</exception>
    public EngineMemory Rent(long bytes)
    {
        EngineMemory block = FindOrAllocate(RoundUp(bytes));
        Interlocked.Add(ref _rentedBytes, block.Bytes);
        return block;
    }

    /// <summary>Gives a block back for reuse, or to the system where the pool is full.</summary>
    public void Return(EngineMemory block)
    {
        Interlocked.Add(ref _rentedBytes, -block.Bytes);
        lock (_lock)
        {
            if (!_disposed && _freeBytes + block.Bytes <= _capacity)
            {
                if (!_free.TryGetValue(block.Bytes, out Stack<EngineMemory>? blocks))
                {
                    _free.Add(block.Bytes, blocks = new());
                }

                blocks.Push(block);
                _freeBytes += block.Bytes;
                return;
            }
        }

        block.Dispose();
    }

    /// <summary>Gives all free blocks back to the system.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            foreach (Stack<EngineMemory> blocks in _free.Values)
            {
                while (blocks.TryPop(out EngineMemory? block))
                {
                    block.Dispose();
                }
            }

            _freeBytes = 0;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        Trim();
    }

    private EngineMemory FindOrAllocate(long size)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free.TryGetValue(size, out Stack<EngineMemory>? blocks) && blocks.TryPop(out EngineMemory? block))
            {
                _freeBytes -= size;
                return block;
            }
        }

        try
        {
            return _allocate(size);
        }
        catch (OutOfMemoryException)
        {
            // Blocks of other sizes may hold the room that is missing.
            Trim();
            return _allocate(size);
        }
    }
}
