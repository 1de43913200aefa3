namespace PyramidOT;

/// <summary>
/// The search for a line on which two clouds are far apart: subgradient ascent on the sphere, from the best of the directions drawn, all at once.
/// </summary>
/// <remarks>
/// With g the gradient of W_p^p in the direction t, a full step goes to g / |g|. For a fixed plan and p = 2 that is a step of the power
/// iteration, and for two clouds of which one is the other moved it is the answer. Where a step does not rise, it is shortened.
/// </remarks>
internal sealed class SliceAscent(SliceWaves waves, int dimensions)
{
    // A step that did not rise is taken again at this part of its length; one that did is followed by one twice as long.
    private const double Shorter = 0.3;
    private const double Longer = 2;

    /// <summary>Climbs.</summary>
    /// <param name="starts">The directions to start from, at most a wave of them.</param>
    /// <param name="steps">Steps from each.</param>
    /// <returns>The best line that was met, and its cost.</returns>
    public (float[] Direction, double Cost) Climb(ReadOnlySpan<float> starts, int steps)
    {
        int count = starts.Length / dimensions;
        float[] best = starts.ToArray();
        double[] costs = new double[count];
        waves.Evaluate(best, costs);
        double[] gradients = waves.DirectionGradients(count);
        double[] lengths = new double[count];
        lengths.AsSpan().Fill(1);
        float[] trial = new float[starts.Length];
        double[] trialCosts = new double[count];
        for (int step = 0; step < steps; step++)
        {
            for (int k = 0; k < count; k++)
            {
                Range own = (k * dimensions)..((k + 1) * dimensions);
                Step(best.AsSpan(own), gradients.AsSpan(own), lengths[k], trial.AsSpan(own));
            }

            waves.Evaluate(trial, trialCosts);
            double[] trialGradients = waves.DirectionGradients(count);
            for (int k = 0; k < count; k++)
            {
                if (!(trialCosts[k] > costs[k]))
                {
                    lengths[k] *= Shorter;
                    continue;
                }

                lengths[k] = Math.Min(1, lengths[k] * Longer);
                costs[k] = trialCosts[k];
                trial.AsSpan(k * dimensions, dimensions).CopyTo(best.AsSpan(k * dimensions));
                trialGradients.AsSpan(k * dimensions, dimensions).CopyTo(gradients.AsSpan(k * dimensions));
            }
        }

        int winner = 0;
        for (int k = 1; k < count; k++)
        {
            winner = costs[k] > costs[winner] ? k : winner;
        }

        return (best[(winner * dimensions)..((winner + 1) * dimensions)], costs[winner]);
    }

    /// <summary>A part of the way along the tangent to where the gradient points.</summary>
    private static void Step(ReadOnlySpan<float> direction, ReadOnlySpan<double> gradient, double length, Span<float> trial)
    {
        double rise = 0;
        for (int c = 0; c < direction.Length; c++)
        {
            rise += gradient[c] * direction[c];
        }

        // By Euler's rule the rise is p times the cost, and 0 where the clouds are one on this line, which no step leaves.
        double[] moved = new double[direction.Length];
        for (int c = 0; c < moved.Length; c++)
        {
            double tangent = rise > 0 ? (gradient[c] / rise) - direction[c] : 0;
            moved[c] = direction[c] + (length * tangent);
        }

        SliceDirections.Normalise(moved, trial);
    }
}
