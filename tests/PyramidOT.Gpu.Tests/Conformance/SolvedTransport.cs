using System.Runtime.InteropServices;

namespace PyramidOT.Tests.Conformance;

/// <summary>What the transport family gave for a batch.</summary>
internal sealed record SolvedTransports(
    BatchLayout Problems,
    float[] Costs,
    float[] RowWeights,
    float[] ColumnWeights,
    int[] CellRows,
    int[] CellColumns,
    double[] CellMasses,
    int[] CellCounts,
    float[] RowDuals,
    float[] ColumnDuals,
    double[] Primal,
    double[] Dual,
    SolveStatus[] Status)
{
    // No result looks like this.
    private const byte Garbage = 0xFB;

    /// <summary>Solves a batch, and checks that every element of the results was written.</summary>
    public static SolvedTransports Of(ComputeEngine engine, BatchLayout problems, float[] costs, float[] rowWeights, float[] columnWeights)
    {
        using Guarded<float> input = Guarded<float>.Of(engine, costs);
        using Guarded<float> rows = Guarded<float>.Of(engine, rowWeights);
        using Guarded<float> columns = Guarded<float>.Of(engine, columnWeights);
        using TransportBuffers result = new(engine, problems);
        Poison(result.CellRows);
        Poison(result.CellColumns);
        Poison(result.CellMasses);
        Poison(result.CellCounts);
        Poison(result.RowDuals);
        Poison(result.ColumnDuals);
        Poison(result.Primal);
        Poison(result.Dual);
        Poison(result.Status);
        engine.Transport.Solve(problems, input.View, rows.View, columns.View, result);
        Assert.Equal(costs, input.ToArray());
        Assert.Equal(rowWeights, rows.ToArray());
        Assert.Equal(columnWeights, columns.ToArray());
        return new(
            problems,
            costs,
            rowWeights,
            columnWeights,
            Written(result.CellRows),
            Written(result.CellColumns),
            Written(result.CellMasses),
            Written(result.CellCounts),
            Written(result.RowDuals),
            Written(result.ColumnDuals),
            Written(result.Primal),
            Written(result.Dual),
            Written(result.Status));
    }

    /// <summary>Solves one problem.</summary>
    public static SolvedTransport Of(ComputeEngine engine, float[] costs, float[] rowWeights, float[] columnWeights) =>
        Of(engine, BatchLayout.Uniform(1, rowWeights.Length, columnWeights.Length), costs, rowWeights, columnWeights)[0];

    /// <summary>One problem of the batch.</summary>
    public SolvedTransport this[int problem]
    {
        get
        {
            long first = Problems.RowOffsets[problem] + Problems.ColumnOffsets[problem];
            long end = Problems.RowOffsets[problem + 1] + Problems.ColumnOffsets[problem + 1];
            for (long k = first + CellCounts[problem]; k < end; k++)
            {
                Assert.Equal((-1, -1, 0), (CellRows[k], CellColumns[k], CellMasses[k]));
            }

            return new(
                $"problem {problem} ({Problems.RowsOf(problem)} x {Problems.ColumnsOf(problem)})",
                Shapes.Part(Costs, Problems.CostOffsets, problem),
                Shapes.Part(RowWeights, Problems.RowOffsets, problem),
                Shapes.Part(ColumnWeights, Problems.ColumnOffsets, problem),
                [.. Enumerable.Range((int)first, CellCounts[problem]).Select(k => new TransportCell(CellRows[k], CellColumns[k], CellMasses[k]))],
                Shapes.Part(RowDuals, Problems.RowOffsets, problem),
                Shapes.Part(ColumnDuals, Problems.ColumnOffsets, problem),
                Primal[problem],
                Dual[problem],
                Status[problem]);
        }
    }

    /// <summary>Checks that two solves have the same bits.</summary>
    public static void AssertSame(SolvedTransports expected, SolvedTransports actual, string what)
    {
        Bits.AssertSame(expected.Status, actual.Status, $"{what}, status");
        Bits.AssertSame(expected.CellCounts, actual.CellCounts, $"{what}, cell counts");
        Bits.AssertSame(expected.CellRows, actual.CellRows, $"{what}, cell rows");
        Bits.AssertSame(expected.CellColumns, actual.CellColumns, $"{what}, cell columns");
        Bits.AssertSame(expected.CellMasses, actual.CellMasses, $"{what}, cell masses");
        Bits.AssertSame(expected.RowDuals, actual.RowDuals, $"{what}, row duals");
        Bits.AssertSame(expected.ColumnDuals, actual.ColumnDuals, $"{what}, column duals");
        Bits.AssertSame(expected.Primal, actual.Primal, $"{what}, primal");
        Bits.AssertSame(expected.Dual, actual.Dual, $"{what}, dual");
    }

    private static void Poison<T>(EngineBuffer<T> buffer)
        where T : unmanaged
    {
        T[] garbage = new T[buffer.Length];
        MemoryMarshal.AsBytes(garbage.AsSpan()).Fill(Garbage);
        buffer.Upload(garbage);
    }

    private static T[] Written<T>(EngineBuffer<T> buffer)
        where T : unmanaged
    {
        T[] elements = buffer.ToArray();
        for (int i = 0; i < elements.Length; i++)
        {
            bool isGarbage = MemoryMarshal.AsBytes(elements.AsSpan(i, 1)).IndexOfAnyExcept(Garbage) < 0;
            Assert.False(isGarbage, $"Element {i} of {elements.Length} of a result ({typeof(T).Name}) was not written.");
        }

        return elements;
    }
}

/// <summary>One solved transport problem, and what its own results prove about it.</summary>
internal sealed record SolvedTransport(
    string Name,
    float[] Costs,
    float[] RowWeights,
    float[] ColumnWeights,
    TransportCell[] Plan,
    float[] RowDuals,
    float[] ColumnDuals,
    double Primal,
    double Dual,
    SolveStatus Status)
{
    /// <summary>How far the primal may be above the dual, as a part of the plan's summed costs.</summary>
    public const double Gap = 1e-6;

    private double Magnitude => Plan.Sum(cell => Math.Abs(Cost(cell.Row, cell.Column) * cell.Mass));

    private double Total => RowWeights.Sum(weight => (double)weight);

    /// <summary>What the columns take: their weights, scaled to the rows' total.</summary>
    private double[] Wanted
    {
        get
        {
            double total = ColumnWeights.Sum(weight => (double)weight);
            return [.. ColumnWeights.Select(weight => total == 0 ? 0 : weight * (Total / total))];
        }
    }

    /// <summary>
    /// Checks the result by itself: it is a plan of that cost whose cells are a forest, the duals are feasible, and together they prove it
    /// optimal.
    /// </summary>
    public void AssertOptimal(string what)
    {
        what = $"{what}, {Name}";
        Assert.True(Status == SolveStatus.Optimal, $"{what}: the status is {Status}.");
        AssertPlan(what);
        AssertForest(what);
        AssertFeasible(what);

        // Duals are rounded to float32 when stored, each by an ulp at most; the value is that of the unrounded ones.
        double[] wanted = Wanted;
        double sum = RowDuals.Select((u, i) => (double)u * RowWeights[i]).Sum() + ColumnDuals.Select((v, j) => v * wanted[j]).Sum();
        double parts = RowDuals.Select((u, i) => Math.Abs((double)u * RowWeights[i])).Sum() + ColumnDuals.Select((v, j) => Math.Abs(v * wanted[j])).Sum();
        double largest = RowDuals.Concat(ColumnDuals).Select(dual => Math.Abs((double)dual)).DefaultIfEmpty(0).Max();

        // And masses are whole numbers of 1e-18 of the total or less.
        double rounding = (1.2e-7 * parts) + (1e-15 * Total * largest) + (1e-44 * Total);
        Assert.True(Math.Abs(sum - Dual) <= rounding, $"{what}: the duals sum up to {sum:R}, but their value is {Dual:R}.");
        double magnitude = Magnitude;
        Assert.True(
            Primal - Dual <= (Gap * magnitude) + (1e-11 * parts), $"{what}: the primal value {Primal:R} is {Primal - Dual:G3} above the dual value {Dual:R}.");
        Assert.True(Primal - Dual >= -1e-11 * (magnitude + parts), $"{what}: the primal value {Primal:R} is below the dual value {Dual:R}.");

        // Complementary slackness: no slack is negative, and those of the cells sum up to the gap.
        double slack = Plan.Sum(cell => cell.Mass * ((double)Cost(cell.Row, cell.Column) - RowDuals[cell.Row] - ColumnDuals[cell.Column]));
        Assert.True(slack <= (Gap * magnitude) + (2 * rounding), $"{what}: the cells have a slack of {slack:G3}.");
    }

    /// <summary>Checks that the cost is the least one, as a reference found it.</summary>
    public void AssertCost(double expected, string what, double gap = Gap)
    {
        if (double.IsPositiveInfinity(expected))
        {
            AssertInfeasible(what);
            return;
        }

        Assert.True(Status == SolveStatus.Optimal, $"{what}, {Name}: the status is {Status}, but there is a plan of cost {expected:R}.");
        Assert.True(
            Math.Abs(Primal - expected) <= gap * Math.Max(Magnitude, Math.Abs(expected)), $"{what}, {Name}: the cost is {Primal:R} where {expected:R} is the least.");
    }

    /// <summary>Checks that the result says what is said where there is no plan.</summary>
    public void AssertInfeasible(string what)
    {
        Assert.True(Status == SolveStatus.Infeasible, $"{what}, {Name}: the status is {Status}, but there is no plan.");
        Assert.Empty(Plan);
        Assert.All(RowDuals, dual => Assert.True(float.IsNaN(dual)));
        Assert.All(ColumnDuals, dual => Assert.True(float.IsNaN(dual)));
        Assert.Equal(double.PositiveInfinity, Primal);
        Assert.True(double.IsNaN(Dual));
    }

    private float Cost(int row, int column) => Costs[(row * ColumnWeights.Length) + column];

    private void AssertPlan(string what)
    {
        double[] rows = new double[RowWeights.Length];
        double[] columns = new double[ColumnWeights.Length];
        double cost = 0;
        foreach ((int row, int column, double mass) in Plan)
        {
            Assert.True(mass > 0, $"{what}: a mass of {mass} moves from row {row} to column {column}.");
            Assert.True(float.IsFinite(Cost(row, column)), $"{what}: mass moves between row {row} and column {column}, which is forbidden.");
            rows[row] += mass;
            columns[column] += mass;
            cost += mass * Cost(row, column);
        }

        double[] wanted = Wanted;
        double total = Total;
        AssertMarginal(RowWeights.Select(weight => (double)weight), rows, "row");
        AssertMarginal(wanted, columns, "column");
        Assert.True(Math.Abs(cost - Primal) <= 1e-12 * Magnitude, $"{what}: the plan costs {cost:R}, but the primal value is {Primal:R}.");

        void AssertMarginal(IEnumerable<double> weights, double[] sums, string side)
        {
            int i = 0;
            foreach (double weight in weights)
            {
                Assert.True(Math.Abs(sums[i] - weight) <= 1e-14 * total, $"{what}: {side} {i} of weight {weight:R} has a mass of {sums[i]:R}.");
                Assert.True(weight > 0 || sums[i] == 0, $"{what}: {side} {i} has no weight, but a mass of {sums[i]:R}.");
                i++;
            }
        }
    }

    /// <summary>No cell closes a cycle: so there are fewer than rows and columns that have any.</summary>
    private void AssertForest(string what)
    {
        int[] above = [.. Enumerable.Range(0, RowWeights.Length + ColumnWeights.Length)];
        foreach (TransportCell cell in Plan)
        {
            int row = Top(cell.Row);
            int column = Top(RowWeights.Length + cell.Column);
            Assert.True(row != column, $"{what}: the cell of row {cell.Row} and column {cell.Column} closes a cycle.");
            above[row] = column;
        }

        int Top(int node)
        {
            while (above[node] != node)
            {
                node = above[node] = above[above[node]];
            }

            return node;
        }
    }

    private void AssertFeasible(string what)
    {
        for (int i = 0; i < RowDuals.Length; i++)
        {
            double u = RowDuals[i];
            Assert.True(double.IsFinite(u), $"{what}: the dual of row {i} is {u}.");
            for (int j = 0; j < ColumnDuals.Length; j++)
            {
                double v = ColumnDuals[j];
                double cost = Cost(i, j);
                if (!(u + v <= cost + (1e-13 * (Math.Abs(u) + Math.Abs(v)))))
                {
                    Assert.Fail($"{what}: the duals {u:R} of row {i} and {v:R} of column {j} exceed the cost {cost:R}.");
                }
            }
        }

        Assert.All(ColumnDuals, dual => Assert.True(float.IsFinite(dual), $"{what}: a column's dual is {dual}."));
    }
}
