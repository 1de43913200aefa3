using System.Globalization;

namespace PyramidOT.Data;

/// <summary>Which columns of a text file are what, decided by its first row.</summary>
internal readonly record struct CsvColumns
{
    private CsvColumns(bool hasHeader, int count, int label, int weight)
    {
        (HasHeader, Count, Label, Weight) = (hasHeader, count, label, weight);
        Coordinates = count - (label < 0 ? 0 : 1) - (weight < 0 ? 0 : 1);
    }

    /// <summary>Whether the first row holds names.</summary>
    public bool HasHeader { get; }

    /// <summary>Number of columns.</summary>
    public int Count { get; }

    /// <summary>The column of labels; -1 where there is none.</summary>
    public int Label { get; }

    /// <summary>The column of weights; -1 where there is none.</summary>
    public int Weight { get; }

    /// <summary>Number of all other columns.</summary>
    public int Coordinates { get; }

    /// <summary>Decides on the row that was read first.</summary>
    /// <exception cref="PointFileException">A column that the options name is not there, or there twice.</exception>
    public static CsvColumns Of(string path, CsvRows rows, PointCloudFileOptions options)
    {
        string[] first = rows.ToTexts();
        bool hasHeader = options.HasHeader ?? IsHeader(rows, first, options);
        int label = Find(path, options.LabelColumn, "label", first, hasHeader);
        int weight = Find(path, options.WeightColumn, "weight", first, hasHeader);
        return label >= 0 && label == weight
            ? throw new PointFileException(path, $"column {label} cannot hold both labels and weights")
            : new(hasHeader, first.Length, label, weight);
    }

    private static bool IsHeader(CsvRows rows, string[] first, PointCloudFileOptions options)
    {
        // A name that is no number can stand in a header only.
        if (IsName(options.LabelColumn) || IsName(options.WeightColumn))
            return true;
        int label = int.TryParse(options.LabelColumn, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
        for (int i = 0; i < first.Length; i++)
        {
            if (i != label && !CsvRows.TryNumber(rows[i], out _))
                return true;
        }

        return false;

        static bool IsName(string? column) =>
            column is not null && !int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static int Find(string path, string? column, string what, string[] first, bool hasHeader)
    {
        if (column is null)
            return -1;
        int found = hasHeader ? Array.IndexOf(first, column) : -1;
        if (found >= 0)
        {
            return Array.LastIndexOf(first, column) == found
                ? found
                : throw new PointFileException(path, $"the header has the {what} column '{column}' twice; give its number from 0");
        }

        if (int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number < first.Length
                ? number
                : throw new PointFileException(path, $"has no {what} column {number}: its {first.Length} columns are counted from 0");
        }

        const int Shown = 10;
        string names = string.Join(", ", first.Take(Shown)).ReplaceLineEndings(" ");
        throw new PointFileException(
            path,
            hasHeader && !Array.TrueForAll(first, IsNumber)
                ? $"has no {what} column '{column}'; its columns are {names}{(first.Length > Shown ? ", ..." : "")}"
                : $"has no {what} column '{column}', since it has no header; give the column's number from 0");

        static bool IsNumber(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }
}
