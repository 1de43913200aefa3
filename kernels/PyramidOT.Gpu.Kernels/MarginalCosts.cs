namespace PyramidOT.Kernels;

// The costs that are known to be Monge: sums of convex functions of differences, and convex growing functions of the range (a modular function's
// image in the case of the range itself). What stands here takes O(d) operations, or O(d^2) where the steps know better.

/// <summary>The largest position less the smallest: the generalised earth mover's cost.</summary>
public readonly struct RangeCost : IMarginalCost
{
    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell => Of(cell);

    /// <summary>The range of a cell's positions.</summary>
    internal static double Of<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double least = cell[0];
        double most = least;
        for (int j = 1; j < cell.Count; j++)
        {
            // Comparisons would be branches that no processor foresees.
            double position = cell[j];
            least = Math.Min(least, position);
            most = Math.Max(most, position);
        }

        return most - least;
    }
}

/// <summary>The range to a power of at least 1.</summary>
/// <param name="power">The power.</param>
public readonly struct RangePowerCost(CostPower power) : IMarginalCost
{
    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell => power.Of(RangeCost.Of(cell));
}

/// <summary>The sum over all pairs of their distance to a power of at least 1.</summary>
/// <param name="power">The power.</param>
public readonly struct PairwiseCost(CostPower power) : IMarginalCost
{
    /// <summary>The power.</summary>
    public CostPower Power { get; } = power;

    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double sum = 0;
        for (int j = 1; j < cell.Count; j++)
        {
            double position = cell[j];
            for (int i = 0; i < j; i++)
            {
                sum += Power.Of(Math.Abs(position - cell[i]));
            }
        }

        return sum;
    }
}

/// <summary>The sum over all pairs of Huber's loss of their difference u: u^2 / 2 up to the threshold t, and t (|u| - t / 2) beyond it.</summary>
/// <param name="threshold">t, above 0.</param>
public readonly struct HuberCost(double threshold) : IMarginalCost
{
    /// <summary>The loss of one difference.</summary>
    public double Loss(double difference)
    {
        double distance = Math.Abs(difference);
        return distance <= threshold ? 0.5 * distance * distance : threshold * (distance - (0.5 * threshold));
    }

    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double sum = 0;
        for (int j = 1; j < cell.Count; j++)
        {
            double position = cell[j];
            for (int i = 0; i < j; i++)
            {
                sum += Loss(position - cell[i]);
            }
        }

        return sum;
    }
}

/// <summary>The sum of squared distances from the mean position.</summary>
public readonly struct VarianceCost : IMarginalCost
{
    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double mean = 0;
        for (int j = 0; j < cell.Count; j++)
        {
            mean += cell[j];
        }

        mean /= cell.Count;
        double sum = 0;
        for (int j = 0; j < cell.Count; j++)
        {
            double difference = cell[j] - mean;
            sum += difference * difference;
        }

        return sum;
    }
}

/// <summary>The sum of distances from a median position.</summary>
public readonly struct MedianCost : IMarginalCost
{
    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        // A median is the position that the distances from add up to least.
        double least = double.PositiveInfinity;
        for (int j = 0; j < cell.Count; j++)
        {
            double position = cell[j];
            double sum = 0;
            for (int i = 0; i < cell.Count; i++)
            {
                sum += Math.Abs(position - cell[i]);
            }

            least = Math.Min(least, sum);
        }

        return least;
    }
}

/// <summary>The sum of distances from the first histogram's position.</summary>
public readonly struct StarCost : IMarginalCost
{
    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double centre = cell[0];
        double sum = 0;
        for (int j = 1; j < cell.Count; j++)
        {
            sum += Math.Abs(centre - cell[j]);
        }

        return sum;
    }
}

/// <summary>The sum of distances between each histogram's position and the next one's.</summary>
public readonly struct ChainCost : IMarginalCost
{
    /// <inheritdoc/>
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double before = cell[0];
        double sum = 0;
        for (int j = 1; j < cell.Count; j++)
        {
            double position = cell[j];
            sum += Math.Abs(position - before);
            before = position;
        }

        return sum;
    }
}
