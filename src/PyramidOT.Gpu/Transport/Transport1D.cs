using PyramidOT.Data;
using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// Optimal transport on a line for the cost |x - y|^p, in closed form: the smallest mass goes to the smallest, and so on. Value, derivatives,
/// plan and potentials, for any weights, a whole batch at once.
/// </summary>
public static class Transport1D
{
    /// <summary>Solves one problem.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="source">The source positions, finite, in any order.</param>
    /// <param name="target">The target positions, finite, in any order.</param>
    /// <param name="sourceWeights">The mass at each source, finite numbers of at least 0; empty where each has 1/n.</param>
    /// <param name="targetWeights">
    /// The mass that each target takes; empty where each takes 1/m. Their total must be that of the sources; a relative mismatch of up to
    /// 1e-6 is made good by scaling the targets' weights.
    /// </param>
    /// <param name="options">The exponent, and what is wanted besides the value; null takes p = 2 and the value alone.</param>
    /// <exception cref="ArgumentException">
    /// A position is not finite, a number is no weight, there are not as many weights as positions, one side alone has positions, the totals
    /// differ, or the costs leave float64's range; the message names it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is NaN, infinite or below 1.</exception>
    public static Transport1DSolution Solve(
        ComputeEngine engine,
        ReadOnlySpan<float> source,
        ReadOnlySpan<float> target,
        ReadOnlySpan<double> sourceWeights = default,
        ReadOnlySpan<double> targetWeights = default,
        Transport1DOptions? options = null) =>
        SolveBatch(engine, source, target, BatchLayout.Uniform(1, source.Length, target.Length), sourceWeights, targetWeights, options)[0];

    /// <summary>Solves a batch of problems of any shapes, all at once.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="source">The source positions, one problem's behind the other's.</param>
    /// <param name="target">The target positions, likewise.</param>
    /// <param name="problems">The shapes: sources are rows, targets columns. A problem without either is solved by 0.</param>
    /// <param name="sourceWeights">The mass at each source; empty where those of each problem have equal shares of 1.</param>
    /// <param name="targetWeights">The mass that each target takes; likewise.</param>
    /// <param name="options">As for <see cref="Solve"/>.</param>
    /// <returns>A solution for each problem.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Solve"/>; the message names the problem.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is NaN, infinite or below 1.</exception>
    public static IReadOnlyList<Transport1DSolution> SolveBatch(
        ComputeEngine engine,
        ReadOnlySpan<float> source,
        ReadOnlySpan<float> target,
        BatchLayout problems,
        ReadOnlySpan<double> sourceWeights = default,
        ReadOnlySpan<double> targetWeights = default,
        Transport1DOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        options ??= new();
        Require(source.Length, problems.Rows, "source positions", nameof(source));
        Require(target.Length, problems.Columns, "target positions", nameof(target));
        CheckFinite(source, problems.RowOffsets, "source", nameof(source));
        CheckFinite(target, problems.ColumnOffsets, "target", nameof(target));
        bool isWeighted = !sourceWeights.IsEmpty || !targetWeights.IsEmpty;
        double[] totals = Totals(problems, sourceWeights, targetWeights);
        using Side rows = new(engine, problems.RowOffsets, source, isWeighted, sourceWeights, options);
        using Side columns = new(engine, problems.ColumnOffsets, target, isWeighted, targetWeights, options);
        double[] costs = new double[problems.Count];
        engine.Slices.Transport(problems, rows.Line, columns.Line, options.P, costs);
        return Read(problems, rows, columns, totals, costs, options);
    }

    private static Transport1DSolution[] Read(
        BatchLayout problems, Side rows, Side columns, double[] totals, double[] costs, Transport1DOptions options)
    {
        (float[] Positions, int[] Places, long[] Ends, float[] Slopes) source = rows.Read(options);
        (float[] Positions, int[] Places, long[] Ends, float[] Slopes) target = columns.Read(options);
        Transport1DSolution[] solutions = new Transport1DSolution[costs.Length];
        for (int b = 0; b < solutions.Length; b++)
        {
            if (!double.IsFinite(costs[b] * totals[b]))
            {
                throw new ArgumentException($"Problem {b}: the costs for p = {options.P} leave the range of numbers; scale the positions.");
            }

            Range row = (int)problems.RowOffsets[b]..(int)problems.RowOffsets[b + 1];
            Range column = (int)problems.ColumnOffsets[b]..(int)problems.ColumnOffsets[b + 1];
            Transport1DSolution solution = new()
            {
                Value = costs[b] * totals[b],
                SourceGradient = options.WithGradient ? Scaled(source.Slopes[row], totals[b]) : [],
                TargetGradient = options.WithGradient ? Scaled(target.Slopes[column], totals[b]) : [],
            };
            if (options.WithPlan || options.WithPotentials)
            {
                LineStaircase stairs = new()
                {
                    Source = source.Positions.AsSpan(row),
                    SourcePlaces = source.Places.AsSpan(row),
                    SourceEnds = source.Ends.Length == 0 ? [] : source.Ends.AsSpan(row),
                    Target = target.Positions.AsSpan(column),
                    TargetPlaces = target.Places.AsSpan(column),
                    TargetEnds = target.Ends.Length == 0 ? [] : target.Ends.AsSpan(column),
                    Mass = totals[b],
                    Exponent = options.P,
                };
                solution = Add(solution, stairs, options);
            }

            solutions[b] = solution;
        }

        return solutions;
    }

    private static Transport1DSolution Add(Transport1DSolution solution, LineStaircase stairs, Transport1DOptions options)
    {
        if (options.WithPlan)
        {
            solution = solution with { Plan = stairs.Plan() };
        }

        if (options.WithPotentials)
        {
            double[] f = new double[stairs.Source.Length];
            double[] g = new double[stairs.Target.Length];
            double dual = stairs.Potentials(f, g);
            solution = solution with { SourcePotentials = f, TargetPotentials = g, DualValue = dual };
        }

        return solution;
    }

    private static float[] Scaled(float[] slopes, double total)
    {
        for (int i = 0; i < slopes.Length && total != 1; i++)
        {
            slopes[i] = (float)(slopes[i] * total);
        }

        return slopes;
    }

    private static double[] Totals(BatchLayout problems, ReadOnlySpan<double> sourceWeights, ReadOnlySpan<double> targetWeights)
    {
        if (!sourceWeights.IsEmpty)
        {
            Require(sourceWeights.Length, problems.Rows, "weights of sources", nameof(sourceWeights));
        }

        if (!targetWeights.IsEmpty)
        {
            Require(targetWeights.Length, problems.Columns, "weights of targets", nameof(targetWeights));
        }

        double[] totals = new double[problems.Count];
        for (int b = 0; b < totals.Length; b++)
        {
            if ((problems.RowsOf(b) == 0) != (problems.ColumnsOf(b) == 0))
            {
                throw new ArgumentException(
                    $"Problem {b} has {problems.RowsOf(b)} source positions and {problems.ColumnsOf(b)} target positions.", nameof(problems));
            }

            if (problems.RowsOf(b) == 0)
            {
                continue;
            }

            totals[b] = sourceWeights.IsEmpty ? 1 : LineMasses.Total(Part(sourceWeights, problems.RowOffsets, b), $"problem {b}, source", nameof(sourceWeights));
            double target = targetWeights.IsEmpty ? 1 : LineMasses.Total(Part(targetWeights, problems.ColumnOffsets, b), $"problem {b}, target", nameof(targetWeights));
            LineMasses.CheckTotals(totals[b], target, b, targetWeights.IsEmpty ? nameof(sourceWeights) : nameof(targetWeights));
        }

        return totals;
    }

    private static ReadOnlySpan<T> Part<T>(ReadOnlySpan<T> all, ReadOnlySpan<long> offsets, int problem) =>
        all[(int)offsets[problem]..(int)offsets[problem + 1]];

    private static void Require(int length, long wanted, string what, string name)
    {
        if (length != wanted)
        {
            throw new ArgumentException($"There are {length} {what} where the shapes ask for {wanted}.", name);
        }
    }

    private static void CheckFinite(ReadOnlySpan<float> positions, ReadOnlySpan<long> offsets, string side, string name)
    {
        int bad = PointCheck.IndexOfNonFinite(positions);
        if (bad < 0)
        {
            return;
        }

        int problem = 0;
        while (offsets[problem + 1] <= bad)
        {
            problem++;
        }

        throw new ArgumentException(
            $"Problem {problem}, {side} position {bad - offsets[problem]} is {PointCheck.Text(positions[bad])}; positions are finite numbers.", name);
    }

    /// <summary>One side of all problems on the engine, sorted.</summary>
    private sealed class Side : IDisposable
    {
        private readonly List<IDisposable> _made = [];
        private readonly EngineView<float> _sorted;
        private readonly EngineView<int> _places;
        private readonly EngineView<long> _ends;
        private readonly EngineView<float> _slopes;

        public Side(
            ComputeEngine engine, ReadOnlySpan<long> offsets, ReadOnlySpan<float> positions, bool isWeighted, ReadOnlySpan<double> weights, Transport1DOptions options)
        {
            int count = positions.Length;
            bool needsPlaces = isWeighted || options.WithGradient || options.WithPlan || options.WithPotentials;
            BatchLayout segments = BatchLayout.FromOffsets(offsets, new long[offsets.Length]);
            try
            {
                _sorted = Allocate<float>(engine, count);
                _places = Allocate<int>(engine, needsPlaces ? count : 0);
                _ends = Allocate<long>(engine, isWeighted ? count : 0);
                _slopes = Allocate<float>(engine, options.WithGradient ? count : 0);
                using EngineBuffer<float> keys = engine.Upload(positions);
                engine.Slices.Sort(segments, keys, _sorted, _places);
                if (isWeighted)
                {
                    using EngineBuffer<long> masses = engine.Upload(Masses(offsets, weights));
                    engine.Slices.Accumulate(segments, masses, _places, _ends);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public LineSide Line => new() { Positions = _sorted, Places = _places, Ends = _ends, Slopes = _slopes };

        public (float[] Positions, int[] Places, long[] Ends, float[] Slopes) Read(Transport1DOptions options) =>
            options.WithPlan || options.WithPotentials
                ? (_sorted.ToArray(), _places.ToArray(), _ends.ToArray(), _slopes.ToArray())
                : ([], [], [], _slopes.ToArray());

        public void Dispose() => _made.ForEach(buffer => buffer.Dispose());

        private EngineView<T> Allocate<T>(ComputeEngine engine, long length)
            where T : unmanaged
        {
            EngineBuffer<T> buffer = engine.Allocate<T>(length);
            _made.Add(buffer);
            return buffer;
        }

        private static long[] Masses(ReadOnlySpan<long> offsets, ReadOnlySpan<double> weights)
        {
            long[] masses = new long[offsets[^1]];
            for (int b = 0; b + 1 < offsets.Length; b++)
            {
                Span<long> own = masses.AsSpan((int)offsets[b]..(int)offsets[b + 1]);
                if (weights.IsEmpty)
                {
                    LineMasses.Share(own);
                }
                else if (!own.IsEmpty)
                {
                    ReadOnlySpan<double> part = Part(weights, offsets, b);
                    LineMasses.Share(part, System.Numerics.Tensors.TensorPrimitives.Sum(part), own);
                }
            }

            return masses;
        }
    }
}
