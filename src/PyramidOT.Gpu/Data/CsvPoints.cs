namespace PyramidOT.Data;

/// <summary>Points of a text file, a point a row; and other tables of numbers.</summary>
internal static class CsvPoints
{
    /// <summary>4 MiB: how much the table grows by, and a cancelled read reads on.</summary>
    private const int ChunkLength = 1 << 20;

    /// <summary>Reads points, and labels and weights where the options name their columns.</summary>
    public static PointCloud Load(string path, bool isGzipped, PointCloudFileOptions options, CancellationToken cancellation)
    {
        char delimiter = options.Delimiter ?? CsvDelimiter.Find(path, isGzipped, CsvDelimiter.OfPoints);
        using CsvRows rows = CsvRows.Open(path, isGzipped, delimiter);
        if (!rows.Read())
            throw new PointFileException(path, "is empty: it has no rows");
        CsvColumns columns = CsvColumns.Of(path, rows, options);
        if (columns.Coordinates < 1)
            throw new PointFileException(path, "has no coordinates: its only columns hold labels or weights");
        if (columns.HasHeader && !rows.Read())
            throw new PointFileException(path, "has a header and no points");

        NumberTable points = new(path, columns.Coordinates);
        LabelCollector? labels = columns.Label < 0 ? null : new();
        List<double>? weights = columns.Weight < 0 ? null : [];
        do
        {
            CheckCount(rows, columns.Count);
            if (points.IsAtChunk)
                cancellation.ThrowIfCancellationRequested();
            Span<float> point = points.AddRow();
            for (int i = 0, k = 0; i < columns.Count; i++)
            {
                if (i == columns.Label)
                    labels!.Add(rows, i);
                else if (i == columns.Weight)
                    weights!.Add(Weight(rows, i));
                else
                    point[k++] = rows.Number(i);
            }
        }
        while (rows.Read());

        double totalWeight = weights?.Sum() ?? 1;
        if (totalWeight is 0 or double.PositiveInfinity)
            throw new PointFileException(path, totalWeight == 0 ? "all weights are 0" : "the sum of the weights overflows float64");
        return PointCloud.Adopt(points.ToArray(), columns.Coordinates, weights?.ToArray(), labels?.ToLabels());
    }

    /// <summary>Reads a table of numbers without a header.</summary>
    /// <returns>The numbers, row-major, and the number of columns.</returns>
    public static (float[] Numbers, int Columns) LoadTable(string path, bool isGzipped, CancellationToken cancellation)
    {
        using CsvRows rows = CsvRows.Open(path, isGzipped, CsvDelimiter.Find(path, isGzipped, CsvDelimiter.OfPoints));
        if (!rows.Read())
            throw new PointFileException(path, "is empty: it has no rows");
        NumberTable table = new(path, rows.Count);
        do
        {
            CheckCount(rows, table.Columns);
            if (table.IsAtChunk)
                cancellation.ThrowIfCancellationRequested();
            Span<float> row = table.AddRow();
            for (int i = 0; i < row.Length; i++)
                row[i] = rows.Number(i);
        }
        while (rows.Read());

        return (table.ToArray(), table.Columns);
    }

    private static void CheckCount(CsvRows rows, int count)
    {
        if (rows.Count != count)
            throw rows.Problem($"the row has {rows.Count} fields; {count} are expected, as in the first row");
    }

    private static double Weight(CsvRows rows, int field)
    {
        double weight = rows.WideNumber(field);
        return weight >= 0 ? weight : throw rows.Problem(field, $"the weight {PointCheck.Text(weight)} is negative");
    }

    /// <summary>Rows of numbers, as many as there turn out to be. It grows in chunks, so that nothing is copied until the end.</summary>
    private sealed class NumberTable(string path, int columns)
    {
        private readonly List<float[]> _chunks = [];
        private readonly int _rowsPerChunk = Math.Max(1, ChunkLength / columns);
        private int _rowsOfLast;

        public int Columns => columns;

        /// <summary>Whether the next row begins a chunk.</summary>
        public bool IsAtChunk => _chunks.Count == 0 || _rowsOfLast == _rowsPerChunk;

        /// <summary>Adds a row for the caller to fill.</summary>
        public Span<float> AddRow()
        {
            if (IsAtChunk)
            {
                long next = (long)(_chunks.Count + 1) * _rowsPerChunk * columns;
                if (next > Array.MaxLength)
                    throw new PointFileException(path, $"has more numbers than one array can hold ({Array.MaxLength})");
                _chunks.Add(GC.AllocateUninitializedArray<float>(_rowsPerChunk * columns));
                _rowsOfLast = 0;
            }

            return _chunks[^1].AsSpan(_rowsOfLast++ * columns, columns);
        }

        /// <summary>All rows in one array. The chunks are let go one by one while they are copied.</summary>
        public float[] ToArray()
        {
            int chunkLength = _rowsPerChunk * columns;
            int lastLength = _rowsOfLast * columns;
            float[] all = GC.AllocateUninitializedArray<float>(((_chunks.Count - 1) * chunkLength) + lastLength);
            for (int i = 0; i < _chunks.Count; i++)
            {
                _chunks[i].AsSpan(0, i < _chunks.Count - 1 ? chunkLength : lastLength).CopyTo(all.AsSpan(i * chunkLength));
                _chunks[i] = [];
            }

            return all;
        }
    }
}
