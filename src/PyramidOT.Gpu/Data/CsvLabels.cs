namespace PyramidOT.Data;

/// <summary>Labels of a text file of their own, one a row.</summary>
internal static class CsvLabels
{
    private const int RowsBetweenChecks = 1 << 16;

    /// <summary>Names of a column of labels that are hardly ever labels themselves.</summary>
    private static readonly string[] s_headers = ["label", "labels", "class"];

    public static PointLabels Load(string path, bool isGzipped, PointCloudFileOptions options, CancellationToken cancellation)
    {
        char delimiter = options.Delimiter ?? CsvDelimiter.Find(path, isGzipped, CsvDelimiter.OfLabels);
        using CsvRows rows = CsvRows.Open(path, isGzipped, delimiter);
        if (!rows.Read())
            throw new PointFileException(path, "is empty: it has no rows");

        // A single column says nothing about itself but by the labels that follow: the first row is decided on at the end.
        bool isOpen = options.HasHeader is null && options.LabelColumn is null;
        CsvColumns columns = CsvColumns.Of(path, rows, isOpen ? options with { HasHeader = false } : options);
        if (columns.Label < 0 && columns.Count != 1)
            throw new PointFileException(path, $"has {columns.Count} columns; labels are one column, or one must be named");
        int column = Math.Max(columns.Label, 0);
        LabelCollector labels = new();
        bool isHeader = columns.HasHeader || (isOpen && s_headers.Contains(rows.ToTexts()[column], StringComparer.OrdinalIgnoreCase));
        if (!isHeader)
            labels.Add(rows, column);
        for (int row = 1; rows.Read(); row++)
        {
            if (row % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            if (rows.Count != columns.Count)
                throw rows.Problem($"the row has {rows.Count} fields; {columns.Count} are expected, as in the first row");
            labels.Add(rows, column);
        }

        return labels.Count > 0
            ? labels.ToLabels(firstMayBeHeader: isOpen && !isHeader)
            : throw new PointFileException(path, "has a header and no labels");
    }
}
