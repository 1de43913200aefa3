using System.Runtime.InteropServices;
using PyramidOT.Transport;

namespace PyramidOT.MiniBatches;

/// <summary>
/// Some batches that any solver solves together: their points, gathered on the engine, each once, with the mass that the batch's pairs bring.
/// </summary>
internal sealed class SolverWave
{
    private readonly List<int> _sourceRows = [];
    private readonly List<int> _targetRows = [];
    private readonly List<int> _levels = [];
    private readonly List<float> _sourceWeights = [];
    private readonly List<float> _targetWeights = [];
    private readonly List<int> _sourceCounts = [];
    private readonly List<int> _targetCounts = [];
    private readonly List<double> _masses = [];
    private readonly Dictionary<int, int> _places = [];
    private readonly List<double> _sums = [];
    private bool _isEven = true;

    /// <summary>Batches in the wave.</summary>
    public int Count => _masses.Count;

    /// <summary>Bytes that the wave's points and costs take.</summary>
    public long Bytes { get; private set; }

    /// <summary>Pairs of the wave's batches.</summary>
    public int Pairs { get; private set; }

    /// <summary>The distinct points of each batch.</summary>
    public BatchLayout Shapes() => BatchLayout.Ragged([.. _sourceCounts], [.. _targetCounts]);

    /// <summary>Adds a batch.</summary>
    /// <param name="batch">Its pairs.</param>
    /// <param name="totalPairs">All pairs, which share the mass where pairs carry none of their own.</param>
    /// <param name="dimensions">d.</param>
    public void Add(PairBatch batch, int totalPairs, int dimensions)
    {
        double mass = 0;
        if (batch.Masses.IsEmpty)
        {
            mass = (double)batch.Count / totalPairs;
        }
        else
        {
            foreach (double part in batch.Masses.Span)
            {
                mass += part;
            }
        }

        _masses.Add(mass);
        int sources = Collect(batch.SourceRows.Span, batch.Masses.Span, mass, _sourceRows, _sourceWeights, batch.Levels.Span, _levels);
        int targets = Collect(batch.TargetRows.Span, batch.Masses.Span, mass, _targetRows, _targetWeights, [], null);
        _sourceCounts.Add(sources);
        _targetCounts.Add(targets);
        _isEven &= batch.Masses.IsEmpty && sources == batch.Count && targets == batch.Count;
        Pairs += batch.Count;
        Bytes += sizeof(float) * (((long)sources * targets) + (((long)sources + targets) * (dimensions + 4)));
    }

    /// <summary>Solves all batches, and forgets them.</summary>
    /// <param name="pyramid">The points.</param>
    /// <param name="cost">The cost of a pair.</param>
    /// <param name="solver">The solver.</param>
    /// <param name="outcomes">Receives what each batch gave.</param>
    /// <param name="coupling">Receives the plans' cells, where the solver has plans.</param>
    public void Solve(PyramidPair pyramid, GroundCost cost, TransportSolver solver, List<BatchOutcome> outcomes, CouplingCells coupling)
    {
        using Gathered points = new(this, pyramid);
        using ResidentProblem problem = points.Problem(cost, solver.HasPlan);
        BatchLayout shapes = problem.Shapes;
        ResidentOutcome solved = solver.SolveResident(problem);
        for (int b = 0; b < shapes.Count; b++)
        {
            if (solved.Status[b] == SolveStatus.Infeasible)
            {
                throw new InvalidOperationException($"A batch of {shapes.RowsOf(b)} and {shapes.ColumnsOf(b)} points was not solved: {solved.Status[b].ToName()}.");
            }

            outcomes.Add(new(_masses[b], solved.TransportCost[b], BatchOutcome.RelativeGap(solved.Value[b], solved.DualValue[b])));
            foreach (TransportCell cell in solved.Plans?[b] ?? [])
            {
                int row = (int)shapes.RowOffsets[b] + cell.Row;
                coupling.Add(_sourceRows[row], _targetRows[(int)shapes.ColumnOffsets[b] + cell.Column], _levels[row], cell.Mass * _masses[b]);
            }
        }

        Clear();
    }

    /// <summary>The loss of the wave's only batch, and its gradient: a row for each pair.</summary>
    public MiniBatchGradient LossAndGradient(PyramidPair pyramid, PairBatch batch, GroundCost cost, TransportSolver solver)
    {
        using Gathered points = new(this, pyramid);
        using ResidentProblem problem = points.Problem(cost, solver.HasPlan);
        using EngineBuffer<float> inSource = pyramid.Engine.Allocate<float>(problem.Source.Length);
        using EngineBuffer<float> inTarget = pyramid.Engine.Allocate<float>(problem.Target.Length);
        double loss = solver.Differentiate(problem, inSource, inTarget)[0];
        return new(
            loss,
            Spread(inSource.ToArray(), batch.SourceRows.Span, pyramid.Dimensions),
            Spread(inTarget.ToArray(), batch.TargetRows.Span, pyramid.Dimensions));
    }

    /// <summary>Adds the gradients of all batches' losses in the source points to steps of those points, and forgets the batches.</summary>
    /// <param name="pyramid">The points.</param>
    /// <param name="solver">What gives the losses, for squared Euclidean costs.</param>
    /// <param name="factors">What each source point goes along the gradient of the batches' losses by mass.</param>
    /// <param name="steps">The steps of all source points, on the engine.</param>
    /// <param name="sums">Adds them up.</param>
    /// <param name="potentials">What the solutions begin with and end with.</param>
    /// <returns>The mass and the loss of each batch.</returns>
    public (double Mass, double Loss)[] AddSteps(
        PyramidPair pyramid,
        TransportSolver solver,
        ReadOnlySpan<double> factors,
        EngineView<float> steps,
        RowSums sums,
        SolverPotentials potentials = default)
    {
        using Gathered points = new(this, pyramid);
        using ResidentProblem problem = points.Problem(default, solver.HasPlan);
        using EngineBuffer<float> gradients = pyramid.Engine.Allocate<float>(problem.Source.Length);
        double[] losses = solver.Differentiate(problem, gradients, default, potentials);
        float[] scales = new float[_sourceRows.Count];
        for (int b = 0; b < losses.Length; b++)
        {
            for (int i = (int)problem.Shapes.RowOffsets[b]; i < problem.Shapes.RowOffsets[b + 1]; i++)
            {
                scales[i] = (float)(_masses[b] * factors[_sourceRows[i]]);
            }
        }

        sums.Add(steps, pyramid.Dimensions, CollectionsMarshal.AsSpan(_sourceRows), gradients, scales);
        (double Mass, double Loss)[] results = [.. _masses.Zip(losses)];
        Clear();
        return results;
    }

    /// <summary>Puts the derivatives of distinct points, in the order of their first pairs, into the rows of those pairs.</summary>
    private static float[] Spread(float[] gradients, ReadOnlySpan<int> rows, int dimensions)
    {
        float[] spread = new float[rows.Length * dimensions];
        HashSet<int> seen = [];
        for (int i = 0; i < rows.Length; i++)
        {
            int place = seen.Count;
            if (seen.Add(rows[i]))
            {
                gradients.AsSpan(place * dimensions, dimensions).CopyTo(spread.AsSpan(i * dimensions));
            }
        }

        return spread;
    }

    /// <summary>Collects the distinct points of one side with the mass that the pairs give each, as parts of the batch's.</summary>
    private int Collect(
        ReadOnlySpan<int> rows,
        ReadOnlySpan<double> masses,
        double total,
        List<int> distinct,
        List<float> weights,
        ReadOnlySpan<int> levels,
        List<int>? levelOfRow)
    {
        _places.Clear();
        _sums.Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            if (!_places.TryGetValue(rows[i], out int place))
            {
                place = _sums.Count;
                _places.Add(rows[i], place);
                _sums.Add(0);
                distinct.Add(rows[i]);

                // A caller's own batch may come without levels.
                levelOfRow?.Add(levels.IsEmpty ? 0 : levels[i]);
            }

            _sums[place] += masses.IsEmpty ? 1.0 / rows.Length : masses[i] / total;
        }

        foreach (double sum in _sums)
        {
            weights.Add((float)sum);
        }

        return _sums.Count;
    }

    /// <summary>Forgets all batches.</summary>
    public void Clear()
    {
        _sourceRows.Clear();
        _targetRows.Clear();
        _levels.Clear();
        _sourceWeights.Clear();
        _targetWeights.Clear();
        _sourceCounts.Clear();
        _targetCounts.Clear();
        _masses.Clear();
        _isEven = true;
        Bytes = 0;
        Pairs = 0;
    }

    /// <summary>The wave's points, gathered on the engine.</summary>
    private sealed class Gathered : IDisposable
    {
        private readonly SolverWave _wave;
        private readonly PyramidPair _pyramid;
        private readonly EngineBuffer<float> _source;
        private readonly EngineBuffer<float> _target;

        public Gathered(SolverWave wave, PyramidPair pyramid)
        {
            _wave = wave;
            _pyramid = pyramid;
            _source = Gather(pyramid, pyramid.SourcePoints, wave._sourceRows);
            try
            {
                _target = Gather(pyramid, pyramid.TargetPoints, wave._targetRows);
            }
            catch
            {
                _source.Dispose();
                throw;
            }
        }

        public ResidentProblem Problem(GroundCost cost, bool wantsPlan) => new()
        {
            Engine = _pyramid.Engine,
            Shapes = _wave.Shapes(),
            Source = _source,
            Target = _target,
            Dimensions = _pyramid.Dimensions,
            Cost = cost,
            RowWeights = _wave._isEven ? [] : [.. _wave._sourceWeights],
            ColumnWeights = _wave._isEven ? [] : [.. _wave._targetWeights],
            WantsPlan = wantsPlan,
        };

        public void Dispose()
        {
            _source.Dispose();
            _target.Dispose();
        }

        private static EngineBuffer<float> Gather(PyramidPair pyramid, EngineView<float> points, List<int> rows)
        {
            using EngineBuffer<int> onEngine = pyramid.Engine.Upload<int>([.. rows]);
            EngineBuffer<float> gathered = pyramid.Engine.Allocate<float>((long)rows.Count * pyramid.Dimensions);
            pyramid.Engine.Points.Gather(points, pyramid.Dimensions, onEngine, gathered);
            return gathered;
        }
    }
}
