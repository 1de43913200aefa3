namespace PyramidOT.Tests.Conformance;

/// <summary>Ground distances and costs in float64 from float32 points, by naive loops.</summary>
internal static class ReferenceCosts
{
    /// <summary>The ground distances of all pairs of rows, row-major. Exactly 0 for equal points, whatever the distance.</summary>
    public static double[] Grounds(GroundDistance distance, float[] source, float[] target, int dimensions)
    {
        int rows = source.Length / dimensions;
        int columns = target.Length / dimensions;
        double[] grounds = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                grounds[(i * columns) + j] =
                    Ground(distance, source.AsSpan(i * dimensions, dimensions), target.AsSpan(j * dimensions, dimensions));
            }
        }

        return grounds;
    }

    /// <summary>The distance g(x, y).</summary>
    public static double Ground(GroundDistance distance, ReadOnlySpan<float> x, ReadOnlySpan<float> y) => distance switch
    {
        GroundDistance.Euclidean => Math.Sqrt(SquaredEuclidean(x, y)),
        GroundDistance.Manhattan => Manhattan(x, y),
        GroundDistance.Chebyshev => Chebyshev(x, y),
        _ => Cosine(x, y),
    };

    /// <summary>The squared Euclidean distance.</summary>
    public static double SquaredEuclidean(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double difference = (double)x[k] - y[k];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>g^p, by multiplication where it can be.</summary>
    public static double Power(double ground, double exponent) => exponent switch
    {
        1 => ground,
        1.5 => ground * Math.Sqrt(ground),
        2 => ground * ground,
        3 => ground * ground * ground,
        _ => Math.Pow(ground, exponent),
    };

    private static double Manhattan(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            sum += Math.Abs((double)x[k] - y[k]);
        }

        return sum;
    }

    private static double Chebyshev(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double largest = 0;
        for (int k = 0; k < x.Length; k++)
        {
            largest = Math.Max(largest, Math.Abs((double)x[k] - y[k]));
        }

        return largest;
    }

    private static double Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double dot = 0;
        double xx = 0;
        double yy = 0;
        bool equal = true;
        for (int k = 0; k < x.Length; k++)
        {
            dot += (double)x[k] * y[k];
            xx += (double)x[k] * x[k];
            yy += (double)y[k] * y[k];
            equal &= x[k] == y[k];
        }

        if (equal || xx == 0 || yy == 0)
        {
            return equal ? 0 : 1;
        }

        double cosine = dot / (Math.Sqrt(xx) * Math.Sqrt(yy));

        // 1 - cos has no digits left where the angle is small. sin^2 / (1 + cos) has, if the sine is not taken from the cosine.
        return cosine < 0.5 ? 1 - cosine : SquaredSine(x, y, xx, yy) / (1 + cosine);
    }

    private static double SquaredSine(ReadOnlySpan<float> x, ReadOnlySpan<float> y, double xx, double yy)
    {
        double sum = 0;
        if (x.Length <= 17)
        {
            // Lagrange's identity: |x|^2 |y|^2 - (x.y)^2 is the sum of (x_k y_l - x_l y_k)^2. The products of float32 numbers are exact.
            for (int k = 0; k < x.Length; k++)
            {
                for (int l = 0; l < k; l++)
                {
                    double area = ((double)x[k] * y[l]) - ((double)x[l] * y[k]);
                    sum += area * area;
                }
            }

            return sum / xx / yy;
        }

        // The part of y's direction that is orthogonal to x's. Its rounding errors are 1e-16, far below the angles in the tests.
        double xLength = Math.Sqrt(xx);
        double yLength = Math.Sqrt(yy);
        double along = 0;
        for (int k = 0; k < x.Length; k++)
        {
            along += x[k] / xLength * (y[k] / yLength);
        }

        for (int k = 0; k < x.Length; k++)
        {
            double across = (y[k] / yLength) - (along * (x[k] / xLength));
            sum += across * across;
        }

        return sum;
    }
}
