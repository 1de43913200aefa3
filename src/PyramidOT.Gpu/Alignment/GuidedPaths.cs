using PyramidOT.Engines;

namespace PyramidOT.Alignment;

/// <summary>
/// Matches the last rows of a large problem by paths that are short, but not proven the shortest: each free row is sent to a free column nearby, and the search for
/// a path looks first where that is nearer (A*, with an estimate that may be too large). A shortest path would be looked for in half of all points, since the
/// last free columns are far; and as these rows are few, what their paths cost too much hardly counts.
/// </summary>
/// <remarks>Potentials stay as they are. Rows that moved may be further than epsilon from their best; the next auction frees those.</remarks>
internal sealed class GuidedPaths
{
    // A step to a neighbour is taken to cost so many squared distances of neighbours.
    private const double StepCost = 1;

    // Columns to look at: so many for each step of a straight way.
    private const int Breadth = 64;
    private const int LeastBreadth = 4096;

    // As many free rows as are sent to free columns all at once.
    private const int LargestPairing = 2048;

    private readonly MatchingLevel _level;
    private readonly double[] _distances;
    private readonly int[] _parents;
    private readonly List<int> _reached = [];
    private readonly PriorityQueue<(int Column, double Distance), double> _open = new();

    public GuidedPaths(MatchingLevel level)
    {
        _level = level;
        _distances = new double[level.State.Count];
        _parents = new int[level.State.Count];
        Array.Fill(_distances, double.PositiveInfinity);
    }

    /// <summary>Matches rows; some may be left, where no path was found in a number of steps that befits the distance.</summary>
    /// <returns>Whether none is left.</returns>
    public bool Run(CancellationToken cancellation)
    {
        int left = 0;
        MatchingState state = _level.State;
        List<int> rows = [];
        List<int> columns = [];
        for (int i = 0; i < state.Count; i++)
        {
            if (state.ColumnOf[i] < 0)
            {
                rows.Add(i);
            }

            if (state.RowOf[i] < 0)
            {
                columns.Add(i);
            }
        }

        // Points are in the order of halves, so parts of both lists lie about in the same places.
        for (int start = 0; start < rows.Count; start += LargestPairing)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(LargestPairing, rows.Count - start);
            int[] goals = Pair(rows.GetRange(start, count), columns.GetRange(start, count));
            Dictionary<int, int> goalOf = [];
            for (int k = 0; k < count; k++)
            {
                goalOf[goals[k]] = k;
            }

            for (int k = 0; k < count; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                int met = Find(rows[start + k], goals[k]);
                left += met < 0 ? 1 : 0;
                if (met >= 0 && met != goals[k] && goalOf.TryGetValue(met, out int other))
                {
                    // What another row was sent to is taken: it gets this one's.
                    goals[other] = goals[k];
                    goalOf[goals[k]] = other;
                }
            }
        }

        return left == 0;
    }

    /// <summary>A free column for each free row, so that the ways are short in sum.</summary>
    private int[] Pair(List<int> rows, List<int> columns)
    {
        int d = _level.Target.Dimensions;
        float[] from = new float[rows.Count * d];
        float[] to = new float[rows.Count * d];
        for (int k = 0; k < rows.Count; k++)
        {
            // Ways are measured among the targets: from where the row would go.
            _level.Target[_level.Lists.BestColumn(rows[k], _level.State.Potentials)].CopyTo(from.AsSpan(k * d));
            _level.Target[columns[k]].CopyTo(to.AsSpan(k * d));
        }

        BatchLayout layout = BatchLayout.Uniform(1, rows.Count, rows.Count);
        using EngineBuffer<float> x = _level.Engine.Place<float>(from);
        using EngineBuffer<float> y = _level.Engine.Place<float>(to);
        using EngineBuffer<float> costs = _level.Engine.Allocate<float>(layout.Costs);
        using AssignmentBuffers result = new(_level.Engine, layout);
        _level.Engine.Costs.Pairwise(layout, x, y, d, new(GroundDistance.Euclidean, 1), costs);
        _level.Engine.Assignment.Solve(layout, costs, result);
        return [.. result.ColumnOfRow.ToArray().Select(k => columns[k])];
    }

    /// <summary>Looks for a way from a free row to a column, or to any other free one, and matches along it.</summary>
    /// <returns>The column that was met; -1 for none.</returns>
    private int Find(int root, int goal)
    {
        MatchingState state = _level.State;
        double way = double.NaN;
        int met = -1;
        Visit(root, 0, goal);
        for (long left = long.MaxValue; left > 0 && _open.TryDequeue(out (int Column, double Distance) next, out double estimate); left--)
        {
            if (double.IsNaN(way))
            {
                way = (estimate - next.Distance) / (StepCost * _level.Spacing);
                left = (long)Math.Min(state.Count, LeastBreadth + (Breadth * way));
            }

            if (next.Distance != _distances[next.Column])
            {
                continue;
            }

            int row = state.RowOf[next.Column];
            if (row < 0)
            {
                met = next.Column;
                break;
            }

            Visit(row, next.Distance, goal);
        }

        for (int column = met; column >= 0;)
        {
            int row = _parents[column];
            int released = state.ColumnOf[row];
            state.Match(row, column, _level.Lists.CostOf(row, column));
            column = row == root ? -1 : released;
        }

        foreach (int column in _reached)
        {
            _distances[column] = double.PositiveInfinity;
        }

        _reached.Clear();
        _open.Clear();
        return met;
    }

    private void Visit(int row, double distance, int goal)
    {
        MatchingState state = _level.State;
        CandidateLists lists = _level.Lists;
        int own = state.ColumnOf[row];
        double least = own < 0 ? lists.Best(row, state.Potentials) : state.Costs[row] - state.Potentials[own];
        long start = lists.Start(row);
        for (long e = start; e < start + lists.Counts[row]; e++)
        {
            int column = lists.Columns[e];
            double path = distance + Math.Max(0, lists.Costs[e] - state.Potentials[column] - least);
            if (!(path < _distances[column]))
            {
                continue;
            }

            if (double.IsPositiveInfinity(_distances[column]))
            {
                _reached.Add(column);
            }

            _distances[column] = path;
            _parents[column] = row;
            _open.Enqueue((column, path), state.RowOf[column] < 0 ? path : path + Estimate(column, goal));
        }
    }

    private double Estimate(int column, int goal)
    {
        ReadOnlySpan<float> from = _level.Target[column];
        ReadOnlySpan<float> to = _level.Target[goal];
        double sum = 0;
        for (int k = 0; k < from.Length; k++)
        {
            double side = (double)from[k] - to[k];
            sum += side * side;
        }

        return StepCost * _level.Spacing * Math.Sqrt(sum) / _level.SpacingLength;
    }
}
