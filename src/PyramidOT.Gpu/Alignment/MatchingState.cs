namespace PyramidOT.Alignment;

/// <summary>A matching in the making and the potentials that prove how good it is.</summary>
internal sealed class MatchingState
{
    public MatchingState(int count, double[] potentials)
    {
        Potentials = potentials;
        ColumnOf = new int[count];
        RowOf = new int[count];
        Costs = new double[count];
        Array.Fill(ColumnOf, -1);
        Array.Fill(RowOf, -1);
    }

    /// <summary>Number of source points, and of target points.</summary>
    public int Count => ColumnOf.Length;

    /// <summary>The potentials v of the target points. They only ever fall.</summary>
    public double[] Potentials { get; }

    /// <summary>The target point of each source point; -1 for none yet.</summary>
    public int[] ColumnOf { get; }

    /// <summary>The source point of each target point; -1 for none yet.</summary>
    public int[] RowOf { get; }

    /// <summary>The cost of each matched source point's pair.</summary>
    public double[] Costs { get; }

    public void Match(int row, int column, double cost)
    {
        ColumnOf[row] = column;
        RowOf[column] = row;
        Costs[row] = cost;
    }
}
