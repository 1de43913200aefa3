namespace PyramidOT.Tests.Conformance;

/// <summary>
/// What the cell family gives depends on a cell's points alone, to the bit: not on threads or groups, nor on other cells, nor on where
/// in the array its points stand. What it gives without rounding is held against plain loops elsewhere, on every engine.
/// </summary>
public class CellBitsTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private const string OneThread = "host, 1 thread";

    private static readonly int[] s_sizes = [33, 0, 1, 100, 0, 0, 7, 64, 2, 257, 16];

    public static TheoryData<string> MoreThreads => [.. EnginesAtHand.HostNames.Where(name => name != OneThread)];

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Threads_do_not_matter(string engine)
    {
        // Large enough that the Host cuts the batch, in both of the ways that there are: many small cells, and few large ones.
        Draws draws = new(130);
        int[] small = [.. Enumerable.Range(0, 4000).Select(_ => draws.Below(30))];
        foreach (int[] sizes in new[] { small, [300, 0, 25_000, 7, 100_000] })
        {
            foreach (int dimensions in new[] { 1, 6 })
            {
                AssertSame(OneThread, engine, sizes, dimensions);
            }
        }
    }

    [Fact]
    public void The_shape_of_groups_does_not_matter()
    {
        // A child process with other instructions has no accelerator.
        string[] accelerators = [.. EnginesAtHand.Names.Where(name => Engine(name).Info.Kind == EngineKind.CpuAccelerator)];
        foreach (string other in accelerators.Skip(1))
        {
            foreach (int dimensions in new[] { 1, 5, 33, 130 })
            {
                AssertSame(accelerators[0], other, [.. s_sizes, 1100], dimensions);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_order_gives_the_bits_of_points_laid_out_in_that_order(string engine)
    {
        BatchLayout cells = Halves(s_sizes);
        foreach (int dimensions in Some(engine, [1, 3, 16, 31, 100, 129]))
        {
            Draws draws = new(131);
            float[] points = Clouds.Make(CloudKind.Normal, 500, dimensions, seed: 131);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(500))];
            Results laidOut = Results.Of(Engine(engine), cells, Clouds.Rows(points, dimensions, order), [], dimensions);
            laidOut.AssertSame(Results.Of(Engine(engine), cells, points, order, dimensions), $"{dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cells_give_the_bits_of_each_cell_alone(string engine)
    {
        BatchLayout cells = Halves(s_sizes);
        foreach (int dimensions in Some(engine, [1, 2, 17, 100]))
        {
            float[] points = Clouds.Make(CloudKind.FarTwins, (int)cells.Rows, dimensions, seed: 132);
            float[] centres = Results.Centres(cells.Count, dimensions);
            (float[] lows, float[] highs) = CellRun.Bounds(Engine(engine), cells, points, [], dimensions);
            for (int cell = 0; cell < cells.Count; cell++)
            {
                BatchLayout alone = Halves([cells.RowsOf(cell)]);
                float[] own = Shapes.Part(points, cells.RowOffsets, cell, dimensions);
                Range numbers = (cell * dimensions)..((cell + 1) * dimensions);
                (float[] ownLows, float[] ownHighs) = CellRun.Bounds(Engine(engine), alone, own, [], dimensions);
                Bits.AssertSame(ownLows, lows[numbers], $"Cell {cell}, lows");
                Bits.AssertSame(ownHighs, highs[numbers], $"Cell {cell}, highs");
            }

            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                float[] radii = CellRun.Radii(Engine(engine), cells, points, [], dimensions, centres, distance);
                for (int cell = 0; cell < cells.Count; cell++)
                {
                    float[] alone = CellRun.Radii(
                        Engine(engine),
                        Halves([cells.RowsOf(cell)]),
                        Shapes.Part(points, cells.RowOffsets, cell, dimensions),
                        [],
                        dimensions,
                        centres[(cell * dimensions)..((cell + 1) * dimensions)],
                        distance);
                    Bits.AssertSame(alone, radii[cell..(cell + 1)], $"Cell {cell}, {distance}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_a_cells_points_does_not_matter(string engine)
    {
        int count = EnginesAtHand.IsInterpreted(engine) ? 300 : 5000;
        BatchLayout cell = Halves([count]);
        foreach (int dimensions in Some(engine, [1, 2, 9, 33, 129]))
        {
            float[] points = Clouds.Make(CloudKind.Clustered, count, dimensions, seed: 133);
            float[] centres = Results.Centres(1, dimensions);
            (float[] lows, float[] highs) = CellRun.Bounds(Engine(engine), cell, points, [], dimensions);
            int[] shuffled = new Draws(dimensions).Permutation(count);
            (float[] shuffledLows, float[] shuffledHighs) = CellRun.Bounds(Engine(engine), cell, points, shuffled, dimensions);
            Bits.AssertSame(lows, shuffledLows, $"{dimensions} dimensions, lows");
            Bits.AssertSame(highs, shuffledHighs, $"{dimensions} dimensions, highs");
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                Bits.AssertSame(
                    CellRun.Radii(Engine(engine), cell, points, [], dimensions, centres, distance),
                    CellRun.Radii(Engine(engine), cell, points, shuffled, dimensions, centres, distance),
                    $"{dimensions} dimensions, {distance}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Calls_from_several_threads_do_not_disturb_each_other(string engine)
    {
        BatchLayout cells = Halves([.. s_sizes, EnginesAtHand.IsInterpreted(engine) ? 300 : 9000]);
        float[] points = Clouds.Make(CloudKind.Clustered, (int)cells.Rows, 7, seed: 136);
        int[] order = new Draws(136).Permutation((int)cells.Rows);
        Results expected = Results.Of(Engine(engine), cells, points, order, 7);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (int round = 0; round < (EnginesAtHand.IsReduced(engine) ? 1 : 10); round++)
            {
                expected.AssertSame(Results.Of(Engine(engine), cells, points, order, 7), "At the same time");
            }
        });
    }

    private static BatchLayout Halves(int[] sizes) => Shapes.Layout(sizes.Select(size => (size, 2)));

    private void AssertSame(string engine, string other, int[] sizes, int dimensions)
    {
        BatchLayout cells = Halves(sizes);
        float[] points = Clouds.Make(CloudKind.Clustered, (int)cells.Rows, dimensions, seed: 134);

        // Zeros of both signs, which are equal, so that a box may take either: but the same one every time.
        Draws draws = new(134);
        for (int i = 0; i < points.Length; i += dimensions)
        {
            points[i] = draws.Below(2) == 0 ? 0f : -0f;
        }

        int[] order = draws.Permutation((int)cells.Rows);
        Results.Of(Engine(engine), cells, points, order, dimensions)
            .AssertSame(Results.Of(Engine(other), cells, points, order, dimensions), $"{cells.Count} cells, {dimensions} dimensions, {other}");
    }

    /// <summary>All that the family gives for cells which are halved.</summary>
    private sealed record Results(float[] Lows, float[] Highs, int[] Child, int[] Partitioned, int[] Counts, float[][] Radii)
    {
        public static Results Of(ComputeEngine engine, BatchLayout cells, float[] points, int[] order, int dimensions)
        {
            int[] coordinates = [.. Enumerable.Range(0, cells.Count).Select(cell => cell % dimensions)];
            float[] centres = Centres(cells.Count, dimensions);
            float[] thresholds = [.. coordinates.Select((coordinate, cell) => centres[(cell * dimensions) + coordinate])];
            (float[] lows, float[] highs) = CellRun.Bounds(engine, cells, points, order, dimensions);
            int[] child = CellRun.Halve(engine, cells, points, order, dimensions, coordinates, thresholds);

            // What is sorted need not be rows.
            (int[] partitioned, int[] counts) = CellRun.Partition(engine, cells, [.. Enumerable.Range(0, (int)cells.Rows)], child);
            float[][] radii =
                [.. Enum.GetValues<GroundDistance>().Select(distance => CellRun.Radii(engine, cells, points, order, dimensions, centres, distance))];
            return new(lows, highs, child, partitioned, counts, radii);
        }

        public static float[] Centres(int count, int dimensions) => Clouds.Make(CloudKind.Normal, count, dimensions, seed: 135);

        public void AssertSame(Results other, string what)
        {
            Bits.AssertSame(Lows, other.Lows, $"{what}: lows");
            Bits.AssertSame(Highs, other.Highs, $"{what}: highs");
            Bits.AssertSame(Child, other.Child, $"{what}: halves");
            Bits.AssertSame(Partitioned, other.Partitioned, $"{what}: partition");
            Bits.AssertSame(Counts, other.Counts, $"{what}: counts");
            for (int i = 0; i < Radii.Length; i++)
            {
                Bits.AssertSame(Radii[i], other.Radii[i], $"{what}: radii, {(GroundDistance)i}");
            }
        }
    }
}
