using CsvHelper;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The file that <c>transport --out</c> names: a table of problem, row, column, mass, by problem, row and column.</summary>
internal static class PlanFile
{
    // Cells that are fetched at once, unless a single problem has more.
    private const int ChunkCells = 1 << 20;

    private static readonly CsvWriterOptions s_options = new() { NewLine = "\n" };

    /// <summary>Writes the file; on failure or cancellation there is none, and one that was there before stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">The shapes, all alike.</param>
    /// <param name="result">Holds the plans.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static void Write(string path, BatchLayout problems, TransportBuffers result, CancellationToken cancellation) =>
        FileErrors.Named(path, () =>
        {
            using AtomicFile file = AtomicFile.Create(path);
            using (CsvWriter writer = CsvWriter.Create(file.Stream, s_options, leaveOpen: true))
            {
                writer.WriteRecord(["problem", "row", "column", "mass"]);
                WriteCells(writer, problems, result, cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            file.Commit();
        });

    private static void WriteCells(CsvWriter writer, BatchLayout problems, TransportBuffers result, CancellationToken cancellation)
    {
        int[] counts = result.CellCounts.ToArray();
        long places = (long)problems.MaxRows + problems.MaxColumns;
        int together = (int)Math.Clamp(ChunkCells / Math.Max(1, places), 1, Math.Max(1, problems.Count));
        int[] rows = new int[together * places];
        int[] columns = new int[rows.Length];
        long[] cells = new long[rows.Length];
        double[] masses = new double[rows.Length];
        for (int first = 0; first < problems.Count; first += together)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(problems.Count, first + together);
            int length = (int)((end - first) * places);
            result.CellRows.Download(rows.AsSpan(0, length), first * places);
            result.CellColumns.Download(columns.AsSpan(0, length), first * places);
            result.CellMasses.Download(masses.AsSpan(0, length), first * places);
            for (int i = 0; i < length; i++)
            {
                cells[i] = ((long)rows[i] << 32) | (uint)columns[i];
            }

            for (int problem = first; problem < end; problem++)
            {
                int start = (int)((problem - first) * places);

                // Solvers find cells in an order that is their own.
                Array.Sort(cells, masses, start, counts[problem]);
                for (int i = start; i < start + counts[problem]; i++)
                {
                    writer.WriteField(problem, default);
                    writer.WriteField((int)(cells[i] >> 32), default);
                    writer.WriteField((int)cells[i], default);
                    writer.WriteField(masses[i], "R");
                    writer.EndRecord();
                }
            }
        }
    }
}
