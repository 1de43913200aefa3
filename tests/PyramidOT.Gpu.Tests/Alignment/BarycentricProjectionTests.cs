using PyramidOT.Data;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Images of points under couplings, against the formula, and what becomes of points without mass.</summary>
public class BarycentricProjectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(37)]
    public void Images_are_the_means_of_the_formula(int dimensions)
    {
        const int Sources = 40;
        const int Targets = 60;
        using ComputeEngine engine = TestPyramids.Host(2);
        PointCloud source = Normal(Sources, dimensions, 0);
        PointCloud target = Normal(Targets, dimensions, 1);
        (Coupling coupling, double[,] plan) = RandomCoupling(Sources, Targets, 300);
        BarycentricImages images = BarycentricProjection.Project(engine, source, target, coupling);
        BarycentricImages back = BarycentricProjection.Project(engine, target, source, coupling.Reverse());
        for (int i = 0; i < Sources; i++)
        {
            Check(images, i, target, j => plan[i, j]);
        }

        for (int j = 0; j < Targets; j++)
        {
            Check(back, j, source, i => plan[i, j]);
        }

        // Point 7 has no cells, and all of point 8's have no mass.
        Assert.Equal([7, 8], images.Unmapped.ToArray());
        Assert.Equal(source[7], images.Points[7]);
        Assert.Equal(source[8], images.Points[8]);
        Assert.Same(source, images.Source);

        static void Check(BarycentricImages images, int row, PointCloud other, Func<int, double> mass)
        {
            double total = Enumerable.Range(0, other.Count).Sum(mass);
            Assert.Equal(total, images.Masses[row], 1e-15);
            for (int k = 0; total > 0 && k < other.Dimensions; k++)
            {
                double mean = Enumerable.Range(0, other.Count).Sum(j => mass(j) * other[j][k]) / total;
                Assert.Equal(mean, images.Points[row][k], (1e-6 * Math.Abs(mean)) + 1e-14);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Empty_couplings_leave_all_points_where_they_are(bool haveMasses)
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud source = Normal(5, 2, 0);
        BarycentricImages images = BarycentricProjection.Project(engine, source, source, new([], [], [], haveMasses ? [] : null));
        Assert.Equal(source.Points, images.Points.Points);
        Assert.Equal([0, 1, 2, 3, 4], images.Unmapped.ToArray());
    }

    [Fact]
    public void One_to_one_couplings_map_onto_their_targets_exactly()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud source = Normal(50, 5, 0);
        PointCloud target = Normal(50, 5, 1);
        int[] order = new Draws(3).Permutation(50);
        Coupling coupling = new([.. Enumerable.Range(0, 50)], order, []);
        BarycentricImages images = BarycentricProjection.Project(engine, source, target, coupling);
        Assert.Equal(Clouds.Rows(target.Points.ToArray(), 5, order), images.Points.Points.ToArray());
        Assert.True(images.Unmapped.IsEmpty);
        Assert.All(images.Masses.ToArray(), mass => Assert.Equal(1.0 / 50, mass));

        // There and back again is where one was.
        BarycentricImages back = BarycentricProjection.Project(engine, target, source, coupling.Reverse());
        Assert.Equal(source.Points.ToArray(), Clouds.Rows(back.Points.Points.ToArray(), 5, order));

        // Also where a single cell holds all mass among others that hold none, and masses are tiny, or huge.
        foreach (double mass in new[] { double.Epsilon, 1e300 })
        {
            Coupling lone = new([0, 0, 1], [3, 4, 5], [], [0, mass, mass]);
            BarycentricImages two = BarycentricProjection.Project(engine, source, target, lone);
            Assert.Equal(target[4], two.Points[0]);
            Assert.Equal(target[5], two.Points[1]);
            Assert.Equal(48, two.Unmapped.Length);
        }
    }

    [Fact]
    public void Repeated_cells_add_up_and_extreme_coordinates_stay_in_range()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud source = new([0, 1], 1);
        PointCloud target = new([3e38f, 3.4e38f, -1], 1);
        Coupling repeated = new([0, 0, 0, 1, 1], [0, 2, 2, 0, 1], [], [0.5, 0.25, 0.25, 1e308, 7e307]);
        ReadOnlySpan<float> images = BarycentricProjection.Project(engine, source, target, repeated).Points.Points;
        Assert.Equal(1.5e38f, images[0], 1e32f);
        Assert.Equal(3e38 + (0.4e38 * 7 / 17), images[1], 1e32);

        // Without masses, all pairs have the same.
        BarycentricImages even = BarycentricProjection.Project(engine, new([0, 1, 2], 1), new([3, 6, -3], 1), new([2, 0, 2, 2], [0, 1, 1, 2], []));
        Assert.Equal([6, 1, 2], even.Points.Points.ToArray());
        Assert.Equal([0.25, 0, 0.75], even.Masses.ToArray());
    }

    [Fact]
    public void Weights_and_labels_go_along()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud source = new PointCloud([0, 1], 1, weights: [1, 3]).WithLabels(new PointLabels([1, 0], ["no", "yes"]));
        PointCloud moved = BarycentricProjection.Project(engine, source, new([5, 6], 1), new([0, 1], [1, 0], [])).Points;
        Assert.Equal([6, 5], moved.Points.ToArray());
        Assert.Equal([0.25, 0.75], moved.Weights.ToArray());
        Assert.Equal([1, 0], moved.Labels.ToArray());
        Assert.Equal(["no", "yes"], moved.LabelNames);
    }

    [Fact]
    public void Plans_and_estimates_and_matchings_are_couplings()
    {
        using ComputeEngine engine = TestPyramids.Host();
        Coupling plan = Coupling.FromPlan([new(0, 1, 0.25), new(0, 2, 0.25), new(1, 0, 0.5)]);
        Assert.Equal([0, 0, 1], plan.SourceRows.ToArray());
        Assert.Equal([1, 2, 0], plan.TargetRows.ToArray());
        Assert.Equal([0.25, 0.25, 0.5], plan.Masses.ToArray());
        Assert.Equal([3, 8], BarycentricProjection.Project(engine, new([0, 0], 1), new([8, 2, 4], 1), plan).Points.Points.ToArray());

        // Unequal sizes: every point of both sides has its mass, but for float32's rounding of a batch.
        PointCloud source = Normal(30, 3, 0);
        PointCloud target = Normal(45, 3, 1);
        using PyramidPair pyramid = PyramidPair.Build(engine, source, target);
        Coupling coupling = MiniBatchTransport.Estimate(pyramid, 12).Coupling;
        Assert.All(BarycentricProjection.Project(engine, source, target, coupling).Masses.ToArray(), mass => Assert.Equal(1.0 / 30, mass, 1e-7));
        Assert.All(BarycentricProjection.Project(engine, target, source, coupling.Reverse()).Masses.ToArray(), mass => Assert.Equal(1.0 / 45, mass, 1e-7));
    }

    [Fact]
    public void Normal_clouds_are_mapped_nearly_linearly()
    {
        // The best map of N(0, S) to N(0, T) is linear; of diagonal ones it scales each axis.
        using ComputeEngine engine = TestPyramids.Host(2);
        const int Count = 2000;
        float[] from = new float[2 * Count];
        float[] to = new float[2 * Count];
        for (int i = 0; i < Count; i++)
        {
            (from[2 * i], from[(2 * i) + 1]) = ((float)CounterNormal.At(1, 0, (ulong)i), 2 * (float)CounterNormal.At(1, 1, (ulong)i));
            (to[2 * i], to[(2 * i) + 1]) = (3 * (float)CounterNormal.At(1, 2, (ulong)i), (float)CounterNormal.At(1, 3, (ulong)i));
        }

        PointCloud source = new(from, 2);
        PointCloud target = new(to, 2);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0.001 });
        BarycentricImages images = BarycentricProjection.Project(engine, source, target, match.ToCoupling());
        PointCloud inner = new([0.5f, -1, 1, 1, -0.5f, 0], 2);
        PointCloud mapped = OutOfSampleMap.Apply(engine, images, inner, new() { Neighbours = 8 });
        for (int i = 0; i < inner.Count; i++)
        {
            Assert.InRange(mapped[i][0], (3 * inner[i][0]) - 0.5, (3 * inner[i][0]) + 0.5);
            Assert.InRange(mapped[i][1], (inner[i][1] / 2) - 0.25, (inner[i][1] / 2) + 0.25);
        }
    }

    [Fact]
    public void Threads_and_engines_do_not_matter()
    {
        PointCloud source = Normal(200, 7, 0);
        PointCloud target = Normal(150, 7, 1);
        (Coupling coupling, _) = RandomCoupling(200, 150, 3000);
        using ComputeEngine one = TestPyramids.Host(1);
        float[] first = BarycentricProjection.Project(one, source, target, coupling).Points.Points.ToArray();
        using ComputeEngine three = TestPyramids.Host(3);
        Assert.Equal(first, BarycentricProjection.Project(three, source, target, coupling).Points.Points.ToArray());
        using ComputeEngine device = IlgpuEngine.CreateCpu(new(1, 1), new());
        Assert.Equal(first, BarycentricProjection.Project(device, source, target, coupling).Points.Points.ToArray());
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud two = new([0, 1], 1);
        Refused("dimensions", new([0, 1], 2), new([0], [0], []));
        Refused("Pair 1 names point 2 of a side that has 2", two, new([0, 2], [0, 0], []));
        Refused("Pair 0 names point -1 of a side that has 2", two, new([0], [-1], []));
        Refused("The mass of pair 1 is NaN", two, new([0, 1], [0, 1], [], [1, double.NaN]));
        Refused("The mass of pair 0 is -1", two, new([0, 1], [0, 1], [], [-1, 1]));
        Refused("The mass of pair 0 is", two, new([0, 1], [0, 1], [], [double.PositiveInfinity, 1]));
        Refused("The masses of point 1 add up", two, new([1, 1], [0, 1], [], [1e308, 1e308]));

        void Refused(string part, PointCloud target, Coupling coupling)
        {
            ArgumentException refusal = Assert.Throws<ArgumentException>(() => BarycentricProjection.Project(engine, two, target, coupling));
            Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        }
    }

    internal static PointCloud Normal(int count, int dimensions, ulong side)
    {
        float[] points = new float[count * dimensions];
        for (int k = 0; k < points.Length; k++)
        {
            points[k] = (float)CounterNormal.At(17, side, (ulong)k);
        }

        return new(points, dimensions);
    }

    /// <summary>Cells at random, some of them repeated, some empty; source 7 has none, and source 8 only empty ones.</summary>
    private static (Coupling Coupling, double[,] Plan) RandomCoupling(int sources, int targets, int cells)
    {
        Random random = new(5);
        double[,] plan = new double[sources, targets];
        int[] rows = new int[cells];
        int[] columns = new int[cells];
        double[] masses = new double[cells];
        for (int k = 0; k < cells; k++)
        {
            (rows[k], columns[k]) = (random.Next(sources), random.Next(targets));
            rows[k] = rows[k] == 7 ? 6 : rows[k];
            masses[k] = rows[k] == 8 || k % 10 == 0 ? 0 : random.NextDouble();
            plan[rows[k], columns[k]] += masses[k];
        }

        return (new(rows, columns, [], masses), plan);
    }
}
