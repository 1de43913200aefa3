using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The largest distance of some points from a centre, in float64, lanes being coordinates; rounded up in the end.</summary>
internal static unsafe class CellRadii<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    // The rounding error of a float64 operation, relative; twice, so that products of errors need no thought.
    private const double Unit = 2.220446049250313e-16;

    // More than rounding makes of a cosine, whatever the number of coordinates.
    private const double Doubt = 1e-6;

    /// <summary>
    /// The largest distance of the points at consecutive positions; squared if it is Euclidean. 0 where there are none.
    /// </summary>
    public static double Largest(in CellRows cells, long first, long end, float* centre, GroundDistance distance) => distance switch
    {
        GroundDistance.Euclidean => LargestSquare(cells, first, end, centre),
        GroundDistance.Manhattan => LargestSum(cells, first, end, centre),
        GroundDistance.Chebyshev => LargestCoordinate(cells, first, end, centre),
        _ => LargestCosine(cells, first, end, centre),
    };

    /// <summary>A float32 number that no true distance exceeds.</summary>
    /// <param name="largest">The largest of what <see cref="Largest"/> gave.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="distance">The ground distance.</param>
    public static float RoundUp(double largest, int dimensions, GroundDistance distance)
    {
        // Sums have d terms that are not negative, each off by a few units. A cosine distance is a difference whose terms exceed it d times.
        double d = dimensions + 16.0;
        bool isCosine = distance == GroundDistance.Cosine;
        double value = distance == GroundDistance.Euclidean ? Math.Sqrt(largest) : largest;
        value *= 1 + (Unit * (isCosine ? 4 * d * d : d));
        value = isCosine ? Math.Min(value, 2) : value;
        float rounded = (float)value;
        return rounded < value ? MathF.BitIncrement(rounded) : rounded;
    }

    private static double LargestSquare(in CellRows cells, long first, long end, float* centre)
    {
        double largest = 0;
        for (long i = first; i < end; i++)
        {
            largest = Math.Max(largest, ExactDistance<D, W>.Squared(cells.Point(i), centre, cells.Dimensions));
        }

        return largest;
    }

    private static double LargestSum(in CellRows cells, long first, long end, float* centre)
    {
        int d = cells.Dimensions;
        double largest = 0;
        for (long i = first; i < end; i++)
        {
            float* point = cells.Point(i);
            W sums = D.Broadcast(0);
            int k = 0;
            for (; k + D.Count <= d; k += D.Count)
            {
                sums = D.Add(sums, D.Abs(D.Subtract(D.Widen(point + k), D.Widen(centre + k))));
            }

            double sum = D.SumAcross(sums);
            for (; k < d; k++)
            {
                sum += Math.Abs((double)point[k] - centre[k]);
            }

            largest = Math.Max(largest, sum);
        }

        return largest;
    }

    private static double LargestCoordinate(in CellRows cells, long first, long end, float* centre)
    {
        int d = cells.Dimensions;
        double largest = 0;
        W all = D.Broadcast(0);
        for (long i = first; i < end; i++)
        {
            float* point = cells.Point(i);
            int k = 0;
            for (; k + D.Count <= d; k += D.Count)
            {
                all = D.Max(all, D.Abs(D.Subtract(D.Widen(point + k), D.Widen(centre + k))));
            }

            for (; k < d; k++)
            {
                largest = Math.Max(largest, Math.Abs((double)point[k] - centre[k]));
            }
        }

        return Math.Max(largest, -D.MinAcross(D.Subtract(D.Broadcast(0), all)));
    }

    private static double LargestCosine(in CellRows cells, long first, long end, float* centre)
    {
        int d = cells.Dimensions;
        int axis = 0;
        for (int k = 1; k < d; k++)
        {
            axis = Math.Abs(centre[k]) > Math.Abs(centre[axis]) ? k : axis;
        }

        double centreSquare = Products(centre, centre, d).OfBoth;
        double centreLength = Math.Sqrt(centreSquare);
        double largest = 0;
        for (long i = first; i < end; i++)
        {
            float* point = cells.Point(i);
            (double square, double product) = Products(point, centre, d);
            double cosine = product / (Math.Sqrt(square) * centreLength);

            // Most points are not the farthest by far, and need no accuracy. A zero vector's cosine is no number.
            if (!(1 - cosine < largest - Doubt))
            {
                largest = Math.Max(largest, Cosine(point, centre, square, centreSquare, cosine, axis, d));
            }
        }

        return largest;
    }

    /// <summary>1 - cos, with a relative error however near the two directions are.</summary>
    /// <remarks>
    /// Between nearly parallel vectors, 1 - cos = |p|^2 / (|x|^2 (1 + cos)), p being the part of x that is orthogonal to c. With r = c_a x - x_a c for
    /// the longest coordinate a of c, whose terms are products of two float32 numbers and so exact, p is r without its part along c, over c_a;
    /// as r has no coordinate a, at least 1/d of |r|^2 is left.
    /// </remarks>
    private static double Cosine(
        float* x, float* centre, double square, double centreSquare, double cosine, int axis, int dimensions)
    {
        if (square == 0 || centreSquare == 0)
        {
            return square == centreSquare ? 0 : 1;
        }

        if (cosine < 0.5)
        {
            return 1 - cosine;
        }

        W scale = D.Broadcast(centre[axis]);
        W shift = D.Broadcast(x[axis]);
        W squares = D.Broadcast(0);
        W products = squares;
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            W c = D.Widen(centre + k);
            W r = D.Subtract(D.Multiply(scale, D.Widen(x + k)), D.Multiply(shift, c));
            squares = D.MultiplyAdd(r, r, squares);
            products = D.MultiplyAdd(r, c, products);
        }

        double remainder = D.SumAcross(squares);
        double along = D.SumAcross(products);
        for (; k < dimensions; k++)
        {
            double r = ((double)centre[axis] * x[k]) - ((double)x[axis] * centre[k]);
            remainder += r * r;
            along += r * centre[k];
        }

        double orthogonal = Math.Max(0, remainder - (along / centreSquare * along));
        return orthogonal / ((double)centre[axis] * centre[axis]) / square / (1 + cosine);
    }

    /// <summary>|x|^2 and the product of x and y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double OfFirst, double OfBoth) Products(float* x, float* y, int dimensions)
    {
        W squares = D.Broadcast(0);
        W products = squares;
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            W a = D.Widen(x + k);
            squares = D.MultiplyAdd(a, a, squares);
            products = D.MultiplyAdd(a, D.Widen(y + k), products);
        }

        double square = D.SumAcross(squares);
        double product = D.SumAcross(products);
        for (; k < dimensions; k++)
        {
            square += (double)x[k] * x[k];
            product += (double)x[k] * y[k];
        }

        return (square, product);
    }
}
