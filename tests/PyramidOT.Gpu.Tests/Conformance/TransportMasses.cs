namespace PyramidOT.Tests.Conformance;

/// <summary>Kinds of weights.</summary>
public enum MassKind
{
    /// <summary>1 / rows and 1 / columns.</summary>
    Uniform,

    /// <summary>All different, of sum 1.</summary>
    Random,

    /// <summary>Integers from 1 to 3 on one side, from 0 on the other: partial sums meet everywhere.</summary>
    SmallIntegers,

    /// <summary>Most weights are 0, as pixels are.</summary>
    Pixels,

    /// <summary>One row has it all, one column wants nearly all.</summary>
    OneHasAll,

    /// <summary>A few weights are ordinary, the others 1e-12 of that.</summary>
    TinyNextToLarge,

    /// <summary>Over nine powers of ten.</summary>
    LogUniform,
}

/// <summary>Makers of weights of equal totals.</summary>
internal static class TransportMasses
{
    public static IReadOnlyList<MassKind> AllKinds { get; } = Enum.GetValues<MassKind>();

    /// <summary>The weights of one problem; none where it has no rows or no columns.</summary>
    public static (float[] Rows, float[] Columns) Make(MassKind kind, int rows, int columns, int seed)
    {
        if (rows == 0 || columns == 0)
        {
            return (new float[rows], new float[columns]);
        }

        Draws draws = new(seed);
        if (kind == MassKind.SmallIntegers)
        {
            // What is left over goes to random columns, one by one.
            float[] has = Draws.Fill(rows, () => 1 + draws.Below(3));
            float[] wants = new float[columns];
            for (int left = (int)has.Sum(); left > 0; left--)
            {
                wants[draws.Below(columns)]++;
            }

            return (has, wants);
        }

        return (One(kind, rows, draws), One(kind, columns, draws));
    }

    /// <summary>The weights of a batch.</summary>
    public static (float[] Rows, float[] Columns) Batch(MassKind kind, BatchLayout problems, int seed)
    {
        (float[] Rows, float[] Columns)[] all =
            [.. Enumerable.Range(0, problems.Count).Select(b => Make(kind, problems.RowsOf(b), problems.ColumnsOf(b), seed + b))];
        return ([.. all.SelectMany(one => one.Rows)], [.. all.SelectMany(one => one.Columns)]);
    }

    private static float[] One(MassKind kind, int count, Draws draws)
    {
        int chosen = draws.Below(count);
        int at = 0;
        double[] weights = [.. Enumerable.Range(0, count).Select<int, double>(_ => kind switch
        {
            MassKind.Uniform => 1,
            MassKind.Random => 0.01 + draws.Uniform(),
            MassKind.Pixels => at++ == chosen || draws.Below(4) == 0 ? 1 + draws.Below(255) : 0,
            MassKind.OneHasAll => at++ == chosen ? 1 : draws.Below(2) * 1e-6,
            MassKind.TinyNextToLarge => at++ == chosen || draws.Below(5) == 0 ? 1 + draws.Uniform() : 1e-12 * (1 + draws.Uniform()),
            _ => Math.Pow(10, -9 * draws.Uniform()),
        })];
        double total = weights.Sum();
        return [.. weights.Select(weight => (float)(weight / total))];
    }
}
