namespace PyramidOT.Alignment;

/// <summary>
/// The optimum, by shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987) over candidate lists. A path is taken only where no
/// column that is not listed could have made it shorter, so each step keeps the optimum of the whole problem.
/// </summary>
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
    private readonly double[] _own;
    private readonly double[] _scannedDistances;
    private readonly PriorityQueue<int, double> _open = new();
    private readonly List<int> _hungry = [];
    private int _reachedCount;
    private double _shortest;
    private int _end;

    public long Scans;
    public long Aborts;
    public long Augmentations;
    public long Refills;

    public AugmentingRounds(CandidateLists lists, ICandidateSearch search, MatchingState state)
    {
        (_lists, _search, _state) = (lists, search, state);
        _distances = new double[state.Count];
        _parents = new int[state.Count];
        _reached = new int[state.Count];
        _scanned = new int[state.Count];
        _own = new double[state.Count];
        _scannedDistances = new double[state.Count];
        Array.Fill(_distances, double.PositiveInfinity);
    }

    /// <summary>Ends with the proven optimum.</summary>
    public void Run(CancellationToken cancellation)
    {
        List<int> free = Start(cancellation);
        bool isStuck = false;
        while (free.Count > 0)
        {
            List<int> left = [];
            foreach (int row in free)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Augment(row, cancellation))
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
        Refills += rows.Length;
        _search.Fill(_lists, rows, _state.Potentials, cancellation);
        _hungry.Clear();
    }

    /// <summary>Keeps the rows that are matched to their very best, and lists the others.</summary>
    private List<int> Start(CancellationToken cancellation)
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

        List<int> free = [];
        for (int i = 0; i < _state.Count; i++)
        {
            int column = _state.ColumnOf[i];
            if (column >= 0 && _lists.CostOf(i, column) - _state.Potentials[column] > _lists.Best(i, _state.Potentials))
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
                    _state.Match(i, column);
                }
            }

            if (_state.ColumnOf[i] < 0)
            {
                free.Add(i);
            }
        }

        for (int i = 0; i < _state.Count; i++)
        {
            if (_state.ColumnOf[i] >= 0)
            {
                _own[i] = _lists.CostOf(i, _state.ColumnOf[i]);
            }
        }

        return free;
    }

    private bool Augment(int root, CancellationToken cancellation)
    {
        _shortest = double.PositiveInfinity;
        _end = -1;
        _reachedCount = 0;
        _open.Clear();
        int scanned = 0;
        double limit = double.PositiveInfinity;
        int weakest = -1;
        int row = root;
        double offset = 0;
        bool proven = true;
        while (true)
        {
            if ((++Scans & 1023) == 0 && cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }

            Scan(row, offset);
            if (offset + _lists.Limits[row] < limit)
            {
                limit = offset + _lists.Limits[row];
                weakest = row;
            }

            int column = -1;
            double distance = 0;
            while (_open.TryDequeue(out int next, out double at))
            {
                if (at == _distances[next])
                {
                    column = next;
                    distance = at;
                    break;
                }
            }

            if (Math.Min(column < 0 ? double.PositiveInfinity : distance, _shortest) > limit)
            {
                proven = false;
                break;
            }

            if (column < 0 || distance >= _shortest)
            {
                break;
            }

            _scannedDistances[scanned] = distance;
            _scanned[scanned++] = column;
            _distances[column] = double.NegativeInfinity;
            row = _state.RowOf[column];
            offset = distance - (_own[row] - _state.Potentials[column]);
        }

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
                _state.Match(parent, column);
                _own[parent] = _lists.CostOf(parent, column);
                if (parent == root)
                {
                    break;
                }

                column = released;
            }

            Augmentations++;
        }
        else
        {
            Aborts++;
            _hungry.Add(weakest);

            // Of equal points, all rows on the way end at the same limit, and one longer list alone leads nowhere.
            for (int k = 0; k < scanned && _hungry.Count < MostHungry; k++)
            {
                int passed = _state.RowOf[_scanned[k]];
                double at = _scannedDistances[k] - (_own[passed] - _state.Potentials[_scanned[k]]) + _lists.Limits[passed];
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

    private void Scan(int row, double offset)
    {
        long start = _lists.Start(row);
        long end = start + _lists.Counts[row];
        for (long e = start; e < end; e++)
        {
            int column = _lists.Columns[e];
            double path = offset + (_lists.Costs[e] - _state.Potentials[column]);
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
    }
}
