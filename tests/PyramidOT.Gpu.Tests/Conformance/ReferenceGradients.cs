namespace PyramidOT.Tests.Conformance;

/// <summary>Gradients of w g(x, y)^p in float64: by their formulas, and by differences of the costs, which know no formula.</summary>
internal static class ReferenceGradients
{
    /// <summary>The gradients in x and in y, with the subgradients that the family promises where there is none.</summary>
    public static (double[] InX, double[] InY) Of(GroundCost cost, double weight, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double g = ReferenceCosts.Ground(cost.Distance, x, y);
        double p = cost.Exponent;
        double[] inX = new double[x.Length];
        double[] inY = new double[x.Length];

        // Where g is 0 a power of it would be 1 for p = 1, but all directions below are 0 too.
        double factor = weight * p * ReferenceCosts.Power(g, p - 1);
        if (cost.Distance == GroundDistance.Cosine)
        {
            Cosine(factor, g, x, y, inX);
            Cosine(factor, g, y, x, inY);
            return (inX, inY);
        }

        bool found = false;
        for (int k = 0; k < x.Length; k++)
        {
            double difference = (double)x[k] - y[k];
            double direction = 0;
            switch (cost.Distance)
            {
                case GroundDistance.Euclidean when g > 0:
                    direction = difference / g;
                    break;
                case GroundDistance.Manhattan:
                    direction = Math.Sign(difference);
                    break;
                case GroundDistance.Chebyshev when !found && Math.Abs(difference) == g:
                    found = true;
                    direction = Math.Sign(difference);
                    break;
                default:
                    break;
            }

            inX[k] = direction == 0 ? 0 : factor * direction;
            inY[k] = -inX[k];
        }

        return (inX, inY);
    }

    /// <summary>Central differences of w g(x, y)^p, in x and in y.</summary>
    public static (double[] InX, double[] InY) ByDifferences(GroundCost cost, double weight, ReadOnlySpan<float> x, ReadOnlySpan<float> y, double step)
    {
        double[] from = new double[x.Length];
        double[] to = new double[x.Length];
        for (int k = 0; k < x.Length; k++)
        {
            from[k] = x[k];
            to[k] = y[k];
        }

        return (Along(from), Along(to));

        double[] Along(double[] moved)
        {
            double[] gradient = new double[moved.Length];
            for (int k = 0; k < moved.Length; k++)
            {
                double at = moved[k];
                moved[k] = at + step;
                double above = Cost(cost, from, to);
                moved[k] = at - step;
                double below = Cost(cost, from, to);
                moved[k] = at;
                gradient[k] = weight * (above - below) / (2 * step);
            }

            return gradient;
        }
    }

    // Straight from the definitions, for points where nothing cancels.
    private static double Cost(GroundCost cost, double[] x, double[] y)
    {
        double[] differences = [.. x.Zip(y, (a, b) => Math.Abs(a - b))];
        double ground = cost.Distance switch
        {
            GroundDistance.Euclidean => Math.Sqrt(differences.Sum(difference => difference * difference)),
            GroundDistance.Manhattan => differences.Sum(),
            GroundDistance.Chebyshev => differences.Max(),
            _ => 1 - (x.Zip(y, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b))),
        };
        return Math.Pow(ground, cost.Exponent);
    }

    private static void Cosine(double factor, double g, ReadOnlySpan<float> x, ReadOnlySpan<float> y, double[] inX)
    {
        double xx = 0;
        double yy = 0;
        for (int k = 0; k < x.Length; k++)
        {
            xx += (double)x[k] * x[k];
            yy += (double)y[k] * y[k];
        }

        if (xx == 0 || yy == 0)
        {
            return;
        }

        double xLength = Math.Sqrt(xx);
        double yLength = Math.Sqrt(yy);
        for (int k = 0; k < x.Length; k++)
        {
            // (1 - g) x/|x| - y/|y| cancels where g is small, unless the difference of the directions is taken first.
            double direction = x[k] / xLength;
            inX[k] = factor / xLength * (direction - (y[k] / yLength) - (g * direction));
        }
    }
}
