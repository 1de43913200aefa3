using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Comparison;

/// <summary>
/// What a workload is held against, in microseconds a problem on one core. All figures are those of the project's first
/// milestone ("Speed, measured in bench"): they were set on an Intel Xeon of family 6, model 207 with AVX-512, and mean little elsewhere.
/// </summary>
/// <param name="Ours">What we set out to reach at the most; null where nothing was set.</param>
/// <param name="Cpp">The fastest C++ known, as quoted there: it is not measured here. Null where none was quoted.</param>
/// <param name="TwoThreads">How many times faster than one thread two should be at the least; null where nothing was set.</param>
internal sealed record Target(double? Ours, double? Cpp, double? TwoThreads = null)
{
    private const double BatchOnTwoThreads = 1.8;

    public static Target None { get; } = new(null, null);

    /// <summary>10,000 points, 100 centres, d = 100: 3 ms; best known 8.1 ms.</summary>
    public static Target NearestCentre { get; } = new(3_000, 8_100);

    public static Target Assignment(PointDistribution distribution, int size) => (distribution, size) switch
    {
        (PointDistribution.Normal, 10) => new(0.6, 1.28, BatchOnTwoThreads),
        (PointDistribution.Normal, 100) => new(40, 150, BatchOnTwoThreads),
        (PointDistribution.Normal, 1_000) => new(6_500, 36_700, BatchOnTwoThreads),
        (PointDistribution.Clustered, 10) => new(0.6, 1.47, BatchOnTwoThreads),
        (PointDistribution.Clustered, 100) => new(60, 440, BatchOnTwoThreads),
        (PointDistribution.Clustered, 1_000) => new(12_500, 63_700, BatchOnTwoThreads),

        // "One problem of n = 10,000 in 10 s"; of which data is not said.
        (_, 10_000) => new(10e6, null),
        _ => new(null, null, BatchOnTwoThreads),
    };

    /// <summary>Exact transport with random weights, n = m.</summary>
    public static Target Transport(int size) => size switch
    {
        100 => new(200, 689, BatchOnTwoThreads),
        1_000 => new(40_000, 158_000, BatchOnTwoThreads),
        _ => None,
    };

    /// <summary>A hundred iterations of Sinkhorn in the logarithms.</summary>
    public static Target SinkhornIterations(int size) => size switch
    {
        10 => new(12, 3_818, BatchOnTwoThreads),
        100 => new(900, 10_039, BatchOnTwoThreads),
        1_000 => new(90_000, 1_050_000, BatchOnTwoThreads),
        _ => None,
    };

    /// <summary>A hundred projections, d = 100.</summary>
    public static Target Sliced(int size) => size == 1_000 ? new(8_000, 37_800) : None;

    /// <summary>Value and gradient of the range cost.</summary>
    /// <param name="histograms">d; of 100 bins where it is 10, of 50 where it is 50.</param>
    /// <param name="isStreamed">Whether the problems come from memory, not from a cache.</param>
    public static Target Range(int histograms, bool isStreamed) => (histograms, isStreamed) switch
    {
        (10, false) => new(2, null),
        (10, true) => new(3, null),
        (50, false) => new(6, null),
        (50, true) => new(7, null),
        _ => None,
    };

    /// <summary>The gradient through soft histograms: 10,000 samples of 64 features, 10 bins, 9 groups.</summary>
    public static Target Regularizer { get; } = new(4_000, null);

    public static Target Costs(int size) => size switch
    {
        100 => new(13, 29),
        1_000 => new(1_500, 2_940),
        _ => None,
    };
}
