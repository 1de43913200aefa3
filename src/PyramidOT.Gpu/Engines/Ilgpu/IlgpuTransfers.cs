using ILGPU;
using ILGPU.Runtime;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// Copies between the caller's memory and the device's. Small ones go straight through the engine's stream. Large ones go through
/// two page-locked blocks in turn: while the device fetches one by itself, the processor fills the other.
/// </summary>
internal sealed class IlgpuTransfers : IDisposable
{
    // A block is large enough that starting a copy costs nothing against it, and small enough to stay in a processor's cache.
    private const int BlockBytes = 1 << 21;

    // Below so many bytes two halves do not overlap enough to pay for draining the stream first.
    private const int StagedFrom = 2 * BlockBytes;

    // What tells how a batch ended: a few bytes a problem.
    private const int MailBytes = 1 << 16;

    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly Lock _lock = new();
    private readonly int _stagedFrom;
    private readonly Lock _mailLock = new();
    private Block[]? _blocks;
    private PageLockedArray1D<byte>? _mail;

    /// <param name="accelerator">The device.</param>
    /// <param name="stream">The stream on which the engine's kernels run.</param>
    /// <param name="pinned">Whether the device fetches page-locked memory by itself.</param>
    /// <param name="stagedFrom">From how many bytes on copies are staged, for tests; null takes what pays.</param>
    public IlgpuTransfers(Accelerator accelerator, AcceleratorStream stream, bool pinned, int? stagedFrom)
    {
        _accelerator = accelerator;
        _stream = stream;
        _stagedFrom = stagedFrom ?? (pinned ? StagedFrom : int.MaxValue);
    }

    /// <summary>Copies to the device; returns when the source may be changed.</summary>
    public void Write(ArrayView<byte> target, ReadOnlySpan<byte> source)
    {
        _accelerator.Bind();
        if (source.Length < _stagedFrom)
        {
            // Waits for the stream: the driver may still read the source otherwise.
            target.CopyFromCPU(_stream, source);
            return;
        }

        lock (_lock)
        {
            // Kernels that were started before may still read the target.
            _stream.Synchronize();
            Block[] blocks = _blocks ??= [new(_accelerator), new(_accelerator)];
            int turn = 0;
            for (int start = 0; start < source.Length; start += BlockBytes, turn ^= 1)
            {
                ReadOnlySpan<byte> part = source.Slice(start, Math.Min(BlockBytes, source.Length - start));
                Block block = blocks[turn];
                block.Stream.Synchronize();
                part.CopyTo(block.Bytes);
                target.SubView(start, part.Length).CopyFromCPUUnsafeAsync(block.Stream, ref block.Bytes[0], part.Length);
            }

            blocks[0].Stream.Synchronize();
            blocks[1].Stream.Synchronize();
        }
    }

    /// <summary>Copies from the device; returns when the data is there.</summary>
    public void Read(ArrayView<byte> source, Span<byte> target)
    {
        _accelerator.Bind();
        if (target.Length < _stagedFrom)
        {
            source.CopyToCPU(_stream, target);
            return;
        }

        lock (_lock)
        {
            _stream.Synchronize();
            Block[] blocks = _blocks ??= [new(_accelerator), new(_accelerator)];

            // One part ahead: the device fills a block while the other is emptied.
            Fetch(blocks[0], source, 0);
            int turn = 0;
            for (int start = 0; start < target.Length; start += BlockBytes, turn ^= 1)
            {
                if (start + BlockBytes < target.Length)
                {
                    Fetch(blocks[turn ^ 1], source, start + BlockBytes);
                }

                Block block = blocks[turn];
                block.Stream.Synchronize();
                Span<byte> part = target.Slice(start, Math.Min(BlockBytes, target.Length - start));
                block.Bytes[..part.Length].CopyTo(part);
            }
        }
    }

    /// <summary>Copies two small things from the device, waiting once.</summary>
    public void Read(ArrayView<byte> first, Span<byte> firstTarget, ArrayView<byte> second, Span<byte> secondTarget)
    {
        if ((long)firstTarget.Length + secondTarget.Length > MailBytes)
        {
            Read(first, firstTarget);
            Read(second, secondTarget);
            return;
        }

        lock (_mailLock)
        {
            // Page-locked, so that neither copy waits by itself.
            _accelerator.Bind();
            _mail ??= _accelerator.AllocatePageLocked1D<byte>(MailBytes, uninitialized: false);
            Span<byte> mail = _mail.Span;
            first.CopyToCPUUnsafeAsync(_stream, ref mail[0], firstTarget.Length);
            second.CopyToCPUUnsafeAsync(_stream, ref mail[firstTarget.Length], secondTarget.Length);
            _stream.Synchronize();
            mail[..firstTarget.Length].CopyTo(firstTarget);
            mail.Slice(firstTarget.Length, secondTarget.Length).CopyTo(secondTarget);
        }
    }

    public void Dispose()
    {
        _mail?.Dispose();
        _mail = null;
        foreach (Block block in _blocks ?? [])
        {
            block.Dispose();
        }

        _blocks = null;
    }

    private static void Fetch(Block block, ArrayView<byte> source, long start)
    {
        long length = Math.Min(BlockBytes, source.Length - start);
        source.SubView(start, length).CopyToCPUUnsafeAsync(block.Stream, ref block.Bytes[0], length);
    }

    /// <summary>A page-locked block with a stream of its own, so that waiting for one block does not wait for the other.</summary>
    private sealed class Block(Accelerator accelerator) : IDisposable
    {
        private readonly PageLockedArray1D<byte> _array = accelerator.AllocatePageLocked1D<byte>(BlockBytes, uninitialized: true);

        public AcceleratorStream Stream { get; } = accelerator.CreateStream();

        public Span<byte> Bytes => _array.Span;

        public void Dispose()
        {
            Stream.Dispose();
            _array.Dispose();
        }
    }
}
