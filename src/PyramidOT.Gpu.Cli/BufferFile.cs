using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>Writes what lies in an engine's memory to a .npy file, chunk by chunk.</summary>
internal static class BufferFile
{
    private const int ChunkElements = 1 << 22;

    /// <summary>Writes a file of int32; on failure or cancellation there is none, and one that was there before stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="elements">All elements, in C order.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="shape">The extents.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static void Write(string path, EngineBuffer<int> elements, CancellationToken cancellation, params long[] shape) =>
        Write(path, NpyElementType.Int32, elements, (writer, part) => writer.Write(part), cancellation, shape);

    /// <summary>Writes a file of float32.</summary>
    /// <inheritdoc cref="Write(string, EngineBuffer{int}, CancellationToken, long[])"/>
    public static void Write(string path, EngineBuffer<float> elements, CancellationToken cancellation, params long[] shape) =>
        Write(path, NpyElementType.Float32, elements, (writer, part) => writer.Write(part), cancellation, shape);

    private static void Write<T>(
        string path,
        NpyElementType type,
        EngineBuffer<T> elements,
        Action<NpyWriter, ReadOnlySpan<T>> write,
        CancellationToken cancellation,
        long[] shape)
        where T : unmanaged =>
        FileErrors.Named(path, () =>
        {
            using NpyWriter writer = NpyWriter.Create(path, type, shape);
            T[] chunk = new T[(int)Math.Min(elements.Length, ChunkElements)];
            for (long start = 0; start < elements.Length; start += chunk.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<T> part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, elements.Length - start));
                elements.Download(part, start);
                write(writer, part);
            }

            cancellation.ThrowIfCancellationRequested();
            writer.Complete();
        });
}
