using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Accuracy;

/// <summary>
/// What is held against float64: the results of every family on data that is ordinary, and on some that is not. The references are those of
/// the conformance tests: naive loops over the same float32 input, so that an error is that of the computation alone.
/// </summary>
internal static partial class AccuracyCases
{
    /// <summary>All of them, family by family.</summary>
    public static IEnumerable<AccuracyCase> All() =>
        [.. Points(), .. Costs(), .. Clustering(), .. Solvers(), .. Lines(), .. Histograms(), .. Whole()];

    private static float[] Normal(int points, int dimensions, ulong seed) => Clouds.Draw(PointDistribution.Normal, points, dimensions, seed);

    // Far from the origin compared with its width: where |x|^2 + |y|^2 - 2 x.y has no digit left.
    private static float[] Far(int points, int dimensions, ulong seed) => Array.ConvertAll(Normal(points, dimensions, seed), x => 1000 + (0.1f * x));

    private static float[] Read(EngineBuffer<float> buffer) => buffer.ToArray();
}
