using System.Runtime.InteropServices;
using ILGPU.Runtime;

namespace PyramidOT.Simulation;

/// <summary>Whose memory a block is.</summary>
internal enum MemoryKind
{
    Global,
    Shared,
}

/// <summary>
/// All memory that views point to. An address is a block's number in the upper 24 bits and an offset in bytes below, so that every
/// access through it can be held against the block's length. Block 0 is nobody's: its addresses are invalid views.
/// The topmost bit marks addresses in a lane's own frames (interpreter).
/// </summary>
internal static unsafe class DeviceMemory
{
    public const int OffsetBits = 40;
    public const ulong LocalBit = 1UL << 63;
    private const ulong OffsetMask = (1UL << OffsetBits) - 1;

    private static readonly Lock Gate = new();
    private static readonly Queue<int> Freed = new();
    private static int _count = 1;

    /// <summary>Blocks by number; null where a block was freed.</summary>
    public static MemoryBlock?[] Blocks { get; private set; } = new MemoryBlock?[1024];

    public static long Offset(ulong address) => (long)(address & OffsetMask);

    public static MemoryBlock Allocate(long length, MemoryKind kind, MemoryBuffer? buffer)
    {
        lock (Gate)
        {
            int number = Freed.Count > 4096 ? Freed.Dequeue() : _count++;
            if (number >= Blocks.Length)
            {
                MemoryBlock?[] grown = new MemoryBlock?[Blocks.Length * 2];
                Blocks.CopyTo(grown, 0);
                Blocks = grown;
            }

            MemoryBlock block = new(number, length, kind, buffer);
            Blocks[number] = block;
            return block;
        }
    }

    public static void Free(MemoryBlock block)
    {
        lock (Gate)
        {
            if (block.IsFreed)
                return;
            Blocks[block.Number] = null;
            Freed.Enqueue(block.Number);
            block.Release();
        }
    }

    public static MemoryBlock Find(ulong address) =>
        Blocks[address >> OffsetBits] ?? throw new ObjectDisposedException(nameof(MemoryBuffer), "The view's buffer was disposed, or the view is empty.");
}

/// <summary>One buffer, or one piece of shared memory.</summary>
internal sealed unsafe class MemoryBlock
{
    private bool _allWritten;

    internal MemoryBlock(int number, long length, MemoryKind kind, MemoryBuffer? buffer)
    {
        Number = number;
        Length = length;
        Kind = kind;
        Buffer = buffer;
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(16, length), 256);
        if (buffer is not null)
            Fill(buffer.Accelerator.Settings.PoisonByte);
    }

    ~MemoryBlock() => Release();

    public int Number { get; }

    public long Length { get; private set; }

    public MemoryKind Kind { get; }

    public MemoryBuffer? Buffer { get; }

    public byte* Pointer { get; private set; }

    public bool IsFreed => Pointer == null;

    public ulong Address => (ulong)Number << DeviceMemory.OffsetBits;

    public void Fill(byte value)
    {
        for (long at = 0; at < Length; at += 1 << 30)
            new Span<byte>(Pointer + at, (int)Math.Min(1 << 30, Length - at)).Fill(value);
    }

    internal void Release()
    {
        if (IsFreed)
            return;
        Shadow?.Release();
        Shadow = null;
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>What is known about each word, or null while nothing but <see cref="_allWritten"/> is.</summary>
    public ShadowMemory? Shadow { get; private set; }

    public ShadowMemory NeedShadow() => Shadow ??= new ShadowMemory(Length, _allWritten);

    /// <summary>The host, or a native run, wrote these bytes.</summary>
    internal void NoteWritten(long offset, long length)
    {
        if (offset == 0 && length == Length && Shadow is null)
            _allWritten = true;
        else if (!_allWritten || Shadow is not null)
            NeedShadow().MarkWritten(offset, length);
    }

    /// <summary>A copy: what was not written in the source is not written in the target.</summary>
    internal void NoteCopied(MemoryBlock source, long sourceOffset, long offset, long length)
    {
        if (source._allWritten && source.Shadow is null)
        {
            NoteWritten(offset, length);
            return;
        }

        ShadowMemory from = source.NeedShadow();
        int step = ((sourceOffset | offset | length) & 3) == 0 ? 4 : 1;
        for (long at = 0; at < length; at += step)
        {
            if (from.IsWritten(sourceOffset + at))
                NoteWritten(offset + at, step);
            else
                NeedShadow().MarkWritten(offset + at, step, written: false);
        }
    }
}
