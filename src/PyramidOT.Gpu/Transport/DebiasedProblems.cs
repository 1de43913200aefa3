using PyramidOT.Engines;

namespace PyramidOT.Transport;

/// <summary>
/// The problems behind the debiased divergences of a batch (<see cref="SinkhornDivergence"/>), solved on the engine: each between its two
/// clouds, and then each cloud with itself at the epsilon that its problem had. The sources' own problems come first, then the targets'.
/// </summary>
internal sealed class DebiasedProblems : IDisposable
{
    private readonly ResidentProblem _problem;
    private readonly SinkhornSettings _settings;
    private readonly BatchLayout _sources;
    private readonly BatchLayout _own;
    private readonly List<IDisposable> _made = [];
    private readonly SinkhornBuffers _between;
    private readonly SinkhornBuffers _within;

    /// <summary>Solves all problems.</summary>
    /// <param name="problem">The clouds, with points.</param>
    /// <param name="settings">Epsilon, penalty, and when to stop. An epsilon in units of the mean cost is taken from the costs between two clouds.</param>
    /// <param name="potentials">What the solutions begin with and end with.</param>
    public DebiasedProblems(ResidentProblem problem, SinkhornSettings settings, SolverPotentials potentials = default)
    {
        _problem = problem;
        _settings = settings;
        int[] sources = SizesOf(problem.Shapes.RowOffsets);
        int[] targets = SizesOf(problem.Shapes.ColumnOffsets);
        _sources = BatchLayout.Ragged(sources, sources);
        _own = BatchLayout.Ragged([.. sources, .. targets], [.. sources, .. targets]);
        try
        {
            _made.Add(_between = new(problem.Engine, problem.Shapes, withPlan: true));
            _made.Add(_within = new(problem.Engine, _own, withPlan: true));
            SolveBetween(potentials);
            SolveWithin(potentials);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How all solves ended.</summary>
    public SolveStatus[] Status => [.. _between.Status.ToArray(), .. _within.Status.ToArray()];

    /// <summary>The largest error of all solves.</summary>
    public double Error => Math.Max(_between.Error.ToArray().Max(), _within.Error.ToArray().Max());

    /// <summary>The most iterations of a solve.</summary>
    public int Iterations => Math.Max(_between.Iterations.ToArray().Max(), _within.Iterations.ToArray().Max());

    /// <summary>The potentials that the problems of a batch begin with: those of the targets, and of each cloud with itself.</summary>
    public static long PotentialCount(BatchLayout shapes) => shapes.Rows + (2 * shapes.Columns);

    /// <summary>The divergence of each problem.</summary>
    public double[] Values()
    {
        double[] values = _between.Dual.ToArray();
        double[] own = _within.Dual.ToArray();
        double[] epsilons = _between.Epsilon.ToArray();
        for (int b = 0; b < values.Length; b++)
        {
            values[b] -= 0.5 * (own[b] + own[values.Length + b]);
            if (_settings.MarginalPenalty is not null)
            {
                double masses = Total(_problem.RowWeights, _problem.Shapes.RowOffsets, b) - Total(_problem.ColumnWeights, _problem.Shapes.ColumnOffsets, b);
                values[b] += 0.5 * epsilons[b] * masses * masses;
            }
        }

        return values;
    }

    /// <summary>The gradients of the divergences in the points.</summary>
    /// <param name="inSource">Receives a row for each source point.</param>
    /// <param name="inTarget">Receives a row for each target point; or empty.</param>
    public void Gradients(EngineView<float> inSource, EngineView<float> inTarget)
    {
        _problem.Engine.Sinkhorn.PlanGradients(
            _problem.Shapes, _between.Plan!, _problem.Source, _problem.Target, _problem.Dimensions, _problem.Cost, inSource, inTarget);
        EngineView<float> plans = _within.Plan!;
        Debias(_sources, plans.Slice(0, _sources.Costs), _problem.Source, inSource);
        if (!inTarget.IsEmpty)
        {
            int[] targets = SizesOf(_problem.Shapes.ColumnOffsets);
            Debias(BatchLayout.Ragged(targets, targets), plans.Slice(_sources.Costs, plans.Length - _sources.Costs), _problem.Target, inTarget);
        }
    }

    public void Dispose() => _made.ForEach(static made => made.Dispose());

    private void SolveBetween(SolverPotentials potentials)
    {
        using EngineBuffer<float> rows = _problem.Engine.Upload(_problem.RowWeights);
        using EngineBuffer<float> columns = _problem.Engine.Upload(_problem.ColumnWeights);
        long count = _problem.Shapes.Columns;
        _problem.Engine.Sinkhorn.Solve(
            _problem.Shapes, _problem.Costs(), rows, columns, _settings, _between, new() { ColumnPotentials = Part(potentials.Start, 0, count) });
        Keep(_between, Part(potentials.End, 0, count));
    }

    private void SolveWithin(SolverPotentials potentials)
    {
        ComputeEngine engine = _problem.Engine;
        EngineView<float> source = _problem.Source;
        EngineView<float> target = _problem.Target;
        using EngineBuffer<float> points = engine.Allocate<float>(source.Length + target.Length);
        points.Slice(0, source.Length).CopyFrom(source);
        points.Slice(source.Length, target.Length).CopyFrom(target);
        bool isEven = _problem.RowWeights.Length == 0 && _problem.ColumnWeights.Length == 0;
        using EngineBuffer<float> weights = engine.Upload<float>(isEven ? [] : [.. _problem.AllRowWeights(), .. _problem.AllColumnWeights()]);
        using EngineBuffer<float> costs = engine.Allocate<float>(_own.Costs);
        engine.Costs.Pairwise(_own, points, points, _problem.Dimensions, _problem.Cost, costs);
        using EngineBuffer<double> epsilons = engine.Allocate<double>(_own.Count);
        epsilons.Slice(0, _sources.Count).CopyFrom(_between.Epsilon);
        epsilons.Slice(_sources.Count, _sources.Count).CopyFrom(_between.Epsilon);
        long first = _problem.Shapes.Columns;
        SinkhornStart start = new() { Epsilons = epsilons, ColumnPotentials = Part(potentials.Start, first, _own.Columns) };
        engine.Sinkhorn.Solve(_own, costs, weights, weights, _settings, _within, start);
        Keep(_within, Part(potentials.End, first, _own.Columns));
    }

    /// <summary>Takes away half of what a cloud's problem with itself adds to its points as sources and as targets.</summary>
    private void Debias(BatchLayout shapes, EngineView<float> plans, EngineView<float> points, EngineView<float> gradients)
    {
        ComputeEngine engine = _problem.Engine;
        using EngineBuffer<float> inRows = engine.Allocate<float>(points.Length);
        using EngineBuffer<float> inColumns = engine.Allocate<float>(points.Length);
        engine.Sinkhorn.PlanGradients(shapes, plans, points, points, _problem.Dimensions, _problem.Cost, inRows, inColumns);
        engine.Points.Add(inRows, inColumns);
        engine.Points.Add(gradients, inRows, -0.5f);
    }

    private static void Keep(SinkhornBuffers solved, EngineView<double> potentials)
    {
        if (!potentials.IsEmpty)
        {
            potentials.CopyFrom(solved.ColumnPotentials);
        }
    }

    private static EngineView<double> Part(EngineView<double> potentials, long first, long count) =>
        potentials.IsEmpty ? default : potentials.Slice(first, count);

    private static int[] SizesOf(ReadOnlySpan<long> offsets)
    {
        int[] sizes = new int[offsets.Length - 1];
        for (int b = 0; b < sizes.Length; b++)
        {
            sizes[b] = (int)(offsets[b + 1] - offsets[b]);
        }

        return sizes;
    }

    /// <summary>The total weight of one side of a problem: 1 where points weigh the same.</summary>
    private static double Total(float[] weights, ReadOnlySpan<long> offsets, int problem)
    {
        double total = weights.Length == 0 ? 1 : 0;
        for (long i = offsets[problem]; i < offsets[problem + 1] && weights.Length > 0; i++)
        {
            total += weights[i];
        }

        return total;
    }
}
