using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Matching;

/// <summary>A pair of clouds to be matched.</summary>
/// <param name="Name">What it is called in tables, and on the hidden verb's command line.</param>
/// <param name="Dimensions">Coordinates of a point.</param>
/// <param name="Draw">Draws both clouds of so many points; the same ones each time.</param>
internal sealed record MatchingSet(string Name, int Dimensions, Func<int, (PointCloud Source, PointCloud Target)> Draw)
{
    private const ulong Seed = 41;

    /// <summary>All sets.</summary>
    public static IReadOnlyList<MatchingSet> All { get; } =
    [
        new("mixture of 1,000", 100, points => SampleClouds.Mixture(points, 100, 1000, Seed)),
        new("mixture of 100", 100, points => SampleClouds.Mixture(points, 100, 100, Seed)),
        new("mixture of 10", 100, points => SampleClouds.Mixture(points, 100, 10, Seed)),
        new("normal", 100, points => Normal(points, 100)),
        new("normal", 10, points => Normal(points, 10)),
        new("normal", 2, points => Normal(points, 2)),
        Generated(SampleCloudKind.LabelledMixture, 2),
        Generated(SampleCloudKind.OverlappingMixture, 2),
        Generated(SampleCloudKind.HalfMoons, 2),
        Generated(SampleCloudKind.SCurve, 3),
        Generated(SampleCloudKind.Checkerboard, 2),
        Generated(SampleCloudKind.Rings, 2),
        Generated(SampleCloudKind.ShiftedSquares, 2),
        Generated(SampleCloudKind.UniformSquares, 2),
        new("duplicates", 2, Duplicates),
        new("shifted normals", 2, ShiftedNormals),
        new("five blobs", 2, points => (Blobs(points, 0), Blobs(points, 1))),
        new("mixture of 100", 16, points => SampleClouds.Mixture(points, 16, 100, Seed)),
    ];

    /// <summary>The set of a name and a number of dimensions.</summary>
    public static MatchingSet Of(string name, int dimensions) => All.First(set => set.Name == name && set.Dimensions == dimensions);

    private static MatchingSet Generated(SampleCloudKind kind, int dimensions) => new(kind.ToName(), dimensions, points => SampleClouds.Generate(kind, points, dimensions, Seed));

    private static (PointCloud Source, PointCloud Target) Normal(int points, int dimensions) =>
        SampleClouds.Mixture(points, dimensions, clusters: 1, Seed, deviation: 1, extent: 0);

    /// <summary>On a grid so coarse that most points have equals.</summary>
    private static (PointCloud Source, PointCloud Target) Duplicates(int points)
    {
        (PointCloud source, PointCloud target) = Normal(points, 2);
        return (Rounded(source), Rounded(target));

        static PointCloud Rounded(PointCloud cloud) => new(Array.ConvertAll(cloud.Points.ToArray(), static place => MathF.Round(place * 10) / 10), cloud.Dimensions);
    }

    private static (PointCloud Source, PointCloud Target) ShiftedNormals(int points)
    {
        (PointCloud source, PointCloud target) = Normal(points, 2);
        return (source, new(Array.ConvertAll(target.Points.ToArray(), static place => place + 1), 2));
    }

    /// <summary>Blobs on a circle, of unlike numbers of points on both sides, the target's turned a little further.</summary>
    private static PointCloud Blobs(int points, int side)
    {
        (PointCloud source, PointCloud target) = Normal(points, 2);
        float[] places = (side == 0 ? source : target).Points.ToArray();
        for (int i = 0; i < points; i++)
        {
            double angle = (2 * Math.PI * (Clouds.SeedOf(Seed + (ulong)side, (ulong)i) % 5) / 5) + (0.3 * side);
            places[2 * i] = (float)((0.3 * places[2 * i]) + (3 * Math.Cos(angle)));
            places[(2 * i) + 1] = (float)((0.3 * places[(2 * i) + 1]) + (3 * Math.Sin(angle)));
        }

        return new(places, 2);
    }
}
