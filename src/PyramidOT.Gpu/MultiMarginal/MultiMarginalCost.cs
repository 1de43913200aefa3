using PyramidOT.Data;
using PyramidOT.Engines;
using PyramidOT.Kernels;

namespace PyramidOT;

/// <summary>
/// What it costs to bring a unit of mass together from the positions x_1, ..., x_d, one of each histogram. All are Monge, or else are refused when a
/// problem is solved. Immutable; may be shared between threads.
/// </summary>
public abstract class MultiMarginalCost
{
    private protected MultiMarginalCost(string name) => Name = name;

    /// <summary>max x - min x: the generalised earth mover's cost. It has a closed form.</summary>
    public static MultiMarginalCost Range { get; } = new Known<RangeCost, EvaluatedSteps<RangeCost>>(default, "range");

    /// <summary>The sum of squared distances from the mean position: the value is the least one of a free-support Wasserstein-2 barycentre.</summary>
    public static MultiMarginalCost Variance { get; } = new Known<VarianceCost, EvaluatedSteps<VarianceCost>>(default, "variance");

    /// <summary>The sum of distances from a median position: the value is the least one of a Wasserstein-1 barycentre on the bins.</summary>
    public static MultiMarginalCost Median { get; } = new Known<MedianCost, MedianSteps>(default, "median");

    /// <summary>The sum of distances |x_1 - x_j| from the first histogram's position.</summary>
    public static MultiMarginalCost Star { get; } = new Known<StarCost, EvaluatedSteps<StarCost>>(default, "star");

    /// <summary>The sum of distances |x_j - x_(j+1)| between neighbours in the order of the histograms.</summary>
    public static MultiMarginalCost Chain { get; } = new Known<ChainCost, EvaluatedSteps<ChainCost>>(default, "chain");

    /// <summary>What the cost is called.</summary>
    public string Name { get; }

    /// <summary>(max x - min x)^p.</summary>
    /// <param name="power">p, finite and at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> is NaN, infinite or below 1: such a cost is not Monge.</exception>
    public static MultiMarginalCost RangePower(double power)
    {
        CheckPower(power);
        return power == 1 ? Range : new Known<RangePowerCost, EvaluatedSteps<RangePowerCost>>(new(new(power)), $"range^{PointCheck.Text(power)}");
    }

    /// <summary>The sum over all pairs of |x_i - x_j|^p: the value is the sum of the pairs' W_p^p.</summary>
    /// <param name="power">p, finite and at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> is NaN, infinite or below 1: such a cost is not Monge.</exception>
    public static MultiMarginalCost Pairwise(double power)
    {
        CheckPower(power);
        return new Known<PairwiseCost, PairwiseSteps>(new(new(power)), $"pair^{PointCheck.Text(power)}");
    }

    /// <summary>The sum over all pairs of Huber's loss of u = x_i - x_j: u^2 / 2 up to |u| = t, t (|u| - t / 2) beyond.</summary>
    /// <param name="threshold">t, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is NaN, infinite or not above 0.</exception>
    public static MultiMarginalCost Huber(double threshold) => threshold > 0 && double.IsFinite(threshold)
        ? new Known<HuberCost, HuberSteps>(new(threshold), $"huber {PointCheck.Text(threshold)}")
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Huber's threshold must be finite and above 0.");

    /// <summary>
    /// A cost of the caller's own. Whether it is Monge is tested on the grid of each shape of problem that is solved with it, once a shape
    /// (<see cref="MongeCheck"/>): keep the object for further calls.
    /// </summary>
    /// <typeparam name="TCost">The struct; <see cref="IMarginalCost"/> says what it may do to run on devices too.</typeparam>
    /// <param name="cost">The cost.</param>
    /// <param name="name">What it is called; null takes the struct's name.</param>
    public static MultiMarginalCost Of<TCost>(TCost cost, string? name = null)
        where TCost : unmanaged, IMarginalCost => new Tested<TCost>(cost, name ?? typeof(TCost).Name);

    /// <summary>The cost of one cell.</summary>
    /// <param name="positions">A position a histogram, at least one.</param>
    /// <exception cref="ArgumentException">There are no positions.</exception>
    public double CostOf(params ReadOnlySpan<double> positions) => positions.IsEmpty
        ? throw new ArgumentException("A cell has a position of at least one histogram.", nameof(positions))
        : Evaluate(positions.ToArray());

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Makes sure that the cost is Monge on the grid of a problem of at least one histogram and one bin.</summary>
    /// <exception cref="ArgumentException">It is not, or not finite.</exception>
    internal abstract MongeCheck Check(int histograms, int bins, ReadOnlySpan<double> positions);

    /// <summary>Walks all problems of a batch on an engine.</summary>
    internal abstract void Walk(ComputeEngine engine, MarginalWalkCall call);

    /// <summary>Walks all problems of a batch whose masses lie on an engine, on bins that stand at 0, 1, 2, and so on.</summary>
    internal abstract void Walk(
        ComputeEngine engine, MarginalLayout problems, EngineView<float> masses, TieRule ties, Span<double> values, EngineView<float> gradients);

    private protected abstract double Evaluate(double[] positions);

    private static void CheckPower(double power)
    {
        if (!(power >= 1) || double.IsInfinity(power))
        {
            throw new ArgumentOutOfRangeException(nameof(power), power, "The power must be finite and at least 1: below 1 the cost is not Monge.");
        }
    }

    private abstract class Functor<TCost, TSteps>(TCost cost, string name) : MultiMarginalCost(name)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        protected TCost Cost { get; } = cost;

        internal override void Walk(ComputeEngine engine, MarginalWalkCall call) => call.Run<TCost, TSteps>(engine, Cost);

        internal override void Walk(
            ComputeEngine engine, MarginalLayout problems, EngineView<float> masses, TieRule ties, Span<double> values, EngineView<float> gradients) =>
            engine.MultiMarginal.Walk<TCost, TSteps>(problems, masses, default, Cost, ties, values, default, gradients, default);

        private protected override double Evaluate(double[] positions) => Cost.At(new PositionCell(positions));
    }

    private sealed class Known<TCost, TSteps>(TCost cost, string name) : Functor<TCost, TSteps>(cost, name)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        internal override MongeCheck Check(int histograms, int bins, ReadOnlySpan<double> positions) => new(MongeProof.Known, 0);
    }

    private sealed class Tested<TCost>(TCost cost, string name) : Functor<TCost, EvaluatedSteps<TCost>>(cost, name)
        where TCost : unmanaged, IMarginalCost
    {
        // Shapes that are remembered: a training loop has one or a few.
        private const int MostShapes = 64;

        private readonly List<(int Histograms, int Bins, double[] Positions, MongeCheck Check)> _passed = [];

        internal override MongeCheck Check(int histograms, int bins, ReadOnlySpan<double> positions)
        {
            lock (_passed)
            {
                foreach ((int d, int n, double[] at, MongeCheck check) in _passed)
                {
                    if (d == histograms && n == bins && positions.SequenceEqual(at))
                    {
                        return check;
                    }
                }
            }

            MongeCheck found = new MongeTest<TCost>(Cost, histograms, bins, positions).Run();
            lock (_passed)
            {
                if (_passed.Count == MostShapes)
                {
                    _passed.RemoveAt(0);
                }

                _passed.Add((histograms, bins, positions.ToArray(), found));
            }

            return found;
        }
    }
}
