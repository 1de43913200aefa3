namespace PyramidOT;

/// <summary>Any Monge cost, by the greedy walk.</summary>
public static partial class MultiMarginalTransport
{
    private static void CheckOptions(MultiMarginalOptions options)
    {
        if (options.Cost is null)
        {
            throw new ArgumentException("A cost is expected.", nameof(options));
        }

        if (!Enum.IsDefined(options.Method))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Not a method.");
        }

        if (!Enum.IsDefined(options.Ties))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Ties, "Not a tie rule.");
        }
    }

    private static MultiMarginalResult Walk(ComputeEngine engine, MarginalHistograms histograms, MultiMarginalOptions options)
    {
        MarginalLayout layout = histograms.Layout;
        MongeCheck check = Check(histograms, options.Cost);
        int elements = histograms.Masses.Length;
        MarginalWalkCall call = new()
        {
            Histograms = histograms,
            Ties = options.Ties,
            Values = new double[layout.Count],
            DualValues = new double[layout.Count],
            Gradients = options.WithGradients ? new double[elements] : [],
            Movers = options.WithPlans ? new int[elements] : [],
            CellMasses = options.WithPlans ? new double[elements] : [],
        };
        options.Cost.Walk(engine, call);
        SolveStatus[] status = new SolveStatus[layout.Count];
        (int Histograms, int Bins) shape = (0, 0);
        double largestCost = 0;
        for (int b = 0; b < status.Length; b++)
        {
            (int Histograms, int Bins) own = (layout.HistogramsOf(b), layout.BinsOf(b));
            if (own != shape || !ArePositionsShared(histograms))
            {
                largestCost = LargestCost(options.Cost, own.Histograms, own.Bins, histograms.PositionsOf(b));
                shape = own;
            }

            double largest = histograms.Totals[b] * largestCost;
            RequireFinite(call.Values[b], b);
            status[b] = Math.Abs(call.Values[b] - call.DualValues[b]) <= CertifiedGap * largest ? SolveStatus.Optimal : SolveStatus.IterationLimit;
        }

        if (!options.WithGradients)
        {
            Array.Fill(call.DualValues, double.NaN);
        }

        return new(layout, call.Values, call.Gradients, call.DualValues, status)
        {
            Monge = check,
            Plans = options.WithPlans ? Plans(layout, call) : [],
        };
    }

    /// <summary>Makes sure that the cost is Monge for all problems; each shape counts once.</summary>
    private static MongeCheck Check(MarginalHistograms histograms, MultiMarginalCost cost)
    {
        MarginalLayout layout = histograms.Layout;
        bool arePositionsShared = ArePositionsShared(histograms);
        HashSet<(int Histograms, int Bins)> seen = [];
        MongeCheck all = new(MongeProof.Known, 0);
        for (int b = 0; b < layout.Count; b++)
        {
            (int d, int n) = (layout.HistogramsOf(b), layout.BinsOf(b));
            if (d == 0 || n == 0 || (arePositionsShared && !seen.Add((d, n))))
            {
                continue;
            }

            MongeCheck one = cost.Check(d, n, histograms.PositionsOf(b));
            all = new((MongeProof)Math.Max((int)all.Proof, (int)one.Proof), all.Inequalities + one.Inequalities);
        }

        return all;
    }

    /// <summary>Whether problems of one shape have the same positions.</summary>
    private static bool ArePositionsShared(MarginalHistograms histograms) =>
        histograms.Positions.IsEmpty || histograms.Positions.Length != histograms.Layout.Bins;

    private static MarginalPlan[] Plans(MarginalLayout layout, MarginalWalkCall call)
    {
        MarginalPlan[] plans = new MarginalPlan[layout.Count];
        for (int b = 0; b < plans.Length; b++)
        {
            Range own = (int)layout.ElementOffsets[b]..(int)layout.ElementOffsets[b + 1];
            plans[b] = MarginalPlan.Of(layout.HistogramsOf(b), layout.BinsOf(b), call.Movers.AsSpan(own), call.CellMasses.AsSpan(own));
        }

        return plans;
    }

    /// <summary>
    /// A cost of the size of the largest: the most that a cell costs in which the first histogram, the others or all of them are at the last bin and the
    /// rest at the first. One such cell is not enough: some costs are 0 wherever one histogram is at the first bin.
    /// </summary>
    private static double LargestCost(MultiMarginalCost cost, int histograms, int bins, ReadOnlySpan<double> positions)
    {
        if (histograms == 0 || bins == 0)
        {
            return 0;
        }

        double first = positions.IsEmpty ? 0 : positions[0];
        double last = positions.IsEmpty ? bins - 1 : positions[^1];
        double[] cell = new double[histograms];
        double largest = 0;
        for (int corner = 0; corner < 4; corner++)
        {
            Array.Fill(cell, corner < 2 ? first : last);
            cell[0] = corner % 2 == 0 ? first : last;
            largest = Math.Max(largest, Math.Abs(cost.CostOf(cell)));
        }

        return largest;
    }

    /// <summary>Refuses a value that overflowed; so the numbers that led to it are at fault.</summary>
    internal static void RequireFinite(double value, int problem)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException(
                $"Problem {problem}: the value leaves the range of the engine's numbers; scale the masses down, or bring the positions nearer to each other.");
        }
    }
}
