using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class SampleCloudsTests
{
    public static TheoryData<SampleCloudKind> Kinds => [.. Enum.GetValues<SampleCloudKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Same_seed_gives_the_same_bits_and_another_one_others(SampleCloudKind kind)
    {
        (PointCloud source, PointCloud target) = SampleClouds.Generate(kind, 5000, seed: 7);
        Assert.Equal((5000, 5000, source.Dimensions), (source.Count, target.Count, target.Dimensions));
        Assert.False(source.Points.SequenceEqual(target.Points));
        (PointCloud again, _) = SampleClouds.Generate(kind, 5000, seed: 7);
        Assert.Equal(source.Points.ToArray(), again.Points.ToArray());
        Assert.Equal(source.Labels.ToArray(), again.Labels.ToArray());
        (PointCloud other, _) = SampleClouds.Generate(kind, 5000, seed: 8);
        Assert.False(source.Points.SequenceEqual(other.Points));

        // The first points of a larger cloud are the smaller cloud; and no point stands there twice.
        (PointCloud larger, _) = SampleClouds.Generate(kind, 5001, seed: 7);
        Assert.True(larger.Points[..source.Points.Length].SequenceEqual(source.Points));
        Assert.Equal(5000, Enumerable.Range(0, 5000).Select(i => string.Join(' ', source[i].ToArray())).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Names_lead_back_to_kinds(SampleCloudKind kind)
    {
        Assert.True(SampleCloudKinds.TryParse(kind.ToName(), out SampleCloudKind found) && found == kind);
        Assert.True(SampleCloudKinds.TryParse(kind.ToName().ToUpperInvariant(), out found) && found == kind);
        Assert.Equal(kind.ToName().Replace("-", "", StringComparison.Ordinal), kind.ToString().ToLowerInvariant());
        Assert.Equal(kind.ToName(), SampleCloudKinds.All[(int)kind]);
        (PointCloud one, _) = SampleClouds.Generate(kind, 1);
        Assert.Equal((1, kind.FixedDimensions() ?? 2), (one.Count, one.Dimensions));
        if (kind.FixedDimensions() is null)
            Assert.Equal(17, SampleClouds.Generate(kind, 3, 17).Source.Dimensions);
        if (kind.HasClusters())
            Assert.All(SampleClouds.Generate(kind, 50, 2, 1, clusters: 1).Source.Labels.ToArray(), label => Assert.Equal(0, label));
    }

    [Fact]
    public void What_a_kind_has_not_is_refused_in_words()
    {
        Assert.False(SampleCloudKinds.TryParse("spiral", out _) || SampleCloudKinds.TryParse(null, out _));
        Check("half-moons has 2 dimensions, not 3.", () => SampleClouds.Generate(SampleCloudKind.HalfMoons, 5, 3));
        Check("s-curve has 3 dimensions, not 2.", () => SampleClouds.Generate(SampleCloudKind.SCurve, 5, 2));
        Check("rings has no clusters to be chosen.", () => SampleClouds.Generate(SampleCloudKind.Rings, 5, clusters: 4));
        Check("100000 points of 100000 coordinates are more numbers", () => SampleClouds.UniformSquares(100_000, 100_000, 1));
        Assert.Throws<ArgumentOutOfRangeException>("points", () => SampleClouds.Generate(SampleCloudKind.Rings, 0));
        Assert.Throws<ArgumentOutOfRangeException>("dimensions", () => SampleClouds.Generate(SampleCloudKind.Mixture, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("clusters", () => SampleClouds.Generate(SampleCloudKind.Mixture, 1, 1, clusters: 0));
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => SampleClouds.LabelledMixture(1, 1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("deviation", () => SampleClouds.Mixture(1, 1, 1, 1, deviation: -1));
        Assert.Throws<ArgumentOutOfRangeException>("extent", () => SampleClouds.Mixture(1, 1, 1, 1, extent: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("shift", () => SampleClouds.ShiftedSquares(1, 1, 1, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>("kind", () => SampleClouds.Generate((SampleCloudKind)99, 1));

        static void Check(string start, Action generate) =>
            Assert.StartsWith(start, Assert.Throws<ArgumentException>(generate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mixture_has_the_deviation_and_the_box_that_were_asked_for()
    {
        const int Points = 20_000, Dimensions = 5, Clusters = 4;
        (PointCloud source, PointCloud target) = SampleClouds.Mixture(Points, Dimensions, Clusters, 3);
        double[,] sourceMeans = MeansWithin(source, 2), targetMeans = MeansWithin(target, 2);

        // Independent centres: of 20 pairs of coordinates in [-10, 10], hardly one is close.
        Assert.True(Enumerable.Range(0, Clusters * Dimensions).Count(i => Math.Abs(sourceMeans[i / 5, i % 5] - targetMeans[i / 5, i % 5]) < 0.5) < 8);
        MeansWithin(SampleClouds.Mixture(Points, Dimensions, Clusters, 3, deviation: 0.5, extent: 3).Source, 0.5);

        // Without deviation points are centres.
        (PointCloud centres, _) = SampleClouds.Mixture(Points, Dimensions, Clusters, 3, deviation: 0);
        Assert.Equal(Clusters, Enumerable.Range(0, Points).Select(i => string.Join(' ', centres[i].ToArray())).Distinct().Count());
        Assert.True(centres.MaxMagnitude <= 10);

        static double[,] MeansWithin(PointCloud cloud, double deviation)
        {
            double[,] means = new double[Clusters, Dimensions];
            int[] counts = new int[Clusters];
            foreach (int label in cloud.Labels)
                counts[label]++;
            Assert.All(counts, count => Assert.InRange(count, 4700, 5300));
            for (int i = 0; i < Points; i++)
            {
                for (int k = 0; k < Dimensions; k++)
                    means[cloud.Labels[i], k] += cloud[i][k] / (double)counts[cloud.Labels[i]];
            }

            double squares = 0;
            for (int i = 0; i < Points; i++)
            {
                for (int k = 0; k < Dimensions; k++)
                    squares += Math.Pow(cloud[i][k] - means[cloud.Labels[i], k], 2);
            }

            // 100,000 numbers: the deviation of the estimate is 1 / sqrt(200,000) of it.
            Assert.Equal(deviation, Math.Sqrt(squares / (Points * Dimensions)), 0.01 * deviation);
            return means;
        }
    }

    /// <summary>
    /// W_2 between the centres alone, equally weighted, d = 100: 71.6 for 100 of them in [-10, 10]^100 (± 0.3 over seeds), calculated with
    /// NumPy and SciPy for the calibration of the paper's setting.
    /// </summary>
    [Fact]
    public void Centres_are_as_far_apart_as_the_calibration_says()
    {
        const int Clusters = 100, Dimensions = 100;

        // With as many points as it takes, each centre shows itself.
        (PointCloud source, PointCloud target) = SampleClouds.Mixture(2000, Dimensions, Clusters, 11, deviation: 0);
        float[] costs = new float[Clusters * Clusters];
        int[] x = FirstOfEach(source), y = FirstOfEach(target);
        for (int i = 0; i < costs.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < Dimensions; k++)
                sum += Math.Pow((double)source[x[i / Clusters]][k] - target[y[i % Clusters]][k], 2);
            costs[i] = (float)sum;
        }

        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        Assert.Equal(71.56, Math.Sqrt(LinearAssignment.Solve(engine, costs, Clusters, Clusters).Cost / Clusters), 1.2);

        static int[] FirstOfEach(PointCloud cloud)
        {
            int[] labels = cloud.Labels.ToArray();
            return [.. Enumerable.Range(0, Clusters).Select(label => Array.IndexOf(labels, label))];
        }
    }

    [Fact]
    public void Labelled_mixture_moves_all_classes_alike_and_the_overlapping_one_none()
    {
        (PointCloud source, PointCloud target) = SampleClouds.LabelledMixture(2000, 3, 5, 9, deviation: 0);
        double[][] moves = [.. Enumerable.Range(0, 5).Select(label => Move(source, target, label))];
        Assert.All(moves, move => Assert.All(move.Zip(moves[0]), pair => Assert.Equal(pair.Second, pair.First, 1e-5)));
        Assert.Contains(moves[0], x => Math.Abs(x) > 0.1);
        (source, target) = SampleClouds.OverlappingMixture(2000, 3, 5, 9, deviation: 0);
        Assert.All(Enumerable.Range(0, 5), label => Assert.All(Move(source, target, label), x => Assert.Equal(0, x)));

        static double[] Move(PointCloud source, PointCloud target, int label)
        {
            float[] from = source[source.Labels.IndexOf(label)].ToArray(), to = target[target.Labels.IndexOf(label)].ToArray();
            return [.. from.Zip(to, (a, b) => (double)b - a)];
        }
    }

    [Fact]
    public void Shapes_are_where_they_should_be()
    {
        (PointCloud source, PointCloud target) = SampleClouds.Rings(3000, 1, noise: 0);
        for (int i = 0; i < source.Count; i++)
        {
            Assert.Equal(1 + source.Labels[i], double.Hypot(source[i][0], source[i][1]), 1e-6);
            Assert.Equal(1.5 + target.Labels[i], double.Hypot(target[i][0], target[i][1]), 1e-6);
        }

        (source, target) = SampleClouds.Checkerboard(3000, 1);
        for (int i = 0; i < source.Count; i++)
        {
            Assert.Equal(0, Square(source, i) % 2);
            Assert.Equal(1, Square(target, i) % 2);
        }

        Assert.Equal(8, Enumerable.Range(0, 3000).Select(i => (MathF.Floor(source[i][0]), MathF.Floor(source[i][1]))).Distinct().Count());

        (source, target) = SampleClouds.HalfMoons(3000, 1, noise: 0, degrees: 180);
        for (int i = 0; i < source.Count; i++)
        {
            // The lower moon is a half circle about (1, 1/2). Turned by half, the moons have changed places.
            Assert.Equal(1, double.Hypot(source[i][0] - source.Labels[i], source[i][1] - (source.Labels[i] / 2.0)), 1e-6);
            Assert.Equal(1, double.Hypot(target[i][0] - (1 - target.Labels[i]), target[i][1] - ((1 - target.Labels[i]) / 2.0)), 1e-6);
            Assert.True(source.Labels[i] == 0 ? source[i][1] >= 0 : source[i][1] <= 0.5f);
        }

        (source, target) = SampleClouds.SCurve(3000, 1, noise: 0, degrees: 90);
        for (int i = 0; i < source.Count; i++)
        {
            // Two circles of radius 1 about z = 1 and z = -1; turned by a quarter, z is x.
            Assert.Equal(1, double.Hypot(source[i][0], Math.Abs(source[i][2]) - 1), 1e-6);
            Assert.Equal(1, double.Hypot(target[i][2], Math.Abs(target[i][0]) - 1), 1e-6);
            Assert.InRange(source[i][1], 0, 2);
        }

        static int Square(PointCloud cloud, int i) => ((int)MathF.Floor(cloud[i][0]) + (int)MathF.Floor(cloud[i][1]) + 4) % 2;
    }

    [Fact]
    public void Squares_are_uniform_and_shifted_along_the_first_axis()
    {
        (PointCloud source, PointCloud target) = SampleClouds.ShiftedSquares(20_000, 3, 5);
        for (int k = 0; k < 3; k++)
        {
            double offset = k == 0 ? 0.5 : 0;
            double[] x = [.. Enumerable.Range(0, 20_000).Select(i => (double)source[i][k])], y = [.. Enumerable.Range(0, 20_000).Select(i => (double)target[i][k])];
            Assert.InRange(x.Min(), 0, 0.001);
            Assert.InRange(x.Max(), 0.999, 1);
            Assert.InRange(y.Min(), offset, offset + 0.001);
            Assert.InRange(y.Max(), offset + 0.999, offset + 1);
            Assert.Equal(0.5, x.Average(), 0.01);
            Assert.Equal(1 / 12.0, y.Average(v => v * v) - (y.Average() * y.Average()), 0.003);
        }

        Assert.Equal(source.Points.ToArray(), SampleClouds.UniformSquares(20_000, 3, 5).Source.Points.ToArray());
    }

    [Fact]
    public void Normal_numbers_have_their_moments_and_do_not_hang_together()
    {
        const int Count = 200_000;
        double[] x = [.. Enumerable.Range(0, Count).Select(i => CounterNormal.At(4, 2, (ulong)i))];
        Assert.Equal(0, x.Average(), 0.01);
        Assert.Equal(1, x.Average(v => v * v), 0.02);
        Assert.Equal(0, x.Average(v => v * v * v), 0.04);
        Assert.Equal(3, x.Average(v => v * v * v * v), 0.15);
        Assert.Equal(0.6827, x.Count(v => Math.Abs(v) < 1) / (double)Count, 0.005);
        for (int lag = 1; lag < 4; lag++)
            Assert.Equal(0, Enumerable.Range(0, Count - lag).Average(i => x[i] * x[i + lag]), 0.01);
        Assert.Equal(0, Enumerable.Range(0, Count).Average(i => x[i] * CounterNormal.At(4, 3, (ulong)i)), 0.01);
        Assert.Equal(0, Enumerable.Range(0, Count).Average(i => x[i] * CounterNormal.At(5, 2, (ulong)i)), 0.01);
        Assert.Equal((x[6], x[7]), CounterNormal.PairAt(4, 2, 3));
    }
}
