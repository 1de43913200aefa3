using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// Elements in an engine's memory. A buffer stays on the engine until its owner disposes it: kernel families read and write it
/// there, and only <see cref="Upload"/> and <see cref="Download"/> cross to the caller's memory. A fresh buffer holds anything.
/// </summary>
/// <typeparam name="T">An unmanaged element type.</typeparam>
public sealed class EngineBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly Action<EngineMemory> _release;
    private EngineMemory? _memory;

    internal EngineBuffer(ComputeEngine engine, EngineMemory memory, long length, Action<EngineMemory> release)
    {
        Engine = engine;
        Length = length;
        _memory = memory;
        _release = release;
    }

    /// <summary>The engine whose memory this is.</summary>
    public ComputeEngine Engine { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>All elements, as a window that kernel families take.</summary>
    public EngineView<T> View => new(this, 0, Length);

    /// <summary>The block that holds the elements.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public EngineMemory Memory => _memory ?? throw new ObjectDisposedException(nameof(EngineBuffer<T>), "The engine buffer was disposed.");

    /// <summary>A window of all elements.</summary>
    public static implicit operator EngineView<T>(EngineBuffer<T> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return buffer.View;
    }

    /// <summary>A window of <paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the buffer.</exception>
    public EngineView<T> Slice(long start, long length) => View.Slice(start, length);

    /// <summary>Copies the caller's elements to the position <paramref name="start"/> of the buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the buffer.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public void Upload(ReadOnlySpan<T> source, long start = 0) => Slice(start, source.Length).Upload(source);

    /// <summary>Copies elements from the position <paramref name="start"/> on to the caller, who chooses how many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the buffer.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public void Download(Span<T> destination, long start = 0) => Slice(start, destination.Length).Download(destination);

    /// <summary>Copies all elements into a new array.</summary>
    /// <exception cref="InvalidOperationException">There are more elements than an array can hold.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public T[] ToArray() => View.ToArray();

    /// <summary>Gives the memory back to the engine. Windows onto the buffer are void from then on. Idempotent.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            _release(memory);
        }
    }
}

/// <summary>A window onto an <see cref="EngineBuffer{T}"/>: what kernel families take. It owns nothing.</summary>
/// <typeparam name="T">An unmanaged element type.</typeparam>
public readonly struct EngineView<T> : IEquatable<EngineView<T>>
    where T : unmanaged
{
    internal EngineView(EngineBuffer<T> buffer, long start, long length)
    {
        Buffer = buffer;
        Start = start;
        Length = length;
    }

    /// <summary>The buffer; null for the empty window that <c>default</c> gives.</summary>
    public EngineBuffer<T>? Buffer { get; }

    /// <summary>The window's first element within the buffer.</summary>
    public long Start { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>A window within this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the window.</exception>
    public EngineView<T> Slice(long start, long length)
    {
        if (start < 0 || start > Length)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The start must be from 0 to {Length}.");
        }

        if (length < 0 || length > Length - start)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The length must be from 0 to {Length - start}.");
        }

        return Buffer is null ? default : new(Buffer, Start + start, length);
    }

    /// <summary>Copies the caller's elements into the window's first ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more elements than the window holds.</exception>
    public void Upload(ReadOnlySpan<T> source)
    {
        // In pieces, because a span of bytes holds no more than 2^31 - 1 of them.
        int piece = int.MaxValue / Unsafe.SizeOf<T>();
        EngineView<T> target = Slice(0, source.Length);
        for (int done = 0; done < source.Length; done += piece)
        {
            ReadOnlySpan<T> part = source.Slice(done, Math.Min(piece, source.Length - done));
            target.Memory.Write(target.ByteOffset + ((long)done * Unsafe.SizeOf<T>()), MemoryMarshal.AsBytes(part));
        }
    }

    /// <summary>Copies the window's first elements to the caller, who chooses how many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More elements are asked for than the window holds.</exception>
    public void Download(Span<T> destination)
    {
        int piece = int.MaxValue / Unsafe.SizeOf<T>();
        EngineView<T> from = Slice(0, destination.Length);
        for (int done = 0; done < destination.Length; done += piece)
        {
            Span<T> part = destination.Slice(done, Math.Min(piece, destination.Length - done));
            from.Memory.Read(from.ByteOffset + ((long)done * Unsafe.SizeOf<T>()), MemoryMarshal.AsBytes(part));
        }
    }

    /// <summary>Copies all elements into a new array.</summary>
    /// <exception cref="InvalidOperationException">There are more elements than an array can hold.</exception>
    public T[] ToArray()
    {
        if (Length > Array.MaxLength)
        {
            throw new InvalidOperationException($"{Length} elements do not fit in one array; download them in parts.");
        }

        T[] result = GC.AllocateUninitializedArray<T>((int)Length);
        Download(result);
        return result;
    }

    /// <summary>Sets all elements to zero.</summary>
    public void Clear()
    {
        if (!IsEmpty)
        {
            Memory.Clear(ByteOffset, Length * Unsafe.SizeOf<T>());
        }
    }

    /// <summary>Copies the elements of another window of the same engine, without leaving it. The two must not overlap.</summary>
    /// <exception cref="ArgumentException">The lengths or the engines differ.</exception>
    public void CopyFrom(EngineView<T> source)
    {
        if (source.Length != Length)
        {
            throw new ArgumentException($"The source has {source.Length} elements where {Length} are wanted.", nameof(source));
        }

        if (Length == 0)
        {
            return;
        }

        if (!ReferenceEquals(source.Buffer!.Engine, Buffer!.Engine))
        {
            throw new ArgumentException("The source is in another engine's memory.", nameof(source));
        }

        Memory.CopyFrom(ByteOffset, source.Memory, source.ByteOffset, Length * Unsafe.SizeOf<T>());
    }

    /// <summary>Whether both are the same window of the same buffer.</summary>
    public bool Equals(EngineView<T> other) => ReferenceEquals(Buffer, other.Buffer) && Start == other.Start && Length == other.Length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EngineView<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Buffer, Start, Length);

    /// <summary>Whether both are the same window of the same buffer.</summary>
    public static bool operator ==(EngineView<T> left, EngineView<T> right) => left.Equals(right);

    /// <summary>Whether the two are different windows.</summary>
    public static bool operator !=(EngineView<T> left, EngineView<T> right) => !left.Equals(right);

    private EngineMemory Memory => Buffer?.Memory ?? throw new InvalidOperationException("The window is empty.");

    private long ByteOffset => Start * Unsafe.SizeOf<T>();
}
