using System.Runtime.InteropServices;

namespace PyramidOT.Alignment;

/// <summary>
/// Matches the rows that an auction left, all at once, phase by phase (Gabow and Tarjan, SIAM Journal on Computing 18, 1989; global price updates of
/// Goldberg and Kennedy, Mathematical Programming 71, 1995): one search from all free rows, in whole epsilons, lowers all potentials that it met, and as many
/// paths that share no column as there are along its steps are taken.
/// </summary>
/// <remarks>
/// A step from row i to column j takes floor((c_ij - v_j - what i pays) / epsilon) + 1 epsilons, which is at least 0 for rows within epsilon of their best. With
/// v_j lowered by epsilon (D - d_j) wherever d_j is below D, rows stay within epsilon of the best that is listed, and each step of a path to the distance
/// D is one that keeps its row so. Where a region has more rows than columns and no listed column leads out of it, the least that one outside
/// costs is looked up for the whole region and its potentials fall by that much at once: neighbours' bids would take them there an epsilon at a time. Where a look
/// is one at all columns, each row of the region keeps the nearest ones outside beside its list: the region as a whole falls further, and leaves by those.
/// </remarks>
internal sealed class PathPhases(MatchingLevel level)
{
    // The last rows' ways are long, and potentials lowered along them would leave whole regions dear. They are taken as they are where the mean cost grows by a
    // quarter of epsilon at the most, and where no more than one row in so many is left.
    private const int TailShare = 4;
    private const int TailRows = 200;

    // Columns outside a region to look up for each row.
    private const int LeastOutside = 4;

    // Where a look is one at all columns: lists lead astray that make ways so many times as long as unlisted columns may be away, and so many epsilons; and
    // more looks a row than this are better spent by paths over all columns.
    private const int Stray = 250;
    private const int MostLooks = 2;

    // No way is longer, whatever its steps are.
    private const int Farthest = int.MaxValue / 2;

    private readonly MatchingState _state = level.State;
    private readonly CandidateLists _lists = level.Lists;
    private readonly int[] _distances = new int[level.State.Count];
    private readonly int[] _rowDistances = new int[level.State.Count];
    private readonly double[] _paid = new double[level.State.Count];
    private readonly long[] _next = new long[level.State.Count];
    private readonly EpsilonBuckets _open = new();
    private readonly List<int> _reached = [];
    private readonly List<int> _rows = [];
    private readonly List<int> _way = [];
    private readonly Dictionary<int, (int Column, double Cost)[]> _outside = [];

    // How near a column may be that no list of a visited row has.
    private int _known;

    // Rows that were looked up.
    private long _looks;

    /// <summary>Runs until every row is matched, nearly all within epsilon of the best that is listed, or for so many phases.</summary>
    /// <param name="epsilon">How far from its best a row may stay.</param>
    /// <param name="phases">So many phases at the most.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Whether every row is matched; else phases are used up, or lists lead astray.</returns>
    public bool Run(double epsilon, int phases, CancellationToken cancellation)
    {
        Array.Fill(_distances, int.MaxValue);
        Array.Fill(_rowDistances, int.MaxValue);
        _looks = 0;
        for (int phase = 0; ; phase++)
        {
            cancellation.ThrowIfCancellationRequested();
            List<int> free = Settle(phase == 0, epsilon, cancellation);
            if (free.Count == 0)
            {
                return true;
            }

            if (phase == phases)
            {
                return false;
            }

            int last = Search(free, epsilon);
            if (level.Search is DenseSearch && (last > Stray * (_known + 1L) || _looks > (long)MostLooks * _state.Count))
            {
                Forget();
                return false;
            }

            if (last < 0)
            {
                last = NearestOutside(epsilon, cancellation);
                Lower(last, epsilon);
                Forget();
                continue;
            }

            bool isTail = (long)free.Count * last <= _state.Count / TailShare && free.Count <= _state.Count / TailRows;
            foreach (int row in free)
            {
                Augment(row, last, epsilon);
            }

            if (!isTail)
            {
                Lower(last, epsilon);
            }

            Forget();
        }
    }

    /// <summary>Draws up anew the lists that cannot tell, frees the rows that would be better off elsewhere by more than epsilon, and returns all free ones.</summary>
    private List<int> Settle(bool isFirst, double epsilon, CancellationToken cancellation)
    {
        List<int> unsure = [];
        for (int i = 0; i < _state.Count; i++)
        {
            if (Paid(i) > _lists.Limits[i] + (_state.ColumnOf[i] < 0 ? 0 : epsilon))
            {
                unsure.Add(i);
            }
        }

        _looks += isFirst ? 0 : unsure.Count;
        level.Search.Fill(_lists, CollectionsMarshal.AsSpan(unsure), _state.Potentials, cancellation);
        foreach (int row in isFirst ? _outside.Keys : (IEnumerable<int>)unsure)
        {
            AddOutside(row);
        }

        List<int> free = [];
        for (int i = 0; i < _state.Count; i++)
        {
            int column = _state.ColumnOf[i];
            if (isFirst && column >= 0 && Paid(i) > _lists.Best(i, _state.Potentials) + epsilon)
            {
                _state.ColumnOf[i] = -1;
                _state.RowOf[column] = -1;
                column = -1;
            }

            if (column < 0)
            {
                free.Add(i);
            }
        }

        return free;
    }

    private double Paid(int row) =>
        _state.ColumnOf[row] is >= 0 and int column ? _state.Costs[row] - _state.Potentials[column] : _lists.Best(row, _state.Potentials);

    /// <summary>Distances from all free rows, until half as many free columns are met or there is nothing more to look at.</summary>
    /// <returns>The distance of the last free column; -1 where none was met.</returns>
    private int Search(List<int> free, double epsilon)
    {
        int wanted = (free.Count + 1) / 2;
        int last = -1;
        _known = Farthest;
        foreach (int row in free)
        {
            Visit(row, 0, epsilon);
        }

        while (wanted > 0 && _open.TryTake(out int column, out int distance))
        {
            if (distance != _distances[column] || (_state.RowOf[column] is >= 0 and int owner && _rowDistances[owner] <= distance))
            {
                continue;
            }

            int row = _state.RowOf[column];
            if (row < 0)
            {
                last = distance;
                wanted--;
            }
            else
            {
                Visit(row, distance, epsilon);
            }
        }

        _open.Clear();
        return last;
    }

    private void Visit(int row, int distance, double epsilon)
    {
        _rows.Add(row);
        _rowDistances[row] = distance;
        _paid[row] = Paid(row);
        long start = _lists.Start(row);
        _next[row] = start;
        _known = Math.Min(_known, Path(row, _lists.Limits[row], epsilon));
        long end = start + _lists.Counts[row];
        for (long e = start; e < end; e++)
        {
            int column = _lists.Columns[e];
            int path = Path(row, _lists.Costs[e] - _state.Potentials[column], epsilon);
            if (path < _distances[column])
            {
                if (_distances[column] == int.MaxValue)
                {
                    _reached.Add(column);
                }

                _distances[column] = path;
                _open.Add(column, path);
            }
        }
    }

    /// <summary>How far a column is by way of a visited row, for which its reduced cost is given.</summary>
    private int Path(int row, double reduced, double epsilon) =>
        (int)Math.Min(Farthest, _rowDistances[row] + Math.Max(0, Math.Floor((reduced - _paid[row]) / epsilon) + 1));

    /// <summary>From the rows that were visited, how far the nearest column is that was not reached.</summary>
    private int NearestOutside(double epsilon, CancellationToken cancellation)
    {
        _looks += _rows.Count;
        int capacity = Math.Max(LeastOutside, _lists.Spare);
        List<int> outside = [];
        for (int j = 0; j < _state.Count; j++)
        {
            if (_distances[j] == int.MaxValue)
            {
                outside.Add(j);
            }
        }

        double[] potentials = [.. outside.Select(j => _state.Potentials[j])];
        double[] best = new double[_rows.Count];
        PointCloud rows = Part(level.Source, _rows);
        PointCloud columns = Part(level.Target, outside);
        CandidateLists lists = new(_rows.Count, capacity);
        using ICandidateSearch search = MatchingLevel.MakeSearch(level.Engine, rows, columns, level.Cost, capacity);
        lists.Transform(search, potentials, best, cancellation);
        int nearest = int.MaxValue;
        for (int k = 0; k < best.Length; k++)
        {
            int row = _rows[k];
            int path = Path(row, best[k], epsilon);
            nearest = Math.Min(nearest, path);

            // It costs no more than what is listed: the list is too short to show it.
            bool isShort = path <= _rowDistances[row] + 1;
            if (_lists.Spare > 0 && !(isShort && _outside.ContainsKey(row)))
            {
                int start = (int)lists.Start(k);
                _outside[row] = [.. Enumerable.Range(start, lists.Counts[k]).Select(e => (outside[lists.Columns[e]], lists.Costs[e]))];
                AddOutside(row);
            }
            else if (isShort)
            {
                _lists.Grow(row, _state.Count);
            }
        }

        return nearest;
    }

    private void AddOutside(int row)
    {
        if (_outside.TryGetValue(row, out (int Column, double Cost)[]? entries))
        {
            _lists.Add(row, entries);
        }
    }

    private static PointCloud Part(PointCloud cloud, List<int> rows)
    {
        float[] points = new float[(long)rows.Count * cloud.Dimensions];
        for (int k = 0; k < rows.Count; k++)
        {
            cloud[rows[k]].CopyTo(points.AsSpan(k * cloud.Dimensions));
        }

        return new(points, cloud.Dimensions);
    }

    private void Lower(int last, double epsilon)
    {
        foreach (int column in _reached)
        {
            int distance = _distances[column] < 0 ? -1 - _distances[column] : _distances[column];
            if (distance < last)
            {
                _state.Potentials[column] -= epsilon * (last - distance);
            }
        }
    }

    /// <summary>Looks for a way from a free row along steps that made the distances, to a free column that no other row has taken since.</summary>
    private void Augment(int root, int last, double epsilon)
    {
        _way.Clear();
        _way.Add(root);
        while (_way.Count > 0)
        {
            int row = _way[^1];
            long end = _lists.Start(row) + _lists.Counts[row];
            bool isFollowed = false;
            while (_next[row] < end && !isFollowed)
            {
                long e = _next[row]++;
                int column = _lists.Columns[e];
                int distance = _distances[column];
                if (distance > last || distance < 0)
                {
                    continue;
                }

                if (distance != Path(row, _lists.Costs[e] - _state.Potentials[column], epsilon))
                {
                    continue;
                }

                // Each column serves once, on a way that ends or on none.
                _distances[column] = -1 - distance;
                int owner = _state.RowOf[column];
                if (owner < 0)
                {
                    Take();
                    return;
                }

                if (_rowDistances[owner] == distance)
                {
                    _way.Add(owner);
                    isFollowed = true;
                }
            }

            if (!isFollowed)
            {
                _way.RemoveAt(_way.Count - 1);
            }
        }
    }

    /// <summary>Gives each row of the way the column that it looked at last.</summary>
    private void Take()
    {
        foreach (int row in _way)
        {
            long e = _next[row] - 1;
            _state.Match(row, _lists.Columns[e], _lists.Costs[e]);
        }
    }

    private void Forget()
    {
        foreach (int column in _reached)
        {
            _distances[column] = int.MaxValue;
        }

        foreach (int row in _rows)
        {
            _rowDistances[row] = int.MaxValue;
        }

        _reached.Clear();
        _rows.Clear();
    }
}
