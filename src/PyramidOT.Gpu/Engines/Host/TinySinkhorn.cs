using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Tiny problems side by side, a lane of L each: each has its own epsilon, iterations and relaxation, as if it were alone, and leaves its
/// lane to the next when it is done. Where the scalings of one have grown, they are absorbed into its potentials and its kernel is
/// computed anew, which no other lane notices: so a problem's bits depend on nothing but itself.
/// </summary>
internal unsafe ref struct TinySinkhorn<L, U, D, W>
    where L : struct, ISimd<double, U>
    where U : struct
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Scalings beyond it are absorbed (e^200). Of what was rounded to 0 in a kernel they make a part of 1e-26 of the mass at most.
    private const double LargestScale = 7e86;

    // No potential changes by more, in units of epsilon.
    private const double LargestLog = 700;

    // Denormal numbers would make every iteration many times slower.
    private const double LeastElement = 1e-200;

    // Columns of which a fresh kernel reaches so little are found in the logarithms first: so their scalings begin far from the largest.
    private const double LeastReach = 1e-60;

    // Over-relaxed iterations swing about the solution, and may be far nearer to it than their errors tell. So where those are within
    // so many times the tolerance, a plain one looks, at such intervals.
    private const double NearlyDone = 100;
    private const int ProbeInterval = 50;

    private readonly SinkhornLanes<L, U> _lanes;
    private readonly SinkhornLogDomain<D, W> _passes;
    private readonly SinkhornSettings _settings;
    private readonly Lane* _states;
    private readonly double* _sums;
    private uint _open;
    private uint _done;

    /// <summary>Takes memory, with no problem in any lane.</summary>
    /// <param name="rows">The most rows of a problem.</param>
    /// <param name="columns">The most columns of a problem.</param>
    /// <param name="settings">What all problems are held to.</param>
    /// <param name="scratch">Gives memory.</param>
    public TinySinkhorn(int rows, int columns, SinkhornSettings settings, HostScratch scratch)
    {
        _settings = settings;
        _lanes = new(rows, columns, scratch);
        _states = scratch.Take<Lane>(L.Count);
        for (int lane = 0; lane < L.Count; lane++)
        {
            _states[lane] = new() { Problem = new(rows, columns, scratch) };
        }

        int stride = SinkhornProblem.StrideOf(columns);
        _passes = new(stride, scratch);
        _sums = scratch.Take<double>(stride);
    }

    /// <summary>A lane without a problem; -1 where there is none.</summary>
    public readonly int FreeLane => BitOperations.TrailingZeroCount(~(_open | _done)) is var lane && lane < L.Count ? lane : -1;

    /// <summary>A lane whose problem is done; -1 where there is none.</summary>
    public readonly int DoneLane => _done == 0 ? -1 : BitOperations.TrailingZeroCount(_done);

    /// <summary>Whether no lane has a problem.</summary>
    public readonly bool IsEmpty => (_open | _done) == 0;

    /// <summary>The problem of a lane, or room for one.</summary>
    public readonly ref SinkhornProblem Problem(int lane) => ref _states[lane].Problem;

    /// <summary>The number of a lane's problem.</summary>
    public readonly int Number(int lane) => _states[lane].Number;

    /// <summary>Whether a point of positive weight of a lane's problem has no pair that is allowed.</summary>
    public readonly bool IsInfeasible(int lane) => _states[lane].IsInfeasible;

    /// <summary>How far a lane's costs lie apart where its larger epsilons were left early; else 0.</summary>
    public readonly double Spread(int lane) => _states[lane].Steps.IsLast ? 0 : _states[lane].Spread;

    /// <summary>Begins with the problem that was read into a free lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="number">The problem's number.</param>
    /// <param name="spread">How far its costs lie apart.</param>
    public void Begin(int lane, int number, double spread)
    {
        ref Lane state = ref _states[lane];
        if (state.Rows != state.Problem.Rows || state.Columns != state.Problem.Columns)
        {
            _lanes.Clear(lane);
            state.Rows = state.Problem.Rows;
            state.Columns = state.Problem.Columns;
        }

        state.Number = number;
        state.Spread = spread;
        state.IsInfeasible = false;
        state.Steps = new(_settings, state.Problem.Epsilon, spread);
        _open |= 1u << lane;
        BeginStep(lane, ref state);
    }

    /// <summary>Iterates until a problem is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run()
    {
        int rows = 0;
        int columns = 0;
        for (int lane = 0; lane < L.Count; lane++)
        {
            ref Lane state = ref _states[lane];
            if ((_open & (1u << lane)) != 0)
            {
                rows = Math.Max(rows, state.Rows);
                columns = Math.Max(columns, state.Columns);
            }
            else if (state.Rows > 0)
            {
                // What a problem has left may be slow to compute with.
                _lanes.Clear(lane);
                state.Rows = 0;
            }
        }

        bool isBalanced = _settings.MarginalPenalty is null;
        while (_done == 0)
        {
            if (isBalanced)
            {
                _lanes.Iterate(rows, columns);
            }
            else
            {
                _lanes.IterateUnbalanced(rows, columns);
            }

            for (uint left = _open; left != 0; left &= left - 1)
            {
                int lane = BitOperations.TrailingZeroCount(left);
                Observe(lane, ref _states[lane], isBalanced);
            }
        }
    }

    /// <summary>Makes room in a lane whose problem is done.</summary>
    public void Release(int lane) => _done &= ~(1u << lane);

    /// <summary>Takes note of a lane's iteration, and decides how it goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Observe(int lane, ref Lane state, bool isBalanced)
    {
        double error = !isBalanced ? Math.Max(_lanes.RowErrors[lane], _lanes.ColumnErrors[lane])
            : state.Factor != 1 ? _lanes.RowErrors[lane] + _lanes.ColumnErrors[lane] : _lanes.ColumnErrors[lane];
        int iterations = ++state.Problem.Iterations;
        if (!(_lanes.Largest[lane] <= LargestScale) || !double.IsFinite(error))
        {
            bool isFresh = state.Built == iterations - 1;
            Absorb(lane, ref state);
            if (iterations >= state.Steps.Limit)
            {
                EndStep(lane, ref state);
            }
            else if (isFresh)
            {
                // Weights are too far apart for scalings; the search for single problems takes over.
                End(lane);
            }
            else
            {
                Build(lane, ref state);
            }

            return;
        }

        // What a plain iteration met with is the error of the plan that it began with, and it makes none worse.
        double tolerance = state.IsProbe ? 1.8 * state.Steps.Tolerance : state.Steps.Tolerance;
        if (error <= tolerance || iterations >= state.Steps.Limit)
        {
            Absorb(lane, ref state);
            EndStep(lane, ref state);
            return;
        }

        if (!state.IsProbe)
        {
            state.Relaxation.Observe(error, 0.05);
        }

        state.IsProbe = state.Relaxation.Factor != 1 && error < NearlyDone * state.Steps.Tolerance && iterations >= state.NextProbe;
        state.NextProbe = state.IsProbe ? iterations + ProbeInterval : state.NextProbe;
        double factor = state.IsProbe ? 1 : state.Relaxation.Factor;
        if (factor != state.Factor)
        {
            state.Factor = factor;
            _lanes.SetRelaxation(lane, factor);
        }
    }

    private void BeginStep(int lane, ref Lane state)
    {
        state.Steps.Advance(state.Problem.Iterations);
        state.Relaxation = default;
        state.Factor = 1;
        state.IsProbe = false;
        state.NextProbe = state.Problem.Iterations + ProbeInterval;
        _lanes.SetRelaxation(lane, 1);
        Build(lane, ref state);
    }

    private void EndStep(int lane, ref Lane state)
    {
        if (state.Steps.IsLast)
        {
            End(lane);
            return;
        }

        BeginStep(lane, ref state);
    }

    private void End(int lane)
    {
        _open &= ~(1u << lane);
        _done |= 1u << lane;
    }

    /// <summary>Takes the columns' scalings into their potentials; the rows' follow from those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Absorb(int lane, ref Lane state)
    {
        new Span<double>(_sums, state.Problem.Stride).Fill(1);
        _lanes.ColumnScales(lane, _sums, state.Columns);
        W epsilon = D.Broadcast(state.Steps.Epsilon);
        W largest = D.Broadcast(LargestLog);
        W least = D.Broadcast(-LargestLog);
        for (int j = 0; j < state.Columns; j += D.Count)
        {
            // What was lost may be anything; a pass in the logarithms will find it.
            double* potentials = state.Problem.ColumnPotentials + j;
            W log = D.Max(least, D.Min(largest, D.Log(D.Load(_sums + j))));
            D.Store(potentials, D.MultiplyAdd(epsilon, log, D.Load(potentials)));
        }
    }

    /// <summary>Computes a lane's kernel anew from its columns' potentials.</summary>
    private void Build(int lane, ref Lane state)
    {
        ref SinkhornProblem problem = ref state.Problem;
        double epsilon = state.Steps.Epsilon;
        bool isFeasible = Fill(lane, problem, epsilon);
        if (isFeasible && !ReachesAll(problem))
        {
            // Once in the logarithms, which is an iteration.
            isFeasible = _passes.UpdateRows(problem, epsilon) & _passes.UpdateColumns(problem, epsilon);
            problem.Iterations = Math.Min(problem.Iterations + 1, Math.Max(problem.Iterations, state.Steps.Limit - 1));
            Fill(lane, problem, epsilon);
        }

        state.Built = problem.Iterations;
        if (!isFeasible && problem.IsBalanced)
        {
            state.IsInfeasible = true;
            End(lane);
        }
    }

    /// <summary>
    /// Fills a lane with K = b exp((f + g - c) / epsilon), each row of which fits by itself, and the columns' sums with what it makes of
    /// them.
    /// </summary>
    /// <returns>Whether every row of positive weight has a pair that is allowed.</returns>
    private readonly bool Fill(int lane, in SinkhornProblem problem, double epsilon)
    {
        double lambda = problem.Lambda(epsilon);
        double* row = _passes.Row;
        bool isFeasible = true;
        _lanes.SetLambda(lane, lambda);
        _passes.SetColumns(problem, epsilon);
        new Span<double>(_sums, problem.Stride).Clear();
        for (int i = 0; i < problem.Rows; i++)
        {
            double weight = problem.RowWeights[i];
            (double log, double sum) = _passes.Exponentials(problem, i, epsilon);
            if (!(sum > 0 && weight > 0))
            {
                isFeasible &= !(weight > 0);
                new Span<double>(row, problem.Columns).Clear();
                _lanes.SetKernel(lane, i, row, problem.Columns);
                _lanes.SetRow(lane, i, 0, 0, 0);
                continue;
            }

            // The row sums to 1, or unbalanced to its mass, but for what would leave float64's range.
            double logSum = lambda == 1 ? 0 : log + Math.Log(sum);
            double shift = Math.Min((1 - lambda) * logSum, 60);
            double share = weight / problem.RowTotal;
            Scale(row, (shift == 0 ? 1 : Math.Exp(shift)) / sum, share, problem.Stride);
            _lanes.SetKernel(lane, i, row, problem.Columns);
            _lanes.SetRow(lane, i, share, (1 - lambda) * (logSum - shift), ((1 - lambda) * logSum) - shift);
        }

        // Weights count as parts of the rows' total, so that their scale plays no part.
        double logTotal = lambda == 1 ? 0 : Math.Log(problem.RowTotal);
        for (int j = 0; j < problem.Columns; j++)
        {
            double potential = problem.ColumnPotentials[j];
            bool isLive = problem.ColumnWeights[j] > 0 && double.IsFinite(potential);
            double offset = lambda == 1 ? 0 : ((lambda - 1) * (potential / epsilon)) + (lambda * (problem.ColumnLogs[j] - logTotal));
            _lanes.SetColumn(lane, j, isLive ? problem.ColumnWeights[j] / problem.RowTotal : 0, offset);
        }

        return isFeasible;
    }

    /// <summary>Scales a row of a kernel, and adds its part of the mass to the columns' sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scale(double* row, double scale, double share, int stride)
    {
        W factor = D.Broadcast(scale);
        W weight = D.Broadcast(share);
        W least = D.Broadcast(LeastElement);
        W zero = D.Broadcast(0);
        for (int j = 0; j < stride; j += D.Count)
        {
            W value = D.Multiply(factor, D.Load(row + j));
            value = D.SelectLess(value, least, zero, value);
            D.Store(row + j, value);
            D.Store(_sums + j, D.MultiplyAdd(weight, value, D.Load(_sums + j)));
        }
    }

    /// <summary>Whether the fresh kernel reaches every column of positive weight.</summary>
    private readonly bool ReachesAll(in SinkhornProblem problem)
    {
        for (int j = 0; j < problem.Columns; j++)
        {
            if (problem.ColumnWeights[j] > 0 && !(_sums[j] * problem.RowTotal > LeastReach * problem.ColumnWeights[j]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where a lane's problem stands.</summary>
    private struct Lane
    {
        public SinkhornProblem Problem;
        public SinkhornSteps Steps;
        public SinkhornRelaxation Relaxation;
        public int Number;
        public double Spread;

        /// <summary>The shape that the lane was filled with.</summary>
        public int Rows;
        public int Columns;

        /// <summary>Iterations that the problem had when its kernel was computed.</summary>
        public int Built;

        /// <summary>How far the iteration goes that is next.</summary>
        public double Factor;

        /// <summary>From which iteration on a plain one may look how far the problem is, and whether the next one does.</summary>
        public int NextProbe;
        public bool IsProbe;

        public bool IsInfeasible;
    }
}
