namespace PyramidOT.Tests.Conformance;

/// <summary>Radii of cells: bounds in the strict sense, against float64.</summary>
public class RadiiTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // The relative excess that the family promises at the most.
    private const double Excess = 1e-5;

    // What float64 sums of a thousand terms may leave of the truth's own digits. Far below the 6e-8 that a float32 sum, or a radius that was
    // rounded to the nearest, would be short of it.
    private const double ReferenceError = 1e-12;

    // As for the costs: unit vectors in float64 leave 1e-15 of an angle, so that cosine distances below this count as none.
    private const double AngleError = 1e-15;
    private const double NoAngle = 1e-20;

    // float32's least normal number: below it numbers have fewer digits than the promise needs, and a device may have none there.
    private const double LeastNormal = 1.17549435e-38;

    private static readonly int[] s_sizes = [0, 33, 0, 0, 1, 100, 7, 64, 2, 257, 16, 3, 0];

    private static readonly GroundDistance[] s_distances = Enum.GetValues<GroundDistance>();

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_point_is_farther_away_and_little_is_added(string engine, CloudKind kind)
    {
        BatchLayout cells = BatchLayout.Ragged(s_sizes, [.. s_sizes.Select((_, i) => i % 3)]);
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            (float[] points, float[] centres) = Clouds.Pair(kind, 500, cells.Count, dimensions, seed: 120);
            Draws draws = new(dimensions);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(500))];
            foreach (GroundDistance distance in s_distances)
            {
                // By turns in an order and laid out in it, which is known to give the same bits.
                bool isOrdered = (dimensions + (int)distance) % 2 == 0;
                float[] given = isOrdered ? points : Clouds.Rows(points, dimensions, order);
                AssertRadii(Engine(engine), cells, given, isOrdered ? order : [], dimensions, centres, distance, $"{kind}, ordered: {isOrdered}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Points_at_the_centre_are_at_distance_0(string engine, CloudKind kind)
    {
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            // Cells of the copies of one point each, whose centre it is. The family promises no more than a relative excess: nothing of 0.
            int[] sizes = [1, 0, 40, 300, 2];
            float[] centres = Clouds.Make(kind, sizes.Length, dimensions, seed: 121);
            int[] copies = [.. sizes.SelectMany((size, cell) => Enumerable.Repeat(cell, size))];
            float[] points = Clouds.Rows(centres, dimensions, copies);
            foreach (GroundDistance distance in s_distances)
            {
                float[] radii = CellRun.Radii(Engine(engine), BatchLayout.Ragged(sizes, new int[5]), points, [], dimensions, centres, distance);
                Assert.Equal(new float[5], radii);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Known_radii_are_rounded_up(string engine)
    {
        // Distances that lie just above a number of float32, which rounding to the nearest would take: 1 + 2^-30, and its multiples.
        float tiny = MathF.ScaleB(1, -30);
        foreach (GroundDistance distance in new[] { GroundDistance.Euclidean, GroundDistance.Manhattan, GroundDistance.Chebyshev })
        {
            foreach (float scale in new[] { 1, 1024, 1e-20f, 1e20f, 3 })
            {
                float radius = CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 2, 0), [0, scale], [], 1, [-tiny * scale], distance)[0];
                Assert.True(radius > scale && radius <= (1 + Excess) * scale, $"{distance}: {radius:R} where a little more than {scale:R} is true.");
            }
        }

        // 3, 4 and 12 to 13; the sum 19; the largest 12; a right angle.
        float[] points = [1, 1, 1, 4, 5, 13];
        foreach ((GroundDistance distance, double truth) in new[] { (GroundDistance.Euclidean, 13d), (GroundDistance.Manhattan, 19), (GroundDistance.Chebyshev, 12) })
        {
            AssertRadius(CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 2, 0), points, [], 3, [1, 1, 1], distance)[0], truth);
        }

        AssertRadius(CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 2, 0), [2, 0, 0, 5], [], 2, [3, 0], GroundDistance.Cosine)[0], 1);
        AssertRadius(CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 2, 0), [2, 0, -5, 0], [], 2, [3, 0], GroundDistance.Cosine)[0], 2);

        static void AssertRadius(float radius, double truth) =>
            Assert.True(radius >= truth && radius <= (1 + Excess) * truth, $"{radius:R} where {truth} is true.");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_zero_vector_has_no_direction(string engine)
    {
        // Zero and zero, zero and another, another and zero.
        float[] radii = CellRun.Radii(
            Engine(engine), BatchLayout.Uniform(3, 1, 0), [0, -0f, 0, 0, 3, 4], [], 2, [0, 0, 1e-30f, 0, 0, -0f], GroundDistance.Cosine);
        Assert.Equal(0, radii[0]);
        Assert.All(radii[1..], radius => Assert.True(radius >= 1 && radius <= 1 + Excess, $"{radius:R}"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Distances_beyond_float32_are_infinite(string engine)
    {
        float most = float.MaxValue;

        // In the second cell one point of many overflows; the others' own distances must not be lost in the third.
        float[] points = [most, most, 0, 0, -most, 1, 1, 1, 1e30f, 1e30f, 0, 0];
        float[] centres = [-most, -most, most, 0, 0, 0];
        BatchLayout cells = BatchLayout.Ragged([1, 3, 2], [0, 1, 2]);
        foreach (GroundDistance distance in new[] { GroundDistance.Euclidean, GroundDistance.Manhattan, GroundDistance.Chebyshev })
        {
            float[] radii = CellRun.Radii(Engine(engine), cells, points, [], 2, centres, distance);
            Assert.Equal([float.PositiveInfinity, float.PositiveInfinity], radii[..2]);
            Assert.True(float.IsFinite(radii[2]), $"{distance}: {radii[2]:R}");
            AssertRadii(Engine(engine), cells, points, [], 2, centres, distance, "Overflow");
        }

        AssertRadii(Engine(engine), cells, points, [], 2, centres, GroundDistance.Cosine, "Overflow");

        // Each difference is finite, but not their sum, and its root is not either.
        float[] wide = [.. Enumerable.Repeat(1e38f, 40)];
        Assert.Equal([float.PositiveInfinity], CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 1, 0), wide, [], 40, new float[40], GroundDistance.Euclidean));
        Assert.Equal([float.PositiveInfinity], CellRun.Radii(Engine(engine), BatchLayout.Uniform(1, 1, 0), wide, [], 40, new float[40], GroundDistance.Manhattan));
        AssertRadii(Engine(engine), BatchLayout.Uniform(1, 1, 0), wide, [], 40, new float[40], GroundDistance.Chebyshev, "No overflow");
        AssertRadii(Engine(engine), BatchLayout.Uniform(1, 1, 0), wide, [], 40, wide, GroundDistance.Cosine, "No overflow");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_farthest_point_counts_wherever_it_stands(string engine)
    {
        foreach (GroundDistance distance in s_distances)
        {
            // Cell i has its farthest point at position i.
            const int Count = 67;
            BatchLayout cells = BatchLayout.Uniform(Count, Count, 0);
            (float[] points, float[] centres) = NarrowCells((int)cells.Rows, Count);
            for (int cell = 0; cell < Count; cell++)
            {
                points.AsSpan(((cell * Count) + cell) * 3, 3).Fill(-7);
            }

            AssertRadii(Engine(engine), cells, points, [], 3, centres, distance, "Small cells");
        }

        int large = EnginesAtHand.IsInterpreted(engine) ? 2100 : EnginesAtHand.IsReduced(engine) ? 10_000 : 70_000;
        int[] edges = [0, 1, 255, 256, 2047, 2048, 4095, 4096, 16_383, 16_384, 65_535, 65_536];
        foreach (int place in Some(engine, [.. edges.Where(edge => edge < large), large - 1]))
        {
            GroundDistance distance = s_distances[place % s_distances.Length];
            BatchLayout cells = BatchLayout.Ragged([2, large, 0, 3], new int[4]);
            (float[] points, float[] centres) = NarrowCells((int)cells.Rows, 4);
            points.AsSpan((2 + place) * 3, 3).Fill(-7);
            AssertRadii(Engine(engine), cells, points, [], 3, centres, distance, $"Place {place} of {large}");
        }

        static (float[] Points, float[] Centres) NarrowCells(int count, int cells)
        {
            float[] points = Clouds.Make(CloudKind.Uniform, count, 3, seed: 122);
            float[] centres = new float[cells * 3];
            Array.Fill(centres, 0.5f);
            return (points, centres);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Long_sums_whose_rounding_errors_never_cancel_are_not_short(string engine)
    {
        foreach (int dimensions in Some(engine, [255, 256, 257, 511, 777, 1025, 3000]))
        {
            // Every coordinate differs by the same, so that a running sum in float32 would be rounded the same way for long stretches.
            float[] values = Clouds.Make(CloudKind.Uniform, 12, 1, seed: 123);
            float[] points = [.. values.SelectMany(value => Enumerable.Repeat(value, dimensions))];
            float[] centres = [.. values.Reverse().SelectMany(value => Enumerable.Repeat(-value, dimensions - 1).Append(0))];
            foreach (GroundDistance distance in s_distances)
            {
                AssertRadii(Engine(engine), BatchLayout.Uniform(12, 1, 0), points, [], dimensions, centres, distance, "Equal terms");
            }
        }
    }

    internal static void AssertRadii(
        ComputeEngine engine,
        BatchLayout cells,
        float[] points,
        int[] order,
        int dimensions,
        float[] centres,
        GroundDistance distance,
        string what,
        bool hasDoubles = true)
    {
        double[] truths = ReferenceCells.Radii(cells, points, order, dimensions, centres, distance);
        float[] radii = CellRun.Radii(engine, cells, points, order, dimensions, centres, distance);
        for (int cell = 0; cell < truths.Length; cell++)
        {
            (double least, double most) = Range(truths[cell], distance);
            if (distance == GroundDistance.Cosine && !hasDoubles)
            {
                // What the family allows itself there.
                most += 2.1e-6 * (Math.Sqrt(2 * truths[cell]) + 1.1e-6);
            }

            Assert.True(
                radii[cell] >= least && radii[cell] <= most,
                $"{what}, {distance}, {dimensions} dimensions: the radius of cell {cell} is {radii[cell]:R} where {truths[cell]:R} is true.");
        }
    }

    /// <summary>What a radius may be whose true value is known to float64's accuracy.</summary>
    private static (double Least, double Most) Range(double truth, GroundDistance distance)
    {
        if (truth == 0 || (distance == GroundDistance.Cosine && truth <= NoAngle))
        {
            // Points that are parallel to the centre without being equal to it.
            return (0, distance == GroundDistance.Cosine ? 2 * NoAngle : 0);
        }

        double error = ReferenceError * truth;
        if (distance == GroundDistance.Cosine)
        {
            // A distance is half the square of a small angle.
            error += AngleError * Math.Sqrt(2 * truth);
        }

        double most = truth > float.MaxValue * (1 - Excess) ? double.PositiveInfinity : Math.Max(truth, LeastNormal) * (1 + Excess);
        return (truth - error, most + error);
    }
}
