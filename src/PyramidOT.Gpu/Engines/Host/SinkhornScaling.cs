using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Sinkhorn's iteration on a kernel K_ij = b_j exp((f_i + g_j - c_ij) / epsilon) that is computed once: scalings u and v of its rows and
/// columns take the place of exponentials, until they grow and are absorbed into the potentials (Schmitzer 2019). An iteration reads K
/// once: eight rows' scalar products with v give their u, with which the same rows, still in the nearest cache, are added to the columns'
/// sums. The kernel is of type T; scalings are kept as logarithms in float64.
/// </summary>
internal unsafe ref struct SinkhornScaling<S, T, V, D, W>
    where S : struct, ISimd<T, V>
    where T : unmanaged
    where V : struct
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Scalings beyond e^12 are absorbed: then what was rounded to 0 in a float32 kernel is still nothing. A float64 one bears far more.
    private static double LargestLog => typeof(T) == typeof(float) ? 12 : 100;

    // So many rows are added up in T before float64 takes the sum over.
    private const int RowsPerSum = 32;

    private const int RowBlock = SinkhornProblem.RowBlock;

    private readonly SinkhornProblem _problem;
    private readonly T* _kernel;
    private readonly T* _columnScales;
    private readonly T* _partSums;
    private readonly Side _row;
    private readonly Side _column;
    private readonly double* _sums;
    private double _lambda;

    public SinkhornScaling(in SinkhornProblem problem, HostScratch scratch)
    {
        _problem = problem;
        _kernel = scratch.Take<T>((long)problem.PaddedRows * problem.Stride);
        _columnScales = scratch.Take<T>(problem.Stride);
        _partSums = scratch.Take<T>(problem.Stride);
        _sums = scratch.Take<double>(problem.Stride);
        _row = new(problem.PaddedRows, scratch);
        _column = new(problem.Stride, scratch);
        new Span<T>(_kernel + ((long)problem.Rows * problem.Stride), (problem.PaddedRows - problem.Rows) * problem.Stride).Clear();
    }

    /// <summary>What an iteration met with, as a part of the total weight or of epsilon.</summary>
    public double Error { get; private set; }

    /// <summary>Whether scalings have grown, or the kernel has lost a row or column: then it must be computed anew.</summary>
    public bool IsWornOut { get; private set; }

    /// <summary>Computes the kernel, and the rows' potentials with it, from the columns' potentials.</summary>
    /// <returns>Whether every row of positive weight has a pair that is allowed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Build(SinkhornLogDomain<D, W> passes, double epsilon)
    {
        _lambda = _problem.Lambda(epsilon);
        passes.SetColumns(_problem, epsilon);
        bool feasible = true;
        for (int i = 0; i < _problem.PaddedRows; i++)
        {
            if (i >= _problem.Rows)
            {
                _row.Set(i, 0, 0, 0, 0);
                continue;
            }

            (double log, double sum) = passes.Exponentials(_problem, i, epsilon);
            double logSum = log + Math.Log(sum);

            // The row sums to 1, or unbalanced to its mass, but for what would leave float32's range.
            double shift = sum > 0 ? Math.Min((1 - _lambda) * logSum, 60) : 0;
            bool isLive = sum > 0 && _problem.RowWeights[i] > 0;
            feasible &= sum > 0 || !(_problem.RowWeights[i] > 0);
            Store(passes.Row, sum > 0 ? Math.Exp(shift) / sum : 0, _kernel + ((long)i * _problem.Stride));
            _problem.RowPotentials[i] = -epsilon * _lambda * logSum;
            _row.Set(i, isLive ? _problem.RowWeights[i] / _problem.RowTotal : 0, isLive ? (1 - _lambda) * (logSum - shift) : 0, ((1 - _lambda) * logSum) - shift, 0);
        }

        // Weights count as parts of the rows' total, so that their scale plays no part.
        double logTotal = Math.Log(_problem.RowTotal);
        for (int j = 0; j < _problem.Stride; j++)
        {
            double potential = _problem.ColumnPotentials[j];
            bool isLive = _problem.ColumnWeights[j] > 0 && double.IsFinite(potential);
            double offset = isLive ? ((_lambda - 1) * (potential / epsilon)) + (_lambda * (_problem.ColumnLogs[j] - logTotal)) : 0;
            _column.Set(j, isLive ? _problem.ColumnWeights[j] / _problem.RowTotal : 0, offset, 0, 1);
        }

        for (int j = 0; j < _problem.Stride; j += D.Count)
        {
            Narrow(_columnScales + j, D.Load(_column.Scales + j));
        }

        IsWornOut = false;
        return feasible;
    }

    /// <summary>One iteration.</summary>
    /// <param name="relaxation">1, or more to go beyond (over-relaxation).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Iterate(double relaxation)
    {
        int stride = _problem.Stride;
        double* products = stackalloc double[RowBlock];
        T* weighted = stackalloc T[RowBlock];
        Progress progress = new() { Largest = D.Broadcast(0), Error = D.Broadcast(0), Least = D.Broadcast(1) };
        new Span<double>(_sums, stride).Clear();
        for (int first = 0; first < _problem.PaddedRows; first += RowsPerSum)
        {
            new Span<T>(_partSums, stride).Clear();
            int end = Math.Min(first + RowsPerSum, _problem.PaddedRows);
            for (int i = first; i < end; i += RowBlock)
            {
                T* rows = _kernel + ((long)i * stride);
                Products(rows, products);
                for (int k = 0; k < RowBlock; k += D.Count)
                {
                    UpdateRows(i + k, D.Load(products + k), relaxation, ref progress);
                    Narrow(weighted + k, D.Multiply(D.Load(_row.Weights + i + k), D.Load(_row.Scales + i + k)));
                }

                AddRows(rows, weighted);
            }

            AddPartSums();
        }

        double rowError = Sum(progress.Error);
        progress.Error = D.Broadcast(0);
        for (int j = 0; j < stride; j += D.Count)
        {
            UpdateColumns(j, relaxation, ref progress);
            Narrow(_columnScales + j, D.Load(_column.Scales + j));
        }

        double columnError = Sum(progress.Error);

        // Plainly updated rows fit, so that the columns tell all; over-relaxed ones do not.
        Error = !_problem.IsBalanced ? Math.Max(rowError, columnError)
            : relaxation == 1 ? columnError : rowError + columnError;
        IsWornOut = -D.MinAcross(D.Subtract(D.Broadcast(0), progress.Largest)) > LargestLog
            || D.MinAcross(progress.Least) < 1e-30
            || !double.IsFinite(Error);
    }

    /// <summary>Takes the columns' scalings into their potentials; the rows' follow from those.</summary>
    public void Absorb(double epsilon)
    {
        for (int j = 0; j < _problem.Columns; j++)
        {
            // What was lost may be anything; the passes in logarithms will find it.
            double log = _column.Logs[j];
            _problem.ColumnPotentials[j] += double.IsFinite(log) ? epsilon * Math.Clamp(log, -700, 700) : 0;
        }
    }

    private readonly double Sum(W error) =>
        _problem.IsBalanced ? D.SumAcross(error) : -D.MinAcross(D.Subtract(D.Broadcast(0), error));

    /// <summary>The scalar products of eight rows with the columns' scalings.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Products(T* rows, double* products)
    {
        long stride = _problem.Stride;
        V s0 = S.Broadcast(default);
        V s1 = s0;
        V s2 = s0;
        V s3 = s0;
        V s4 = s0;
        V s5 = s0;
        V s6 = s0;
        V s7 = s0;
        for (int j = 0; j < stride; j += S.Count)
        {
            V scale = S.Load(_columnScales + j);
            T* at = rows + j;
            s0 = S.MultiplyAdd(S.Load(at), scale, s0);
            s1 = S.MultiplyAdd(S.Load(at + stride), scale, s1);
            s2 = S.MultiplyAdd(S.Load(at + (2 * stride)), scale, s2);
            s3 = S.MultiplyAdd(S.Load(at + (3 * stride)), scale, s3);
            s4 = S.MultiplyAdd(S.Load(at + (4 * stride)), scale, s4);
            s5 = S.MultiplyAdd(S.Load(at + (5 * stride)), scale, s5);
            s6 = S.MultiplyAdd(S.Load(at + (6 * stride)), scale, s6);
            s7 = S.MultiplyAdd(S.Load(at + (7 * stride)), scale, s7);
        }

        products[0] = Wide(S.SumAcross(s0));
        products[1] = Wide(S.SumAcross(s1));
        products[2] = Wide(S.SumAcross(s2));
        products[3] = Wide(S.SumAcross(s3));
        products[4] = Wide(S.SumAcross(s4));
        products[5] = Wide(S.SumAcross(s5));
        products[6] = Wide(S.SumAcross(s6));
        products[7] = Wide(S.SumAcross(s7));
    }

    /// <summary>Adds eight rows, each times its weight, to the sums of the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddRows(T* rows, T* weights)
    {
        long stride = _problem.Stride;
        V w0 = S.Broadcast(weights[0]);
        V w1 = S.Broadcast(weights[1]);
        V w2 = S.Broadcast(weights[2]);
        V w3 = S.Broadcast(weights[3]);
        V w4 = S.Broadcast(weights[4]);
        V w5 = S.Broadcast(weights[5]);
        V w6 = S.Broadcast(weights[6]);
        V w7 = S.Broadcast(weights[7]);
        for (int j = 0; j < stride; j += S.Count)
        {
            T* at = rows + j;
            V even = S.MultiplyAdd(S.Load(at), w0, S.Load(_partSums + j));
            V odd = S.Multiply(S.Load(at + stride), w1);
            even = S.MultiplyAdd(S.Load(at + (2 * stride)), w2, even);
            odd = S.MultiplyAdd(S.Load(at + (3 * stride)), w3, odd);
            even = S.MultiplyAdd(S.Load(at + (4 * stride)), w4, even);
            odd = S.MultiplyAdd(S.Load(at + (5 * stride)), w5, odd);
            even = S.MultiplyAdd(S.Load(at + (6 * stride)), w6, even);
            odd = S.MultiplyAdd(S.Load(at + (7 * stride)), w7, odd);
            S.Store(_partSums + j, S.Add(even, odd));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddPartSums()
    {
        for (int j = 0; j < _problem.Stride; j += D.Count)
        {
            W part = typeof(T) == typeof(float) ? D.Widen((float*)_partSums + j) : D.Load((double*)_partSums + j);
            D.Store(_sums + j, D.Add(D.Load(_sums + j), part));
        }
    }

    /// <summary>A vector of rows whose products with v are known: log u = -lambda log(Kv) + offset, and what the old u made of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void UpdateRows(int i, W product, double relaxation, ref Progress progress)
    {
        W one = D.Broadcast(1);
        W weight = D.Load(_row.Weights + i);
        W marginal = D.Multiply(weight, D.Subtract(D.Multiply(D.Load(_row.Scales + i), product), one));
        Update(_row, i, product, weight, marginal, relaxation, ref progress);
    }

    /// <summary>A vector of columns whose sums are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void UpdateColumns(int j, double relaxation, ref Progress progress)
    {
        W sum = D.Load(_sums + j);
        W weight = D.Load(_column.Weights + j);
        W marginal = D.Subtract(D.Multiply(D.Load(_column.Scales + j), sum), weight);
        Update(_column, j, sum, weight, marginal, relaxation, ref progress);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Update(Side side, int at, W sum, W weight, W marginal, double relaxation, ref Progress progress)
    {
        W zero = D.Broadcast(0);
        W one = D.Broadcast(1);
        W old = D.Load(side.Logs + at);

        // Points without weight, and unbalanced those whose mass is beyond float32, stay as they are.
        W isLive = D.SelectLess(zero, weight, one, zero);
        isLive = _problem.IsBalanced ? isLive : D.SelectLess(sum, D.Broadcast(1e-30), zero, isLive);
        W safe = D.SelectEqual(isLive, zero, one, D.Max(sum, D.Broadcast(1e-300)));
        W wanted = D.MultiplyAdd(D.Log(safe), D.Broadcast(-_lambda), D.Load(side.Offsets + at));
        W change = D.Multiply(isLive, D.Subtract(wanted, old));
        W log = D.MultiplyAdd(D.Broadcast(relaxation), change, old);
        D.Store(side.Logs + at, log);
        D.Store(side.Scales + at, D.Exp(log));
        progress.Error = _problem.IsBalanced
            ? D.Add(progress.Error, D.SelectEqual(isLive, zero, zero, D.Abs(marginal)))
            : D.Max(progress.Error, D.Abs(change));
        progress.Largest = D.Max(progress.Largest, D.Multiply(isLive, D.Abs(log)));
        progress.Least = D.Min(progress.Least, safe);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Store(double* row, double scale, T* kernel)
    {
        // Denormal numbers would make every iteration many times slower.
        W factor = D.Broadcast(scale);
        W least = D.Broadcast(typeof(T) == typeof(float) ? 1e-30 : 1e-200);
        W zero = D.Broadcast(0);
        for (int j = 0; j < _problem.Stride; j += D.Count)
        {
            W value = D.Multiply(factor, D.Load(row + j));
            Narrow(kernel + j, D.SelectLess(value, least, zero, value));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(T* destination, W value)
    {
        if (typeof(T) == typeof(float))
        {
            D.Narrow((float*)destination, value);
        }
        else
        {
            D.Store((double*)destination, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Wide(T value) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value) : Unsafe.BitCast<T, double>(value);

    /// <summary>What all vectors of an iteration add to.</summary>
    private struct Progress
    {
        public W Largest;
        public W Error;
        public W Least;
    }

    /// <summary>The rows, or the columns.</summary>
    private readonly struct Side(int count, HostScratch scratch)
    {
        /// <summary>Weights; 0 for points that take no part.</summary>
        public readonly double* Weights = scratch.Take<double>(count);

        /// <summary>What is added to -lambda log(sum).</summary>
        public readonly double* Offsets = scratch.Take<double>(count);

        /// <summary>Logarithms of the scalings since the kernel was computed.</summary>
        public readonly double* Logs = scratch.Take<double>(count);

        /// <summary>The scalings.</summary>
        public readonly double* Scales = scratch.Take<double>(count);

        public void Set(int i, double weight, double offset, double log, double scale)
        {
            Weights[i] = weight;
            Offsets[i] = offset;
            Logs[i] = weight > 0 ? log : 0;
            Scales[i] = weight > 0 ? (scale == 0 ? Math.Exp(log) : scale) : 1;
        }
    }
}
