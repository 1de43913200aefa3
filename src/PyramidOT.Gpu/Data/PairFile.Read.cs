using System.Globalization;

namespace PyramidOT.Data;

public static partial class PairFile
{
    /// <summary>
    /// Reads pairs: what <see cref="Write"/> wrote, or a plan of one problem as the verb <c>transport</c> writes it.
    /// </summary>
    /// <param name="path">
    /// A .npy file of integers of shape (n, 2), source and target row; or a .csv table with a header, columns <c>source</c> and <c>target</c>, or <c>row</c> and
    /// <c>column</c>, and <c>mass</c> where pairs have masses. Other columns do not matter, but all of a column <c>problem</c> must be 0.
    /// </param>
    /// <param name="cancellation">Ends a long read.</param>
    /// <exception cref="ArgumentException">The name ends in neither.</exception>
    /// <exception cref="PointFileException">
    /// The file is not there, may not be read, is not as said, or holds a row number that is negative or no int32, or a mass that is negative or not finite.
    /// </exception>
    /// <exception cref="NpyFormatException">A .npy file is damaged or cut short.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public static PairTable Read(string path, CancellationToken cancellation = default)
    {
        if (!IsName(path))
            throw new ArgumentException($"{path}: pairs are read from .npy and .csv files.", nameof(path));
        return PointFile.Named(path, () => IsNpy(path) ? ReadNpy(path, cancellation) : ReadCsv(path, cancellation));
    }

    private static PairTable ReadNpy(string path, CancellationToken cancellation)
    {
        using NpyReader reader = NpyReader.Open(path);
        NpyHeader header = reader.Header;
        if (header.Shape.Length != 2 || header.Shape[1] != 2)
            throw new PointFileException(path, $"pairs have the shape (n, 2); the file's is {header.ShapeText}");
        if (header.ElementType is NpyElementType.Float32 or NpyElementType.Float64)
            throw new PointFileException(path, $"holds {header.ElementType.NumPyName()}; row numbers are int32 or int64");
        if (header.Shape[0] > Array.MaxLength)
            throw new PointFileException(path, $"{header.ShapeText} has more pairs than one array can hold ({Array.MaxLength})");

        int[] sources = new int[header.Shape[0]];
        int[] targets = new int[sources.Length];
        int[] piece = new int[2 * Math.Min(PairsBetweenChecks, sources.Length)];
        for (int start = 0; start < sources.Length; start += PairsBetweenChecks)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<int> numbers = piece.AsSpan(0, 2 * Math.Min(PairsBetweenChecks, sources.Length - start));
            reader.ReadInt32(2L * start, numbers);
            int bad = numbers.IndexOfAnyInRange(int.MinValue, -1);
            if (bad >= 0)
            {
                throw new PointFileException(
                    path, $"the element at {header.IndexText((2L * start) + bad)} is {numbers[bad]}; rows are counted from 0");
            }

            for (int i = 0; i < numbers.Length / 2; i++)
                (sources[start + i], targets[start + i]) = (numbers[2 * i], numbers[(2 * i) + 1]);
        }

        return new(sources, targets, null);
    }

    private static PairTable ReadCsv(string path, CancellationToken cancellation)
    {
        using CsvRows rows = CsvRows.Open(path, isGzipped: false, ',');
        if (!rows.Read())
            throw new PointFileException(path, "is empty: it has no header");
        string[] names = rows.ToTexts();
        int source = Math.Max(Array.IndexOf(names, "source"), Array.IndexOf(names, "row"));
        int target = Math.Max(Array.IndexOf(names, "target"), Array.IndexOf(names, "column"));
        int mass = Array.IndexOf(names, "mass");
        int problem = Array.IndexOf(names, "problem");
        if (source < 0 || target < 0)
            throw new PointFileException(path, "its header has no columns 'source' and 'target'");

        List<int> sources = [];
        List<int> targets = [];
        List<double>? masses = mass < 0 ? null : [];
        while (rows.Read())
        {
            if (sources.Count % PairsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            if (rows.Count != names.Length)
                throw rows.Problem($"the row has {rows.Count} fields; {names.Length} are expected, as in the header");
            if (problem >= 0 && RowNumber(rows, problem) != 0)
                throw rows.Problem(problem, "the plan of one problem is expected, and its number is 0");
            sources.Add(RowNumber(rows, source));
            targets.Add(RowNumber(rows, target));
            masses?.Add(Mass(rows, mass));
        }

        return new([.. sources], [.. targets], masses?.ToArray());
    }

    private static int RowNumber(CsvRows rows, int field) =>
        int.TryParse(rows[field], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw rows.Problem(field, $"a whole number from 0 to {int.MaxValue} is expected");

    private static double Mass(CsvRows rows, int field)
    {
        double mass = rows.WideNumber(field);
        return mass >= 0 ? mass : throw rows.Problem(field, $"the mass {PointCheck.Text(mass)} is negative");
    }
}
