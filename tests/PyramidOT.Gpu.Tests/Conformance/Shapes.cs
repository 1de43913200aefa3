namespace PyramidOT.Tests.Conformance;

/// <summary>Numbers of points and of dimensions around vector widths and the edges of tiles, where remainder loops begin and end.</summary>
internal static class Shapes
{
    public static IReadOnlyList<int> Sizes { get; } =
        [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 129, 200, 257];

    /// <summary>The sizes of assignment problems whose search takes every row a long way.</summary>
    public static IReadOnlyList<int> SizesFor(string engine) => EnginesAtHand.IsInterpreted(engine) ? [.. Sizes.Where(size => size <= 65)] : Sizes;

    public static IReadOnlyList<int> Dimensions { get; } = [1, 2, 3, 7, 8, 9, 16, 17, 31, 100, 129];

    /// <summary>
    /// Shapes (rows, columns, dimensions): every size occurs as rows and as columns, against small and large ones, and every number of
    /// dimensions with several of them.
    /// </summary>
    public static IReadOnlyList<(int Rows, int Columns, int Dimensions)> Pairs { get; } =
    [
        .. Sizes.Select((rows, i) => (rows, Sizes[((7 * i) + 3) % Sizes.Count], Dimensions[(4 * i) % Dimensions.Count])),
        .. Dimensions.Select((dimensions, i) => (17 + (2 * (i % 3)), 33 - i, dimensions)),
    ];

    /// <summary>Rows and columns of a ragged batch: empty problems of every sort, single points, and sizes on both sides of a vector.</summary>
    public static IReadOnlyList<(int Rows, int Columns)> Ragged { get; } =
    [
        (0, 0), (1, 1), (3, 7), (0, 5), (33, 17), (5, 0), (16, 16), (2, 129), (1, 40), (40, 1), (0, 0), (65, 64), (9, 8), (31, 100),
    ];

    /// <summary>The layout of shapes.</summary>
    public static BatchLayout Layout(IEnumerable<(int Rows, int Columns)> shapes)
    {
        (int Rows, int Columns)[] all = [.. shapes];
        return BatchLayout.Ragged([.. all.Select(shape => shape.Rows)], [.. all.Select(shape => shape.Columns)]);
    }

    /// <summary>The part of a batch's data that belongs to a problem.</summary>
    public static T[] Part<T>(T[] data, ReadOnlySpan<long> offsets, int problem, int width = 1) =>
        data[(int)(offsets[problem] * width)..(int)(offsets[problem + 1] * width)];
}
