using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>What verbs of two clouds say of their files.</summary>
internal static class CloudFiles
{
    /// <summary>What is read as a cloud, for the help.</summary>
    public const string Formats = "a .npy file of shape (n, d), text with a point a line (.csv), or IDX";

    /// <summary>Refuses clouds of different dimensions.</summary>
    /// <exception cref="InputException">They are.</exception>
    public static void CheckDimensions((string File, PointCloud Cloud) source, (string File, PointCloud Cloud) target)
    {
        if (target.Cloud.Dimensions != source.Cloud.Dimensions)
        {
            throw new InputException($"{target.File} has {Count(target.Cloud.Dimensions, "dimension")}, {source.File} has {source.Cloud.Dimensions}");
        }
    }

    /// <summary>Refuses clouds of different numbers of points.</summary>
    /// <param name="source">The source.</param>
    /// <param name="target">The target.</param>
    /// <param name="reason">What needs as many, told after the numbers.</param>
    /// <exception cref="InputException">They are.</exception>
    public static void CheckPoints((string File, PointCloud Cloud) source, (string File, PointCloud Cloud) target, string reason)
    {
        if (target.Cloud.Count != source.Cloud.Count)
        {
            throw new InputException($"{target.File} has {Count(target.Cloud.Count, "point")}, {source.File} has {source.Cloud.Count}: {reason}");
        }
    }

    /// <summary>Whether a name says that a file is an array of NumPy's.</summary>
    public static bool IsNpy(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a name says of a file what a cloud can be written to.</summary>
    public static bool IsName(string path) => IsNpy(path) || path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a cloud to a file of such a name.</summary>
    public static void Write(string path, PointCloud cloud, CancellationToken cancellation) => FileErrors.Named(path, () =>
    {
        if (IsNpy(path))
        {
            PointCloudWriter.WriteNpy(path, cloud);
        }
        else
        {
            PointCloudWriter.WriteCsv(path, cloud, cancellation);
        }
    });

    /// <summary>A number with its noun, <c>1 point</c> or <c>2 points</c>.</summary>
    public static string Count(int number, string things) => $"{number} {things}{(number == 1 ? "" : "s")}";
}
