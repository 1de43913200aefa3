using System.Runtime.InteropServices;

namespace PyramidOT.Alignment;

/// <summary>
/// For each source point the target points that it may be matched to at the least c_ij - v_j, with their costs in float64, and a limit that no
/// other one is below.
/// </summary>
/// <remarks>
/// Potentials v only ever fall, so reduced costs only rise: a limit stays true for good. A list whose best has risen above its limit has to be
/// drawn up anew.
/// </remarks>
internal sealed class CandidateLists
{
    public CandidateLists(int rows, int capacity)
    {
        Capacity = capacity;
        Columns = new int[(long)rows * capacity];
        Costs = new double[(long)rows * capacity];
        Counts = new int[rows];
        Limits = new double[rows];
        Array.Fill(Limits, double.NegativeInfinity);
    }

    /// <summary>Entries that a list has room for.</summary>
    public int Capacity { get; }

    /// <summary>The target points, <see cref="Capacity"/> a row.</summary>
    public int[] Columns { get; }

    /// <summary>Their costs.</summary>
    public double[] Costs { get; }

    /// <summary>Length of each list.</summary>
    public int[] Counts { get; }

    /// <summary>c_ij - v_j is at least this for all j that are not listed.</summary>
    public double[] Limits { get; }

    /// <summary>The entries of a row: from here, <see cref="Counts"/> of them.</summary>
    public long Start(int row) => (long)row * Capacity;

    /// <summary>The least c_ij - v_j among a row's entries.</summary>
    public double Best(int row, double[] potentials)
    {
        double best = double.PositiveInfinity;
        long start = Start(row);
        for (long e = start; e < start + Counts[row]; e++)
        {
            best = Math.Min(best, Costs[e] - potentials[Columns[e]]);
        }

        return best;
    }

    /// <summary>The cost of a pair; positive infinity where the row's list lacks the column.</summary>
    public double CostOf(int row, int column)
    {
        long start = Start(row);
        for (long e = start; e < start + Counts[row]; e++)
        {
            if (Columns[e] == column)
            {
                return Costs[e];
            }
        }

        return double.PositiveInfinity;
    }

    /// <summary>
    /// u_i = min over j of c_ij - v_j for every row, exactly: lists that cannot tell are drawn up anew. With v this is a feasible dual solution.
    /// </summary>
    public void Transform(ICandidateSearch search, double[] potentials, double[] result)
    {
        List<int> unsure = [];
        do
        {
            unsure.Clear();
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = Best(i, potentials);
                if (result[i] > Limits[i])
                {
                    unsure.Add(i);
                }
            }

            search.Fill(this, CollectionsMarshal.AsSpan(unsure), potentials);
        }
        while (unsure.Count > 0);
    }
}
