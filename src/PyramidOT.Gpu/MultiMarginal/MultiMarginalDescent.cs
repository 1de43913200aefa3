using System.Numerics.Tensors;

namespace PyramidOT;

/// <summary>
/// Makes the histograms of each problem alike: lowers the multi-marginal distance between them by steps against its gradient, each followed by
/// a way back to histograms (Mehta, Kline, Lokhande, Fung, Singh, ICLR 2023, figure 1). At distance 0 all of them are one, a kind of barycentre. In
/// float64 on the Host; a device finds distances and gradients on float32 copies.
/// </summary>
public static class MultiMarginalDescent
{
    /// <summary>Minimises.</summary>
    /// <param name="engine">Where distances and gradients are computed.</param>
    /// <param name="histograms">The histograms of all problems; they stay as they are.</param>
    /// <param name="options">Steps, rate and kind of step.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Ends the work between two steps.</param>
    /// <exception cref="ArgumentException">
    /// Snapshots do not rise from 0 to the number of steps, the trace is too long for an array, or a cost of the caller's own is not Monge.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">Another option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static MultiMarginalDescentResult Minimise(
        ComputeEngine engine,
        MarginalHistograms histograms,
        MultiMarginalDescentOptions options,
        IProgress<MultiMarginalDescentProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(histograms);
        ArgumentNullException.ThrowIfNull(options);
        Check(options, histograms.Layout.Count);
        MarginalLayout layout = histograms.Layout;
        double[] masses = histograms.Masses.ToArray();
        double[] gradients = new double[masses.Length];
        double[] trace = new double[(options.Steps + 1) * layout.Count];
        List<(int Step, ReadOnlyMemory<double> Masses)> snapshots = [];
        HistogramSteps steps = new(layout, histograms.Totals, options);
        double rate = options.Rate;
        for (int step = 0; ; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (snapshots.Count < options.Snapshots.Count && options.Snapshots[snapshots.Count] == step)
            {
                snapshots.Add((step, (double[])masses.Clone()));
            }

            bool isLast = step == options.Steps;
            Span<double> values = trace.AsSpan(step * layout.Count, layout.Count);
            Evaluate(engine, histograms, masses, options.Cost, steps.Ties, values, isLast ? [] : gradients);
            if (isLast)
            {
                return new(layout, masses, trace, snapshots);
            }

            steps.Take(masses, gradients, rate);
            rate *= step >= options.DecayFrom ? options.Decay : 1;
            progress?.Report(new(step + 1, options.Steps, TensorPrimitives.Sum<double>(values)));
        }
    }

    private static void Evaluate(
        ComputeEngine engine,
        MarginalHistograms histograms,
        double[] masses,
        MultiMarginalCost cost,
        TieRule ties,
        Span<double> values,
        Span<double> gradients)
    {
        if (cost == MultiMarginalCost.Range)
        {
            MultiMarginalTransport.Range(engine, histograms.Layout, masses, histograms.Positions, ties, values, gradients);
            return;
        }

        MarginalHistograms now = MarginalHistograms.Create(masses, histograms.Layout, new() { Positions = PositionsOf(histograms) });
        MultiMarginalResult result = MultiMarginalTransport.Solve(engine, now, new() { Cost = cost, Ties = ties, WithGradients = !gradients.IsEmpty });
        result.Values.CopyTo(values);
        result.Gradients.CopyTo(gradients);
    }

    private static double[]? PositionsOf(MarginalHistograms histograms) => histograms.Positions.IsEmpty ? null : histograms.Positions.ToArray();

    private static void Check(MultiMarginalDescentOptions options, int problems)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Steps, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.DecayFrom, nameof(options));
        if (!(options.Rate > 0) || double.IsInfinity(options.Rate))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Rate, "The rate is a finite number above 0.");
        }

        if (!(options.Decay > 0 && options.Decay <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Decay, "The decay is a number above 0 and at most 1.");
        }

        if (!Enum.IsDefined(options.Step))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Step, "Not a kind of step.");
        }

        ArgumentNullException.ThrowIfNull(options.Cost, nameof(options));
        ArgumentNullException.ThrowIfNull(options.Snapshots, nameof(options));
        for (int i = 0; i < options.Snapshots.Count; i++)
        {
            if (options.Snapshots[i] < (i == 0 ? 0 : options.Snapshots[i - 1] + 1) || options.Snapshots[i] > options.Steps)
            {
                throw new ArgumentException($"Snapshot {i} is of step {options.Snapshots[i]}; steps rise, from 0 to {options.Steps}.", nameof(options));
            }
        }

        if (((long)options.Steps + 1) * problems > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{options.Steps} steps of {problems} problems have more values than one array can hold ({Array.MaxLength}).", nameof(options));
        }
    }
}
