using System.Runtime.InteropServices;

namespace PyramidOT.Simulation;

/// <summary>
/// What is known about one word (4 bytes, or 1 byte in a block that was accessed in smaller pieces): who wrote it last and who read it, as
/// intervals. An interval is what one group does between two barriers; intervals are numbered through, so that a number tells the launch and the
/// group as well. Within an interval, a warp's own barriers and exchanges count up <c>Sub</c>.
/// </summary>
internal struct ShadowWord
{
    public const ushort Atomic = 0x8000;
    public const ushort SameWarp = 0x8000;
    public const ushort OtherWarp = 0x4000;
    public const ushort OtherGroup = 0x2000;
    public const ushort SubMask = 0x1FFF;
    public const ushort Several = 0xFFFF;

    public uint WriteInterval;
    public ushort Writer;
    public ushort WriteSub;
    public uint ReadInterval;
    public ushort Reader;
    public ushort ReadSub;
}

/// <summary>The shadow of one block, made at its first interpreted access.</summary>
internal sealed unsafe class ShadowMemory
{
    /// <summary>The interval of what the host wrote.</summary>
    public const uint Host = 1;

    private ShadowWord* _words;
    private readonly long _length;

    public ShadowMemory(long length, bool written)
    {
        _length = length;
        Shift = 2;
        Count = (length + 3) >> 2;
        _words = (ShadowWord*)NativeMemory.AllocZeroed((nuint)Math.Max(1, Count), (nuint)sizeof(ShadowWord));
        if (written)
            MarkWritten(0, length);
    }

    ~ShadowMemory() => Release();

    /// <summary>log2 of a word's bytes: 2, or 0 after <see cref="Refine"/>.</summary>
    public int Shift { get; private set; }

    public ShadowWord* Words => _words;

    private long Count { get; set; }

    public void Release()
    {
        NativeMemory.Free(_words);
        _words = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>From now on every byte has its own word: neighbours may write parts of 4 bytes without a race.</summary>
    public void Refine()
    {
        if (Shift == 0)
            return;
        ShadowWord* fine = (ShadowWord*)NativeMemory.Alloc((nuint)Math.Max(1, Count * 4), (nuint)sizeof(ShadowWord));
        for (long i = 0; i < Count; i++)
        {
            for (int j = 0; j < 4; j++)
                fine[(4 * i) + j] = _words[i];
        }

        NativeMemory.Free(_words);
        _words = fine;
        Count *= 4;
        Shift = 0;
    }

    /// <summary>The host wrote these bytes, or made them as if nobody had.</summary>
    public void MarkWritten(long offset, long length, bool written = true)
    {
        if (length == 0)
            return;
        if (Shift != 0 && ((offset & 3) != 0 || ((length & 3) != 0 && offset + length != _length)))
            Refine();
        long end = (offset + length - 1) >> Shift;
        for (long i = offset >> Shift; i <= end; i++)
            _words[i] = new ShadowWord { WriteInterval = written ? Host : 0 };
    }

    public bool IsWritten(long offset) => _words[offset >> Shift].WriteInterval != 0;
}
