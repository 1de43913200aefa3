using System.Numerics;
using PyramidOT.Engines.Host;

namespace PyramidOT.Alignment;

/// <summary>
/// Shortest augmenting paths over all columns, for the last rows of an auction whose lists do not show the way: those of a cluster with more rows than
/// columns list the cluster's own columns only, and what lies outside is far. Whole rows of costs are computed when a path comes to them, and never kept.
/// </summary>
/// <remarks>
/// Steps are counted in epsilons as in <see cref="PathPhases"/>, and potentials fall by the same rule, so rows stay within epsilon of their best but for
/// float32's rounding of costs. Many rows are looked at together, nearest first; a row that turns out to be nearer is looked at again.
/// </remarks>
internal sealed class DensePaths(MatchingLevel level, DenseSearch search)
{
    // Rows nearer than the nearest and so many epsilons are looked at together, and not fewer than so many.
    private const int Window = 2;
    private const int LeastBatch = 64;

    // No way is longer, whatever its steps are.
    private const int Farthest = int.MaxValue / 2;

    private readonly MatchingState _state = level.State;
    private readonly int[] _distances = new int[level.State.Count];
    private readonly int[] _rowDistances = new int[level.State.Count];
    private readonly int[] _rowTo = new int[level.State.Count];
    private readonly double[] _paid = new double[level.State.Count];

    // What c_ij, less what row i pays and its distance in units of cost, has to be below to bring column j nearer.
    private readonly float[] _thresholds = new float[level.State.Count];

    /// <summary>Runs until every row is matched.</summary>
    /// <param name="epsilon">The unit of distances.</param>
    /// <param name="cancellation">Ends the work; what is matched by then stays so.</param>
    public void Run(double epsilon, CancellationToken cancellation)
    {
        while (true)
        {
            int[] free = [.. Enumerable.Range(0, _state.Count).Where(i => _state.ColumnOf[i] < 0)];
            if (free.Length == 0)
            {
                return;
            }

            int last = Search(free, epsilon, cancellation);
            Augment(last);
            for (int j = 0; j < _distances.Length; j++)
            {
                if (_distances[j] < last)
                {
                    _state.Potentials[j] -= epsilon * (last - _distances[j]);
                }
            }
        }
    }

    /// <summary>Distances from all free rows, until half as many free columns are met.</summary>
    /// <returns>The distance of the last of these; nearer ones are final.</returns>
    private int Search(int[] free, double epsilon, CancellationToken cancellation)
    {
        Array.Fill(_distances, int.MaxValue);
        Array.Fill(_rowDistances, int.MaxValue);
        Array.Fill(_thresholds, float.PositiveInfinity);
        foreach (int row in free)
        {
            _rowDistances[row] = 0;
        }

        int wanted = (free.Length + 1) / 2;
        int[] batch = free;
        List<int> met = [];
        List<int> open = [];
        while (true)
        {
            Visit(batch, epsilon, cancellation);
            met.Clear();
            open.Clear();
            int nearest = int.MaxValue;
            for (int j = 0; j < _distances.Length; j++)
            {
                int owner = _state.RowOf[j];
                if (owner < 0)
                {
                    met.Add(_distances[j]);
                }
                else if (_distances[j] < _rowDistances[owner])
                {
                    open.Add(j);
                    nearest = Math.Min(nearest, _distances[j]);
                }
            }

            met.Sort();
            if (open.Count == 0 || met[wanted - 1] <= nearest)
            {
                return met[wanted - 1];
            }

            batch = Nearest(open, nearest);
        }
    }

    /// <summary>The rows that own the nearest columns.</summary>
    private int[] Nearest(List<int> open, int nearest)
    {
        if (open.Count > LeastBatch)
        {
            int taken = Math.Max(LeastBatch, open.Count(j => _distances[j] < nearest + Window));
            open.Sort((a, b) => _distances[a] != _distances[b] ? _distances[a].CompareTo(_distances[b]) : a.CompareTo(b));
            open.RemoveRange(taken, open.Count - taken);
        }

        int[] rows = [.. open.Select(j => _state.RowOf[j])];
        foreach (int j in open)
        {
            _rowDistances[_state.RowOf[j]] = _distances[j];
        }

        return rows;
    }

    /// <summary>Looks at all columns from some rows.</summary>
    private void Visit(int[] rows, double epsilon, CancellationToken cancellation)
    {
        int n = _state.Count;
        for (int done = 0; done < rows.Length; done += search.RowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] part = rows[done..Math.Min(rows.Length, done + search.RowsAtOnce)];
            float[] costs = search.CostsOf(part);
            level.Engine.ForOnHost(part.Length, n, (start, end) =>
            {
                for (int k = start; k < end; k++)
                {
                    _paid[part[k]] = Paid(part[k], costs.AsSpan(k * n, n));
                }
            });
            level.Engine.ForOnHost(n, part.Length, (start, end) =>
            {
                for (int k = 0; k < part.Length; k++)
                {
                    Visit(part[k], costs.AsSpan((k * n) + start, end - start), start, epsilon);
                }
            });
        }
    }

    /// <summary>What a row has less its column's potential; or could have at the least.</summary>
    private double Paid(int row, ReadOnlySpan<float> costs)
    {
        if (_state.ColumnOf[row] is >= 0 and int column)
        {
            return _state.Costs[row] - _state.Potentials[column];
        }

        double best = double.PositiveInfinity;
        for (int j = 0; j < costs.Length; j++)
        {
            best = Math.Min(best, costs[j] - _state.Potentials[j]);
        }

        return best;
    }

    private void Visit(int row, ReadOnlySpan<float> costs, int first, double epsilon)
    {
        Vector<float> offset = new((float)((_rowDistances[row] * epsilon) - _paid[row]));
        int k = 0;
        for (; k <= costs.Length - Vector<float>.Count; k += Vector<float>.Count)
        {
            if (Vector.LessThanAny(new Vector<float>(costs[k..]) + offset, new Vector<float>(_thresholds, first + k)))
            {
                for (int lane = k; lane < k + Vector<float>.Count; lane++)
                {
                    Bring(row, first + lane, costs[lane], epsilon);
                }
            }
        }

        for (; k < costs.Length; k++)
        {
            Bring(row, first + k, costs[k], epsilon);
        }
    }

    /// <summary>Brings a column nearer, if it is by way of this row.</summary>
    private void Bring(int row, int column, float cost, double epsilon)
    {
        double steps = Math.Max(0, Math.Floor((cost - _state.Potentials[column] - _paid[row]) / epsilon) + 1);
        int distance = (int)Math.Min(Farthest, _rowDistances[row] + steps);
        if (distance < _distances[column])
        {
            _distances[column] = distance;
            _rowTo[column] = row;
            _thresholds[column] = (float)(_state.Potentials[column] + ((distance - 1) * epsilon));
        }
    }

    /// <summary>Matches one free row by each tree of paths: those of different rows have nothing in common.</summary>
    private void Augment(int last)
    {
        int[] ends = [.. Enumerable.Range(0, _state.Count).Where(j => _state.RowOf[j] < 0 && _distances[j] <= last).OrderBy(j => _distances[j])];
        List<(int Row, int Column)>[] ways = [.. ends.Select(WayTo)];
        HashSet<int> roots = [];
        foreach (List<(int Row, int Column)> way in ways.Where(way => roots.Add(way[^1].Row)))
        {
            foreach ((int row, int column) in way)
            {
                _state.Match(row, column, ExactCosts.Of(level.Cost, level.Source[row], level.Target[column]));
            }
        }
    }

    /// <summary>The steps of the path to a column, from there back to a free row.</summary>
    private List<(int Row, int Column)> WayTo(int column)
    {
        List<(int Row, int Column)> way = [];
        for (int at = column; at >= 0; at = _state.ColumnOf[_rowTo[at]])
        {
            way.Add((_rowTo[at], at));
        }

        return way;
    }
}
