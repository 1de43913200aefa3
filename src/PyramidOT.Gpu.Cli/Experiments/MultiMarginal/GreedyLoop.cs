namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>
/// The published loop for the range cost, step by step, in its corrected form: the value; its duals, which are the gradient; and the gradient as
/// automatic differentiation finds it, backwards through the steps. For comparison: the library has faster ways.
/// </summary>
/// <param name="count">Histograms d.</param>
/// <param name="bins">Bins n of each.</param>
internal sealed class GreedyLoop(int count, int bins)
{
    private readonly int[] _at = new int[count];
    private readonly double[] _left = new double[count];
    private readonly int[] _movers = new int[count * (bins - 1)];
    private readonly int[] _costs = new int[count * (bins - 1)];
    private readonly double[] _adjoints = new double[count];

    /// <summary>The value.</summary>
    /// <param name="masses">d histograms of n bins.</param>
    /// <param name="duals">Receives the duals, 0 at first bins; empty where they are not wanted.</param>
    public double Value(ReadOnlySpan<double> masses, Span<double> duals)
    {
        for (int j = 0; j < count; j++)
        {
            _at[j] = 0;
            _left[j] = masses[j * bins];
            if (!duals.IsEmpty)
            {
                duals[j * bins] = 0;
            }
        }

        double value = 0;
        int cost = 0;
        for (int step = 0; step < _movers.Length; step++)
        {
            int mover = -1;
            for (int j = 0; j < count; j++)
            {
                mover = _at[j] < bins - 1 && (mover < 0 || _left[j] < _left[mover]) ? j : mover;
            }

            double mass = _left[mover];
            value += cost * mass;
            for (int j = 0; j < count; j++)
            {
                _left[j] -= mass;
            }

            (_movers[step], _costs[step]) = (mover, cost);
            _at[mover]++;
            int place = (mover * bins) + _at[mover];
            _left[mover] = masses[place];
            int next = Cost();
            if (!duals.IsEmpty)
            {
                duals[place] = duals[place - 1] + next - cost;
            }

            cost = next;
        }

        // At the end all are in the last bin, where the cost is 0.
        return value;
    }

    /// <summary>The gradient of the last <see cref="Value"/>, backwards through its steps; other than the duals by a constant a histogram.</summary>
    /// <param name="gradient">Receives d x n numbers.</param>
    public void Backwards(Span<double> gradient)
    {
        Array.Clear(_adjoints);
        Array.Fill(_at, bins - 1);
        for (int step = _movers.Length - 1; step >= 0; step--)
        {
            int mover = _movers[step];
            gradient[(mover * bins) + _at[mover]] = _adjoints[mover];
            _at[mover]--;

            // The step's mass was taken off all others, and is what the mover had.
            double adjoint = _costs[step];
            for (int j = 0; j < count; j++)
            {
                adjoint -= j == mover ? 0 : _adjoints[j];
            }

            _adjoints[mover] = adjoint;
        }

        for (int j = 0; j < count; j++)
        {
            gradient[j * bins] = _adjoints[j];
        }
    }

    private int Cost()
    {
        int first = int.MaxValue;
        int last = 0;
        foreach (int bin in _at)
        {
            first = Math.Min(first, bin);
            last = Math.Max(last, bin);
        }

        return last - first;
    }
}
