using PyramidOT.Data;

namespace PyramidOT;

/// <summary>Directions uniform on the sphere: normal numbers, scaled to length 1. Drawn on the host, so that every engine has the same ones.</summary>
internal static class SliceDirections
{
    /// <summary>Draws consecutive directions of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="first">The first direction; each depends on its own number alone.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="directions">Receives a whole number of directions of d numbers.</param>
    public static void Draw(ulong seed, int first, int dimensions, Span<float> directions)
    {
        double[] normals = new double[dimensions + 1];
        for (int k = 0; k < directions.Length / dimensions; k++)
        {
            for (int pair = 0; 2 * pair < dimensions; pair++)
            {
                (normals[2 * pair], normals[(2 * pair) + 1]) = CounterNormal.PairAt(seed, (ulong)(first + k), (ulong)pair);
            }

            Normalise(normals.AsSpan(0, dimensions), directions.Slice(k * dimensions, dimensions));
        }
    }

    /// <summary>Scales a vector to length 1. A vector of length 0, which has no direction, becomes that of the first coordinate.</summary>
    public static void Normalise(ReadOnlySpan<double> vector, Span<float> direction)
    {
        // Scaled first, so that squares stay within range.
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
