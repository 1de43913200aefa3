using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// Cosine costs and gradients. One minus the cosine is half the squared distance of the directions a = x/|x| and b = y/|y|, and the gradient in x
// is w p g^(p-1) / |x| (a - b - g a): so nothing cancels but a - b itself. With float64 that keeps five digits of angles from 1e-10 on; without,
// of those from 0.01 on.
public static partial class PairKernels
{
    // Distances below this may be traces of rounding, even in float32.
    private const float LargestTrace = 1e-6f;

    /// <summary>
    /// Computes the cosine costs of pairs. Launch: any number of groups of any size; <see cref="LaunchSizes.CosineBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="T">double; or float where the device has no float64.</typeparam>
    /// <typeparam name="TReal">The operations that belong to it.</typeparam>
    /// <param name="pairs">The pairs.</param>
    /// <param name="kind">A constant of <see cref="Powers"/> that belongs to <paramref name="power"/>.</param>
    /// <param name="power">p.</param>
    /// <param name="costs">Receives one number a pair.</param>
    public static void CosineCosts<T, TReal>(PairPoints pairs, int kind, float power, ArrayView<float> costs)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int tile = LaunchSizes.PairsPerTile(pairs.Dimensions);
        Angles<T> angles = Carve<T>(SharedPlaces.Dynamic(), pairs.Dimensions, TReal.Size);
        for (long first = (long)Grid.IdxX * tile; first < costs.Length; first += (long)Grid.DimX * tile)
        {
            int count = (int)XMath.Min(costs.Length - first, (long)tile);
            Measure<T, TReal>(pairs, first, count, angles);
            for (int i = Group.IdxX; i < count; i += Group.DimX)
            {
                costs[first + i] = Powers.Raise(TReal.ToFloat(angles.Grounds[i]), kind, power);
            }

            Group.Barrier();
        }
    }

    /// <summary>
    /// The gradients of cosine costs. Launch: any number of groups of any size; <see cref="LaunchSizes.CosineBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="T">double; or float where the device has no float64.</typeparam>
    /// <typeparam name="TReal">The operations that belong to it.</typeparam>
    /// <param name="pairs">The pairs.</param>
    /// <param name="exponent">p.</param>
    /// <param name="power">p - 1.</param>
    /// <param name="weights">The weight of each pair.</param>
    /// <param name="sourceGradients">Receives pairs x d numbers.</param>
    /// <param name="targetGradients">Receives pairs x d numbers; or empty.</param>
    public static void CosineGradients<T, TReal>(
        PairPoints pairs,
        float exponent,
        float power,
        ArrayView<float> weights,
        ArrayView<float> sourceGradients,
        ArrayView<float> targetGradients)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int d = pairs.Dimensions;
        int tile = LaunchSizes.PairsPerTile(d);
        Angles<T> angles = Carve<T>(SharedPlaces.Dynamic(), d, TReal.Size);
        int rowStep = Group.DimX / d;
        int columnStep = Group.DimX - (rowStep * d);
        int startRow = Group.IdxX / d;
        int startColumn = Group.IdxX - (startRow * d);
        for (long first = (long)Grid.IdxX * tile; first < weights.Length; first += (long)Grid.DimX * tile)
        {
            int count = (int)XMath.Min(weights.Length - first, (long)tile);
            Measure<T, TReal>(pairs, first, count, angles);
            for (int i = Group.IdxX; i < count; i += Group.DimX)
            {
                angles.SourceSlopes[i] = CosineSlope<T, TReal>(angles, d, i, i, exponent, power, weights[first + i]);
                angles.TargetSlopes[i] = CosineSlope<T, TReal>(angles, d, i, tile + i, exponent, power, weights[first + i]);
            }

            Group.Barrier();
            int row = startRow;
            int column = startColumn;
            while (row < count)
            {
                T a = Direction<T, TReal>(pairs.Source, pairs.SourceOf(first + row) + column, angles, row);
                T b = Direction<T, TReal>(pairs.Target, pairs.TargetOf(first + row) + column, angles, tile + row);
                T ground = angles.Grounds[row];
                long place = ((first + row) * d) + column;
                sourceGradients[place] = Across<T, TReal>(a, b, ground, angles.SourceSlopes[row]);
                if (targetGradients.Length != 0)
                {
                    targetGradients[place] = Across<T, TReal>(b, a, ground, angles.TargetSlopes[row]);
                }

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

    private static Angles<T> Carve<T>(ArrayView<Float4> memory, int dimensions, int size)
        where T : unmanaged
    {
        int pairs = LaunchSizes.PairsPerTile(dimensions);

        // Slopes come first: their size does not divide that of a unit, but those of a tile fill their units.
        int slopes = LaunchSizes.PairSlopeUnits(dimensions);
        int slots = (2 * slopes) + SharedPlaces.Units(2 * LaunchSizes.PairSlots(dimensions), size);
        int inverses = slots + SharedPlaces.Units(2 * pairs, size);
        int grounds = inverses + SharedPlaces.Units(pairs, size);
        int shifts = grounds + SharedPlaces.Units4(2 * pairs);
        return new()
        {
            SourceSlopes = SharedPlaces.At<PairSlope>(memory, 0, slopes),
            TargetSlopes = SharedPlaces.At<PairSlope>(memory, slopes, slopes),
            Slots = SharedPlaces.At<T>(memory, 2 * slopes, slots - (2 * slopes)),
            Inverses = SharedPlaces.At<T>(memory, slots, inverses - slots),
            Grounds = SharedPlaces.At<T>(memory, inverses, grounds - inverses),
            Shifts = SharedPlaces.At<int>(memory, grounds, shifts - grounds),
        };
    }

    /// <summary>
    /// Finds the inverse lengths and the cosine distances of a tile's pairs. Every lane must call it; when it returns, the lane has written those of
    /// the pairs that it strides over, and a barrier makes them seen by all.
    /// </summary>
    private static void Measure<T, TReal>(PairPoints pairs, long first, int count, Angles<T> angles)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int d = pairs.Dimensions;
        int shift = LaunchSizes.PairShift(d);
        int lanes = 1 << shift;
        int tile = LaunchSizes.PairsPerTile(d);
        int places = LaunchSizes.PairSlots(d);
        for (int e = Group.IdxX; e < count << shift; e += Group.DimX)
        {
            int pair = e >> shift;
            int lane = e & (lanes - 1);
            int place = (pair * LaunchSizes.PairStride(shift)) + lane;
            angles.Slots[place] = SquaresOf<T, TReal>(pairs.Source, pairs.SourceOf(first + pair), lane, d, lanes, 0);
            angles.Slots[places + place] = SquaresOf<T, TReal>(pairs.Target, pairs.TargetOf(first + pair), lane, d, lanes, 0);
        }

        Group.Barrier();
        for (int i = Group.IdxX; i < count; i += Group.DimX)
        {
            int place = i * LaunchSizes.PairStride(shift);
            T xx = TotalOf<T, TReal>(angles.Slots, place, lanes);
            T yy = TotalOf<T, TReal>(angles.Slots, places + place, lanes);
            StoreLength<T, TReal>(pairs.Source, pairs.SourceOf(first + i), d, xx, angles, i);
            StoreLength<T, TReal>(pairs.Target, pairs.TargetOf(first + i), d, yy, angles, tile + i);
        }

        Group.Barrier();
        for (int e = Group.IdxX; e < count << shift; e += Group.DimX)
        {
            int pair = e >> shift;
            int lane = e & (lanes - 1);
            long x = pairs.SourceOf(first + pair);
            long y = pairs.TargetOf(first + pair);
            T sum = TReal.From(0);
            for (int begin = lane; begin < d; begin += lanes * PartLength)
            {
                T part = TReal.From(0);
                int end = XMath.Min(d, begin + (lanes * PartLength));
                for (int k = begin; k < end; k += lanes)
                {
                    T difference = TReal.Subtract(
                        Direction<T, TReal>(pairs.Source, x + k, angles, pair), Direction<T, TReal>(pairs.Target, y + k, angles, tile + pair));
                    part = TReal.Add(part, TReal.Multiply(difference, difference));
                }

                sum = TReal.Add(sum, part);
            }

            angles.Slots[(pair * LaunchSizes.PairStride(shift)) + lane] = sum;
        }

        Group.Barrier();
        for (int i = Group.IdxX; i < count; i += Group.DimX)
        {
            T sum = TotalOf<T, TReal>(angles.Slots, i * LaunchSizes.PairStride(shift), lanes);
            angles.Grounds[i] = GroundOf<T, TReal>(pairs, first + i, angles, i, TReal.Multiply(sum, TReal.From(0.5f)));
        }
    }

    /// <summary>The squares of some coordinates, those from a lane's first one on in steps, divided by 2^(2 shift).</summary>
    private static T SquaresOf<T, TReal>(ArrayView<float> points, long start, int lane, int dimensions, int lanes, int shift)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        float scale = ScaledFloat.PowerOfTwo(-shift);
        T sum = TReal.From(0);
        for (int begin = lane; begin < dimensions; begin += lanes * PartLength)
        {
            T part = TReal.From(0);
            int end = XMath.Min(dimensions, begin + (lanes * PartLength));
            for (int k = begin; k < end; k += lanes)
            {
                T value = TReal.From(points[start + k] * scale);
                part = TReal.Add(part, TReal.Multiply(value, value));
            }

            sum = TReal.Add(sum, part);
        }

        return sum;
    }

    private static T TotalOf<T, TReal>(ArrayView<T> slots, int place, int lanes)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        T sum = slots[place];
        for (int lane = 1; lane < lanes; lane++)
        {
            sum = TReal.Add(sum, slots[place + lane]);
        }

        return sum;
    }

    /// <summary>Stores one over a point's length, 0 for a zero vector; of the point divided by a power of two where squares leave float32's range.</summary>
    private static void StoreLength<T, TReal>(ArrayView<float> points, long start, int dimensions, T squares, Angles<T> angles, int place)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int shift = 0;
        if (!CostKernels.IsInRange(TReal.ToFloat(squares)))
        {
            float largest = 0;
            for (int k = 0; k < dimensions; k++)
            {
                largest = XMath.Max(largest, XMath.Abs(points[start + k]));
            }

            shift = PointTile.ShiftOf(largest);
            squares = SquaresOf<T, TReal>(points, start, 0, dimensions, 1, shift);
        }

        angles.Shifts[place] = shift;
        angles.Inverses[place] = TReal.ToFloat(squares) > 0 ? TReal.InverseRoot(squares) : TReal.From(0);
    }

    /// <summary>One coordinate of a point's direction.</summary>
    private static T Direction<T, TReal>(ArrayView<float> points, long at, Angles<T> angles, int place)
        where T : unmanaged
        where TReal : struct, IReal<T> =>
        TReal.Multiply(TReal.From(points[at] * ScaledFloat.PowerOfTwo(-angles.Shifts[place])), angles.Inverses[place]);

    /// <summary>The distance of a pair from the half of the squared distance of its directions.</summary>
    private static T GroundOf<T, TReal>(PairPoints pairs, long pair, Angles<T> angles, int place, T half)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int tile = LaunchSizes.PairsPerTile(pairs.Dimensions);
        bool xIsZero = TReal.ToFloat(angles.Inverses[place]) == 0;
        bool yIsZero = TReal.ToFloat(angles.Inverses[tile + place]) == 0;
        if (xIsZero || yIsZero)
        {
            return TReal.From(xIsZero && yIsZero ? 0 : 1);
        }

        // A device may fuse a product and a difference, and so make a trace of a distance of equal directions.
        bool isTrace = TReal.ToFloat(half) < LargestTrace && AreEqual(pairs, pair);
        return isTrace ? TReal.From(0) : half;
    }

    private static bool AreEqual(PairPoints pairs, long pair)
    {
        long x = pairs.SourceOf(pair);
        long y = pairs.TargetOf(pair);
        for (int k = 0; k < pairs.Dimensions; k++)
        {
            if (pairs.Source[x + k] != pairs.Target[y + k])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>w p g^(p-1) / |x|, for the point whose length stands at a place; 0 where a point is zero or both are equal.</summary>
    private static PairSlope CosineSlope<T, TReal>(
        Angles<T> angles, int dimensions, int pair, int place, float exponent, float power, float weight)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int other = place == pair ? LaunchSizes.PairsPerTile(dimensions) + pair : pair;
        float ground = TReal.ToFloat(angles.Grounds[pair]);
        float inverse = TReal.ToFloat(angles.Inverses[place]);
        if (ground == 0 || inverse == 0 || TReal.ToFloat(angles.Inverses[other]) == 0)
        {
            return default;
        }

        ScaledFloat toDirection = ScaledFloat.Of(inverse);
        toDirection.Exponent -= angles.Shifts[place];
        ScaledFloat factor = ScaledFloat.Multiply(FactorOf(ground, 0, exponent, power, weight), toDirection).Folded();
        return new() { Fraction = factor.Fraction, Exponent = factor.Exponent };
    }

    /// <summary>factor * (a - b - g a).</summary>
    private static float Across<T, TReal>(T a, T b, T ground, PairSlope slope)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        ScaledFloat factor = new() { Fraction = slope.Fraction, Exponent = slope.Exponent };
        return factor.Times(TReal.ToFloat(TReal.Subtract(TReal.Subtract(a, b), TReal.Multiply(ground, a))));
    }

    /// <summary>What a group keeps of a tile's pairs: places of the source points, or of the pairs, come first, then those of the targets.</summary>
    private struct Angles<T>
        where T : unmanaged
    {
        /// <summary>Partial sums, two runs.</summary>
        public ArrayView<T> Slots;

        /// <summary>One over the length of each point, which is divided by 2^shift.</summary>
        public ArrayView<T> Inverses;

        /// <summary>The distance of each pair.</summary>
        public ArrayView<T> Grounds;

        /// <summary>The shift of each point.</summary>
        public ArrayView<int> Shifts;

        /// <summary>Of the gradients in the sources.</summary>
        public ArrayView<PairSlope> SourceSlopes;

        /// <summary>Of the gradients in the targets.</summary>
        public ArrayView<PairSlope> TargetSlopes;
    }
}
