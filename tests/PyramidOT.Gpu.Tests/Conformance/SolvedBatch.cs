using System.Runtime.InteropServices;

namespace PyramidOT.Tests.Conformance;

/// <summary>What the assignment family gave for a batch.</summary>
internal sealed record SolvedBatch(
    BatchLayout Problems, float[] Costs, int[] ColumnOfRow, float[] RowDuals, float[] ColumnDuals, double[] Primal, double[] Dual, SolveStatus[] Status)
{
    // No result looks like this: a permutation has no such column, there is no such status, and as floats it is an odd NaN.
    private const byte Garbage = 0xFB;

    /// <summary>Solves a batch, and checks that every element of the results was written.</summary>
    public static SolvedBatch Of(ComputeEngine engine, BatchLayout problems, float[] costs)
    {
        using Guarded<float> input = Guarded<float>.Of(engine, costs);
        using AssignmentBuffers result = new(engine, problems);
        Poison(result.ColumnOfRow);
        Poison(result.RowDuals);
        Poison(result.ColumnDuals);
        Poison(result.Primal);
        Poison(result.Dual);
        Poison(result.Status);
        engine.Assignment.Solve(problems, input.View, result);
        Assert.Equal(costs, input.ToArray());
        return new(
            problems,
            costs,
            Written(result.ColumnOfRow),
            Written(result.RowDuals),
            Written(result.ColumnDuals),
            Written(result.Primal),
            Written(result.Dual),
            Written(result.Status));
    }

    /// <summary>Solves one problem.</summary>
    public static SolvedBatch Of(ComputeEngine engine, int rows, int columns, float[] costs) =>
        Of(engine, BatchLayout.Uniform(1, rows, columns), costs);

    /// <summary>One problem of the batch.</summary>
    public SolvedProblem this[int problem] => new(
        $"problem {problem} ({Problems.RowsOf(problem)} x {Problems.ColumnsOf(problem)})",
        Problems.RowsOf(problem),
        Problems.ColumnsOf(problem),
        Shapes.Part(Costs, Problems.CostOffsets, problem),
        Shapes.Part(ColumnOfRow, Problems.RowOffsets, problem),
        Shapes.Part(RowDuals, Problems.RowOffsets, problem),
        Shapes.Part(ColumnDuals, Problems.ColumnOffsets, problem),
        Primal[problem],
        Dual[problem],
        Status[problem]);

    /// <summary>Checks that two solves have the same bits.</summary>
    public static void AssertSame(SolvedBatch expected, SolvedBatch actual, string what)
    {
        Bits.AssertSame(expected.Status, actual.Status, $"{what}, status");
        Bits.AssertSame(expected.ColumnOfRow, actual.ColumnOfRow, $"{what}, permutation");
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
