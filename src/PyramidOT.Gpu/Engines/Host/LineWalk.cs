using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The addresses of one side of a line.</summary>
internal readonly unsafe struct LinePointers
{
    /// <summary>The sorted positions.</summary>
    public float* Positions { get; init; }

    /// <summary>Where each stood; null where there are no slopes.</summary>
    public int* Places { get; init; }

    /// <summary>The mass up to and with each; null where all have equal shares.</summary>
    public long* Ends { get; init; }

    /// <summary>Where derivatives go; null where they are not wanted.</summary>
    public float* Slopes { get; init; }

    /// <summary>The addresses of the line that begins so many positions on.</summary>
    public LinePointers At(long first) => new()
    {
        Positions = Positions + first,
        Places = Places == null ? null : Places + first,
        Ends = Ends == null ? null : Ends + first,
        Slopes = Slopes == null ? null : Slopes + first,
    };
}

/// <summary>The walk along the two sorted sides of one line, in float64.</summary>
internal readonly unsafe struct LineWalk
{
    // Terms whose sum stands for itself before it is added to the whole.
    private const int Part = 1024;

    /// <summary>The source.</summary>
    public LinePointers Source { get; init; }

    /// <summary>The target.</summary>
    public LinePointers Target { get; init; }

    /// <summary>Source positions.</summary>
    public int SourceCount { get; init; }

    /// <summary>Target positions.</summary>
    public int TargetCount { get; init; }

    /// <summary>p.</summary>
    public double Exponent { get; init; }

    private bool HasSlopes => Source.Slopes != null || Target.Slopes != null;

    /// <summary>Walks; returns the mean cost and writes the slopes that are wanted.</summary>
    public double Cost<S, V>()
        where S : struct, ISimd<double, V>
        where V : struct
    {
        if (SourceCount == 0)
        {
            return 0;
        }

        return Exponent switch
        {
            1 => Cost<S, V, FirstPower>(),
            2 => Cost<S, V, Square>(),
            _ => Cost<S, V, AnyPower>(),
        };
    }

    private double Cost<S, V, P>()
        where S : struct, ISimd<double, V>
        where V : struct
        where P : struct, ILinePower
    {
        if (Source.Ends != null || SourceCount != TargetCount)
        {
            return Merge<P>();
        }

        return HasSlopes ? Match<P>() : Sum<S, V, P>() / SourceCount;
    }

    /// <summary>The summed cost of equally many positions of equal shares: the smallest goes to the smallest, and so on.</summary>
    private double Sum<S, V, P>()
        where S : struct, ISimd<double, V>
        where V : struct
        where P : struct, ILinePower
    {
        float* x = Source.Positions;
        float* y = Target.Positions;
        int i = 0;
        double sum = 0;
        if (typeof(P) != typeof(AnyPower))
        {
            V total = S.Broadcast(0);
            for (; i + (2 * S.Count) <= SourceCount; i += 2 * S.Count)
            {
                V first = S.Subtract(S.Widen(x + i), S.Widen(y + i));
                V second = S.Subtract(S.Widen(x + i + S.Count), S.Widen(y + i + S.Count));
                V both = typeof(P) == typeof(Square)
                    ? S.MultiplyAdd(first, first, S.Multiply(second, second))
                    : S.Add(S.Abs(first), S.Abs(second));
                total = S.Add(total, both);
            }

            sum = S.SumAcross(total);
        }

        while (i < SourceCount)
        {
            double part = 0;
            for (int end = (int)Math.Min(SourceCount, (long)i + Part); i < end; i++)
            {
                part += P.Raise(Math.Abs((double)x[i] - y[i]), Exponent);
            }

            sum += part;
        }

        return sum;
    }

    /// <summary>As <see cref="Sum"/>, divided by their number, with slopes.</summary>
    private double Match<P>()
        where P : struct, ILinePower
    {
        double sum = 0;
        double share = 1.0 / SourceCount;
        for (int i = 0; i < SourceCount;)
        {
            double part = 0;
            for (int end = (int)Math.Min(SourceCount, (long)i + Part); i < end; i++)
            {
                double difference = (double)Source.Positions[i] - Target.Positions[i];
                double distance = Math.Abs(difference);
                double slope = Math.CopySign(share * Exponent * P.Slope(distance, Exponent), difference);
                part += P.Raise(distance, Exponent);
                Put(Source, i, slope);
                Put(Target, i, -slope);
            }

            sum += part;
        }

        return sum / SourceCount;
    }

    /// <summary>
    /// The general walk: of the two positions that the walk has come to, as much is moved as both have left, and it goes on from the one that
    /// is used up. Masses are whole numbers, so that none is left over.
    /// </summary>
    private double Merge<P>()
        where P : struct, ILinePower
    {
        // Equal shares are whole in units of 1 / (n m).
        bool isWeighted = Source.Ends != null;
        long sourceShare = TargetCount;
        long targetShare = SourceCount;
        double unit = isWeighted ? 1.0 / LineSide.Total : 1.0 / ((double)SourceCount * TargetCount);
        long sourceEnd = isWeighted ? Source.Ends[0] : sourceShare;
        long targetEnd = isWeighted ? Target.Ends[0] : targetShare;
        long done = 0;
        double sum = 0;
        double part = 0;
        int terms = 0;
        double sourceSlope = 0;
        double targetSlope = 0;
        int i = 0;
        int j = 0;
        while (i < SourceCount && j < TargetCount)
        {
            long end = Math.Min(sourceEnd, targetEnd);
            if (end > done)
            {
                double mass = (end - done) * unit;
                double difference = (double)Source.Positions[i] - Target.Positions[j];
                double distance = Math.Abs(difference);
                part += mass * P.Raise(distance, Exponent);
                if (HasSlopes)
                {
                    double slope = Math.CopySign(mass * P.Slope(distance, Exponent), difference);
                    sourceSlope += slope;
                    targetSlope -= slope;
                }

                done = end;
                if (++terms == Part)
                {
                    sum += part;
                    part = 0;
                    terms = 0;
                }
            }

            bool isTargetDone = targetEnd == end;
            if (sourceEnd == end)
            {
                Put(Source, i, Exponent * sourceSlope);
                sourceSlope = 0;
                i++;
                sourceEnd = !isWeighted ? sourceEnd + sourceShare : i < SourceCount ? Source.Ends[i] : end;
            }

            if (isTargetDone)
            {
                Put(Target, j, Exponent * targetSlope);
                targetSlope = 0;
                j++;
                targetEnd = !isWeighted ? targetEnd + targetShare : j < TargetCount ? Target.Ends[j] : end;
            }
        }

        // What is left has no mass.
        for (; i < SourceCount; i++)
        {
            Put(Source, i, 0);
        }

        for (; j < TargetCount; j++)
        {
            Put(Target, j, 0);
        }

        return sum + part;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(in LinePointers side, int position, double slope)
    {
        if (side.Slopes != null)
        {
            side.Slopes[side.Places[position]] = (float)slope;
        }
    }
}

/// <summary>A distance to a power.</summary>
internal interface ILinePower
{
    /// <summary>The distance to the power p.</summary>
    static abstract double Raise(double distance, double exponent);

    /// <summary>The distance to the power p - 1; 0 for a distance of 0.</summary>
    static abstract double Slope(double distance, double exponent);
}

/// <summary>p = 1.</summary>
internal readonly struct FirstPower : ILinePower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Raise(double distance, double exponent) => distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Slope(double distance, double exponent) => distance == 0 ? 0 : 1;
}

/// <summary>p = 2.</summary>
internal readonly struct Square : ILinePower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Raise(double distance, double exponent) => distance * distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Slope(double distance, double exponent) => distance;
}

/// <summary>Any other p.</summary>
internal readonly struct AnyPower : ILinePower
{
    public static double Raise(double distance, double exponent) => distance == 0 ? 0 : Math.Pow(distance, exponent);

    public static double Slope(double distance, double exponent) => distance == 0 ? 0 : Math.Pow(distance, exponent - 1);
}
