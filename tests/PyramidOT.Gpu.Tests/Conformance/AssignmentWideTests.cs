namespace PyramidOT.Tests.Conformance;

/// <summary>
/// Problems wide enough that an engine may look at few of a row's columns: what it leaves out must not matter. Mostly rectangular ones,
/// since a reference solves few long rows fast; large squares prove themselves optimal by their duals.
/// </summary>
public class AssignmentWideTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<string, MatrixKind> Cases => Crossed.With(EnginesAtHand.SwiftNames, CostMatrices.AllKinds);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Few_rows_and_many_columns_are_optimal_both_ways(string engine, MatrixKind kind)
    {
        (int, int)[] shapes = [(1, 1200), (2, 1201), (60, 1216), (1217, 40), (33, 2000), (2500, 17), (150, 1300)];
        BatchLayout problems = Shapes.Layout(Some(engine, shapes));
        SolvedBatch solved = SolvedBatch.Of(Engine(engine), problems, CostMatrices.Batch(kind, problems, seed: 90));
        for (int b = 0; b < problems.Count; b++)
        {
            SolvedProblem problem = solved[b];
            double gap = CostMatrices.IsInteger(kind) ? 0 : SolvedProblem.Gap;
            problem.AssertCost(ReferenceAssignment.Hungarian(problem.Costs, problem.Rows, problem.Columns), $"{kind}", gap);
            problem.AssertOptimal($"{kind}", gap);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Squares_are_optimal_by_their_duals(string engine, MatrixKind kind)
    {
        int n = EnginesAtHand.IsReduced(engine) ? 1201 : 1290;
        double gap = CostMatrices.IsInteger(kind) ? 0 : SolvedProblem.Gap;
        SolvedBatch.Of(Engine(engine), n, n, CostMatrices.Make(kind, n, n, seed: 91))[0].AssertOptimal($"{kind}", gap);
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Products_of_ranks_pair_the_largest_with_the_least(string engine)
    {
        // Long paths through every row; the columns that no row needs are the dear ones.
        const int Rows = 400;
        const int Columns = 1250;
        float[] costs = new float[Rows * Columns];
        for (int at = 0; at < costs.Length; at++)
        {
            costs[at] = ((at / Columns) + 1) * ((at % Columns) + 1);
        }

        SolvedProblem solved = SolvedBatch.Of(Engine(engine), Rows, Columns, costs)[0];
        solved.AssertOptimal("i j");
        solved.AssertCost(Enumerable.Range(1, Rows).Sum(i => (double)i * (Rows + 1 - i)), "i j");
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void On_a_line_neighbours_compete(string engine)
    {
        const int Rows = 150;
        const int Columns = 1400;
        Draws draws = new(92);
        double[] x = [.. Enumerable.Range(0, Rows).Select(_ => draws.Normal())];
        double[] y = [.. Enumerable.Range(0, Columns).Select(_ => 3 + (2 * draws.Normal()))];
        float[] costs = [.. x.SelectMany(a => y.Select(b => (float)((a - b) * (a - b))))];
        SolvedProblem solved = SolvedBatch.Of(Engine(engine), Rows, Columns, costs)[0];
        solved.AssertOptimal("Line");
        solved.AssertCost(ReferenceAssignment.Hungarian(costs, Rows, Columns), "Line");
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Rows_that_compete_for_few_cheap_columns_are_optimal(string engine)
    {
        // Every row likes the same columns best, in the same order, and of all others each is as good as the next: what a short list
        // of a row's cheapest columns holds is soon taken by others.
        const int Rows = 200;
        const int Columns = 1500;
        Draws draws = new(93);
        foreach (int cheap in new[] { 10, 64, 65, 100, 300 })
        {
            int at = 0;
            float[] costs = Draws.Fill(Rows * Columns, () =>
            {
                int j = at++ % Columns;
                return j % (Columns / cheap) == 0 ? j / 1000.0 : 100 + draws.Below(3);
            });
            SolvedProblem solved = SolvedBatch.Of(Engine(engine), Rows, Columns, costs)[0];
            solved.AssertOptimal($"{cheap} cheap columns");
            solved.AssertCost(ReferenceAssignment.Hungarian(costs, Rows, Columns), $"{cheap} cheap columns");
        }
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Forbidden_pairs_are_seen_however_wide_a_row_is(string engine)
    {
        const int Rows = 30;
        const int Columns = 1333;
        Draws draws = new(94);
        for (int few = Rows - 2; few <= Rows + 1; few++)
        {
            // All rows share a few columns, hidden among forbidden ones: enough of them, or not.
            int[] open = draws.Permutation(Columns)[..few];
            float[] costs = new float[Rows * Columns];
            Array.Fill(costs, float.PositiveInfinity);
            for (int i = 0; i < Rows; i++)
            {
                foreach (int j in open)
                {
                    costs[(i * Columns) + j] = (float)draws.Normal();
                }
            }

            SolvedProblem solved = SolvedBatch.Of(Engine(engine), Rows, Columns, costs)[0];
            if (few < Rows)
            {
                solved.AssertInfeasible($"{few} columns");
            }
            else
            {
                solved.AssertOptimal($"{few} columns");
                solved.AssertCost(ReferenceAssignment.Hungarian(costs, Rows, Columns), $"{few} columns");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void A_ragged_batch_gives_the_bits_of_its_problems_one_by_one(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([20, 0, 1300, 3, 40, 1199], [1300, 1500, 20, 3, 1250, 1199]);
        SolvedBatch together = SolvedBatch.Of(Engine(engine), problems, CostMatrices.Batch(MatrixKind.Clustered, problems, seed: 95));
        for (int b = 0; b < problems.Count; b++)
        {
            SolvedProblem one = together[b];
            SolvedBatch alone = SolvedBatch.Of(Engine(engine), one.Rows, one.Columns, one.Costs);
            Bits.AssertSame(alone.ColumnOfRow, one.ColumnOfRow, $"{one.Name}, permutation");
            Bits.AssertSame(alone.RowDuals, one.RowDuals, $"{one.Name}, row duals");
            Bits.AssertSame(alone.ColumnDuals, one.ColumnDuals, $"{one.Name}, column duals");
        }
    }
}
