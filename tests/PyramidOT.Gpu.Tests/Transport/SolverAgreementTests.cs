using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Transport;

/// <summary>Where exact, entropic and sliced transport must say the same, they do: one problem, three solvers.</summary>
public class SolverAgreementTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly GroundCost[] s_costs =
        [default, new(GroundDistance.Euclidean, 1), new(GroundDistance.Manhattan, 1.5), new(GroundDistance.Chebyshev, 3), new(GroundDistance.Cosine, 1)];

    [Theory]
    [MemberData(nameof(All))]
    public void Exact_transport_of_equal_weights_is_the_assignment(string engine)
    {
        foreach (int n in Some(engine, [1, 2, 30, 7]))
        {
            foreach (GroundCost cost in Some(engine, s_costs))
            {
                (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, n, n, 3, seed: 500 + n);
                float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, n, n), source, target, 3, cost);
                AssignmentSolution assignment = LinearAssignment.Solve(Engine(engine), costs, n, n);
                TransportProblem[] ways =
                [
                    TransportProblem.FromCosts(costs, n, n),
                    TransportProblem.FromClouds(new PointCloud(source, 3), new PointCloud(target, 3), cost),
                    TransportProblem.FromClouds(source, target, 3, BatchLayout.Uniform(1, n, n), cost),
                    TransportProblem.FromCosts(costs, n, n, Equal(n), Equal(n)),
                ];
                foreach (TransportProblem problem in ways)
                {
                    TransportResult result = Solve(ExactTransport.Default, engine, problem);
                    Assert.Equal(SolveStatus.Optimal, result.Status);
                    Assert.Equal(assignment.Cost / n, result.Value, 1e-5 * Math.Abs(assignment.Cost / n));
                    Assert.Equal(result.Value, result.TransportCost);
                    Assert.Equal(assignment.ColumnOfRow, result.Plan!.Select(cell => cell.Column));
                    Assert.All(result.Plan!, cell => Assert.Equal(1.0 / n, cell.Mass, 1e-7));
                    TransportChecks.Check(result, costs, Equal(n), Equal(n));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Exact_transport_of_whole_masses_is_the_assignment_of_their_units(string engine)
    {
        foreach (int seed in Some(engine, [0, 1, 2, 3, 4, 5]))
        {
            Draws draws = new(510 + seed);
            (long[] rows, long[] columns) = TransportChecks.WholeMasses(draws, 2 + draws.Below(5), 2 + draws.Below(5), 20);
            float[] costs = Draws.Fill(rows.Length * columns.Length, () => draws.Normal());
            float[] a = [.. rows.Select(mass => (float)mass)];
            float[] b = [.. columns.Select(mass => (float)mass)];
            TransportResult result = Solve(ExactTransport.Default, engine, TransportProblem.FromCosts(costs, a.Length, b.Length, a, b));
            double expected = ReferenceTransport.ByUnits(costs, rows, columns);
            Assert.Equal(expected, result.Value, 1e-5 * Math.Max(1, Math.Abs(expected)));
            TransportChecks.Check(result, costs, a, b);

            // The older face of the same solver.
            TransportSolution solution = ExactTransport.Solve(Engine(engine), costs, a, b);
            Assert.Equal(solution.Value, result.Value);
            Assert.Equal(solution.DualValue, result.DualValue);
            Assert.Equal(solution.Plan, result.Plan);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Little_entropy_is_nearly_exact(string engine)
    {
        // With P* optimal, the entropic plan costs at most epsilon KL(P* | ab') more, and that is at most epsilon log n.
        foreach (double epsilon in Some(engine, [0.003, 0.03, 0.1]))
        {
            foreach (bool isWeighted in Some(engine, [false, true]))
            {
                (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 12, 17, 2, seed: 521);
                Draws draws = new(522);
                PointCloud x = new(source, 2, isWeighted ? Draws.Fill(12, draws.Uniform) : null);
                PointCloud y = new(target, 2, isWeighted ? Draws.Fill(17, draws.Uniform) : null);
                TransportProblem problem = TransportProblem.FromClouds(x, y);
                TransportResult exact = Solve(ExactTransport.Default, engine, problem);
                TransportResult entropic = Solve(new Sinkhorn(new() { Epsilon = epsilon }), engine, problem);
                Assert.Equal(SolveStatus.Optimal, entropic.Status);
                Assert.InRange(entropic.MarginalError, 0, 1e-6);
                Assert.InRange(entropic.Iterations, 1, SinkhornSettings.DefaultMaximumIterations);
                double most = exact.Value + (epsilon * Math.Log(12)) + 1e-5;
                Assert.InRange(entropic.TransportCost, exact.Value - 1e-5, most);
                Assert.InRange(entropic.Value, entropic.TransportCost - 1e-5, most);
                Assert.InRange(entropic.Gap, -1e-5, 1e-4);
                Assert.Equal(12, entropic.RowPotentials!.Count);
                Assert.Equal(17, entropic.ColumnPotentials!.Count);

                // Cells below 1e-6 of their row are left out.
                TransportChecks.CheckMarginals(
                    entropic.Plan!, isWeighted ? [.. x.Weights.ToArray()] : Doubles(Equal(12)), isWeighted ? [.. y.Weights.ToArray()] : Doubles(Equal(17)), 5e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void On_a_line_sliced_transport_is_exact(string engine)
    {
        foreach (double exponent in Some(engine, [1, 1.5, 2, 3]))
        {
            GroundCost cost = new(GroundDistance.Euclidean, exponent);
            foreach (bool isWeighted in Some(engine, [true, false]))
            {
                (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 14, 9, 1, seed: 531);
                Draws draws = new(532);
                float[]? a = isWeighted ? Draws.Fill(14, draws.Uniform) : null;
                float[]? b = isWeighted ? Scaled(Draws.Fill(9, draws.Uniform), a!) : null;
                TransportProblem problem = TransportProblem.FromClouds(source, target, 1, BatchLayout.Uniform(1, 14, 9), cost, a, b);
                TransportResult exact = Solve(ExactTransport.Default, engine, problem);
                TransportResult sliced = Solve(new SlicedWasserstein(new() { Projections = 3 }), engine, problem);
                Assert.Equal(exact.Value, sliced.Value, 1e-5 * exact.Value);
                Assert.Equal(sliced.Value, sliced.TransportCost);
                Assert.Equal(SolveStatus.Optimal, sliced.Status);
                double expected = ReferenceTransport.OnALine(
                    Doubles(source), Doubles(a ?? Equal(14)), Doubles(target), Doubles(b ?? Equal(9)), (x, y) => Math.Pow(Math.Abs(x - y), exponent));
                Assert.Equal(expected, exact.Value, 1e-5 * expected);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_batch_is_its_problems_one_by_one(string engine)
    {
        int[] rows = [3, 1, 6, 4];
        int[] columns = [5, 1, 2, 4];
        BatchLayout shapes = BatchLayout.Ragged(rows, columns);
        Draws draws = new(541);
        float[] source = Draws.Fill((int)shapes.Rows * 2, draws.Normal);
        float[] target = Draws.Fill((int)shapes.Columns * 2, draws.Normal);
        float[] a = Draws.Fill((int)shapes.Rows, () => 0.1 + draws.Uniform());
        float[] b = Draws.Fill((int)shapes.Columns, () => 0.1 + draws.Uniform());
        for (int p = 0; p < rows.Length; p++)
        {
            Range range = (int)shapes.ColumnOffsets[p]..(int)shapes.ColumnOffsets[p + 1];
            Scaled(b[range], a[(int)shapes.RowOffsets[p]..(int)shapes.RowOffsets[p + 1]]).CopyTo(b.AsSpan(range));
        }

        TransportSolver[] solvers =
        [
            ExactTransport.Default,
            new ExactTransport { MassShare = 0.6 },
            new Sinkhorn(new() { Epsilon = 0.2 }),
            new Sinkhorn(new() { Epsilon = 0.2, IsRelativeEpsilon = true, MarginalPenalty = 2 }),
            new SlicedWasserstein(new() { Projections = 8, Seed = 4 }),
        ];
        foreach (TransportSolver solver in solvers)
        {
            IReadOnlyList<TransportResult> all =
                solver.Solve(Engine(engine), TransportProblem.FromClouds(source, target, 2, shapes, default, a, b));
            Assert.Equal(rows.Length, all.Count);
            for (int p = 0; p < rows.Length; p++)
            {
                Range rowRange = (int)shapes.RowOffsets[p]..(int)shapes.RowOffsets[p + 1];
                Range columnRange = (int)shapes.ColumnOffsets[p]..(int)shapes.ColumnOffsets[p + 1];
                float[] x = Clouds.Rows(source, 2, [.. Enumerable.Range(rowRange.Start.Value, rows[p])]);
                float[] y = Clouds.Rows(target, 2, [.. Enumerable.Range(columnRange.Start.Value, columns[p])]);
                TransportProblem one = TransportProblem.FromClouds(x, y, 2, BatchLayout.Uniform(1, rows[p], columns[p]), default, a[rowRange], b[columnRange]);
                TransportChecks.AssertSame(Solve(solver, engine, one), all[p], $"{solver.GetType().Name}, problem {p}");
                Assert.Equal(solver.HasPlan, all[p].Plan is not null);
                Assert.Equal(solver.HasPlan, all[p].RowPotentials is not null);
                Assert.Equal(solver.HasPlan, all[p].ColumnPotentials is not null);
                Assert.Equal(!solver.HasPlan, double.IsNaN(all[p].DualValue));
                Assert.Equal(!solver.HasPlan, double.IsNaN(all[p].Gap));
            }
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        BatchLayout shapes = BatchLayout.Uniform(9, 11, 13);
        Draws draws = new(551);
        float[] source = Draws.Fill((int)shapes.Rows * 3, draws.Normal);
        float[] target = Draws.Fill((int)shapes.Columns * 3, draws.Normal);
        TransportProblem problem = TransportProblem.FromClouds(source, target, 3, shapes);
        foreach (TransportSolver solver in new TransportSolver[]
        {
            new ExactTransport(), new ExactTransport { MassShare = 0.5 }, new Sinkhorn(new() { Epsilon = 0.5 }), new SlicedWasserstein(),
        })
        {
            IReadOnlyList<TransportResult> one = solver.Solve(Engine("host, 1 thread"), problem);
            IReadOnlyList<TransportResult> three = solver.Solve(Engine("host, 3 threads"), problem);
            for (int p = 0; p < shapes.Count; p++)
            {
                TransportChecks.AssertSame(one[p], three[p], $"{solver.GetType().Name}, problem {p}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Statuses_say_how_it_ended(string engine)
    {
        // The middle problem is shut, the others are not.
        float no = float.PositiveInfinity;
        TransportProblem problem = TransportProblem.FromCosts([1, 2, 3, 1, no, no, no, no, 0, no, no, 0], BatchLayout.Uniform(3, 2, 2));
        foreach (TransportSolver solver in new TransportSolver[] { ExactTransport.Default, new Sinkhorn(new() { Epsilon = 1 }) })
        {
            IReadOnlyList<TransportResult> results = solver.Solve(Engine(engine), problem);
            Assert.Equal([SolveStatus.Optimal, SolveStatus.Infeasible, SolveStatus.Optimal], results.Select(result => result.Status));
            Assert.Equal(double.PositiveInfinity, results[1].TransportCost);
            Assert.Equal(double.PositiveInfinity, results[1].Value);
            Assert.Empty(results[1].Plan!);
            Assert.Equal(0, results[2].TransportCost);
            Assert.Equal([(0, 0), (1, 1)], results[2].Plan!.Select(cell => (cell.Row, cell.Column)));
        }

        (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 10, 10, 2, seed: 561);
        Sinkhorn hurried = new(new() { Epsilon = 0.01, MaximumIterations = 2 });
        TransportResult stopped = Solve(hurried, engine, TransportProblem.FromClouds(new PointCloud(source, 2), new PointCloud(target, 2)));
        Assert.Equal(SolveStatus.IterationLimit, stopped.Status);
        Assert.True(stopped.MarginalError > 1e-6);
        Assert.InRange(stopped.Iterations, 1, 2);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_points_cost_nothing_and_forgotten_weights_weigh_nothing(string engine)
    {
        PointCloud same = new([3, 3, 3, 3, 3, 3], 2);
        PointCloud light = new([0, 0, 5, 5, 1e4f, -1e4f], 2, [1, 1, 0]);
        foreach (TransportSolver solver in new TransportSolver[] { ExactTransport.Default, new ExactTransport { MassShare = 0.3 }, new SlicedWasserstein() })
        {
            Assert.Equal(0, Solve(solver, engine, TransportProblem.FromClouds(same, same)).Value);
            TransportResult result = Solve(solver, engine, TransportProblem.FromClouds(light, new PointCloud([0, 0, 5, 5], 2)));
            Assert.Equal(0, result.Value, 1e-6);
            Assert.All(result.Plan ?? [], cell => Assert.NotEqual(2, cell.Row));
        }
    }

    private TransportResult Solve(TransportSolver solver, string engine, TransportProblem problem) =>
        Assert.Single(solver.Solve(Engine(engine), problem));

    private static float[] Equal(int count) => [.. Enumerable.Repeat(1f / count, count)];

    private static double[] Doubles(float[] numbers) => [.. numbers.Select(number => (double)number)];

    /// <summary>Weights of the total that others have.</summary>
    private static float[] Scaled(float[] weights, float[] others)
    {
        double factor = others.Sum(each => (double)each) / weights.Sum(each => (double)each);
        return [.. weights.Select(weight => (float)(factor * weight))];
    }
}
