namespace PyramidOT.Alignment;

/// <summary>
/// Shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987) over candidate lists: to the optimum, or from a matching within epsilon of
/// it to a whole one. A path is taken only where no column that is not listed could have made it shorter.
/// </summary>
/// <remarks>
/// In a matching within epsilon a row may be worth up to epsilon more elsewhere, which makes steps of negative length. They count as 0. Then distances
/// still come in order, and after each path every row is within epsilon of its best as before: a column k that row i of column j led to at the distance
/// d_k = max(d_j, d_j + r) has fallen by shortest - d_k, so what was r is r + d_j - d_k = min(0, r) now.
/// </remarks>
internal sealed class AugmentingRounds
{
    // Rows to draw lists up for between two looks at those.
    private const int MostHungry = 1 << 16;
    private const double Slack = 1e-12;

    private readonly CandidateLists _lists;
    private readonly ICandidateSearch _search;
    private readonly MatchingState _state;
    private readonly double[] _distances;
    private readonly int[] _parents;
    private readonly int[] _reached;
    private readonly int[] _scanned;
    private readonly double[] _scannedDistances;
    private readonly PriorityQueue<int, double> _open = new();
    private readonly PriorityQueue<int, double> _limits = new();
    private readonly double[] _offsets;
    private readonly double[] _floors;
    private readonly List<int> _hungry = [];
    private int _reachedCount;
    private double _shortest;
    private int _end;
    private long _steps;

    public AugmentingRounds(CandidateLists lists, ICandidateSearch search, MatchingState state)
    {
        (_lists, _search, _state) = (lists, search, state);
        _distances = new double[state.Count];
        _parents = new int[state.Count];
        _reached = new int[state.Count];
        _scanned = new int[state.Count];
        _scannedDistances = new double[state.Count];
        _offsets = new double[state.Count];
        _floors = new double[state.Count];
        Array.Fill(_distances, double.PositiveInfinity);
    }

    /// <summary>Ends with the proven optimum.</summary>
    public void Run(CancellationToken cancellation)
    {
        Start(cancellation);
        MatchRest(true, cancellation);
    }

    /// <summary>
    /// Matches the rows that are left, along paths that are the shortest among what is listed. Where something else was nearer, bids of the next auction
    /// mend it.
    /// </summary>
    public void Complete(CancellationToken cancellation) => MatchRest(false, cancellation);

    private void MatchRest(bool isExact, CancellationToken cancellation)
    {
        List<int> free = [];
        for (int i = 0; i < _state.Count; i++)
        {
            if (_state.ColumnOf[i] < 0)
            {
                free.Add(i);
            }
        }

        bool isStuck = false;
        while (free.Count > 0)
        {
            List<int> left = [];
            foreach (int row in free)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Augment(row, isExact, cancellation))
                {
                    left.Add(row);
                }
            }

            // Where a whole round found no path twice, by the same potentials, the same lists would be drawn up again: longer ones are needed.
            bool stuckBefore = isStuck;
            isStuck = left.Count == free.Count;
            if (isStuck && stuckBefore)
            {
                foreach (int row in _hungry.Distinct())
                {
                    _lists.Grow(row, _state.Count);
                }
            }

            Feed(cancellation);
            free = left;
        }
    }

    private void Feed(CancellationToken cancellation)
    {
        _hungry.Sort();
        int[] rows = [.. _hungry.Distinct()];
        _search.Fill(_lists, rows, _state.Potentials, cancellation);
        _hungry.Clear();
    }

    /// <summary>Keeps the rows that are matched to their very best, and frees the others.</summary>
    private void Start(CancellationToken cancellation)
    {
        while (true)
        {
            for (int i = 0; i < _state.Count; i++)
            {
                if (_lists.Best(i, _state.Potentials) > _lists.Limits[i])
                {
                    _hungry.Add(i);
                }
            }

            if (_hungry.Count == 0)
            {
                break;
            }

            Feed(cancellation);
        }

        for (int i = 0; i < _state.Count; i++)
        {
            int column = _state.ColumnOf[i];
            if (column >= 0 && _state.Costs[i] - _state.Potentials[column] > _lists.Best(i, _state.Potentials))
            {
                _state.ColumnOf[i] = -1;
                _state.RowOf[column] = -1;
            }
        }

        for (int i = 0; i < _state.Count; i++)
        {
            if (_state.ColumnOf[i] >= 0)
            {
                continue;
            }

            double best = _lists.Best(i, _state.Potentials);
            long start = _lists.Start(i);
            for (long e = start; e < start + _lists.Counts[i] && _state.ColumnOf[i] < 0; e++)
            {
                int column = _lists.Columns[e];
                if (_state.RowOf[column] < 0 && _lists.Costs[e] - _state.Potentials[column] == best)
                {
                    _state.Match(i, column, _lists.Costs[e]);
                }
            }
        }
    }

    private bool Augment(int root, bool isExact, CancellationToken cancellation)
    {
        _shortest = double.PositiveInfinity;
        _end = -1;
        _reachedCount = 0;
        _open.Clear();
        _limits.Clear();
        int scanned = 0;
        int weakest = -1;
        double limit = double.PositiveInfinity;

        // Whatever the first steps cost, all that follows is counted from there.
        Visit(root, 0, double.NegativeInfinity);
        while (true)
        {
            if ((++_steps & 1023) == 0 && cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }

            int column = Nearest(out double distance);
            if ((isExact || (column < 0 && _end < 0)) && _limits.TryPeek(out weakest, out limit) && limit < Math.Min(distance, _shortest))
            {
                // What is not listed may be nearer. Where a list is drawn up at once, the search goes on.
                _limits.Dequeue();
                if (!Lengthen(weakest))
                {
                    break;
                }

                continue;
            }

            weakest = -1;
            if (column < 0 || distance >= _shortest)
            {
                break;
            }

            _open.Dequeue();
            _scannedDistances[scanned] = distance;
            _scanned[scanned++] = column;
            _distances[column] = double.NegativeInfinity;
            int row = _state.RowOf[column];
            Visit(row, distance - (_state.Costs[row] - _state.Potentials[column]), distance);
        }

        bool proven = weakest < 0;
        if (proven && _end >= 0)
        {
            for (int k = 0; k < scanned; k++)
            {
                _state.Potentials[_scanned[k]] += _scannedDistances[k] - _shortest;
            }

            for (int column = _end; ;)
            {
                int parent = _parents[column];
                int released = _state.ColumnOf[parent];
                _state.Match(parent, column, _lists.CostOf(parent, column));
                if (parent == root)
                {
                    break;
                }

                column = released;
            }
        }
        else
        {
            _hungry.Add(weakest);

            // Of equal points, all rows on the way end at the same limit, and one longer list alone leads nowhere.
            for (int k = 0; k < scanned && _hungry.Count < MostHungry; k++)
            {
                int passed = _state.RowOf[_scanned[k]];
                double at = _offsets[passed] + _lists.Limits[passed];
                if (passed != weakest && at <= limit + (Slack * Math.Abs(limit)))
                {
                    _hungry.Add(passed);
                }
            }
        }

        for (int k = 0; k < _reachedCount; k++)
        {
            _distances[_reached[k]] = double.PositiveInfinity;
        }

        return proven && _end >= 0;
    }

    /// <summary>The nearest column that is open; -1 and infinity where there is none.</summary>
    private int Nearest(out double distance)
    {
        while (_open.TryPeek(out int column, out distance))
        {
            if (distance == _distances[column])
            {
                return column;
            }

            // It was reached on a shorter way since.
            _open.Dequeue();
        }

        distance = double.PositiveInfinity;
        return -1;
    }

    /// <summary>Draws a row's list up by the potentials of today, longer where it was so already, and follows it again.</summary>
    private bool Lengthen(int row)
    {
        double before = _lists.Limits[row];
        if (!_search.TryFill(_lists, row, _state.Potentials))
        {
            return false;
        }
        if (_lists.Limits[row] <= before)
        {
            _lists.Grow(row, _state.Count);
            _search.TryFill(_lists, row, _state.Potentials);
        }

        Visit(row, _offsets[row], _floors[row]);
        return true;
    }

    /// <summary>Follows the paths through a row, whose column is at the distance <paramref name="floor"/>.</summary>
    private void Visit(int row, double offset, double floor)
    {
        _offsets[row] = offset;
        _floors[row] = floor;
        long start = _lists.Start(row);
        long end = start + _lists.Counts[row];
        for (long e = start; e < end; e++)
        {
            int column = _lists.Columns[e];
            double path = Math.Max(floor, offset + (_lists.Costs[e] - _state.Potentials[column]));
            if (path < _shortest && path < _distances[column])
            {
                if (double.IsPositiveInfinity(_distances[column]))
                {
                    _reached[_reachedCount++] = column;
                }

                _distances[column] = path;
                _parents[column] = row;
                if (_state.RowOf[column] < 0)
                {
                    _shortest = path;
                    _end = column;
                }
                else
                {
                    _open.Enqueue(column, path);
                }
            }
        }

        _limits.Enqueue(row, offset + _lists.Limits[row]);
    }
}
