using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Trees;

/// <summary>The few points of the small figures: two draws of one mixture in the plane, each cloud's points in the order of their clusters.</summary>
internal static class ClusteredPoints
{
    /// <summary>Points of each cloud.</summary>
    public const int Count = 10;

    private const int Clusters = 3;

    /// <summary>Draws the clouds.</summary>
    public static (PointCloud Source, PointCloud Target) Draw(ulong seed)
    {
        (PointCloud source, PointCloud target) = SampleClouds.OverlappingMixture(Count, 2, Clusters, seed);
        return (Sorted(source), Sorted(target));
    }

    /// <summary>The points of a cloud in a picture.</summary>
    public static PlotPoint[] PlacesOf(PointCloud cloud) => [.. Enumerable.Range(0, cloud.Count).Select(i => new PlotPoint(cloud[i][0], cloud[i][1]))];

    /// <summary>Axes on which both clouds have room.</summary>
    public static (PlotRange X, PlotRange Y) AxesOf(PointCloud source, PointCloud target)
    {
        PlotPoint[] all = [.. PlacesOf(source), .. PlacesOf(target)];
        return (PlotRange.Of(all.Select(point => point.X)), PlotRange.Of(all.Select(point => point.Y)));
    }

    private static PointCloud Sorted(PointCloud cloud)
    {
        int[] labels = cloud.Labels.ToArray();
        int[] rows = [.. Enumerable.Range(0, cloud.Count).OrderBy(row => labels[row])];
        return new([.. rows.SelectMany(row => cloud[row].ToArray())], cloud.Dimensions, labels: [.. rows.Select(row => labels[row])]);
    }
}
