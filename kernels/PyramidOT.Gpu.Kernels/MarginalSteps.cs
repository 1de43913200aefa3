namespace PyramidOT.Kernels;

/// <summary>A cell whose positions are kept in order too.</summary>
public interface IOrderedCell : IMarginalCell
{
    /// <summary>A position by its rank, the lowest first. Void where the steps do not ask for the order.</summary>
    double Ordered(int rank);
}

/// <summary>
/// How a cost changes along a walk, which is at a cell while one histogram moves on: in O(d) operations at most. All members are inlined.
/// </summary>
/// <typeparam name="TCost">The cost.</typeparam>
public interface IMarginalSteps<TCost>
    where TCost : unmanaged, IMarginalCost
{
    /// <summary>Whether <see cref="After"/> reads positions by rank.</summary>
    static abstract bool NeedsOrder { get; }

    /// <summary>The cost of a cell that differs in one position from the one before.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="cell">The new cell.</param>
    /// <param name="moved">The histogram that moved.</param>
    /// <param name="previous">Its position before.</param>
    /// <param name="value">The cost of the cell before.</param>
    static abstract double After<TCell>(TCost cost, TCell cell, int moved, double previous, double value)
        where TCell : struct, IOrderedCell;
}

/// <summary>The cost is evaluated anew at each cell: right for any, and as fast as can be for those that take O(d) operations.</summary>
public readonly struct EvaluatedSteps<TCost> : IMarginalSteps<TCost>
    where TCost : unmanaged, IMarginalCost
{
    /// <inheritdoc/>
    static bool IMarginalSteps<TCost>.NeedsOrder => false;

    /// <inheritdoc/>
    static double IMarginalSteps<TCost>.After<TCell>(TCost cost, TCell cell, int moved, double previous, double value) => cost.At(cell);
}

/// <summary>The pairs of the one that moved change, the others do not.</summary>
public readonly struct PairwiseSteps : IMarginalSteps<PairwiseCost>
{
    /// <inheritdoc/>
    public static bool NeedsOrder => false;

    /// <inheritdoc/>
    public static double After<TCell>(PairwiseCost cost, TCell cell, int moved, double previous, double value)
        where TCell : struct, IOrderedCell
    {
        double position = cell[moved];
        double change = 0;
        for (int j = 0; j < cell.Count; j++)
        {
            // The one that moved stands for a pair with itself: it would be charged for its own step.
            double other = j == moved ? position : cell[j];
            double before = j == moved ? position : previous;
            change += cost.Power.Of(Math.Abs(position - other)) - cost.Power.Of(Math.Abs(before - other));
        }

        return value + change;
    }
}

/// <summary>As <see cref="PairwiseSteps"/>.</summary>
public readonly struct HuberSteps : IMarginalSteps<HuberCost>
{
    /// <inheritdoc/>
    public static bool NeedsOrder => false;

    /// <inheritdoc/>
    public static double After<TCell>(HuberCost cost, TCell cell, int moved, double previous, double value)
        where TCell : struct, IOrderedCell
    {
        double position = cell[moved];
        double change = 0;
        for (int j = 0; j < cell.Count; j++)
        {
            double other = j == moved ? position : cell[j];
            double before = j == moved ? position : previous;
            change += cost.Loss(position - other) - cost.Loss(before - other);
        }

        return value + change;
    }
}

/// <summary>The sum of the distances from a median: each rank of the upper half less its counterpart of the lower half.</summary>
public readonly struct MedianSteps : IMarginalSteps<MedianCost>
{
    /// <inheritdoc/>
    public static bool NeedsOrder => true;

    /// <inheritdoc/>
    public static double After<TCell>(MedianCost cost, TCell cell, int moved, double previous, double value)
        where TCell : struct, IOrderedCell
    {
        double sum = 0;
        int count = cell.Count;
        for (int rank = 0; rank < count >> 1; rank++)
        {
            sum += cell.Ordered(count - 1 - rank) - cell.Ordered(rank);
        }

        return sum;
    }
}
