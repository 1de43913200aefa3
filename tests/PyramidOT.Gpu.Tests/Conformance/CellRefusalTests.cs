using PyramidOT.Engines;

namespace PyramidOT.Tests.Conformance;

/// <summary>What the cell family refuses, and what is no work to it.</summary>
public class CellRefusalTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Cells_with_points_but_no_child_cannot_be_sorted(string engine)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(
            () => CellRun.Partition(Engine(engine), BatchLayout.Ragged([2, 0, 3], [1, 0, 0]), new int[5], new int[5]));
        Assert.Contains("2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cells_that_have_not_two_columns_are_not_halved(string engine)
    {
        foreach (int columns in new[] { 0, 1, 3, 100 })
        {
            BatchLayout cells = BatchLayout.Ragged([2, 0, 3], [2, 2, columns]);
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(
                () => CellRun.Halve(Engine(engine), cells, new float[5], [], 1, new int[3], new float[3]));
            Assert.Contains("2", exception.Message, StringComparison.Ordinal);
        }

        // Each cell has two, also one without points; that all together have as many as they should is not enough.
        Assert.ThrowsAny<ArgumentException>(
            () => CellRun.Halve(Engine(engine), BatchLayout.Ragged([2, 0, 3], [2, 0, 2]), new float[5], [], 1, new int[3], new float[3]));
        Assert.ThrowsAny<ArgumentException>(
            () => CellRun.Halve(Engine(engine), BatchLayout.Ragged([2, 3], [3, 1]), new float[5], [], 1, new int[2], new float[2]));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Children_of_other_cells_are_refused_with_their_position(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([2, 0, 3], [2, 1, 3]);
        foreach (int bad in new[] { -1, 0, 1, 2, 6, int.MaxValue, int.MinValue })
        {
            AssertNamesPosition(4, () => CellRun.Partition(Engine(engine), cells, new int[5], [0, 1, 3, 5, bad]));
        }

        foreach (int bad in new[] { -1, 2, 3, 5 })
        {
            AssertNamesPosition(1, () => CellRun.Partition(Engine(engine), cells, new int[5], [0, bad, 3, 4, 5]));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Of_several_children_of_other_cells_the_first_is_named(string engine)
    {
        // Enough positions for several threads, in one cell and in many.
        foreach (BatchLayout cells in new[] { BatchLayout.Uniform(1, 100_000, 3), BatchLayout.Uniform(5000, 20, 2) })
        {
            int[] child = Divisions.Make(DivisionKind.Random, cells, seed: 141);
            int[] bad = new Draws(141).Permutation(child.Length)[..50];
            Array.ForEach(bad, position => child[position] = -1);
            AssertNamesPosition(bad.Min(), () => CellRun.Partition(Engine(engine), cells, new int[child.Length], child));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Row_numbers_out_of_range_are_refused_with_their_position(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([2, 3], [2, 2]);
        float[] points = new float[7 * 2];
        float[] centres = new float[2 * 2];
        foreach (int bad in new[] { -1, 7, int.MaxValue, int.MinValue })
        {
            int[] order = [0, 6, 6, bad, 0];
            AssertNamesPosition(3, () => CellRun.Bounds(Engine(engine), cells, points, order, 2));
            AssertNamesPosition(3, () => CellRun.Halve(Engine(engine), cells, points, order, 2, [0, 1], [0, 0]));
            AssertNamesPosition(3, () => CellRun.Radii(Engine(engine), cells, points, order, 2, centres, GroundDistance.Euclidean));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Coordinates_out_of_range_are_refused(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([2, 0, 3], [2, 2, 2]);
        foreach (int bad in new[] { -1, 2, int.MaxValue, int.MinValue })
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
                () => CellRun.Halve(Engine(engine), cells, new float[10], [], 2, [1, 0, bad], new float[3]));
            Assert.Contains("2", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_no_ground_distance_measures_nothing(string engine)
    {
        foreach (int bad in new[] { -1, Enum.GetValues<GroundDistance>().Length, int.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 2, 0), new float[2], [], 1, new float[1], (GroundDistance)bad));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        ICellKernels kernels = at.Cells;
        BatchLayout cells = BatchLayout.Ragged([2, 3], [2, 2]);
        using EngineBuffer<float> points = at.Upload(new float[5 * 2]);
        using EngineBuffer<int> order = at.Upload(new int[5]);
        using EngineBuffer<int> child = at.Upload(new int[] { 0, 1, 2, 3, 2 });
        using EngineBuffer<int> partitioned = at.Upload(new int[5]);
        using EngineBuffer<int> counts = at.Upload(new int[4]);
        using EngineBuffer<float> lows = at.Upload(new float[4]);
        using EngineBuffer<float> highs = at.Upload(new float[4]);
        using EngineBuffer<int> coordinates = at.Upload(new int[2]);
        using EngineBuffer<float> two = at.Upload(new float[2]);

        // What fits.
        kernels.Partition(cells, order, child, partitioned, counts);
        kernels.Bounds(cells, points, order, 2, lows, highs);
        kernels.Halve(cells, points, order, 2, coordinates, two, child);
        kernels.Radii(cells, points, order, 2, lows, GroundDistance.Euclidean, two);

        EngineView<float> fewPoints = points.Slice(0, 8);
        EngineView<float> brokenPoints = points.Slice(0, 9);
        EngineView<int> fewRows = order.Slice(0, 4);
        foreach (int dimensions in new[] { 0, -2, 3 })
        {
            Refused(() => kernels.Bounds(cells, points, default, dimensions, lows, highs));
            Refused(() => kernels.Halve(cells, points, default, dimensions, coordinates, two, child));
            Refused(() => kernels.Radii(cells, points, default, dimensions, lows, GroundDistance.Euclidean, two));
        }

        Refused(() => kernels.Partition(null!, order, child, partitioned, counts));
        Refused(() => kernels.Partition(cells, fewRows, child, partitioned, counts));
        Refused(() => kernels.Partition(cells, default, child, partitioned, counts));
        Refused(() => kernels.Partition(cells, order, child.Slice(0, 4), partitioned, counts));
        Refused(() => kernels.Partition(cells, order, child, partitioned.Slice(0, 4), counts));
        Refused(() => kernels.Partition(cells, order, child, partitioned, counts.Slice(0, 3)));
        Refused(() => kernels.Partition(cells, order, child, partitioned, default));

        Refused(() => kernels.Bounds(null!, points, order, 2, lows, highs));
        Refused(() => kernels.Bounds(cells, fewPoints, default, 2, lows, highs));
        Refused(() => kernels.Bounds(cells, brokenPoints, order, 2, lows, highs));
        Refused(() => kernels.Bounds(cells, points, fewRows, 2, lows, highs));
        Refused(() => kernels.Bounds(cells, points, order, 2, lows.Slice(0, 3), highs));
        Refused(() => kernels.Bounds(cells, points, order, 2, lows, highs.Slice(0, 2)));

        Refused(() => kernels.Halve(null!, points, order, 2, coordinates, two, child));
        Refused(() => kernels.Halve(cells, fewPoints, default, 2, coordinates, two, child));
        Refused(() => kernels.Halve(cells, brokenPoints, order, 2, coordinates, two, child));
        Refused(() => kernels.Halve(cells, points, fewRows, 2, coordinates, two, child));
        Refused(() => kernels.Halve(cells, points, order, 2, coordinates.Slice(0, 1), two, child));
        Refused(() => kernels.Halve(cells, points, order, 2, coordinates, two.Slice(0, 1), child));
        Refused(() => kernels.Halve(cells, points, order, 2, coordinates, two, child.Slice(0, 4)));

        Refused(() => kernels.Radii(null!, points, order, 2, lows, GroundDistance.Euclidean, two));
        Refused(() => kernels.Radii(cells, fewPoints, default, 2, lows, GroundDistance.Euclidean, two));
        Refused(() => kernels.Radii(cells, brokenPoints, order, 2, lows, GroundDistance.Euclidean, two));
        Refused(() => kernels.Radii(cells, points, fewRows, 2, lows, GroundDistance.Euclidean, two));
        Refused(() => kernels.Radii(cells, points, order, 2, lows.Slice(0, 2), GroundDistance.Euclidean, two));
        Refused(() => kernels.Radii(cells, points, order, 2, lows, GroundDistance.Euclidean, two.Slice(0, 1)));

        static void Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Memory_that_is_not_the_engines_or_no_more_is_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        ICellKernels kernels = at.Cells;
        BatchLayout cell = BatchLayout.Uniform(1, 2, 2);
        using ComputeEngine stranger = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using EngineBuffer<float> floats = at.Upload(new float[8]);
        using EngineBuffer<int> ints = at.Upload(new int[8]);
        EngineView<float> points = floats.Slice(0, 2);
        EngineView<float> low = floats.Slice(2, 1);
        EngineView<float> high = floats.Slice(3, 1);
        EngineView<int> order = ints.Slice(0, 2);
        EngineView<int> child = ints.Slice(2, 2);
        EngineView<int> partitioned = ints.Slice(4, 2);
        EngineView<int> counts = ints.Slice(6, 2);

        using EngineBuffer<float> strangeFloats = stranger.Upload(new float[2]);
        using EngineBuffer<int> strangeInts = stranger.Upload(new int[2]);
        Refused<ArgumentException>(strangeFloats, strangeInts);

        EngineBuffer<float> goneFloats = at.Upload(new float[2]);
        EngineBuffer<int> goneInts = at.Upload(new int[2]);
        goneFloats.Dispose();
        goneInts.Dispose();
        Refused<ObjectDisposedException>(goneFloats, goneInts);

        void Refused<TException>(EngineView<float> badFloats, EngineView<int> badInts)
            where TException : Exception
        {
            EngineView<float> badFloat = badFloats.Slice(0, 1);
            EngineView<int> badInt = badInts.Slice(0, 1);
            Assert.ThrowsAny<TException>(() => kernels.Partition(cell, badInts, child, partitioned, counts));
            Assert.ThrowsAny<TException>(() => kernels.Partition(cell, order, badInts, partitioned, counts));
            Assert.ThrowsAny<TException>(() => kernels.Partition(cell, order, child, badInts, counts));
            Assert.ThrowsAny<TException>(() => kernels.Partition(cell, order, child, partitioned, badInts));
            Assert.ThrowsAny<TException>(() => kernels.Bounds(cell, badFloats, order, 1, low, high));
            Assert.ThrowsAny<TException>(() => kernels.Bounds(cell, points, badInts, 1, low, high));
            Assert.ThrowsAny<TException>(() => kernels.Bounds(cell, points, order, 1, badFloat, high));
            Assert.ThrowsAny<TException>(() => kernels.Bounds(cell, points, order, 1, low, badFloat));
            Assert.ThrowsAny<TException>(() => kernels.Halve(cell, badFloats, order, 1, ints.Slice(0, 1), low, child));
            Assert.ThrowsAny<TException>(() => kernels.Halve(cell, points, badInts, 1, ints.Slice(0, 1), low, child));
            Assert.ThrowsAny<TException>(() => kernels.Halve(cell, points, order, 1, badInt, low, child));
            Assert.ThrowsAny<TException>(() => kernels.Halve(cell, points, order, 1, ints.Slice(0, 1), badFloat, child));
            Assert.ThrowsAny<TException>(() => kernels.Halve(cell, points, order, 1, ints.Slice(0, 1), low, badInts));
            Assert.ThrowsAny<TException>(() => kernels.Radii(cell, badFloats, order, 1, low, GroundDistance.Manhattan, high));
            Assert.ThrowsAny<TException>(() => kernels.Radii(cell, points, badInts, 1, low, GroundDistance.Manhattan, high));
            Assert.ThrowsAny<TException>(() => kernels.Radii(cell, points, order, 1, badFloat, GroundDistance.Manhattan, high));
            Assert.ThrowsAny<TException>(() => kernels.Radii(cell, points, order, 1, low, GroundDistance.Manhattan, badFloat));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_cells_are_no_work(string engine)
    {
        BatchLayout none = BatchLayout.Uniform(0, 3, 2);
        Assert.Empty(CellRun.Partition(Engine(engine), none, [], []).Partitioned);
        Assert.Empty(CellRun.Bounds(Engine(engine), none, [], [], 3).Lows);
        Assert.Empty(CellRun.Halve(Engine(engine), none, [], [], 3, [], []));
        Assert.Empty(CellRun.Radii(Engine(engine), none, [], [], 3, [], GroundDistance.Cosine));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cells_without_points_have_results_too(string engine)
    {
        BatchLayout empty = BatchLayout.Uniform(4, 0, 2);
        (int[] partitioned, int[] counts) = CellRun.Partition(Engine(engine), empty, [], []);
        Assert.Empty(partitioned);
        Assert.Equal(new int[8], counts);
        (float[] lows, float[] highs) = CellRun.Bounds(Engine(engine), empty, [], [], 3);
        Assert.Equal(Enumerable.Repeat(float.PositiveInfinity, 12), lows);
        Assert.Equal(Enumerable.Repeat(float.NegativeInfinity, 12), highs);
        Assert.Empty(CellRun.Halve(Engine(engine), empty, [], [], 3, new int[4], new float[4]));
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            Assert.Equal(new float[4], CellRun.Radii(Engine(engine), empty, [], [], 3, Clouds.Make(CloudKind.Normal, 4, 3, seed: 140), distance));
        }
    }

    private static void AssertNamesPosition(int position, Action action) =>
        Assert.Contains($"position {position} ", Assert.Throws<ArgumentOutOfRangeException>(action).Message, StringComparison.Ordinal);
}
