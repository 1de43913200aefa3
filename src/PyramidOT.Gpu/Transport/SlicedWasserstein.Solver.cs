using PyramidOT.Transport;

namespace PyramidOT;

// The distance as a solver: of problems that have points.
public sealed partial class SlicedWasserstein : TransportSolver
{
    private readonly SlicedOptions _options;

    /// <summary>Makes a solver.</summary>
    /// <param name="options">
    /// Directions and seed; null takes 100 directions. The exponent is that of the problem's cost, whose ground distance must be Euclidean. Every
    /// problem of a batch sees the same directions.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SlicedWasserstein(SlicedOptions? options = null)
    {
        _options = (options ?? new()) with { AscentStarts = 0, WithGradient = false };
        _options.Check();
    }

    /// <inheritdoc/>
    public override bool HasPlan => false;

    /// <summary>All that its results depend on.</summary>
    internal string Description => FormattableString.Invariant($"{_options}");

    /// <summary>The same solver with directions of another seed, which its own takes part in.</summary>
    internal SlicedWasserstein WithDirections(ulong seed) => new(_options with { Seed = _options.Seed ^ seed });

    internal override ResidentOutcome SolveResident(ResidentProblem problem)
    {
        double[] costs = new double[problem.Shapes.Count];
        double[] none = new double[costs.Length];
        for (int b = 0; b < costs.Length; b++)
        {
            costs[b] = Evaluate(problem, b, default, default);
            none[b] = double.NaN;
        }

        return new() { Status = new SolveStatus[costs.Length], Value = costs, TransportCost = costs, DualValue = none };
    }

    internal override (double Loss, float[] SourceGradient, float[] TargetGradient) LossAndGradient(ResidentProblem problem)
    {
        using EngineBuffer<float> source = problem.Engine.Allocate<float>(problem.Source.Length);
        using EngineBuffer<float> target = problem.Engine.Allocate<float>(problem.Target.Length);
        double loss = Evaluate(problem, 0, source, target);
        double mass = MassOf(problem, 0);
        return (loss, Scaled(source.ToArray(), mass), Scaled(target.ToArray(), mass));
    }

    private double Evaluate(ResidentProblem problem, int b, EngineView<float> sourceGradient, EngineView<float> targetGradient)
    {
        if (problem.Dimensions == 0)
        {
            throw new NotSupportedException("Sliced transport needs points; the problem has costs.");
        }

        if (problem.Cost.Distance != GroundDistance.Euclidean)
        {
            throw new NotSupportedException($"Sliced transport is Euclidean; the problem's ground distance is {problem.Cost.Distance}.");
        }

        // The distance is that of shares; a solver's value is in units of cost times mass.
        double mass = MassOf(problem, b);
        int d = problem.Dimensions;
        BatchLayout shapes = problem.Shapes;
        return mass * Evaluate(
            problem.Engine,
            problem.Source.Slice(shapes.RowOffsets[b] * d, (long)shapes.RowsOf(b) * d),
            problem.Target.Slice(shapes.ColumnOffsets[b] * d, (long)shapes.ColumnsOf(b) * d),
            d,
            _options with { P = problem.Cost.Exponent },
            sourceGradient,
            targetGradient,
            WeightsOf(problem.RowWeights, shapes.RowOffsets, b),
            WeightsOf(problem.ColumnWeights, shapes.ColumnOffsets, b)).Cost;
    }

    /// <summary>The mass of a problem, which both sides have.</summary>
    private static double MassOf(ResidentProblem problem, int b)
    {
        double source = Total(WeightsOf(problem.RowWeights, problem.Shapes.RowOffsets, b), "source");
        double target = Total(WeightsOf(problem.ColumnWeights, problem.Shapes.ColumnOffsets, b), "target");
        LineMasses.CheckTotals(source, target, b, nameof(problem));
        return source;

        double Total(double[] weights, string side) =>
            weights.Length == 0 ? 1 : LineMasses.Total(weights, $"problem {b}, {side},", nameof(problem));
    }

    private static float[] Scaled(float[] gradients, double mass) =>
        mass == 1 ? gradients : Array.ConvertAll(gradients, part => (float)(mass * part));

    private static double[] WeightsOf(float[] weights, ReadOnlySpan<long> offsets, int problem) =>
        weights.Length == 0 ? [] : Array.ConvertAll(weights[(int)offsets[problem]..(int)offsets[problem + 1]], weight => (double)weight);
}
