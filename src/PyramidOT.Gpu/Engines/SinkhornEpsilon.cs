namespace PyramidOT.Engines;

/// <summary>The epsilon of a problem, and where epsilon scaling begins.</summary>
internal static class SinkhornEpsilon
{
    /// <summary>Epsilon in units of cost, and the distance from the least to the largest finite cost.</summary>
    public static (double Epsilon, double Spread) Of(SinkhornSettings settings, ReadOnlySpan<float> costs)
    {
        float least = float.PositiveInfinity;
        float largest = float.NegativeInfinity;
        double sum = 0;
        long count = 0;
        foreach (float cost in costs)
        {
            if (float.IsFinite(cost))
            {
                least = Math.Min(least, cost);
                largest = Math.Max(largest, cost);
                sum += Math.Abs(cost);
                count++;
            }
        }

        double mean = count == 0 || sum == 0 ? 1 : sum / count;
        double epsilon = settings.Epsilon * (settings.IsRelativeEpsilon ? mean : 1);
        return (epsilon, count == 0 ? 0 : (double)largest - least);
    }
}
