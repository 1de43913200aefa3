using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The transportation problem by the network simplex method (Dantzig, 1951; strongly feasible trees: Cunningham, Mathematical
/// Programming 11, 1976): a tree of cells carries the plan; a cell of negative reduced cost comes in, mass moves around the cycle that
/// it closes, and a cell that this empties goes out.
/// </summary>
/// <remarks>
/// A row's least reduced cost is one vector pass over it. At first that is done in float32: the best cell of a few rows comes in, if what the
/// cycle costs, summed in float64, is negative. Where nothing is left, potentials are computed afresh, and cells are looked for once more in
/// float64, row by row. Masses are whole numbers.
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

    // Cells that a step looks at: a better one saves steps, but long rows take more time than these. From 3 rows to 12.
    private const int CellsPerStep = 3000;
    private const int LeastRows = 3;
    private const int MostRows = 12;

    // Rows and columns up to which a greedy tree and some more steps take no longer than a plan near the best one.
    private const int NodesForGreed = 512;

    // Where rows are far fewer than columns, each has so many cells that its paths take longer than they save.
    private const int ColumnsPerRow = 6;

    // Potentials stay below float32's end.
    private const double LargestRounded = 1e37;

    private readonly CostRows _costs;
    private readonly FlowTree _tree;
    private readonly HostScratch _scratch;
    private readonly CancellationToken _cancellation;
    private readonly int _rowsPerStep;
    private readonly int* _rowPath;
    private readonly int* _columnPath;
    private int _root;
    private int _nextRow;
    private double _forbiddenCost;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory; what is taken stays taken.</param>
    /// <param name="cancellation">Ends the search before its end.</param>
    public NetworkSimplex(CostRows costs, int rows, int columns, HostScratch scratch, CancellationToken cancellation)
    {
        _costs = costs;
        _scratch = scratch;
        _cancellation = cancellation;
        _tree = new(rows, columns, scratch);
        _rowsPerStep = Math.Min(rows, Math.Clamp(CellsPerStep / columns, LeastRows, MostRows));
        _rowPath = scratch.Take<int>(rows + columns);
        _columnPath = scratch.Take<int>(rows + columns);
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
        SetCosts();
        SetPotentials();
        if (_forbiddenCost * nodes < LargestRounded)
        {
            if (!Improve<S, float, V>(_tree.Rounded, _rowsPerStep))
            {
                return false;
            }

            // Without the rounding errors of so many shifts.
            SetPotentials();
        }

        return Improve<D, double, W>(_tree.Potentials, 1);
    }

    /// <summary>Takes steps as long as there are cells of negative reduced cost.</summary>
    /// <typeparam name="R">The width and scalar to look for them in.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="U">The vector of <typeparamref name="T"/>.</typeparam>
    /// <param name="potentials">The tree's potentials in that scalar: these alone are kept up.</param>
    /// <param name="rowsPerStep">Rows whose best cell comes in.</param>
    /// <returns>Whether there are no more; else they were too many, or were given up.</returns>
    private bool Improve<R, T, U>(T* potentials, int rowsPerStep)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        long limit = StepsPerNode * (_tree.Rows + (long)_tree.Columns);
        for (int left = _tree.Rows; left > 0; left -= rowsPerStep)
        {
            if (Price<R, T, U>(potentials, rowsPerStep, out int row, out int column) && Enter<R, T, U>(row, column, potentials))
            {
                if (++Steps > limit || _cancellation.IsCancellationRequested)
                {
                    return false;
                }

                left = _tree.Rows + rowsPerStep;
            }
        }

        return true;
    }

    /// <summary>Makes the first tree.</summary>
    private void Start(long* rowUnits, long* columnUnits)
    {
        if (_tree.Columns + (long)_tree.Rows > NodesForGreed && _tree.Columns <= ColumnsPerRow * (long)_tree.Rows)
        {
            StartingPlan<S, V> plan = new(_costs, _tree.Rows, _tree.Columns, _scratch, _cancellation);
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

    /// <summary>Looks up the costs of the tree's edges.</summary>
    private readonly void SetCosts()
    {
        for (int j = 0; j < _tree.Columns; j++)
        {
            if (j != _root)
            {
                _tree.Cost[j] = CostOf(_tree.Parent[j] - _tree.FirstRow, j);
            }
        }

        for (int i = 0; i < _tree.Rows; i++)
        {
            if (_tree.FirstRow + i != _root)
            {
                _tree.Cost[_tree.FirstRow + i] = CostOf(i, _tree.Parent[_tree.FirstRow + i]);
            }
        }
    }

    /// <summary>Computes the potentials from the tree, in both precisions.</summary>
    private readonly void SetPotentials()
    {
        FlowTree tree = _tree;
        int* path = _rowPath;
        new Span<double>(tree.Potentials, tree.Columns).Fill(double.NaN);
        new Span<double>(tree.Potentials + tree.FirstRow, tree.Rows).Fill(double.NaN);
        tree.Potentials[_root] = 0;
        tree.Rounded[_root] = 0;
        for (int k = 0; k < tree.Columns + tree.Rows; k++)
        {
            // Up to a node that has its own, and back down.
            int length = 0;
            int node = k < tree.Columns ? k : tree.FirstRow + k - tree.Columns;
            for (; double.IsNaN(tree.Potentials[node]); node = tree.Parent[node])
            {
                path[length++] = node;
            }

            double potential = tree.Potentials[node];
            while (length > 0)
            {
                node = path[--length];
                potential += node < tree.FirstRow ? -tree.Cost[node] : tree.Cost[node];
                tree.Potentials[node] = potential;
                tree.Rounded[node] = (float)potential;
            }
        }
    }

    /// <summary>Looks for a cell of negative reduced cost: the best one of the next few rows, from behind those that were looked at last.</summary>
    /// <param name="potentials">The potentials to look by.</param>
    /// <param name="count">How many rows; behind the last one comes the first.</param>
    /// <param name="row">Receives the cell's row.</param>
    /// <param name="column">Receives the cell's column.</param>
    /// <returns>Whether there is one, up to rounding errors.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private bool Price<R, T, U>(T* potentials, int count, out int row, out int column)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        int rows = _tree.Rows;
        T* rowPotentials = potentials + _tree.FirstRow;

        // The least of each lane, and how far its row is from the first one: lanes are compared once for all rows.
        int first = _nextRow;
        int i = first;
        U best = R.Broadcast(T.Zero);
        U place = best;
        U one = R.Broadcast(T.One);
        U number = best;
        for (int k = 0; k < count; k++)
        {
            U reduced = R.Subtract(Leasts<R, T, U>(i, potentials), R.Broadcast(rowPotentials[i]));
            place = R.SelectLess(reduced, best, number, place);
            best = R.Min(best, reduced);
            number = R.Add(number, one);
            i = i + 1 == rows ? 0 : i + 1;
        }

        _nextRow = i;
        T least = R.MinAcross(best);
        row = column = -1;
        if (!(least < T.Zero))
        {
            return false;
        }

        T* lanes = stackalloc T[R.Count];
        R.Store(lanes, place);
        row = first + int.CreateTruncating(lanes[BitOperations.TrailingZeroCount(R.EqualBits(best, R.Broadcast(least)))]);
        row = row < rows ? row : row - rows;
        column = At<R, T, U>(row, potentials, rowPotentials[row], least);
        return true;
    }

    /// <summary>The least sums of a row's costs and the columns' potentials, lane by lane.</summary>
    /// <typeparam name="R">The width and scalar to look in.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="U">The vector of <typeparamref name="T"/>.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly U Leasts<R, T, U>(int row, T* potentials)
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

        return R.Min(least, least2);
    }

    /// <summary>The first column of a row with a reduced cost that is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int At<R, T, U>(int row, T* potentials, T potential, T reduced)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        float* costs = _costs[row];
        U own = R.Broadcast(potential);
        U wanted = R.Broadcast(reduced);
        uint bits;
        int j = 0;
        for (; (bits = R.EqualBits(R.Subtract(R.Add(R.Widen(costs + j), R.Load(potentials + j)), own), wanted)) == 0; j += R.Count)
        {
        }

        return j + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>Takes a cell into the tree, for one that goes, if its reduced cost is negative: that is what the way around costs.</summary>
    /// <returns>Whether it is.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly bool Enter<R, T, U>(int row, int column, T* potentials)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        // Mass goes from the row to the column and back through the tree. Of the edges that are emptied first, the last one on the way around
        // goes, seen from the node where the sides meet: so the tree stays strongly feasible.
        ref readonly FlowTree tree = ref _tree;
        int from = tree.FirstRow + row;
        TreePath rowSide = tree.Climb(from, column, _rowPath, 0);
        TreePath columnSide = tree.Climb(column, from, _columnPath, 1);
        double cost = _costs[row][column];
        double reduced = cost - rowSide.Cost - columnSide.Cost;
        if (!(reduced < -Tolerance * (Math.Abs(cost) + rowSide.Magnitude + columnSide.Magnitude)))
        {
            return false;
        }

        if (columnSide.Least <= rowSide.Least)
        {
            tree.Move<S, V>(columnSide, rowSide, from, cost, columnSide.Least);
            tree.Shift<R, T, U>(column, potentials, T.CreateTruncating(-reduced));
        }
        else
        {
            tree.Move<S, V>(rowSide, columnSide, column, cost, rowSide.Least);
            tree.Shift<R, T, U>(from, potentials, T.CreateTruncating(reduced));
        }

        return true;
    }
}
