using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli.Experiments.Intensities;

/// <summary>The two images of table 1 as clouds on a line, a point a pixel: from files, or surrogates.</summary>
internal sealed class IntensityImages
{
    // The paper's images have as many pixels a side; those of a quick run make some 2,000 points.
    private const int Side = 64;
    private const int QuickSide = 44;

    private readonly (PointCloud Source, PointCloud Target)? _files;
    private readonly int _side;

    private IntensityImages(string fingerprint, string description, int side, (PointCloud, PointCloud)? files) =>
        (Fingerprint, Description, _side, _files) = (fingerprint, description, side, files);

    /// <summary>The option that names the files.</summary>
    public static Option<string[]> Files { get; } = new("--images")
    {
        HelpName = "A.csv B.csv",
        Description = "table1: two images of DOTmark, grids of intensities as .csv. Without them, surrogates are drawn.",
        Arity = new(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Whether they are files, which are the same whatever the seed.</summary>
    public bool AreFiles => _files is not null;

    /// <summary>Tells these images from others.</summary>
    public string Fingerprint { get; }

    /// <summary>What they are, for people.</summary>
    public string Description { get; }

    /// <summary>Reads the files that the user named; without any, surrogates.</summary>
    /// <param name="choices">What the user gave.</param>
    /// <param name="isQuick">Whether surrogates are small.</param>
    /// <exception cref="InputException">There are not two files of as many pixels, or one of them is no such image.</exception>
    public static IntensityImages Of(ExperimentChoices choices, bool isQuick)
    {
        int side = isQuick ? QuickSide : Side;
        if (choices.ValueOf(Files) is not { Length: > 0 } paths)
        {
            return new(
                $"surrogates of {side} x {side}",
                $"surrogates: smooth positive random fields of {side} × {side} pixels and mean 100,000, drawn from the seed, because no files were given "
                + $"({Files.Name})",
                side,
                null);
        }

        if (paths.Length != 2)
        {
            throw new InputException($"{Files.Name}: one file is given; two are expected");
        }

        PointCloud[] clouds = [.. paths.Select(path => Load(path))];
        if (clouds[0].Count != clouds[1].Count)
        {
            throw new InputException($"{paths[1]}: the image has {clouds[1].Count} pixels where {paths[0]} has {clouds[0].Count}");
        }

        if (clouds[0].Points.ToArray().Order().SequenceEqual(clouds[1].Points.ToArray().Order()))
        {
            throw new InputException($"{paths[1]}: the image has the intensities of {paths[0]}: no distance is between them");
        }

        return new(
            string.Join(" and ", paths.Select(FileFingerprint.Of)),
            $"{Path.GetFileName(paths[0])} ({clouds[0].Count:N0} pixels) and {Path.GetFileName(paths[1])} ({clouds[1].Count:N0} pixels)",
            side,
            (clouds[0], clouds[1]));
    }

    /// <summary>Both images as clouds of a coordinate a point.</summary>
    /// <param name="seed">The seed of surrogates.</param>
    public (PointCloud Source, PointCloud Target) Draw(ulong seed) =>
        _files ?? (new(SurrogateImage.Draw(seed, 0, _side), 1), new(SurrogateImage.Draw(seed, 1, _side), 1));

    private static PointCloud Load(string path) => FileErrors.Named(
        path, () => PointCloud.Load(path, new() { Format = PointCloudFormat.DotmarkIntensity }));
}
