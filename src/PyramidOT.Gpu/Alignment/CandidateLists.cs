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
    private readonly long[] _starts;
    private readonly int[] _room;
    private long _end;

    /// <param name="rows">Number of source points.</param>
    /// <param name="capacity">Entries that a list has room for at first.</param>
    /// <param name="spare">Entries that may be added to those.</param>
    public CandidateLists(int rows, int capacity, int spare = 0)
    {
        (Capacity, Spare) = (capacity, spare);
        _end = (long)rows * (capacity + spare);
        Columns = new int[_end];
        Costs = new double[_end];
        Counts = new int[rows];
        Limits = new double[rows];
        _starts = new long[rows];
        _room = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            (_starts[i], _room[i]) = ((long)i * (capacity + spare), capacity);
        }

        Array.Fill(Limits, double.NegativeInfinity);
    }

    /// <summary>Entries that a list has room for at first.</summary>
    public int Capacity { get; }

    /// <summary>Entries that may be added to a list after it was drawn up; to a longer one none.</summary>
    public int Spare { get; }

    /// <summary>The target points of all lists.</summary>
    public int[] Columns { get; private set; }

    /// <summary>Their costs.</summary>
    public double[] Costs { get; private set; }

    /// <summary>Length of each list.</summary>
    public int[] Counts { get; }

    /// <summary>c_ij - v_j is at least this for all j that are not listed.</summary>
    public double[] Limits { get; }

    /// <summary>The entries of a row: from here, <see cref="Counts"/> of them.</summary>
    public long Start(int row) => _starts[row];

    /// <summary>Entries that a row's list has room for.</summary>
    public int RoomOf(int row) => _room[row];

    /// <summary>
    /// Gives a row room for four times as many entries, up to <paramref name="most"/>: where so many points are equal that a list holds nothing else, only
    /// a longer one leads out of them. Its list is empty until it is drawn up.
    /// </summary>
    public void Grow(int row, int most)
    {
        int room = (int)Math.Min(most, 4L * _room[row]);
        if (room <= _room[row])
        {
            return;
        }

        if (_end + room > Columns.Length)
        {
            int length = (int)Math.Min(Array.MaxLength, Math.Max(_end + room, _end + (_end / 2)));
            int[] columns = Columns;
            double[] costs = Costs;
            Array.Resize(ref columns, length);
            Array.Resize(ref costs, length);
            (Columns, Costs) = (columns, costs);
        }

        (_starts[row], _room[row], Counts[row], Limits[row]) = (_end, room, 0, double.NegativeInfinity);
        _end += room;
    }

    /// <summary>
    /// Adds entries to a list where it lacks them, in place of those that were added before. When the list is drawn up anew they are gone.
    /// </summary>
    public void Add(int row, ReadOnlySpan<(int Column, double Cost)> entries)
    {
        if (_room[row] > Capacity)
        {
            return;
        }

        int start = (int)_starts[row];
        int count = Math.Min(Counts[row], Capacity);
        foreach ((int column, double cost) in entries)
        {
            if (count < Capacity + Spare && !Columns.AsSpan(start, count).Contains(column))
            {
                (Columns[start + count], Costs[start + count]) = (column, cost);
                count++;
            }
        }

        Counts[row] = count;
    }

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

    /// <summary>The column of least c_ij - v_j among a row's entries, the first of equal ones.</summary>
    public int BestColumn(int row, double[] potentials)
    {
        double best = double.PositiveInfinity;
        int column = -1;
        long start = Start(row);
        for (long e = start; e < start + Counts[row]; e++)
        {
            double reduced = Costs[e] - potentials[Columns[e]];
            if (reduced < best)
            {
                (best, column) = (reduced, Columns[e]);
            }
        }

        return column;
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
    public void Transform(ICandidateSearch search, double[] potentials, double[] result, CancellationToken cancellation)
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

            search.Fill(this, CollectionsMarshal.AsSpan(unsure), potentials, cancellation);
        }
        while (unsure.Count > 0);
    }
}
