using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The transportation problem by the network simplex method (Dantzig, 1951; strongly feasible trees: Cunningham, Mathematical
/// Programming 11, 1976): a tree of cells carries the plan; a cell of negative reduced cost comes in, mass moves around the cycle that
/// it closes, and a cell that this empties goes out.
/// </summary>
/// <remarks>
/// A row's least reduced cost is one vector pass over it. At first that is done in float32: of a few rows behind the one where the last cell
/// was found, the best cell comes in, checked in float64. Where nothing is left, cells are looked for once more in float64, row by row.
/// Potentials are float64 throughout, masses whole numbers.
/// </remarks>
internal unsafe ref struct NetworkSimplex<S, V, D, W>
    where S : struct, ISimd<float, V>
    where V : struct
    where D : struct, ISimd<double, W>
    where W : struct
{
    // A reduced cost is negative when it is so by more than this part of what it is computed from.
    private const double Tolerance = 1e-14;

    // Far more steps than were ever seen (some 20 a node at 2,000 nodes).
    private const long StepsPerNode = 2000;

    // Cells that a step looks at: a better one saves steps, but long rows take more time than these. From 3 rows to 8.
    private const int CellsPerStep = 1000;

    // Where rows are far fewer than columns, each has so many cells that its paths take longer than they save.
    private const int ColumnsPerRow = 6;

    // Potentials stay below float32's end.
    private const double LargestRounded = 1e37;

    private readonly CostRows _costs;
    private readonly FlowTree _tree;
    private readonly HostScratch _scratch;
    private readonly int _rowsPerStep;
    private int _root;
    private int _nextRow;
    private double _forbiddenCost;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory; what is taken stays taken.</param>
    public NetworkSimplex(CostRows costs, int rows, int columns, HostScratch scratch)
    {
        _costs = costs;
        _scratch = scratch;
        _tree = new(rows, columns, scratch);
        _rowsPerStep = Math.Clamp(CellsPerStep / columns, 3, 8);
    }

    /// <summary>The tree of the plan. Edges of forbidden pairs may be in it.</summary>
    public readonly FlowTree Tree => _tree;

    /// <summary>Whether edges of forbidden pairs may be in the tree: not where the first one had none, as they never come in.</summary>
    public bool HasForbidden { get; private set; }

    /// <summary>How many cells came in.</summary>
    public long Steps { get; private set; }

    /// <summary>Finds the best plan.</summary>
    /// <param name="rowUnits">What the rows have, all above 0.</param>
    /// <param name="columnUnits">What the columns want, all above 0, of the same total.</param>
    /// <returns>Whether the search came to its end.</returns>
    public bool Solve(long* rowUnits, long* columnUnits)
    {
        Start(rowUnits, columnUnits);
        double nodes = (double)_tree.Rows + _tree.Columns;
        _forbiddenCost = HasForbidden ? 1 + (4 * nodes * LargestMagnitude()) : 0;
        Potentials();
        long limit = StepsPerNode * (long)nodes;
        if (_forbiddenCost * nodes < LargestRounded)
        {
            while (PriceRoughly(out int row, out int column))
            {
                if (++Steps > limit)
                {
                    return false;
                }

                Enter(row, column);
            }

            // Without the rounding errors of so many shifts.
            Potentials();
        }

        while (Price(out int row, out int column))
        {
            if (++Steps > limit)
            {
                return false;
            }

            Enter(row, column);
        }

        return true;
    }

    /// <summary>Makes the first tree.</summary>
    private void Start(long* rowUnits, long* columnUnits)
    {
        if (_tree.Columns <= ColumnsPerRow * (long)_tree.Rows)
        {
            StartingPlan<S, V> plan = new(_costs, _tree.Rows, _tree.Columns, _scratch);
            if (plan.Find(rowUnits, columnUnits))
            {
                (_root, HasForbidden) = StartingTree.Of<S, V>(_costs, plan.Cells, plan.ColumnDuals, _tree, _scratch);
                return;
            }
        }

        (_root, HasForbidden) = StartingTree.Build<S, V>(_costs, _tree, rowUnits, columnUnits, _scratch);
    }

    private readonly double CostOf(int row, int column)
    {
        double cost = _costs[row][column];
        return double.IsPositiveInfinity(cost) ? _forbiddenCost : cost;
    }

    /// <summary>The largest magnitude of a finite cost.</summary>
    private readonly double LargestMagnitude()
    {
        float largest = 0;
        for (int i = 0; i < _tree.Rows; i++)
        {
            float* row = _costs[i];
            for (int j = 0; j < _tree.Columns; j++)
            {
                float magnitude = Math.Abs(row[j]);
                largest = magnitude > largest && magnitude < float.PositiveInfinity ? magnitude : largest;
            }
        }

        return largest;
    }

    /// <summary>Computes the potentials from the tree.</summary>
    private readonly void Potentials()
    {
        FlowTree tree = _tree;
        tree.Potentials[_root] = 0;
        tree.Rounded[_root] = 0;
        for (int node = tree.Next[_root]; node != _root; node = tree.Next[node])
        {
            int parent = tree.Parent[node];
            double potential = node < tree.FirstRow
                ? tree.Potentials[parent] - CostOf(parent - tree.FirstRow, node)
                : tree.Potentials[parent] + CostOf(node - tree.FirstRow, parent);
            tree.Potentials[node] = potential;
            tree.Rounded[node] = (float)potential;
        }
    }

    /// <summary>Looks for a cell of negative reduced cost in float32: the best one of a few rows, else of the next few.</summary>
    /// <param name="row">Receives the cell's row.</param>
    /// <param name="column">Receives the cell's column.</param>
    /// <returns>Whether there is one.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private bool PriceRoughly(out int row, out int column)
    {
        int rows = _tree.Rows;
        float* columnPotentials = _tree.Rounded;
        float* rowPotentials = columnPotentials + _tree.FirstRow;
        int i = _nextRow;
        for (int left = rows; left > 0;)
        {
            int group = Math.Min(_rowsPerStep, left);
            left -= group;
            row = -1;
            float best = 0;
            float bestMinimum = 0;
            for (; group > 0; group--)
            {
                float minimum = Least<S, float, V>(i, columnPotentials);
                if (minimum - rowPotentials[i] < best)
                {
                    best = minimum - rowPotentials[i];
                    bestMinimum = minimum;
                    row = i;
                }

                i = i + 1 == rows ? 0 : i + 1;
            }

            if (row >= 0)
            {
                column = At<S, float, V>(row, columnPotentials, bestMinimum);
                if (IsWorth(row, column))
                {
                    _nextRow = i;
                    return true;
                }
            }
        }

        row = column = -1;
        return false;
    }

    /// <summary>Looks for a cell of negative reduced cost in float64, row by row from behind the one where the last was found.</summary>
    /// <param name="row">Receives the cell's row.</param>
    /// <param name="column">Receives the cell's column: the row's least reduced cost.</param>
    /// <returns>Whether there is one.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private bool Price(out int row, out int column)
    {
        for (int left = _tree.Rows; left > 0; left--)
        {
            row = _nextRow;
            _nextRow = row + 1 == _tree.Rows ? 0 : row + 1;
            double minimum = Least<D, double, W>(row, _tree.Potentials);
            if (minimum < _tree.Potentials[_tree.FirstRow + row])
            {
                column = At<D, double, W>(row, _tree.Potentials, minimum);
                if (IsWorth(row, column))
                {
                    return true;
                }
            }
        }

        row = column = -1;
        return false;
    }

    /// <summary>The least sum of a row's costs and the columns' potentials.</summary>
    /// <typeparam name="R">The width and scalar to look in.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="U">The vector of <typeparamref name="T"/>.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly T Least<R, T, U>(int row, T* potentials)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        // Two minima, as one would be a chain of dependent operations.
        int padded = _tree.FirstRow;
        float* costs = _costs[row];
        U least = R.Broadcast(T.PositiveInfinity);
        U least2 = least;
        int j = 0;
        for (; j + R.Count < padded; j += 2 * R.Count)
        {
            least = R.Min(least, R.Add(R.Widen(costs + j), R.Load(potentials + j)));
            least2 = R.Min(least2, R.Add(R.Widen(costs + j + R.Count), R.Load(potentials + j + R.Count)));
        }

        if (j < padded)
        {
            least = R.Min(least, R.Add(R.Widen(costs + j), R.Load(potentials + j)));
        }

        return R.MinAcross(R.Min(least, least2));
    }

    /// <summary>The first column where that sum is found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int At<R, T, U>(int row, T* potentials, T sum)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        float* costs = _costs[row];
        U wanted = R.Broadcast(sum);
        uint bits;
        int j = 0;
        for (; (bits = R.EqualBits(R.Add(R.Widen(costs + j), R.Load(potentials + j)), wanted)) == 0; j += R.Count)
        {
        }

        return j + BitOperations.TrailingZeroCount(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsWorth(int row, int column)
    {
        double cost = _costs[row][column];
        double from = _tree.Potentials[_tree.FirstRow + row];
        double to = _tree.Potentials[column];
        return cost + to - from < -Tolerance * (Math.Abs(cost) + Math.Abs(to) + Math.Abs(from));
    }

    /// <summary>Takes a cell into the tree, for one that goes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void Enter(int row, int column)
    {
        FlowTree tree = _tree;
        int* parent = tree.Parent;
        int* size = tree.Size;
        long* flow = tree.Flow;
        int firstRow = tree.FirstRow;
        int from = firstRow + row;
        double reduced = _costs[row][column] + tree.Potentials[column] - tree.Potentials[from];

        // Mass goes from the row to the column and back through the tree: edges lose it that lead up from a row on the row's side, or
        // up from a column on the other. Of those that are emptied first, the last one on the way around goes, seen from
        // the node where the two sides meet: so the tree stays strongly feasible.
        int a = from;
        int b = column;
        int outA = -1;
        int outB = -1;
        long leastA = long.MaxValue;
        long leastB = long.MaxValue;
        while (a != b)
        {
            if (size[a] < size[b])
            {
                if (a >= firstRow && flow[a] < leastA)
                {
                    leastA = flow[a];
                    outA = a;
                }

                a = parent[a];
            }
            else
            {
                if (b < firstRow && flow[b] <= leastB)
                {
                    leastB = flow[b];
                    outB = b;
                }

                b = parent[b];
            }
        }

        int join = a;
        long mass = Math.Min(leastA, leastB);
        if (mass > 0)
        {
            for (int node = from; node != join; node = parent[node])
            {
                flow[node] += node >= firstRow ? -mass : mass;
            }

            for (int node = column; node != join; node = parent[node])
            {
                flow[node] += node >= firstRow ? mass : -mass;
            }
        }

        if (leastB <= leastA)
        {
            tree.Move(outB, column, from, mass, -reduced, join);
        }
        else
        {
            tree.Move(outA, from, column, mass, reduced, join);
        }
    }
}
