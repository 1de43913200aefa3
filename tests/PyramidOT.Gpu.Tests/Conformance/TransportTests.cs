namespace PyramidOT.Tests.Conformance;

/// <summary>Optimality of transport plans: against other algorithms, by closed forms, and by their own duals.</summary>
public class TransportTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<string, MatrixKind, MassKind> Cases => Crossed.With(EnginesAtHand.Names, CostMatrices.AllKinds, TransportMasses.AllKinds);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plans_are_optimal(string engine, MatrixKind kind, MassKind masses)
    {
        (int, int)[] shapes =
        [
            (1, 1), (1, 7), (7, 1), (2, 2), (3, 5), (8, 8), (16, 17), (33, 20), (5, 64), (40, 40), (20, 33), (12, 9),
        ];
        BatchLayout problems = Shapes.Layout(Some(engine, shapes));
        SolvedTransports solved = Solve(engine, problems, kind, masses, seed: 100);
        for (int b = 0; b < problems.Count; b++)
        {
            SolvedTransport problem = solved[b];
            if (problem.Status == SolveStatus.Infeasible)
            {
                // What weighs nothing is asked for nothing: so feasible or not, the masses do not matter but for being there.
                Assert.True(kind is MatrixKind.Forbidden or MatrixKind.MostlyForbidden, $"{kind}, {problem.Name}: infeasible.");
                problem.AssertInfeasible($"{kind}, {masses}");
                continue;
            }

            problem.AssertOptimal($"{kind}, {masses}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Whole_masses_cost_what_shortest_paths_find(string engine)
    {
        (int, int)[] shapes = [(1, 1), (1, 9), (9, 1), (4, 4), (7, 12), (12, 7), (17, 16), (5, 30), (20, 20)];
        BatchLayout problems = Shapes.Layout(Some(engine, shapes));
        foreach (MatrixKind kind in Some(engine, CostMatrices.AllKinds))
        {
            SolvedTransports solved = Solve(engine, problems, kind, MassKind.SmallIntegers, seed: 200);
            for (int b = 0; b < problems.Count; b++)
            {
                SolvedTransport problem = solved[b];
                double expected = ReferenceTransport.ShortestPaths(problem.Costs, Whole(problem.RowWeights), Whole(problem.ColumnWeights));
                problem.AssertCost(expected, $"{kind}", CostMatrices.IsInteger(kind) ? 1e-14 : 1e-9);
                if (double.IsFinite(expected))
                {
                    problem.AssertOptimal($"{kind}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Masses_cut_into_units_are_an_assignment(string engine)
    {
        foreach (MatrixKind kind in Some(engine, CostMatrices.AllKinds))
        {
            BatchLayout problems = BatchLayout.Ragged([6, 3, 10], [8, 11, 10]);
            SolvedTransports solved = Solve(engine, problems, kind, MassKind.SmallIntegers, seed: 300);
            for (int b = 0; b < problems.Count; b++)
            {
                SolvedTransport problem = solved[b];
                problem.AssertCost(
                    ReferenceTransport.ByUnits(problem.Costs, Whole(problem.RowWeights), Whole(problem.ColumnWeights)), $"{kind}", 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void On_a_line_the_least_coordinates_meet_first(string engine)
    {
        foreach (MassKind masses in Some(engine, TransportMasses.AllKinds))
        {
            foreach ((int rows, int columns) in Some(engine, [(200, 170), (1, 50), (60, 45), (50, 1), (30, 25)]))
            {
                Draws draws = new(rows);
                double[] x = [.. Enumerable.Range(0, rows).Select(_ => (double)(float)draws.Normal())];
                double[] y = [.. Enumerable.Range(0, columns).Select(_ => (double)(float)(1 + (2 * draws.Normal())))];
                (float[] a, float[] b) = TransportMasses.Make(masses, rows, columns, rows + 7);
                double total = a.Sum(weight => (double)weight);
                double other = b.Sum(weight => (double)weight);
                foreach (double power in new[] { 1.0, 2.0 })
                {
                    float[] costs = [.. x.SelectMany(from => y.Select(to => (float)Math.Pow(Math.Abs(from - to), power)))];
                    SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, a, b);
                    solved.AssertOptimal($"{masses}, power {power}");
                    solved.AssertCost(
                        ReferenceTransport.OnALine(
                            x,
                            [.. a.Select(weight => (double)weight)],
                            y,
                            [.. b.Select(weight => weight * (total / other))],
                            (from, to) => (float)Math.Pow(Math.Abs(from - to), power)),
                        $"{masses}, power {power}",
                        2e-7);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_weights_of_equally_many_are_an_assignment(string engine)
    {
        foreach (MatrixKind kind in Some(engine, CostMatrices.AllKinds))
        {
            foreach (int n in Some(engine, [1, 5, 16, 17, 40]))
            {
                float[] costs = CostMatrices.Make(kind, n, n, seed: n);
                float[] a = Enumerable.Repeat(1f / n, n).ToArray();
                SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, a, a);
                double expected = ReferenceAssignment.Hungarian(costs, n, n) * (1f / n);
                solved.AssertCost(expected, $"{kind}");
                if (double.IsFinite(expected))
                {
                    Assert.Equal(n, solved.Plan.Length);
                    Assert.All(solved.Plan, cell => Assert.Equal(1f / n, cell.Mass));
                    solved.AssertOptimal($"{kind}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Larger_problems_are_optimal(string engine)
    {
        BatchLayout problems = EnginesAtHand.IsReduced(engine)
            ? BatchLayout.Ragged([90, 110, 300], [100, 130, 40])
            : BatchLayout.Ragged([500, 400, 300, 1000], [450, 700, 300, 200]);
        foreach (MatrixKind kind in new[] { MatrixKind.Clustered, MatrixKind.SmallIntegers, MatrixKind.FarDimensions })
        {
            foreach (MassKind masses in new[] { MassKind.Uniform, MassKind.Random, MassKind.Pixels })
            {
                SolvedTransports solved = Solve(engine, problems, kind, masses, seed: 400);
                for (int b = 0; b < problems.Count; b++)
                {
                    solved[b].AssertOptimal($"{kind}, {masses}");
                }
            }
        }
    }

    private static long[] Whole(float[] weights) => [.. weights.Select(weight => (long)weight)];

    private SolvedTransports Solve(string engine, BatchLayout problems, MatrixKind kind, MassKind masses, int seed)
    {
        (float[] rows, float[] columns) = TransportMasses.Batch(masses, problems, seed);
        return SolvedTransports.Of(Engine(engine), problems, CostMatrices.Batch(kind, problems, seed), rows, columns);
    }
}
