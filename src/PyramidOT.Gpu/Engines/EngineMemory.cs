namespace PyramidOT.Engines;

/// <summary>
/// A block of an engine's memory, untyped. Blocks are what the pool keeps; users hold <see cref="EngineBuffer{T}"/>, which
/// borrows one.
/// </summary>
public abstract class EngineMemory : IDisposable
{
    /// <summary>Describes a block of a given size.</summary>
    /// <param name="bytes">The size in bytes, as the pool counts it.</param>
    protected EngineMemory(long bytes) => Bytes = bytes;

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Copies from the caller's memory into the block, and returns when the source may be changed again.</summary>
    public abstract void Write(long byteOffset, ReadOnlySpan<byte> source);

    /// <summary>Copies from the block into the caller's memory, and returns when the data is there.</summary>
    public abstract void Read(long byteOffset, Span<byte> destination);

    /// <summary>Sets a range of the block to zero.</summary>
    public abstract void Clear(long byteOffset, long byteCount);

    /// <summary>Copies a range of another block of the same engine.</summary>
    public abstract void CopyFrom(long byteOffset, EngineMemory source, long sourceByteOffset, long byteCount);

    /// <summary>Gives the memory back to the operating system or driver.</summary>
    public abstract void Dispose();
}
