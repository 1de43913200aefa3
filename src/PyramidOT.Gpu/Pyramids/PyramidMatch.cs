using PyramidOT.Pyramids;

namespace PyramidOT;

/// <summary>
/// The pyramid match of two clouds: estimates of W1 from the tree alone, without solving anything (Grauman and Darrell, ICCV 2005). Both
/// take O(n) distances.
/// </summary>
/// <param name="CellBound">
/// The mean over all pairs of the largest ground distance that a source and a target point of the cell in which the pair met can have:
/// at least <paramref name="TrueDistance"/>, whatever the order of pairs.
/// </param>
/// <param name="TrueDistance">
/// The mean ground distance of the pairs themselves, which a seed's order gives: an upper bound of W1, provided that no point was dropped.
/// </param>
/// <param name="Pairs">Number of pairs.</param>
public sealed record PyramidMatch(double CellBound, double TrueDistance, int Pairs)
{
    // Pairs whose distances are computed in one call.
    private const int PairsPerCall = 1 << 20;

    /// <summary>Estimates W1 between the two clouds of a pyramid.</summary>
    /// <param name="pyramid">The two clouds.</param>
    /// <param name="distance">The ground distance g, Euclidean by default.</param>
    /// <param name="seed">The seed of the pair order, which <see cref="TrueDistance"/> depends on.</param>
    /// <param name="unpaired">What happens where the clouds do not hold the same number of points of the same weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="distance"/> or <paramref name="unpaired"/> is not a defined value.
    /// </exception>
    public static PyramidMatch Estimate(
        PyramidPair pyramid,
        GroundDistance distance = GroundDistance.Euclidean,
        ulong seed = 0,
        UnpairedPoints unpaired = UnpairedPoints.Carry)
    {
        ArgumentNullException.ThrowIfNull(pyramid);
        GroundCost cost = new(distance, 1);
        PairOrder order = pyramid.Order(seed, unpaired);
        return new(CellBounds.Mean(pyramid, distance, unpaired), MeanDistance(pyramid, order, cost), order.Count);
    }

    private static double MeanDistance(PyramidPair pyramid, PairOrder order, GroundCost cost)
    {
        ComputeEngine engine = pyramid.Engine;
        float[] distances = new float[Math.Min(PairsPerCall, order.Count)];
        using EngineBuffer<int> sources = engine.Allocate<int>(distances.Length);
        using EngineBuffer<int> targets = engine.Allocate<int>(distances.Length);
        using EngineBuffer<float> onEngine = engine.Allocate<float>(distances.Length);
        double sum = 0;
        for (int first = 0; first < order.Count; first += distances.Length)
        {
            int count = Math.Min(distances.Length, order.Count - first);
            sources.Upload(order.SourceRows.Slice(first, count));
            targets.Upload(order.TargetRows.Slice(first, count));
            engine.Costs.Paired(
                pyramid.SourcePoints,
                sources.Slice(0, count),
                pyramid.TargetPoints,
                targets.Slice(0, count),
                pyramid.Dimensions,
                cost,
                onEngine.Slice(0, count));
            onEngine.Download(distances.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                sum += distances[i] * (order.MassArray is null ? 1.0 / order.Count : order.MassArray[first + i]);
            }
        }

        return sum;
    }
}
