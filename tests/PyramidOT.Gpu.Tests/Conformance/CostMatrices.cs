namespace PyramidOT.Tests.Conformance;

/// <summary>Kinds of cost matrices.</summary>
public enum MatrixKind
{
    Normal,
    Uniform,

    /// <summary>Squared distances between normal points of 100 dimensions: all nearly the same.</summary>
    FarDimensions,

    /// <summary>Squared distances between two clustered clouds of the plane.</summary>
    Clustered,

    /// <summary>Integers from 0 to 3: ties everywhere.</summary>
    SmallIntegers,

    /// <summary>Integers to 10,000: float32 computes with them exactly.</summary>
    Integers,

    ZeroOne,
    AllEqual,
    AllZero,
    Negative,

    /// <summary>Some rows and columns cost far more than others, whomever they are matched to.</summary>
    Offsets,

    /// <summary>A third of the pairs is forbidden.</summary>
    Forbidden,

    /// <summary>Four fifths of the pairs are forbidden, so that small problems often have no assignment.</summary>
    MostlyForbidden,

    /// <summary>Costs over sixteen powers of ten.</summary>
    LogUniform,
}

/// <summary>Makers of cost matrices.</summary>
internal static class CostMatrices
{
    public static IReadOnlyList<MatrixKind> AllKinds { get; } = Enum.GetValues<MatrixKind>();

    /// <summary>Kinds whose costs are integers, so that every sum is exact.</summary>
    public static bool IsInteger(MatrixKind kind) =>
        kind is MatrixKind.SmallIntegers or MatrixKind.Integers or MatrixKind.ZeroOne or MatrixKind.AllZero;

    public static float[] Make(MatrixKind kind, int rows, int columns, int seed)
    {
        Draws draws = new(seed);
        if (kind is MatrixKind.FarDimensions or MatrixKind.Clustered)
        {
            int dimensions = kind == MatrixKind.Clustered ? 2 : 100;
            (float[] x, float[] y) = Clouds.Pair(kind == MatrixKind.Clustered ? CloudKind.Clustered : CloudKind.Normal, rows, columns, dimensions, seed);
            return [.. ReferenceCosts.Grounds(GroundDistance.Euclidean, x, y, dimensions).Select(ground => (float)(ground * ground))];
        }

        double[] offsets = [.. Enumerable.Range(0, rows + columns).Select(_ => draws.Below(4) == 0 ? 1e4 * draws.Uniform() : 0)];
        int at = 0;
        return Draws.Fill(rows * columns, () =>
        {
            int i = at / columns;
            int j = at++ % columns;
            return kind switch
            {
                MatrixKind.Normal => draws.Normal(),
                MatrixKind.Uniform => draws.Uniform(),
                MatrixKind.SmallIntegers => draws.Below(4),
                MatrixKind.Integers => draws.Below(10_001),
                MatrixKind.ZeroOne => draws.Below(2),
                MatrixKind.AllEqual => 0.1f,
                MatrixKind.AllZero => 0,
                MatrixKind.Negative => -1 - (100 * draws.Uniform()),
                MatrixKind.Offsets => draws.Uniform() + offsets[i] - offsets[rows + j],
                MatrixKind.Forbidden => draws.Uniform() < 1 / 3.0 ? double.PositiveInfinity : draws.Uniform(),
                MatrixKind.MostlyForbidden => draws.Uniform() < 0.8 ? double.PositiveInfinity : draws.Normal(),
                MatrixKind.LogUniform => Math.Pow(10, (16 * draws.Uniform()) - 8),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            };
        });
    }

    /// <summary>Matrices behind each other, one for each problem of a layout.</summary>
    public static float[] Batch(MatrixKind kind, BatchLayout problems, int seed) =>
        [.. Enumerable.Range(0, problems.Count).SelectMany(b => Make(kind, problems.RowsOf(b), problems.ColumnsOf(b), seed + b))];
}
