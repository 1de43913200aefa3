using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The file that <c>assign --out</c> names: int32 of shape (problems, n), the column of each row, -1 for an unmatched one.</summary>
internal static class PermutationFile
{
    private const int ChunkElements = 1 << 22;

    /// <summary>Writes the file; on failure or cancellation there is none, and one that was there before stays.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static void Write(string path, EngineBuffer<int> columnOfRow, int problems, int rows, CancellationToken cancellation) =>
        FileErrors.Named(path, () =>
        {
            using NpyWriter writer = NpyWriter.Create(path, NpyElementType.Int32, problems, rows);
            int[] chunk = new int[(int)Math.Min(columnOfRow.Length, ChunkElements)];
            for (long start = 0; start < columnOfRow.Length; start += chunk.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<int> part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, columnOfRow.Length - start));
                columnOfRow.Download(part, start);
                writer.Write(part);
            }

            cancellation.ThrowIfCancellationRequested();
            writer.Complete();
        });
}
