using PyramidOT.Data;

namespace PyramidOT;

/// <summary>Directions uniform on the sphere: normal numbers, scaled to length 1. Drawn on the host, so that every engine has the same ones.</summary>
internal static class SliceDirections
{
    // About how many operations a coordinate takes.
    private const double DrawOperations = 40;

    /// <summary>Draws consecutive directions of a seed, on the engine's threads where it has them.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="first">The first direction.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="directions">Receives a whole number of directions of d numbers.</param>
    public static void Draw(ComputeEngine engine, ulong seed, int first, int dimensions, Memory<float> directions) =>
        engine.ForOnHost(
            directions.Length / dimensions,
            DrawOperations * dimensions,
            (start, end) => Draw(seed, first + start, dimensions, directions.Span[(start * dimensions)..(end * dimensions)]));

    /// <summary>Draws consecutive directions of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="first">The first direction; each depends on its own number alone.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="directions">Receives a whole number of directions of d numbers.</param>
    public static void Draw(ulong seed, int first, int dimensions, Span<float> directions)
    {
        int pairs = (dimensions + 1) / 2;
        double[] normals = new double[2 * pairs];
        double[] room = new double[3 * pairs];
        for (int k = 0; k < directions.Length / dimensions; k++)
        {
            CounterNormal.Fill(seed, (ulong)(first + k), normals, room);
            Normalise(normals.AsSpan(0, dimensions), directions.Slice(k * dimensions, dimensions));
        }
    }

    /// <summary>Scales a vector to length 1. A vector of length 0, which has no direction, becomes that of the first coordinate.</summary>
    public static void Normalise(ReadOnlySpan<double> vector, Span<float> direction)
    {
        // Four sums at a time, in an order that does not depend on the machine.
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 4 <= vector.Length; i += 4)
        {
            s0 += vector[i] * vector[i];
            s1 += vector[i + 1] * vector[i + 1];
            s2 += vector[i + 2] * vector[i + 2];
            s3 += vector[i + 3] * vector[i + 3];
        }

        for (; i < vector.Length; i++)
        {
            s0 += vector[i] * vector[i];
        }

        double squares = s0 + s1 + (s2 + s3);
        if (squares is > 1e-200 and < 1e200)
        {
            double scale = 1 / Math.Sqrt(squares);
            for (int c = 0; c < vector.Length; c++)
            {
                direction[c] = (float)(vector[c] * scale);
            }

            return;
        }

        NormaliseFar(vector, direction);
    }

    /// <summary>As <see cref="Normalise"/>, for vectors whose squares leave the range of numbers.</summary>
    private static void NormaliseFar(ReadOnlySpan<double> vector, Span<float> direction)
    {
        double largest = 0;
        foreach (double x in vector)
        {
            largest = Math.Max(largest, Math.Abs(x));
        }

        double squares = 0;
        foreach (double x in vector)
        {
            squares += x / largest * (x / largest);
        }

        double length = Math.Sqrt(squares);
        for (int c = 0; c < vector.Length; c++)
        {
            direction[c] = largest == 0 ? (c == 0 ? 1 : 0) : (float)(vector[c] / largest / length);
        }
    }
}
