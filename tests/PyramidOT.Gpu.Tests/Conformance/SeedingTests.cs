using System.Runtime.InteropServices;

namespace PyramidOT.Tests.Conformance;

/// <summary>k-means++ seeding: what it must do with every draw.</summary>
public class SeedingTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly (int Points, int Centres)[] s_cells =
        [(33, 8), (0, 0), (1, 1), (100, 9), (5, 0), (7, 17), (64, 1), (15, 2), (3, 20), (300, 16)];

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Centres_are_points_of_their_cell(string engine, CloudKind kind)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            foreach (int sampleSize in new[] { 1, 10, 1000 })
            {
                float[] points = Clouds.Make(kind, (int)cells.Rows, dimensions, seed: 41);
                float[] centres = ClusteringRun.Seed(Engine(engine), cells, points, [], dimensions, sampleSize, seed: 1);
                for (int cell = 0; cell < cells.Count; cell++)
                {
                    HashSet<string> own = [.. Texts(Shapes.Part(points, cells.RowOffsets, cell, dimensions), dimensions)];
                    Assert.All(Texts(Shapes.Part(centres, cells.ColumnOffsets, cell, dimensions), dimensions), centre => Assert.Contains(centre, own));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_well_separated_cluster_gets_a_centre(string engine)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            foreach (int sampleSize in new[] { 150, 10_000 })
            {
                // k clusters of width 1e-3 at distances of at least 1000: the chance that two centres fall into one is below 1e-9.
                foreach ((int clusters, int dimensions) in new[] { (2, 1), (5, 3), (8, 20) })
                {
                    Draws draws = new((int)seed);
                    int[] clusterOf = [.. Enumerable.Range(0, 60 * clusters).Select(_ => draws.Below(clusters))];
                    float[] points = new float[clusterOf.Length * dimensions];
                    for (int at = 0; at < points.Length; at++)
                    {
                        points[at] = (float)((1000 * clusterOf[at / dimensions]) + (1e-3 * draws.Normal()));
                    }

                    float[] centres = ClusteringRun.Seed(
                        Engine(engine), BatchLayout.Uniform(1, clusterOf.Length, clusters), points, [], dimensions, sampleSize, seed);
                    IEnumerable<int> hit = Enumerable.Range(0, clusters).Select(c => (int)Math.Round(centres[c * dimensions] / 1000)).Order();
                    Assert.Equal(Enumerable.Range(0, clusters), hit);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void With_more_centres_than_distinct_points_every_distinct_point_is_one(string engine)
    {
        // A centre is at distance 0, so that it is not drawn again while others are left, however near those are and however often
        // it occurs.
        foreach (double spacing in new[] { 1, 1e-3, 1e-20, 1e15 })
        {
            for (ulong seed = 0; seed < 10; seed++)
            {
                float[] points = [.. Enumerable.Range(0, 90).SelectMany(i => new[] { (float)(spacing * (i % 3)), (float)(i < 88 ? 0 : spacing) })];
                HashSet<string> distinct = [.. Texts(points, 2)];
                float[] centres = ClusteringRun.Seed(Engine(engine), BatchLayout.Uniform(1, 90, 12), points, [], 2, 1000, seed);
                Assert.Equal(distinct.Order(), Texts(centres, 2).Distinct().Order());
                Assert.Equal(distinct.Count, Texts(centres[..(2 * distinct.Count)], 2).Distinct().Count());
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_first_centre_is_any_point(string engine)
    {
        HashSet<float> seen = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            seen.Add(ClusteringRun.Seed(Engine(engine), BatchLayout.Uniform(1, 5, 1), [1, 2, 3, 4, 5], [], 1, 100, seed)[0]);
        }

        Assert.Equal(5, seen.Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_sample_is_drawn_from_all_of_the_cell(string engine)
    {
        float[] points = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        int[] thirds = new int[3];
        for (ulong seed = 0; seed < 200; seed++)
        {
            float[] centres = ClusteringRun.Seed(Engine(engine), BatchLayout.Uniform(1, 1000, 1), points, [], 1, 4, seed);
            thirds[(int)(centres[0] / 334)]++;
        }

        // 200 uniform draws: each third gets 67, give or take 7; 30 is five and a half deviations away.
        Assert.All(thirds, count => Assert.InRange(count, 30, 104));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_seed_gives_the_same_bits_and_another_one_others(string engine)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        float[] points = Clouds.Make(CloudKind.Normal, (int)cells.Rows, 5, seed: 42);
        foreach (int sampleSize in new[] { 10, 1000 })
        {
            float[] centres = ClusteringRun.Seed(Engine(engine), cells, points, [], 5, sampleSize, seed: 7);
            Bits.AssertSame(centres, ClusteringRun.Seed(Engine(engine), cells, points, [], 5, sampleSize, seed: 7), "The same seed");
            foreach (ulong seed in new ulong[] { 0, 6, 8, 7UL << 32, ulong.MaxValue })
            {
                Assert.NotEqual(centres, ClusteringRun.Seed(Engine(engine), cells, points, [], 5, sampleSize, seed));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_cells_draws_do_not_depend_on_other_cells_but_on_its_number(string engine)
    {
        float[] own = Clouds.Make(CloudKind.Normal, 200, 3, seed: 43);
        float[] small = Clouds.Make(CloudKind.Normal, 5, 3, seed: 44);
        float[] large = Clouds.Make(CloudKind.Clustered, 400, 3, seed: 45);
        foreach (int sampleSize in new[] { 10, 1000 })
        {
            float[] first = ClusteringRun.Seed(Engine(engine), BatchLayout.Ragged([5, 200], [2, 8]), [.. small, .. own], [], 3, sampleSize, seed: 9);
            float[] second = ClusteringRun.Seed(
                Engine(engine), BatchLayout.Ragged([400, 200, 5], [16, 8, 3]), [.. large, .. own, .. small], [], 3, sampleSize, seed: 9);
            Bits.AssertSame(first[6..30], second[48..72], "Cell 1");

            // Two cells with the same points do not share draws.
            float[] twins = ClusteringRun.Seed(Engine(engine), BatchLayout.Uniform(2, 200, 8), [.. own, .. own], [], 3, sampleSize, seed: 9);
            Assert.NotEqual(twins[..24], twins[24..]);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_order_gives_the_bits_of_points_laid_out_in_that_order(string engine)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        Draws draws = new(9);
        foreach (int dimensions in new[] { 1, 3, 16, 31, 100 })
        {
            float[] points = Clouds.Make(CloudKind.Normal, 700, dimensions, seed: 46);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(700))];
            float[] laidOut = Clouds.Rows(points, dimensions, order);
            foreach (int sampleSize in new[] { 10, 1000 })
            {
                Bits.AssertSame(
                    ClusteringRun.Seed(Engine(engine), cells, laidOut, [], dimensions, sampleSize, seed: 3),
                    ClusteringRun.Seed(Engine(engine), cells, points, order, dimensions, sampleSize, seed: 3),
                    $"{dimensions} dimensions, samples of {sampleSize}");
            }
        }
    }

    /// <summary>The points as texts whose characters are their bits: they compare by value, and fast.</summary>
    private static IEnumerable<string> Texts(float[] points, int dimensions) =>
        points.Chunk(dimensions).Select(point => new string(MemoryMarshal.Cast<float, char>(point)));
}
