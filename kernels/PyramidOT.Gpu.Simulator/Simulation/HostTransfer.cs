using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace PyramidOT.Simulation;

/// <summary>Copies between host and device memory; each tells the shadow memory what is written now.</summary>
internal static unsafe class HostTransfer
{
    public static void Fill(ArrayView<byte> view, byte value)
    {
        if (view.Length == 0)
            return;
        for (long at = 0; at < view.Length; at += 1 << 30)
            new Span<byte>(view.Pointer + at, (int)Math.Min(1 << 30, view.Length - at)).Fill(value);
        view.Block.NoteWritten(DeviceMemory.Offset(view.Address), view.Length);
    }

    public static void Copy(ArrayView<byte> source, ArrayView<byte> target)
    {
        if (target.Length < source.Length)
            throw new ArgumentOutOfRangeException(nameof(target), target.Length, $"The target is shorter than the source ({source.Length} bytes).");
        if (source.Length == 0)
            return;
        Buffer.MemoryCopy(source.Pointer, target.Pointer, target.Length, source.Length);
        target.Block.NoteCopied(source.Block, DeviceMemory.Offset(source.Address), DeviceMemory.Offset(target.Address), source.Length);
    }

    public static void Write<T>(ArrayView<T> target, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        if (data.Length > target.Length)
            throw new ArgumentOutOfRangeException(nameof(data), data.Length, $"The view has {target.Length} elements.");
        if (data.Length == 0)
            return;
        data.CopyTo(new Span<T>(target.Pointer, data.Length));
        target.Block.NoteWritten(DeviceMemory.Offset(target.Address), (long)data.Length * sizeof(T));
    }

    public static void Write<T>(ArrayView<T> target, T[] data)
        where T : unmanaged => Write(target, new ReadOnlySpan<T>(data));

    public static void Write<T>(ArrayView<T> target, ref T data, long length)
        where T : unmanaged
    {
        if (length < 0 || length > target.Length)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The view has {target.Length} elements.");
        if (length == 0)
            return;
        fixed (T* from = &data)
            Buffer.MemoryCopy(from, target.Pointer, target.LengthInBytes, length * sizeof(T));
        target.Block.NoteWritten(DeviceMemory.Offset(target.Address), length * sizeof(T));
    }

    public static void Write<T>(ArrayView<T> target, PageLockedArray<T> data)
        where T : unmanaged => Write(target, ref Unsafe.AsRef<T>(data.Pointer), data.Length);

    public static void Read<T>(ArrayView<T> source, Span<T> data)
        where T : unmanaged
    {
        if (data.Length > source.Length)
            throw new ArgumentOutOfRangeException(nameof(data), data.Length, $"The view has {source.Length} elements.");
        new Span<T>(source.Pointer, data.Length).CopyTo(data);
    }

    public static void Read<T>(ArrayView<T> source, T[] data)
        where T : unmanaged => Read(source, new Span<T>(data));

    public static void Read<T>(ArrayView<T> source, ref T data, long length)
        where T : unmanaged
    {
        if (length < 0 || length > source.Length)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The view has {source.Length} elements.");
        fixed (T* to = &data)
            Buffer.MemoryCopy(source.Pointer, to, length * sizeof(T), length * sizeof(T));
    }

    public static void Read<T>(ArrayView<T> source, PageLockedArray<T> data)
        where T : unmanaged => Read(source, ref Unsafe.AsRef<T>(data.Pointer), data.Length);

    public static T[] ToArray<T>(ArrayView<T> source)
        where T : unmanaged
    {
        T[] data = new T[source.Length];
        Read(source, data);
        return data;
    }
}
