namespace PyramidOT.Tests.Conformance;

/// <summary>Optimality of assignments: by brute force, by their own duals, and against another algorithm.</summary>
public class AssignmentTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<string, MatrixKind> Cases => Crossed.With(EnginesAtHand.Names, CostMatrices.AllKinds);

    public static TheoryData<string, MatrixKind> SwiftCases => Crossed.With(EnginesAtHand.SwiftNames, CostMatrices.AllKinds);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Small_problems_are_optimal_by_brute_force(string engine, MatrixKind kind)
    {
        // Every shape up to 7 x 7, and longer ones whose shorter side is short.
        (int, int)[] shapes =
        [
            .. Enumerable.Range(1, 7).SelectMany(rows => Enumerable.Range(1, 7).Select(columns => (rows, columns))),
            (2, 33), (33, 2), (3, 16), (16, 3), (3, 17), (17, 3), (1, 100), (100, 1), (4, 12), (12, 4),
        ];
        BatchLayout problems = Shapes.Layout(shapes);
        foreach (int seed in Some(engine, [1000, 2000, 3000]))
        {
            SolvedBatch solved = SolvedBatch.Of(Engine(engine), problems, CostMatrices.Batch(kind, problems, seed));
            for (int b = 0; b < problems.Count; b++)
            {
                SolvedProblem problem = solved[b];
                AssertLeastCost(problem, ReferenceAssignment.BruteForce(problem.Costs, problem.Rows, problem.Columns), kind, seed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Square_problems_of_all_sizes_are_optimal(string engine, MatrixKind kind)
    {
        BatchLayout problems = Shapes.Layout(Some(engine, [.. Shapes.Sizes.Where(size => size <= 129)]).Select(size => (size, size)));
        AssertOptimal(engine, problems, kind, seed: 5000);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rectangular_problems_are_optimal_both_ways(string engine, MatrixKind kind)
    {
        (int, int)[] shapes =
        [
            (8, 9), (15, 16), (16, 17), (7, 60), (31, 33), (50, 51), (40, 129), (60, 64), (1, 257), (33, 200), (64, 65), (17, 128),
        ];
        BatchLayout problems = Shapes.Layout(Some(engine, [.. shapes, .. shapes.Select(shape => (shape.Item2, shape.Item1))]));
        AssertOptimal(engine, problems, kind, seed: 6000);
    }

    [Theory]
    [MemberData(nameof(SwiftCases))]
    public void Larger_problems_are_optimal(string engine, MatrixKind kind)
    {
        BatchLayout problems = EnginesAtHand.IsReduced(engine)
            ? BatchLayout.Ragged([200, 100], [200, 170])
            : BatchLayout.Ragged([300, 200, 300], [300, 400, 257]);
        AssertOptimal(engine, problems, kind, seed: 7000);
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void A_thousand_rows_are_optimal_by_their_duals(string engine)
    {
        int n = EnginesAtHand.IsReduced(engine) ? 500 : 1000;
        foreach (MatrixKind kind in new[] { MatrixKind.Uniform, MatrixKind.Clustered, MatrixKind.SmallIntegers })
        {
            SolvedBatch.Of(Engine(engine), n, n, CostMatrices.Make(kind, n, n, seed: 8))[0].AssertOptimal($"{kind}");
            SolvedBatch.Of(Engine(engine), n / 5, n, CostMatrices.Make(kind, n / 5, n, seed: 9))[0].AssertOptimal($"{kind}");
            SolvedBatch.Of(Engine(engine), n, n / 5, CostMatrices.Make(kind, n, n / 5, seed: 10))[0].AssertOptimal($"{kind}");
        }
    }

    private static void AssertLeastCost(SolvedProblem problem, double expected, MatrixKind kind, int seed)
    {
        // Sums of integers are exact, in the search as in the values.
        double gap = CostMatrices.IsInteger(kind) ? 0 : SolvedProblem.Gap;
        string what = $"{kind}, seed {seed}";
        problem.AssertCost(expected, what, gap);
        if (double.IsFinite(expected))
        {
            problem.AssertOptimal(what, gap);
        }
    }

    private void AssertOptimal(string engine, BatchLayout problems, MatrixKind kind, int seed)
    {
        SolvedBatch solved = SolvedBatch.Of(Engine(engine), problems, CostMatrices.Batch(kind, problems, seed));
        for (int b = 0; b < problems.Count; b++)
        {
            SolvedProblem problem = solved[b];
            AssertLeastCost(problem, ReferenceAssignment.Hungarian(problem.Costs, problem.Rows, problem.Columns), kind, seed);
        }
    }
}
