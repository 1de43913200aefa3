using System.Runtime.CompilerServices;

namespace PyramidOT.Alignment;

/// <summary>
/// Matching by auction (Bertsekas, Annals of Operations Research 14, 1988), over candidate lists: each free row bids for its best column so much that
/// this becomes no better than its second best, and epsilon less. At the end every row is within epsilon of its best, so the
/// matching costs at most n epsilon more than the optimum.
/// </summary>
/// <remarks>
/// Rows bid in batches, all by the same potentials, and the highest bid for a column wins: so a batch is computed on all cores, and its outcome does
/// not depend on them.
/// </remarks>
internal sealed class AuctionRounds(ComputeEngine engine, CandidateLists lists, ICandidateSearch search, MatchingState state)
{
    private const int LargestBatch = 4096;
    private const int Few = 128;

    // The last rows bid longest: prices of whole neighbourhoods fall by an epsilon at a time until a column is found for one more. Paths are the
    // better way then: from where so few rows are left, once so much work has been done a row; or more of it, however many are left.
    private const long WorkForMost = 6;
    private const long WorkOfRefill = 8;

    private readonly int[] _queue = new int[state.Count];
    private readonly int[] _bidders = new int[LargestBatch];
    private readonly int[] _bidColumns = new int[LargestBatch];
    private readonly double[] _bids = new double[LargestBatch];
    private readonly double[] _bidCosts = new double[LargestBatch];
    private readonly List<int> _starved = [];
    private int _head;
    private int _length;

    /// <summary>Runs until every row is matched within epsilon of its best.</summary>
    /// <param name="epsilon">How far from its best a row may stay.</param>
    /// <param name="few">So many rows may be left once some work was done.</param>
    /// <param name="mostWork">Bids a row, on average, after which any number of rows may be left.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Whether that was reached; else some rows are left without a match, for paths to find.</returns>
    public bool Run(double epsilon, int few, long mostWork, CancellationToken cancellation)
    {
        _head = 0;
        _length = 0;
        _starved.Clear();
        for (int i = 0; i < state.Count; i++)
        {
            int column = state.ColumnOf[i];
            if (column >= 0 && !IsContent(i, column, epsilon))
            {
                state.ColumnOf[i] = -1;
                state.RowOf[column] = -1;
                column = -1;
            }

            if (column < 0)
            {
                Push(i);
            }
        }

        long work = 0;
        while (_length > 0 || _starved.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int left = _length + _starved.Count;
            if (work > (left <= few ? WorkForMost : mostWork) * state.Count)
            {
                return false;
            }

            if (_length == 0 || _starved.Count >= 1024)
            {
                work += WorkOfRefill * _starved.Count;
                Feed(cancellation);
            }

            int count = Math.Min(LargestBatch, Math.Max(1, _length / 4));
            for (int k = 0; k < count; k++)
            {
                _bidders[k] = Pop();
            }
            work += count;
            if (count <= Few)
            {
                Bid(0, count, epsilon);
            }
            else
            {
                engine.ForOnHost(count, 4.0 * lists.Capacity, (start, end) => Bid(start, end, epsilon));
            }

            for (int k = 0; k < count; k++)
            {
                Award(_bidders[k], _bidColumns[k], _bids[k], _bidCosts[k]);
            }
        }

        return true;
    }

    /// <summary>Whether a matched row's column is within epsilon of its best.</summary>
    private bool IsContent(int row, int column, double epsilon)
    {
        double best = Math.Min(lists.Limits[row], lists.Best(row, state.Potentials));
        double own = state.Costs[row] - state.Potentials[column];
        return own <= best + epsilon;
    }

    private void Feed(CancellationToken cancellation)
    {
        search.Fill(lists, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_starved), state.Potentials, cancellation);
        foreach (int row in _starved)
        {
            Push(row);
        }

        _starved.Clear();
    }

    private void Bid(int from, int to, double epsilon)
    {
        double[] potentials = state.Potentials;
        int[] columns = lists.Columns;
        double[] costs = lists.Costs;
        for (int k = from; k < to; k++)
        {
            int row = _bidders[k];
            long start = lists.Start(row);
            long end = start + lists.Counts[row];
            double best = double.PositiveInfinity;
            double second = double.PositiveInfinity;
            int column = -1;
            double cost = 0;
            for (long e = start; e < end; e++)
            {
                int candidate = columns[e];
                double reduced = costs[e] - potentials[candidate];
                if (reduced < second)
                {
                    if (reduced < best)
                    {
                        second = best;
                        best = reduced;
                        column = candidate;
                        cost = costs[e];
                    }
                    else
                    {
                        second = reduced;
                    }
                }
            }

            double limit = lists.Limits[row];
            if (!(best <= limit))
            {
                _bidColumns[k] = -1;
                continue;
            }

            // A row that has a single column to go to bids the least it may. A bid that rounding swallowed would be made for ever.
            double raise = Math.Min(second, limit) - best;
            double price = potentials[column];
            _bidColumns[k] = column;
            _bidCosts[k] = cost;
            _bids[k] = Math.Min(Math.BitDecrement(price), double.IsPositiveInfinity(raise) ? price - epsilon : price - raise - epsilon);
        }
    }

    private void Award(int row, int column, double bid, double cost)
    {
        if (column < 0)
        {
            _starved.Add(row);
        }
        else if (bid < state.Potentials[column])
        {
            int loser = state.RowOf[column];
            if (loser >= 0)
            {
                state.ColumnOf[loser] = -1;
                Push(loser);
            }

            state.Potentials[column] = bid;
            state.Match(row, column, cost);
        }
        else
        {
            Push(row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Push(int row)
    {
        int place = _head + _length++;
        _queue[place >= _queue.Length ? place - _queue.Length : place] = row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Pop()
    {
        int row = _queue[_head];
        _head = _head + 1 == _queue.Length ? 0 : _head + 1;
        _length--;
        return row;
    }
}
