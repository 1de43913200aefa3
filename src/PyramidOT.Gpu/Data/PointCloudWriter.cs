using System.Globalization;
using CsvHelper;

namespace PyramidOT.Data;

/// <summary>Writes clouds to files. A file appears under its name when it is complete.</summary>
public static class PointCloudWriter
{
    private const int RowsBetweenChecks = 1 << 12;

    private static readonly CsvWriterOptions s_options = new() { NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace };

    /// <summary>Writes the points as a .npy file, float32 of shape (n, d). Weights and labels are not written.</summary>
    /// <param name="path">The file's name. An existing file of this name is replaced.</param>
    /// <param name="cloud">The points.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteNpy(string path, PointCloud cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        NpyWriter.Save(path, cloud.Points, cloud.Count, cloud.Dimensions);
    }

    /// <summary>Writes labels as a .npy file, int32 of shape (n,). Of labels with names these are the indices.</summary>
    /// <param name="path">The file's name. An existing file of this name is replaced.</param>
    /// <param name="cloud">A labelled cloud.</param>
    /// <exception cref="ArgumentException">The cloud has no labels, or <paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteLabelsNpy(string path, PointCloud cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        if (!cloud.IsLabelled)
            throw new ArgumentException("The cloud has no labels.", nameof(cloud));
        NpyWriter.Save(path, cloud.Labels, cloud.Count);
    }

    /// <summary>
    /// Writes a cloud as text: a header <c>x0,x1,…</c>, followed by <c>weight</c> and <c>label</c> where there are any, and a line for each
    /// point. Numbers have as many digits as it takes to read the same ones back.
    /// </summary>
    /// <param name="path">The file's name. An existing file of this name is replaced.</param>
    /// <param name="cloud">The points.</param>
    /// <param name="cancellation">Ends a long write; there is no file then.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="OperationCanceledException">The write was cancelled.</exception>
    public static void WriteCsv(string path, PointCloud cloud, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        using AtomicFile file = AtomicFile.Create(path);
        using (CsvWriter writer = CsvWriter.Create(file.Stream, s_options, leaveOpen: true))
        {
            for (int k = 0; k < cloud.Dimensions; k++)
                writer.WriteField(string.Create(CultureInfo.InvariantCulture, $"x{k}"));
            if (cloud.IsWeighted)
                writer.WriteField("weight");
            if (cloud.IsLabelled)
                writer.WriteField("label");
            writer.EndRecord();

            IReadOnlyList<string> names = cloud.LabelNames;
            for (int row = 0; row < cloud.Count; row++)
            {
                if (row % RowsBetweenChecks == 0)
                    cancellation.ThrowIfCancellationRequested();
                foreach (float x in cloud[row])
                    writer.WriteField(x, "R");
                if (cloud.IsWeighted)
                    writer.WriteField(cloud.Weights[row], "R");
                if (cloud.IsLabelled && names.Count > 0)
                    writer.WriteField(names[cloud.Labels[row]]);
                else if (cloud.IsLabelled)
                    writer.WriteField(cloud.Labels[row], default);
                writer.EndRecord();
            }
        }

        file.Commit();
    }
}
