namespace PyramidOT;

/// <summary>A sliced Wasserstein distance, estimated from random directions.</summary>
public sealed class SlicedDistance
{
    internal SlicedDistance(double exponent, double[] directionCosts)
    {
        P = exponent;
        DirectionCostArray = directionCosts;
        double sum = 0;
        foreach (double cost in directionCosts)
        {
            sum += cost;
        }

        Cost = sum / directionCosts.Length;
        double squares = 0;
        foreach (double cost in directionCosts)
        {
            squares += (cost - Cost) * (cost - Cost);
        }

        Distance = Root(Cost, exponent);
        double errorOfCost = Math.Sqrt(squares / (directionCosts.Length - 1.0) / directionCosts.Length);
        StandardError = directionCosts.Length == 1 ? double.NaN : Cost == 0 ? 0 : errorOfCost / exponent * (Distance / Cost);
    }

    /// <summary>The exponent p.</summary>
    public double P { get; }

    /// <summary>The mean over the directions of W_p^p between the projected clouds.</summary>
    public double Cost { get; }

    /// <summary>The distance: the p-th root of <see cref="Cost"/>.</summary>
    public double Distance { get; }

    /// <summary>
    /// The standard error of <see cref="Distance"/>, which comes from the choice of directions: that of the mean cost over its K directions, times
    /// the derivative of the root (the delta method). NaN for a single direction.
    /// </summary>
    public double StandardError { get; }

    /// <summary>W_p^p along each direction drawn.</summary>
    public ReadOnlySpan<double> DirectionCosts => DirectionCostArray;

    /// <summary>
    /// The largest W_p along a line that was found: among the directions drawn, and those that a subgradient ascent on the sphere reached from
    /// the best of them. The max-sliced distance is the largest along any line, so this is a lower bound of it.
    /// </summary>
    public required double MaxSliced { get; init; }

    /// <summary>The direction of that line, d numbers of length 1.</summary>
    public required IReadOnlyList<float> MaxDirection { get; init; }

    /// <summary>The gradient of <see cref="Cost"/> in the source points, n x d numbers; empty where it was not asked for.</summary>
    /// <remarks>
    /// Of the p-th power of the distance, then, and for fixed directions: row i is (1 / K) sum over k of the derivative of W_p^p along direction k
    /// in the position of point i, times that direction. Between ties it is that of one optimal plan.
    /// </remarks>
    public ReadOnlyMemory<float> SourceGradient { get; init; }

    /// <summary>The gradient of <see cref="Cost"/> in the target points, m x d numbers; likewise.</summary>
    public ReadOnlyMemory<float> TargetGradient { get; init; }

    internal double[] DirectionCostArray { get; }

    internal static double Root(double cost, double exponent) => exponent switch
    {
        1 => cost,
        2 => Math.Sqrt(cost),
        _ => Math.Pow(cost, 1 / exponent),
    };
}
