using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The file that <c>--out</c> names: int32 of shape (problems, n), the column of each row, -1 for an unmatched one.</summary>
internal static class PermutationFile
{
    private const int ChunkElements = 1 << 22;

    /// <summary>Makes sure before the work that the file can be written after it.</summary>
    /// <exception cref="InputException">The folder is not there or may not be written to, or the name is a folder's or the input's.</exception>
    public static void Check(string path, string input)
    {
        // As the file systems of these do by default.
        bool ignoresCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        if (string.Equals(FinalPath(path), FinalPath(input), ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
        {
            throw new InputException($"{path}: --out names the input itself");
        }

        // A temporary file that is begun and given up again: nothing else tells reliably whether a folder can be written to.
        FileErrors.Named(path, () => AtomicFile.Create(path).Dispose());
    }

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

    /// <summary>The full path behind all symbolic links, folders' included.</summary>
    private static string FinalPath(string path)
    {
        string full = Path.GetFullPath(path);
        string final = Path.GetPathRoot(full)!;
        try
        {
            foreach (string name in full[final.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                FileInfo entry = new(Path.Join(final, name));
                final = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? entry.FullName;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A loop of links, say. Opening the file will say so.
            return full;
        }

        return final;
    }
}
