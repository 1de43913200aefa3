using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// Gradients of Euclidean, Manhattan and Chebyshev costs: w p g^(p-1) times the slope of the distance, whose coordinates lie from -1 to 1.
public static partial class PairKernels
{
    /// <summary>
    /// The gradients of w |x - y|^2: differences, with nothing to sum. Launch: any number of groups of any size; no shared memory.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="weights">The weight of each pair.</param>
    /// <param name="sourceGradients">Receives pairs x d numbers.</param>
    /// <param name="targetGradients">Receives pairs x d numbers; or empty.</param>
    public static void SquaredGradients(
        PairPoints pairs, ArrayView<float> weights, ArrayView<float> sourceGradients, ArrayView<float> targetGradients)
    {
        int d = pairs.Dimensions;
        int rowStep = Group.DimX / d;
        int columnStep = Group.DimX - (rowStep * d);
        int startRow = Group.IdxX / d;
        int startColumn = Group.IdxX - (startRow * d);
        for (long first = (long)Grid.IdxX * LaunchSizes.RowsPerTile; first < weights.Length; first += (long)Grid.DimX * LaunchSizes.RowsPerTile)
        {
            int end = (int)XMath.Min(weights.Length - first, (long)LaunchSizes.RowsPerTile);
            int row = startRow;
            int column = startColumn;
            while (row < end)
            {
                float x = pairs.Source[pairs.SourceOf(first + row) + column];
                float y = pairs.Target[pairs.TargetOf(first + row) + column];
                float weight = weights[first + row];
                float difference = x - y;

                // A difference beyond float32 may come back into it by its weight.
                float slope = XMath.Abs(difference) < float.PositiveInfinity
                    ? difference * weight * 2
                    : ((x * 0.25f) - (y * 0.25f)) * weight * 8;
                Store(slope, ((first + row) * d) + column, sourceGradients, targetGradients);
                row += rowStep;
                column += columnStep;
                if (column >= d)
                {
                    column -= d;
                    row++;
                }
            }
        }
    }

    /// <summary>
    /// The gradients of w g(x, y)^p. Launch: any number of groups of any size; <see cref="LaunchSizes.PairBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TSlope">The ground distance.</typeparam>
    /// <param name="pairs">The pairs.</param>
    /// <param name="exponent">p.</param>
    /// <param name="power">p - 1.</param>
    /// <param name="weights">The weight of each pair.</param>
    /// <param name="sourceGradients">Receives pairs x d numbers.</param>
    /// <param name="targetGradients">Receives pairs x d numbers; or empty.</param>
    public static void Gradients<TSlope>(
        PairPoints pairs,
        float exponent,
        float power,
        ArrayView<float> weights,
        ArrayView<float> sourceGradients,
        ArrayView<float> targetGradients)
        where TSlope : struct, IGroundSlope
    {
        int d = pairs.Dimensions;
        int shift = LaunchSizes.PairShift(d);
        int tile = LaunchSizes.PairsPerTile(d);

        // Slopes come first, as their size does not divide that of a unit.
        int slopeUnits = LaunchSizes.PairSlopeUnits(d);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<PairSlope> slopes = SharedPlaces.At<PairSlope>(memory, 0, slopeUnits);
        ArrayView<float> slots = SharedPlaces.At<float>(memory, slopeUnits, SharedPlaces.Units4(LaunchSizes.PairSlots(d)));
        int rowStep = Group.DimX / d;
        int columnStep = Group.DimX - (rowStep * d);
        int startRow = Group.IdxX / d;
        int startColumn = Group.IdxX - (startRow * d);
        for (long first = (long)Grid.IdxX * tile; first < weights.Length; first += (long)Grid.DimX * tile)
        {
            int count = (int)XMath.Min(weights.Length - first, (long)tile);
            SumParts<TSlope>(pairs, first, count, shift, slots);
            Group.Barrier();
            for (int i = Group.IdxX; i < count; i += Group.DimX)
            {
                slopes[i] = SlopeOf<TSlope>(pairs, first + i, Total<TSlope>(slots, i, shift), exponent, power, weights[first + i]);
            }

            Group.Barrier();
            int row = startRow;
            int column = startColumn;
            while (row < count)
            {
                float x = pairs.Source[pairs.SourceOf(first + row) + column];
                float y = pairs.Target[pairs.TargetOf(first + row) + column];
                PairSlope slope = slopes[row];
                float part = PointTile.ShiftedDifference(x, y, slope.Shift) * slope.Inverse;
                ScaledFloat factor = new() { Fraction = slope.Fraction, Exponent = slope.Exponent };
                float value = factor.Times(TSlope.Slope(x, y, part, column == slope.Largest));
                Store(value, ((first + row) * d) + column, sourceGradients, targetGradients);
                row += rowStep;
                column += columnStep;
                if (column >= d)
                {
                    column -= d;
                    row++;
                }
            }

            Group.Barrier();
        }
    }

    /// <summary>w p g^(p-1) and what else a pair's coordinates share.</summary>
    private static PairSlope SlopeOf<TSlope>(PairPoints pairs, long pair, float sum, float exponent, float power, float weight)
        where TSlope : struct, IGroundSlope
    {
        long x = pairs.SourceOf(pair);
        long y = pairs.TargetOf(pair);
        float distance = sum;
        int shift = 0;
        if (TSlope.IsSquared ? !CostKernels.IsInRange(sum) : !(sum < float.PositiveInfinity))
        {
            shift = PointTile.ShiftOf(Largest(pairs, x, y));
            distance = ShiftedSum<TSlope>(pairs, x, y, shift);
        }

        if (!(distance > 0))
        {
            return default;
        }

        if (TSlope.IsSquared)
        {
            distance = XMath.Sqrt(distance);
        }

        ScaledFloat factor = FactorOf(distance, shift, exponent, power, weight).Folded();
        return new()
        {
            Fraction = factor.Fraction,
            Exponent = factor.Exponent,
            Inverse = TSlope.IsSquared ? 1 / distance : 0,
            Shift = shift,
            Largest = TSlope.IsSteepest ? FirstLargest(pairs, x, y, shift) : 0,
        };
    }

    /// <summary>w p g^(p-1), with g given as distance * 2^shift.</summary>
    private static ScaledFloat FactorOf(float distance, int shift, float exponent, float power, float weight)
    {
        ScaledFloat factor = ScaledFloat.Multiply(ScaledFloat.Of(exponent), Powers.RaiseScaled(distance, shift, power));
        return ScaledFloat.Multiply(factor, ScaledFloat.Of(weight));
    }

    /// <summary>The largest magnitude of a difference; infinite where that is beyond float32.</summary>
    private static float Largest(PairPoints pairs, long x, long y)
    {
        float largest = 0;
        for (int k = 0; k < pairs.Dimensions; k++)
        {
            largest = XMath.Max(largest, XMath.Abs(pairs.Source[x + k] - pairs.Target[y + k]));
        }

        return largest;
    }

    /// <summary>The sum over the differences divided by 2^shift.</summary>
    private static float ShiftedSum<TDistance>(PairPoints pairs, long x, long y, int shift)
        where TDistance : struct, IGroundDistance
    {
        float sum = 0;
        for (int begin = 0; begin < pairs.Dimensions; begin += PartLength)
        {
            float part = 0;
            int end = XMath.Min(pairs.Dimensions, begin + PartLength);
            for (int k = begin; k < end; k++)
            {
                part = TDistance.Accumulate(part, PointTile.ShiftedDifference(pairs.Source[x + k], pairs.Target[y + k], shift), 0);
            }

            sum = TDistance.Merge(sum, part);
        }

        return sum;
    }

    /// <summary>
    /// The first of the coordinates whose difference is largest: of the true differences, since two that are rounded to the same number
    /// need not be equal. A difference and its rounding error (Knuth) are exact together, and ordered by the difference, then by the error.
    /// </summary>
    private static int FirstLargest(PairPoints pairs, long x, long y, int shift)
    {
        // Differences that are not large enough to overflow must not be shifted: they would lose bits.
        float scale = shift > 0 ? ScaledFloat.PowerOfTwo(-shift) : 1;
        float largest = -1;
        float largestError = 0;
        int first = 0;
        for (int k = 0; k < pairs.Dimensions; k++)
        {
            float a = pairs.Source[x + k] * scale;
            float b = pairs.Target[y + k] * scale;
            float difference = a - b;
            float part = a - difference;
            float error = a - (difference + part) + (part - b);
            error = difference < 0 ? -error : error;
            difference = XMath.Abs(difference);
            if (difference > largest || (difference == largest && error > largestError))
            {
                largest = difference;
                largestError = error;
                first = k;
            }
        }

        return first;
    }

    /// <summary>Stores one coordinate of the gradient in x, and its negative of that in y where it is wanted.</summary>
    private static void Store(float slope, long place, ArrayView<float> sourceGradients, ArrayView<float> targetGradients)
    {
        sourceGradients[place] = slope;
        if (targetGradients.Length != 0)
        {
            targetGradients[place] = -slope;
        }
    }
}
