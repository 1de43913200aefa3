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
            if (!double.IsFinite(call.Values[b]))
            {
                throw new ArgumentException($"Problem {b}: the costs leave float64's range; bring the positions nearer to each other.", nameof(options));
            }

            status[b] = Math.Abs(call.Values[b] - call.DualValues[b]) > CertifiedGap * largest ? SolveStatus.IterationLimit : SolveStatus.Optimal;
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

    /// <summary>A cost of the size of the largest: that of the cell where one histogram is at the last bin and the others are at the first.</summary>
    private static double LargestCost(MultiMarginalCost cost, int histograms, int bins, ReadOnlySpan<double> positions)
    {
        if (histograms == 0 || bins == 0)
        {
            return 0;
        }

        double[] cell = new double[histograms];
        Array.Fill(cell, positions.IsEmpty ? 0 : positions[0]);
        double first = Math.Abs(cost.CostOf(cell));
        cell[0] = positions.IsEmpty ? bins - 1 : positions[^1];
        return Math.Max(first, Math.Abs(cost.CostOf(cell)));
    }
}
