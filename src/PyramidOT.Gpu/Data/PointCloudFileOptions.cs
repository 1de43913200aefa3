using PyramidOT.Data;

namespace PyramidOT;

/// <summary>How a file of points or labels is to be understood.</summary>
public sealed record PointCloudFileOptions
{
    /// <summary>The format; found out from the file's content and name by default.</summary>
    public PointCloudFormat Format { get; init; }

    /// <summary>
    /// The column of a .csv file that holds labels: its name in the header or, where no column has that name, its number from 0. Null
    /// where all columns are coordinates.
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>The column of a .csv file that holds weights, named like <see cref="LabelColumn"/>. Null where all points weigh the same.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>
    /// Whether the first row of a .csv file is a header. Null: it is one where any of its fields besides the label is not a number.
    /// </summary>
    public bool? HasHeader { get; init; }

    /// <summary>
    /// What separates the fields of a .csv file, an ASCII character; a space stands for any number of spaces. Null: found out among comma,
    /// semicolon, tab, vertical bar and spaces.
    /// </summary>
    public char? Delimiter { get; init; }

    /// <summary>Refuses options that no file can meet.</summary>
    internal void Check()
    {
        if (!Enum.IsDefined(Format))
            throw new ArgumentException($"{Format} is no format of point files.", nameof(Format));
        if (LabelColumn is { Length: 0 })
            throw new ArgumentException("The label column's name is empty.", nameof(LabelColumn));
        if (WeightColumn is { Length: 0 })
            throw new ArgumentException("The weight column's name is empty.", nameof(WeightColumn));
        if (WeightColumn is not null && WeightColumn == LabelColumn)
            throw new ArgumentException($"Column '{LabelColumn}' cannot hold both labels and weights.", nameof(WeightColumn));
        if (Delimiter is '\n' or '\r' or '"' or '#' or '\0' or > '\x7F')
            throw new ArgumentException($"U+{(int)Delimiter.Value:X4} cannot separate fields.", nameof(Delimiter));
    }

    /// <summary>The format of a file, as given or as found out.</summary>
    /// <exception cref="PointFileException">It cannot be found out, or does not fit the other options.</exception>
    internal (PointCloudFormat Format, bool IsGzipped) FormatOf(string path)
    {
        PointFileContent content = PointFile.Sniff(path, out bool isGzipped);
        PointCloudFormat format = Format != PointCloudFormat.Auto ? Format
            : content == PointFileContent.Npy || HasExtension(".npy") ? PointCloudFormat.Npy
            : content == PointFileContent.Idx ? PointCloudFormat.Idx
            : content == PointFileContent.Text ? PointCloudFormat.Csv
            : throw new PointFileException(path, content switch
            {
                PointFileContent.Nothing => "is empty",
                PointFileContent.Zip => "is a zip archive (.npz?): unpack it and name one of its files",
                _ => "is in none of the formats that are read: .npy, text (.csv, .tsv, .txt) and IDX",
            });
        if (format == PointCloudFormat.Npy && isGzipped)
            throw new PointFileException(path, "is a gzipped .npy file: unpack it first");
        if ((LabelColumn ?? WeightColumn) is { } column && format != PointCloudFormat.Csv)
            throw new PointFileException(path, $"is no .csv file, so that it has no column '{column}' of its own");
        return (format, isGzipped);

        bool HasExtension(string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The formats of files of points.</summary>
public enum PointCloudFormat
{
    /// <summary>Found out from the file's first bytes and, where these say nothing, its name.</summary>
    Auto,

    /// <summary>NumPy's .npy: float32, float64, int32 or int64 of shape (n, d), or (n,) for points on a line.</summary>
    Npy,

    /// <summary>Text, a point a line: .csv, .tsv, .txt; also gzipped. Lines that begin with # are comments.</summary>
    Csv,

    /// <summary>MNIST's IDX, also gzipped: an item a point. Unsigned bytes are scaled to [0, 1]; other types are taken as they are.</summary>
    Idx,

    /// <summary>
    /// A DOTmark image, a grid of intensities as text, understood as points on a line: one point a pixel, its coordinate the intensity as
    /// it stands in the file (the reading of the paper's table 1).
    /// </summary>
    DotmarkIntensity,

    /// <summary>
    /// A DOTmark image, a grid of intensities as text, understood as points in the plane: one point a pixel at (row, column), weighted by the
    /// intensity.
    /// </summary>
    DotmarkPixels,
}
