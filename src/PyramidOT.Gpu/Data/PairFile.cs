using System.Buffers;
using CsvHelper;

namespace PyramidOT.Data;

/// <summary>
/// Files of pairs of points. .npy: int32 of shape (n, 2), source and target row of each pair. .csv: columns source, target, mass, level; the
/// level is empty where it is not known.
/// </summary>
public static partial class PairFile
{
    private const int PairsBetweenChecks = 1 << 14;

    private static readonly CsvWriterOptions s_options = new() { NewLine = "\n" };

    /// <summary>Whether a name ends in .npy or .csv, so that pairs can be written to it.</summary>
    /// <param name="path">The name.</param>
    /// <returns>Whether <see cref="Write"/> will accept it.</returns>
    public static bool IsName(string path) => IsNpy(path) || IsCsv(path);

    /// <summary>Writes pairs. The file appears under its name when it is complete.</summary>
    /// <param name="path">The file's name, which ends in .npy or .csv. An existing file of this name is replaced.</param>
    /// <param name="sourceRows">The source point of each pair.</param>
    /// <param name="targetRows">The target point of each pair; as many.</param>
    /// <param name="levels">The level at which each pair met; as many, or empty where they are not known. In .csv only.</param>
    /// <param name="masses">The mass of each pair; as many, or empty where all have 1 / n. In .csv only.</param>
    /// <param name="cancellation">Ends a long write; there is no file then.</param>
    /// <exception cref="ArgumentException">The name ends in neither, or the spans are not of one length.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="OperationCanceledException">The write was cancelled.</exception>
    public static void Write(
        string path,
        ReadOnlySpan<int> sourceRows,
        ReadOnlySpan<int> targetRows,
        ReadOnlySpan<int> levels = default,
        ReadOnlySpan<double> masses = default,
        CancellationToken cancellation = default)
    {
        if (!IsName(path))
            throw new ArgumentException($"{path}: pairs are written to .npy and .csv files.", nameof(path));
        if (targetRows.Length != sourceRows.Length)
            throw new ArgumentException($"{targetRows.Length} target points for {sourceRows.Length} source points.", nameof(targetRows));
        if (!levels.IsEmpty && levels.Length != sourceRows.Length)
            throw new ArgumentException($"{levels.Length} levels for {sourceRows.Length} pairs.", nameof(levels));
        if (!masses.IsEmpty && masses.Length != sourceRows.Length)
            throw new ArgumentException($"{masses.Length} masses for {sourceRows.Length} pairs.", nameof(masses));
        if (IsNpy(path))
            WriteNpy(path, sourceRows, targetRows, cancellation);
        else
            WriteCsv(path, sourceRows, targetRows, levels, masses, cancellation);
    }

    private static bool IsNpy(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);

    private static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static void WriteNpy(string path, ReadOnlySpan<int> sourceRows, ReadOnlySpan<int> targetRows, CancellationToken cancellation)
    {
        using NpyWriter writer = NpyWriter.Create(path, NpyElementType.Int32, sourceRows.Length, 2);
        int[] piece = ArrayPool<int>.Shared.Rent(2 * PairsBetweenChecks);
        try
        {
            for (int start = 0; start < sourceRows.Length; start += PairsBetweenChecks)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(PairsBetweenChecks, sourceRows.Length - start);
                for (int i = 0; i < count; i++)
                    (piece[2 * i], piece[(2 * i) + 1]) = (sourceRows[start + i], targetRows[start + i]);
                writer.Write(piece.AsSpan(0, 2 * count));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(piece);
        }

        writer.Complete();
    }

    private static void WriteCsv(
        string path,
        ReadOnlySpan<int> sourceRows,
        ReadOnlySpan<int> targetRows,
        ReadOnlySpan<int> levels,
        ReadOnlySpan<double> masses,
        CancellationToken cancellation)
    {
        using AtomicFile file = AtomicFile.Create(path);
        using (CsvWriter writer = CsvWriter.Create(file.Stream, s_options, leaveOpen: true))
        {
            writer.WriteRecord(["source", "target", "mass", "level"]);
            for (int i = 0; i < sourceRows.Length; i++)
            {
                if (i % PairsBetweenChecks == 0)
                    cancellation.ThrowIfCancellationRequested();
                writer.WriteField(sourceRows[i], default);
                writer.WriteField(targetRows[i], default);
                writer.WriteField(masses.IsEmpty ? 1.0 / sourceRows.Length : masses[i], "R");
                if (levels.IsEmpty)
                    writer.WriteField("");
                else
                    writer.WriteField(levels[i], default);
                writer.EndRecord();
            }
        }

        file.Commit();
    }
}
