namespace PyramidOT.Tests.MultiMarginal;

/// <summary>The costs that the walk is tested with, by name, and costs of a caller's own.</summary>
internal static class WalkCosts
{
    public static readonly string[] Names =
        ["range", "range^1.5", "range^2", "range^2.7", "pair^1", "pair^1.5", "pair^2", "pair^3", "pair^2.2", "huber 1.5", "variance", "median", "star", "chain", "max", "product"];

    public static MultiMarginalCost Of(string name) => name switch
    {
        "range" => MultiMarginalCost.Range,
        "range^1.5" => MultiMarginalCost.RangePower(1.5),
        "range^2" => MultiMarginalCost.RangePower(2),
        "range^2.7" => MultiMarginalCost.RangePower(2.7),
        "pair^1" => MultiMarginalCost.Pairwise(1),
        "pair^1.5" => MultiMarginalCost.Pairwise(1.5),
        "pair^2" => MultiMarginalCost.Pairwise(2),
        "pair^3" => MultiMarginalCost.Pairwise(3),
        "pair^2.2" => MultiMarginalCost.Pairwise(2.2),
        "huber 1.5" => MultiMarginalCost.Huber(1.5),
        "variance" => MultiMarginalCost.Variance,
        "median" => MultiMarginalCost.Median,
        "star" => MultiMarginalCost.Star,
        "chain" => MultiMarginalCost.Chain,
        "max" => MultiMarginalCost.Of(default(LargestCost)),
        "product" => MultiMarginalCost.Of(new ProductCost(0.25)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such cost."),
    };

    /// <summary>The cost of a cell, by formulas that are written out here and share nothing with the library's.</summary>
    public static double Formula(string name, double[] x)
    {
        double Pairs(Func<double, double> of) => Enumerable.Range(0, x.Length).Sum(a => Enumerable.Range(0, a).Sum(b => of(Math.Abs(x[a] - x[b]))));
        double range = x.Max() - x.Min();
        double[] sorted = [.. x.Order()];
        return name switch
        {
            "range" => range,
            "range^1.5" => Math.Pow(range, 1.5),
            "range^2" => Math.Pow(range, 2),
            "range^2.7" => Math.Pow(range, 2.7),
            "pair^1" => Pairs(u => u),
            "pair^1.5" => Pairs(u => Math.Pow(u, 1.5)),
            "pair^2" => Pairs(u => Math.Pow(u, 2)),
            "pair^3" => Pairs(u => Math.Pow(u, 3)),
            "pair^2.2" => Pairs(u => Math.Pow(u, 2.2)),
            "huber 1.5" => Pairs(u => u <= 1.5 ? u * u / 2 : 1.5 * (u - 0.75)),
            "variance" => x.Sum(v => (v - x.Average()) * (v - x.Average())),
            "median" => x.Sum(v => Math.Abs(v - sorted[x.Length / 2])),
            "star" => x.Sum(v => Math.Abs(v - x[0])),
            "chain" => Enumerable.Range(1, x.Length - 1).Sum(j => Math.Abs(x[j] - x[j - 1])),
            "max" => x.Max(),
            "product" => -x.Aggregate(1.0, (a, b) => a * (0.25 + b)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such cost."),
        };
    }
}

/// <summary>The largest position: Monge, without fields, and not 0 at the first cell where positions do not begin at 0.</summary>
public readonly struct LargestCost : IMarginalCost
{
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double most = cell[0];
        for (int j = 1; j < cell.Count; j++)
        {
            most = Math.Max(most, cell[j]);
        }

        return most;
    }
}

/// <summary>Minus the product of positions plus a shift: Monge for positions above -shift, and below 0.</summary>
/// <param name="shift">The shift.</param>
public readonly struct ProductCost(double shift) : IMarginalCost
{
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double product = -1;
        for (int j = 0; j < cell.Count; j++)
        {
            product *= shift + cell[j];
        }

        return product;
    }
}

/// <summary>The range to any power: not Monge below 1.</summary>
/// <param name="power">The power.</param>
public readonly struct AnyRangeCost(double power) : IMarginalCost
{
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double least = cell[0];
        double most = least;
        for (int j = 1; j < cell.Count; j++)
        {
            least = Math.Min(least, cell[j]);
            most = Math.Max(most, cell[j]);
        }

        return Math.Pow(most - least, power);
    }
}

/// <summary>1 where not all positions are equal, else 0: not Monge.</summary>
public readonly struct DiscreteCost : IMarginalCost
{
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        for (int j = 1; j < cell.Count; j++)
        {
            if (cell[j] != cell[0])
            {
                return 1;
            }
        }

        return 0;
    }
}
