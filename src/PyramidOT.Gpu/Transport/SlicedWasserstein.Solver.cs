using PyramidOT.Transport;

namespace PyramidOT;

// The distance as a solver: of problems that have points.
public sealed partial class SlicedWasserstein : TransportSolver
{
    // Lines of all problems that are taken at once, at the most.
    private const int MostLines = 1 << 20;

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
        double[] costs = Evaluate(problem, default, default);
        double[] none = new double[costs.Length];
        Array.Fill(none, double.NaN);
        return new() { Status = new SolveStatus[costs.Length], Value = costs, TransportCost = costs, DualValue = none };
    }

    internal override double[] Differentiate(
        ResidentProblem problem, EngineView<float> inSource, EngineView<float> inTarget, SolverPotentials potentials = default) =>
        Evaluate(problem, inSource, inTarget);

    /// <summary>The values of all problems, and the gradients of the distances in the points, where there is room for them.</summary>
    private double[] Evaluate(ResidentProblem problem, EngineView<float> inSource, EngineView<float> inTarget)
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
        BatchLayout shapes = problem.Shapes;
        bool isWeighted = problem.RowWeights.Length + problem.ColumnWeights.Length > 0;
        long[] sourceMasses = new long[isWeighted ? shapes.Rows : 0];
        long[] targetMasses = new long[isWeighted ? shapes.Columns : 0];
        double[] values = new double[shapes.Count];
        for (int b = 0; b < values.Length; b++)
        {
            if (shapes.RowsOf(b) == 0 || shapes.ColumnsOf(b) == 0)
            {
                throw new ArgumentException($"Problem {b} has a cloud without points.", nameof(problem));
            }

            double source = Share(problem.RowWeights, shapes.RowOffsets, b, "source", sourceMasses);
            double target = Share(problem.ColumnWeights, shapes.ColumnOffsets, b, "target", targetMasses);
            LineMasses.CheckTotals(source, target, b, nameof(problem));
            values[b] = source;
        }

        int most = Math.Max(1, MostLines / _options.Projections);
        for (int first = 0; first < values.Length; first += most)
        {
            Span<double> some = values.AsSpan(first, Math.Min(most, values.Length - first));
            Evaluate(problem, first, sourceMasses, targetMasses, inSource, inTarget, some);
        }

        return values;
    }

    /// <summary>Multiplies the masses of some problems by their distances, and writes the gradients of those.</summary>
    private void Evaluate(
        ResidentProblem problem,
        int first,
        ReadOnlySpan<long> sourceMasses,
        ReadOnlySpan<long> targetMasses,
        EngineView<float> inSource,
        EngineView<float> inTarget,
        Span<double> values)
    {
        int d = problem.Dimensions;
        BatchLayout shapes = problem.Shapes;
        int end = first + values.Length;
        (long row, long rows) = (shapes.RowOffsets[first], shapes.RowOffsets[end] - shapes.RowOffsets[first]);
        (long column, long columns) = (shapes.ColumnOffsets[first], shapes.ColumnOffsets[end] - shapes.ColumnOffsets[first]);
        SlicedClouds clouds = new()
        {
            Shapes = Part(shapes, first, values.Length),
            Source = problem.Source.Slice(row * d, rows * d),
            Target = problem.Target.Slice(column * d, columns * d),
            Dimensions = d,
            SourceMasses = sourceMasses.IsEmpty ? [] : sourceMasses.Slice((int)row, (int)rows),
            TargetMasses = targetMasses.IsEmpty ? [] : targetMasses.Slice((int)column, (int)columns),
        };
        double[] costs = Average(
            problem.Engine,
            clouds,
            _options with { P = problem.Cost.Exponent },
            inSource.IsEmpty ? default : inSource.Slice(row * d, rows * d),
            inTarget.IsEmpty ? default : inTarget.Slice(column * d, columns * d),
            CancellationToken.None);
        for (int b = 0; b < values.Length; b++)
        {
            double sum = 0;
            for (int k = b; k < costs.Length; k += values.Length)
            {
                sum += costs[k];
            }

            values[b] *= sum / _options.Projections;
        }
    }

    private static BatchLayout Part(BatchLayout shapes, int first, int count)
    {
        int[] rows = new int[count];
        int[] columns = new int[count];
        for (int b = 0; b < count; b++)
        {
            rows[b] = shapes.RowsOf(first + b);
            columns[b] = shapes.ColumnsOf(first + b);
        }

        return BatchLayout.Ragged(rows, columns);
    }

    /// <summary>The mass of one side of a problem, and that of each of its points in whole numbers, where they are wanted.</summary>
    private static double Share(float[] weights, ReadOnlySpan<long> offsets, int problem, string side, long[] masses)
    {
        Range own = (int)offsets[problem]..(int)offsets[problem + 1];
        if (weights.Length == 0)
        {
            LineMasses.Share(masses.Length == 0 ? [] : masses.AsSpan(own));
            return 1;
        }

        double[] exact = Array.ConvertAll(weights[own], weight => (double)weight);
        double total = LineMasses.Total(exact, $"problem {problem}, {side},", "problem");
        LineMasses.Share(exact, total, masses.AsSpan(own));
        return total;
    }
}
