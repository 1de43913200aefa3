using System.Runtime.CompilerServices;

namespace PyramidOT.Engines;

/// <summary>
/// The checks of arguments that all engines share, so that a wrong call is refused in the same words on each of them, before any work.
/// </summary>
internal static class KernelArguments
{
    /// <summary>The largest finite cost: path lengths, which sum up to 2n costs, stay far from float32's end.</summary>
    public const float LargestCost = 1e30f;

    /// <summary>Refuses a window that does not fit.</summary>
    /// <returns>The block that holds the window; null where the window is empty and belongs to no buffer.</returns>
    /// <exception cref="ArgumentException">The window lies in another engine's memory, or has not the wanted length.</exception>
    public static EngineMemory? MemoryOf<T>(
        ComputeEngine engine, EngineView<T> view, long length, [CallerArgumentExpression(nameof(view))] string? name = null)
        where T : unmanaged
    {
        if (view.Length != length)
        {
            throw new ArgumentException($"The buffer has {view.Length} elements where {length} are expected.", name);
        }

        if (view.Buffer is null)
        {
            return null;
        }

        if (!ReferenceEquals(view.Buffer.Engine, engine))
        {
            throw new ArgumentException("The buffer lies in another engine's memory.", name);
        }

        return view.Buffer.Memory;
    }

    /// <summary>The number of rows of a matrix of points.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The elements are no whole number of rows.</exception>
    public static long RowCount(EngineView<float> points, int dimensions, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (points.Length % dimensions != 0)
        {
            throw new ArgumentException($"The buffer has {points.Length} elements, which is no whole number of rows of {dimensions}.", name);
        }

        return points.Length / dimensions;
    }

    /// <summary>Refuses a step that is not finite.</summary>
    /// <exception cref="ArgumentException">The fraction is NaN or infinite.</exception>
    public static void CheckFraction(float fraction)
    {
        if (!float.IsFinite(fraction))
        {
            throw new ArgumentException($"The fraction is {fraction}; a finite number is expected.", nameof(fraction));
        }
    }

    /// <summary>Refuses a factor that is not finite.</summary>
    /// <exception cref="ArgumentException">The factor is NaN or infinite.</exception>
    public static void CheckFactor(float factor)
    {
        if (!float.IsFinite(factor))
        {
            throw new ArgumentException($"The factor is {factor}; a finite number is expected.", nameof(factor));
        }
    }

    /// <summary>The number of points that cells take theirs from.</summary>
    /// <exception cref="ArgumentException">There is no order, and the points are not as many as the cells have.</exception>
    public static long PointCount(BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(cells);
        long count = RowCount(points, dimensions, nameof(points));
        if (order.IsEmpty && count != cells.Rows)
        {
            throw new ArgumentException($"There are {count} points where the cells have {cells.Rows}.", nameof(points));
        }

        return count;
    }

    /// <summary>Refuses cells that have points but no centre.</summary>
    public static void RequireCentres(BatchLayout cells)
    {
        for (int cell = 0; cell < cells.Count; cell++)
        {
            if (cells.RowsOf(cell) > 0 && cells.ColumnsOf(cell) == 0)
            {
                throw new ArgumentException($"Cell {cell} has {cells.RowsOf(cell)} points but no centre.", nameof(cells));
            }
        }
    }

    /// <summary>Refuses cells that have points but no child.</summary>
    public static void RequireChildren(BatchLayout cells)
    {
        ReadOnlySpan<long> rows = cells.RowOffsets;
        ReadOnlySpan<long> columns = cells.ColumnOffsets;
        for (int cell = 0; cell < cells.Count; cell++)
        {
            if (columns[cell + 1] == columns[cell] && rows[cell + 1] > rows[cell])
            {
                throw new ArgumentException($"Cell {cell} has {cells.RowsOf(cell)} points but no child.", nameof(cells));
            }
        }
    }

    /// <summary>Refuses cells that have not two halves.</summary>
    public static void RequireHalves(BatchLayout cells)
    {
        ReadOnlySpan<long> columns = cells.ColumnOffsets;
        for (int cell = 0; cell < cells.Count; cell++)
        {
            if (columns[cell + 1] - columns[cell] != 2)
            {
                throw new ArgumentException($"Cell {cell} has {cells.ColumnsOf(cell)} columns where its two halves are expected.", nameof(cells));
            }
        }
    }

    /// <summary>Refuses what is no ground distance.</summary>
    public static void CheckDistance(GroundDistance distance)
    {
        if (!Enum.IsDefined(distance))
        {
            throw new ArgumentOutOfRangeException(nameof(distance), distance, "Not a ground distance.");
        }
    }

    /// <summary>Refuses cells that have centres but no points.</summary>
    public static void RequirePoints(BatchLayout cells)
    {
        for (int cell = 0; cell < cells.Count; cell++)
        {
            if (cells.ColumnsOf(cell) > 0 && cells.RowsOf(cell) == 0)
            {
                throw new ArgumentException($"Cell {cell} has {cells.ColumnsOf(cell)} centres but no points.", nameof(cells));
            }
        }
    }

    /// <summary>The refusal of a number that is no cost.</summary>
    /// <param name="problems">The batch.</param>
    /// <param name="position">The number's position among all costs.</param>
    /// <param name="cost">The number.</param>
    /// <param name="name">What the caller calls the costs.</param>
    public static ArgumentException RefusedCost(BatchLayout problems, long position, float cost, string name)
    {
        (int problem, int row, int column) = problems.Locate(position);
        return new(
            $"The cost of problem {problem}, row {row}, column {column} is {cost}; a number from -1e30 to 1e30 is expected, or infinity to forbid the pair.",
            name);
    }
}
