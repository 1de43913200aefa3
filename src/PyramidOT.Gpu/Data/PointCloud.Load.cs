using PyramidOT.Data;

namespace PyramidOT;

public sealed partial class PointCloud
{
    /// <summary>
    /// Reads points from a file. The format is told from the first bytes and, where these say nothing, from the name; the options can set
    /// it. A .npy file of float32 takes no memory besides the cloud's own array.
    /// </summary>
    /// <param name="path">
    /// A .npy file; text, a point a line (.csv, .tsv, .txt, also gzipped; see <see cref="PointCloudFileOptions"/> for columns of labels and
    /// weights); an IDX file of images or vectors (also gzipped); or, by <see cref="PointCloudFileOptions.Format"/>, a DOTmark image.
    /// </param>
    /// <param name="options">How to read it.</param>
    /// <param name="cancellation">Ends a long read.</param>
    /// <returns>The points, with the labels and weights that the options ask for.</returns>
    /// <exception cref="PointFileException">
    /// The file is not there or may not be read, is in none of the formats, is damaged or cut short, has no points or too many for one
    /// array, or holds something that is not a finite float32. The message is one line: path, place, problem.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> or an option is empty, or no value of its type.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public static PointCloud Load(string path, PointCloudFileOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Check();
        return PointFile.Named(path, () =>
        {
            (PointCloudFormat format, bool isGzipped) = options.FormatOf(path);
            return format switch
            {
                PointCloudFormat.Npy => NpyPoints.Load(path, cancellation),
                PointCloudFormat.Idx => IdxFile.Load(path, isGzipped, cancellation),
                PointCloudFormat.Csv => CsvPoints.Load(path, isGzipped, options, cancellation),
                PointCloudFormat.DotmarkIntensity => DotmarkImage.LoadIntensity(path, isGzipped, cancellation),
                _ => DotmarkImage.LoadPixels(path, isGzipped, cancellation),
            };
        });
    }
}

public sealed partial class PointLabels
{
    /// <summary>Reads the labels of points from a file of their own.</summary>
    /// <param name="path">
    /// A .npy file of int32 or int64 of shape (n,); an IDX file of one integer an item (also gzipped); or text, a label a line, numbers or
    /// names (also gzipped).
    /// </param>
    /// <param name="options">
    /// How to read it. <see cref="PointCloudFileOptions.LabelColumn"/> picks one column of text that has several. Where
    /// <see cref="PointCloudFileOptions.HasHeader"/> is null, the first line is a header if it is <c>label</c>, <c>labels</c> or <c>class</c>, or
    /// if it is not a number and all other lines are whole numbers.
    /// </param>
    /// <param name="cancellation">Ends a long read.</param>
    /// <returns>
    /// Numbers, where every label is a whole number of int32 (<c>3</c>, also <c>3.0</c>); else names in ordinal order, and indices into them.
    /// </returns>
    /// <exception cref="PointFileException">
    /// The file is not there or may not be read, is in none of the formats, is damaged or cut short, has no labels, or an empty one.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> or an option is empty, or no value of its type.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public static PointLabels Load(string path, PointCloudFileOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Check();
        return PointFile.Named(path, () =>
        {
            (PointCloudFormat format, bool isGzipped) = options.FormatOf(path);
            return format switch
            {
                PointCloudFormat.Npy => NpyPoints.LoadLabels(path),
                PointCloudFormat.Idx => IdxFile.LoadLabels(path, isGzipped, cancellation),
                PointCloudFormat.Csv => CsvLabels.Load(path, isGzipped, options, cancellation),
                _ => throw new PointFileException(path, "an image has no labels"),
            };
        });
    }
}
