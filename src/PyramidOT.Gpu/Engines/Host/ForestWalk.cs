using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// A walk from a row through the cells of a plan that is a forest, and over pairs without mass from one of its trees to the next: it
/// remembers how it came to each node, so that mass can go the same way.
/// </summary>
/// <remarks>Nodes are the columns, from 0 on, and behind them the rows. An edge belongs to the node that was reached by it.</remarks>
internal unsafe struct ForestWalk
{
    private readonly int _columns;
    private readonly int* _parents;
    private readonly int* _parentCells;
    private readonly byte* _isCut;
    private readonly PlanCells _cells;
    private int _next;

    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory; what is taken stays taken.</param>
    public ForestWalk(int rows, int columns, HostScratch scratch)
    {
        _columns = columns;
        _parents = scratch.Take<int>(rows + columns);
        _parentCells = scratch.Take<int>(rows + columns);
        _isCut = scratch.Take<byte>(rows + columns);
        _cells = new(rows, columns, scratch);
        Distances = scratch.Take<float>(rows + columns);
        Settled = scratch.Take<int>(rows + columns);
        Excess = scratch.Take<long>(rows);
        Wanted = scratch.Take<long>(columns);
    }

    /// <summary>The plan.</summary>
    public readonly PlanCells Cells => _cells;

    /// <summary>How far each node that was settled is from the start.</summary>
    public float* Distances { get; }

    /// <summary>The nodes that were settled, in this order.</summary>
    public int* Settled { get; }

    /// <summary>How many were settled.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are rows.</summary>
    public int Rows { get; private set; }

    /// <summary>What rows have left.</summary>
    public long* Excess { get; }

    /// <summary>What columns want still.</summary>
    public long* Wanted { get; }

    /// <summary>Begins at a row.</summary>
    public void Start(int row)
    {
        Count = 0;
        Rows = 1;
        _next = 0;
        Settle(_columns + row, _columns + row, 0);
    }

    /// <summary>Goes on to a column that was not settled, over a pair without mass.</summary>
    public void StepTo(int column, int row, float distance) => Settle(column, _columns + row, distance);

    /// <summary>Settles all that cells link to what was settled.</summary>
    /// <param name="distance">How far it is from the start.</param>
    /// <returns>A column among it that wants mass; -1 where there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Spread(float distance)
    {
        // Fields are read once into locals: behind stores through pointers the compiler would read them again.
        int columns = _columns;
        int* settled = Settled;
        int* parents = _parents;
        int* parentCells = _parentCells;
        float* distances = Distances;
        byte* isCut = _isCut;
        int* cellRows = _cells.Rows;
        int* cellColumns = _cells.Columns;
        int* nextInRow = _cells.NextInRow;
        int* nextInColumn = _cells.NextInColumn;
        int next = _next;
        int count = Count;
        int rows = Rows;
        int sink = -1;
        for (; next < count; next++)
        {
            // A forest has one way to each node, so only the one that it was reached by must be kept from being gone back.
            int node = settled[next];
            int parent = parents[node];
            if (node < columns)
            {
                if (Wanted[node] > 0)
                {
                    sink = node;
                    break;
                }

                for (int cell = _cells.FirstInColumn[node]; cell >= 0; cell = nextInColumn[cell])
                {
                    int row = columns + cellRows[cell];
                    if (row != parent)
                    {
                        parents[row] = node;
                        parentCells[row] = cell;
                        distances[row] = distance;
                        isCut[row] = 0;
                        settled[count++] = row;
                        rows++;
                    }
                }
            }
            else
            {
                for (int cell = _cells.FirstInRow[node - columns]; cell >= 0; cell = nextInRow[cell])
                {
                    int column = cellColumns[cell];
                    if (column != parent)
                    {
                        parents[column] = node;
                        parentCells[column] = cell;
                        distances[column] = distance;
                        isCut[column] = 0;
                        settled[count++] = column;
                    }
                }
            }
        }

        _next = next;
        Count = count;
        Rows = rows;
        return sink;
    }

    /// <summary>Moves as much mass as the path bears, and marks the rows that are cut off by cells that this empties.</summary>
    /// <param name="start">The row that the walk began at.</param>
    /// <param name="column">Where the mass goes.</param>
    /// <returns>Whether no cell was emptied.</returns>
    public readonly bool Send(int start, int column)
    {
        long* units = _cells.Units;
        int startNode = _columns + start;
        long mass = Math.Min(Excess[start], Wanted[column]);
        for (int node = _parents[column]; node != startNode; node = _parents[_parents[node]])
        {
            mass = Math.Min(mass, units[_parentCells[node]]);
        }

        Excess[start] -= mass;
        Wanted[column] -= mass;
        bool isWhole = true;
        while (true)
        {
            int node = _parents[column];
            int cell = _parentCells[column];
            if (cell < 0)
            {
                _parentCells[column] = _cells.Append(node - _columns, column, mass);
            }
            else
            {
                units[cell] += mass;
            }

            if (node == startNode)
            {
                return isWhole;
            }

            column = _parents[node];
            cell = _parentCells[node];
            units[cell] -= mass;
            if (units[cell] == 0)
            {
                _cells.Remove(cell);
                _isCut[node] = 1;
                isWhole = false;
            }
        }
    }

    /// <summary>Forgets all that was cut off from the start, and makes all distances 0.</summary>
    public void Prune()
    {
        int* settled = Settled;
        int kept = 0;
        int keptBefore = 0;
        int keptRows = 0;
        for (int k = 0; k < Count; k++)
        {
            // Parents come before their children. What is cut off is written too, and then over again.
            int node = settled[k];
            int isCut = _isCut[node] | _isCut[_parents[node]];
            _isCut[node] = (byte)isCut;
            Distances[node] = 0;
            settled[kept] = node;
            kept += 1 - isCut;
            keptBefore += k < _next ? 1 - isCut : 0;
            keptRows += node < _columns ? 0 : 1 - isCut;
        }

        Count = kept;
        Rows = keptRows;
        _next = keptBefore;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Settle(int node, int parent, float distance)
    {
        _parents[node] = parent;
        _parentCells[node] = -1;
        _isCut[node] = 0;
        Distances[node] = distance;
        Settled[Count++] = node;
    }
}
