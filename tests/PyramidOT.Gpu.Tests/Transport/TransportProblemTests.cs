using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Transport;

/// <summary>What is no problem, or none for a solver, is refused in a line that names the culprit.</summary>
public class TransportProblemTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly TransportSolver[] s_planning = [ExactTransport.Default, new ExactTransport { MassShare = 0.5 }, new Sinkhorn(new() { Epsilon = 0.5 })];

    private static readonly TransportSolver[] s_all = [.. s_planning, new SlicedWasserstein()];

    [Fact]
    public void A_problem_says_what_it_has()
    {
        BatchLayout shapes = BatchLayout.Ragged([1, 2], [3, 1]);
        TransportProblem given = TransportProblem.FromCosts(new float[5], shapes);
        Assert.Same(shapes, given.Shapes);
        Assert.False(given.HasPoints);
        Assert.Equal(0, given.Dimensions);

        GroundCost cost = new(GroundDistance.Manhattan, 1);
        TransportProblem points = TransportProblem.FromClouds(new float[6], new float[8], 2, shapes, cost);
        Assert.True(points.HasPoints);
        Assert.Equal(2, points.Dimensions);
        Assert.Equal(cost, points.Cost);

        TransportProblem clouds = TransportProblem.FromClouds(new PointCloud([1, 2, 3], 1), new PointCloud([4, 5], 1));
        Assert.Equal((1, 3, 2), (clouds.Shapes.Count, clouds.Shapes.RowsOf(0), clouds.Shapes.ColumnsOf(0)));
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        BatchLayout shapes = BatchLayout.Uniform(2, 2, 3);
        Refused("costs", "11 costs", () => TransportProblem.FromCosts(new float[11], shapes));
        Refused("costs", "12", () => TransportProblem.FromCosts([], shapes));
        Refused("rowWeights", "3 weights of rows", () => TransportProblem.FromCosts(new float[12], shapes, new float[3]));
        Refused("columnWeights", "7 weights of columns", () => TransportProblem.FromCosts(new float[12], shapes, null, new float[7]));
        Refused("rowWeights", "0 weights of rows", () => TransportProblem.FromCosts(new float[12], shapes, []));
        Refused("source", "5 coordinates", () => TransportProblem.FromClouds(new float[5], new float[6], 1, shapes));
        Refused("target", "7 coordinates", () => TransportProblem.FromClouds(new float[4], new float[7], 1, shapes));
        Refused("dimensions", "0", () => TransportProblem.FromClouds([], [], 0, shapes));
        Refused("target", "2 dimensions where the source has 1", () => TransportProblem.FromClouds(new PointCloud([1], 1), new PointCloud([1, 2], 2)));
        Assert.Throws<ArgumentNullException>(() => TransportProblem.FromCosts(null!, 1, 1));
        Assert.Throws<ArgumentNullException>(() => TransportProblem.FromCosts([], null!));
        Assert.Throws<ArgumentNullException>(() => TransportProblem.FromClouds(null!, new PointCloud([1], 1)));
        Assert.Throws<ArgumentNullException>(() => TransportProblem.FromClouds(new PointCloud([1], 1), null!));
        Assert.Throws<ArgumentNullException>(() => TransportProblem.FromClouds(null!, [], 1, shapes));
        Assert.Throws<ArgumentNullException>(() => TransportProblem.FromClouds([], null!, 1, shapes));
        Assert.Throws<ArgumentNullException>(() => ExactTransport.Default.Solve(null!, TransportProblem.FromCosts([1], 1, 1)));
        Assert.Throws<ArgumentNullException>(() => ExactTransport.Default.Solve(Engine("host, 1 thread"), null!));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Coordinates_that_are_none_are_named(float wrong)
    {
        BatchLayout shapes = BatchLayout.Uniform(2, 1, 2);
        float[] source = [1, 2, 3, wrong];
        float[] target = [1, 2, 3, 4, wrong, 6, 7, 8];
        Refused("source", "Row 1, column 1", () => TransportProblem.FromClouds(source, new float[8], 2, shapes));
        Refused("target", "Row 2, column 0", () => TransportProblem.FromClouds(new float[4], target, 2, shapes));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Costs_that_are_none_are_named(string engine)
    {
        foreach (float wrong in new[] { float.NaN, float.NegativeInfinity, 2e30f })
        {
            TransportProblem problem = TransportProblem.FromCosts([1, 2, 3, 4, 1, wrong, 3, 4], BatchLayout.Uniform(2, 2, 2));
            foreach (TransportSolver solver in s_planning)
            {
                string message = Assert.ThrowsAny<ArgumentException>(() => solver.Solve(Engine(engine), problem)).Message;
                Assert.Contains("problem 1, row 0, column 1", message, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain('\n', message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_that_are_none_are_named_by_problem(string engine)
    {
        BatchLayout shapes = BatchLayout.Uniform(3, 2, 2);
        float[] points = [1, 2, 3, 4, 5, 6];
        foreach (float wrong in new[] { float.NaN, -1, float.PositiveInfinity })
        {
            TransportProblem rows = TransportProblem.FromClouds(points, points, 1, shapes, default, [1, 1, wrong, 1, 1, 1], [1, 1, 1, 1, 1, 1]);
            TransportProblem columns = TransportProblem.FromClouds(points, points, 1, shapes, default, [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, wrong]);
            foreach (TransportSolver solver in s_all)
            {
                string name = solver.GetType().Name;
                AssertNames(1, Assert.ThrowsAny<ArgumentException>(() => solver.Solve(Engine(engine), rows)).Message, name);
                AssertNames(2, Assert.ThrowsAny<ArgumentException>(() => solver.Solve(Engine(engine), columns)).Message, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Totals_that_differ_are_refused_by_problem(string engine)
    {
        BatchLayout shapes = BatchLayout.Uniform(2, 2, 2);
        float[] points = [1, 2, 3, 4];
        TransportProblem problem = TransportProblem.FromClouds(points, points, 1, shapes, default, [1, 1, 2, 1], [1, 1, 1, 1]);
        TransportProblem oneSide = TransportProblem.FromClouds(points, points, 1, shapes, default, [0.5f, 0.5f, 0.5f, 0.6f]);
        foreach (TransportSolver solver in s_all)
        {
            string name = solver.GetType().Name;
            AssertNames(1, Assert.ThrowsAny<ArgumentException>(() => solver.Solve(Engine(engine), problem)).Message, name);
            AssertNames(1, Assert.ThrowsAny<ArgumentException>(() => solver.Solve(Engine(engine), oneSide)).Message, name);
        }

        // Unbalanced transport is there for it.
        Assert.Equal(2, new Sinkhorn(new() { Epsilon = 0.5, MarginalPenalty = 1 }).Solve(Engine(engine), problem).Count);
    }

    [Fact]
    public void Sliced_transport_wants_euclidean_points()
    {
        SlicedWasserstein sliced = new();
        ComputeEngine engine = Engine("host, 1 thread");
        Assert.Contains(
            "points", Assert.Throws<NotSupportedException>(() => sliced.Solve(engine, TransportProblem.FromCosts([1], 1, 1))).Message, StringComparison.Ordinal);
        PointCloud cloud = new([1, 2, 3, 4], 2);
        foreach (GroundDistance distance in new[] { GroundDistance.Cosine, GroundDistance.Manhattan, GroundDistance.Chebyshev })
        {
            Assert.Contains(
                distance.ToString(),
                Assert.Throws<NotSupportedException>(() => sliced.Solve(engine, TransportProblem.FromClouds(cloud, cloud, new(distance, 1)))).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new SlicedWasserstein(new() { Projections = 0 }));
    }

    [Fact]
    public void Solvers_refuse_settings_when_they_are_made()
    {
        Assert.Throws<ArgumentNullException>(() => new Sinkhorn(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sinkhorn(new() { Epsilon = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sinkhorn(new() { Epsilon = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sinkhorn(new() { Epsilon = 1, Tolerance = 2 }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Problems_without_points_move_nothing(string engine)
    {
        BatchLayout shapes = BatchLayout.Ragged([0, 1], [0, 1]);
        foreach (TransportSolver solver in new TransportSolver[] { ExactTransport.Default, new ExactTransport { MassShare = 0.5 } })
        {
            IReadOnlyList<TransportResult> results = solver.Solve(Engine(engine), TransportProblem.FromClouds([1], [3], 1, shapes));
            Assert.Equal(0, results[0].Value);
            Assert.Empty(results[0].Plan!);
            Assert.True(results[1].Value > 0);
        }
    }

    private static void Refused(string name, string what, Func<TransportProblem> make)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(make);
        Assert.Equal(name, exception.ParamName);
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
    }

    private static void AssertNames(int problem, string message, string solver) =>
        Assert.True(message.Contains($"problem {problem}", StringComparison.OrdinalIgnoreCase), $"{solver} says: {message}");
}
