using PyramidOT.Bench.Comparison;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Transport;

/// <summary>The rows of the tables, each from the smallest problem on, so that the larger ones find all code compiled.</summary>
internal static class TransportWorkloads
{
    private static readonly double[] s_epsilons = [0.1, 0.02, 0.005];

    /// <summary>Problems of exact transport. Even numbers of them, so that two threads have equally many.</summary>
    public static IEnumerable<Workload> Exact(bool quick)
    {
        const int Dimensions = CostMatrices.Dimensions;
        yield return Random(100, quick ? 20 : 200, Dimensions);
        yield return new TransportWorkload("equal weights, 100 x 128, d = 100", 100, quick ? 20 : 200, count => TransportProblems.EqualWeights(count, 100, 128, Dimensions));
        yield return Random(256, quick ? 4 : 40, Dimensions);
        yield return Random(500, quick ? 2 : 10, Dimensions);
        yield return Random(500, quick ? 2 : 10, dimensions: 2);
        yield return Random(1_000, quick ? 2 : 4, Dimensions);
        yield return new TransportWorkload("images, 28 x 28 pixels each", PixelImages.Pixels, quick ? 4 : 20, TransportProblems.Images);
    }

    /// <summary>Problems of entropic transport.</summary>
    public static IEnumerable<Workload> Entropic(bool quick)
    {
        (int Size, int Count)[] sizes = quick ? [(16, 32), (64, 4), (256, 2)] : [(16, 128), (64, 40), (256, 10), (1_000, 2)];
        (int Size, int Count)[] fixedSizes = quick ? [(10, 128), (100, 10)] : [(10, 1_024), (100, 40), (1_000, 2)];
        return sizes.SelectMany(size => s_epsilons.Select(epsilon => new SinkhornWorkload(epsilon, size.Size, size.Count)))
            .Concat(fixedSizes.Select(size => new SinkhornWorkload(s_epsilons[^1], size.Size, size.Count, iterations: 100)));
    }

    /// <summary>Sliced distances.</summary>
    public static IEnumerable<Workload> Sliced(bool quick) => 
    [
        new SlicedWorkload(1_000, dimensions: 100, projections: 100),
        new SlicedWorkload(quick ? 2_000 : 10_000, dimensions: 100, projections: 100),
    ];

    private static TransportWorkload Random(int size, int count, int dimensions) => new(
        $"random weights, {size:N0} x {size:N0}, d = {dimensions}", size, count, problems => TransportProblems.RandomWeights(problems, size, dimensions), Target.Transport(size));
}
