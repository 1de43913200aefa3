using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>The ways to build that the tests go through, and short words for building.</summary>
internal static class TestPyramids
{
    /// <summary>Every scheme, and with centres both ways to find them. The seed differs so that no two share draws.</summary>
    public static IReadOnlyList<PyramidOptions> Ways { get; } =
    [
        new() { Scheme = PyramidScheme.Interleaving, Seed = 1 },
        new() { Scheme = PyramidScheme.Interleaving, Seed = 2, StartsWithTarget = true, Branching = 2 },
        new() { Scheme = PyramidScheme.Interleaving, Seed = 3, Centres = CentreSelection.Sample, Branching = 3 },
        new() { Scheme = PyramidScheme.Joint, Seed = 4, SampleSize = 16, LloydRounds = 2 },
        new() { Scheme = PyramidScheme.Joint, Seed = 5, Centres = CentreSelection.Sample, Branching = 2 },
        new() { Scheme = PyramidScheme.Source, Seed = 6, LloydRounds = 0 },
        new() { Scheme = PyramidScheme.Source, Seed = 7, Centres = CentreSelection.Sample },
        new() { Scheme = PyramidScheme.Grid, Seed = 8 },
        new() { Scheme = PyramidScheme.Random, Seed = 9 },
    ];

    /// <summary>The places of <see cref="Ways"/>, for theories.</summary>
    public static TheoryData<int> All => [.. Enumerable.Range(0, Ways.Count)];

    /// <summary>The places of those that make a tree.</summary>
    public static TheoryData<int> Trees => [.. Enumerable.Range(0, Ways.Count).Where(way => Ways[way].Scheme != PyramidScheme.Random)];

    public static ComputeEngine Host(int threads = 1) => ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = threads });

    public static PyramidPair Build(ComputeEngine engine, float[] source, float[] target, int dimensions, PyramidOptions options) =>
        PyramidPair.Build(engine, new PointCloud(source, dimensions), new PointCloud(target, dimensions), options);

    /// <summary>A cloud of a kind beside a shuffled copy of it.</summary>
    public static (float[] Source, float[] Target) Twins(CloudKind kind, int count, int dimensions, int seed)
    {
        float[] points = Clouds.Make(kind, count, dimensions, seed);
        return (points, Clouds.Rows(points, dimensions, new Draws(seed + 1).Permutation(count)));
    }
}
