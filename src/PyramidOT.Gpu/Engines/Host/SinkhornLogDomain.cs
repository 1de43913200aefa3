using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Sinkhorn's iteration in the logarithms, in float64: safe for every epsilon, with one exponential an element and pass. It begins each
/// epsilon, takes over where scalings grow, and measures the result.
/// </summary>
internal unsafe ref struct SinkhornLogDomain<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    private readonly double* _exponents;
    private readonly double* _maxima;
    private readonly double* _sums;

    /// <summary>Takes memory.</summary>
    /// <param name="stride">The largest stride of a problem.</param>
    /// <param name="scratch">Gives it.</param>
    public SinkhornLogDomain(int stride, HostScratch scratch)
    {
        _exponents = scratch.Take<double>(stride);
        _maxima = scratch.Take<double>(stride);
        _sums = scratch.Take<double>(stride);
        Row = scratch.Take<double>(stride);
    }

    /// <summary>A row's exponentials, as <see cref="Exponentials"/> left them.</summary>
    public double* Row { get; }

    /// <summary>Prepares for <see cref="Exponentials"/>: what the columns add to an exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void SetColumns(in SinkhornProblem problem, double epsilon)
    {
        double inverse = 1 / epsilon;
        for (int j = 0; j < problem.Stride; j++)
        {
            // A column all of whose pairs are forbidden has an infinite potential.
            double potential = problem.ColumnPotentials[j];
            _exponents[j] = double.IsFinite(potential) ? (potential * inverse) + problem.ColumnLogs[j] : double.NegativeInfinity;
        }
    }

    /// <summary>
    /// For row i, b_j exp((g_j - c_ij) / epsilon) of all columns into <see cref="Row"/>, over the largest of them.
    /// </summary>
    /// <returns>The logarithm of the largest, and the sum of the row; -infinity and 0 where all are 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly (double Log, double Sum) Exponentials(in SinkhornProblem problem, int i, double epsilon)
    {
        float* costs = problem.Costs + ((long)i * problem.Stride);
        int count = problem.Stride;
        W factor = D.Broadcast(-1 / epsilon);
        W least = D.Broadcast(double.PositiveInfinity);
        W zero = D.Broadcast(0);
        for (int j = 0; j < count; j += D.Count)
        {
            W exponent = D.MultiplyAdd(D.Widen(costs + j), factor, D.Load(_exponents + j));
            D.Store(Row + j, exponent);
            least = D.Min(least, D.Subtract(zero, exponent));
        }

        double largest = -D.MinAcross(least);
        if (double.IsNegativeInfinity(largest))
        {
            new Span<double>(Row, count).Clear();
            return (largest, 0);
        }

        W shift = D.Broadcast(largest);
        W sum = zero;
        for (int j = 0; j < count; j += D.Count)
        {
            W value = Exp(D.Subtract(D.Load(Row + j), shift));
            D.Store(Row + j, value);
            sum = D.Add(sum, value);
        }

        return (largest, D.SumAcross(sum));
    }

    /// <summary>The rows' potentials from the columns'.</summary>
    /// <returns>Whether every row of positive weight has a pair that is allowed.</returns>
    public readonly bool UpdateRows(in SinkhornProblem problem, double epsilon)
    {
        SetColumns(problem, epsilon);
        double scale = -epsilon * problem.Lambda(epsilon);
        bool feasible = true;
        for (int i = 0; i < problem.Rows; i++)
        {
            (double log, double sum) = Exponentials(problem, i, epsilon);
            problem.RowPotentials[i] = scale * (log + Math.Log(sum));
            feasible &= sum > 0 || problem.RowWeights[i] == 0;
        }

        return feasible;
    }

    /// <summary>The columns' potentials from the rows'.</summary>
    /// <returns>Whether every column of positive weight has a pair that is allowed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly bool UpdateColumns(in SinkhornProblem problem, double epsilon)
    {
        int count = problem.Stride;
        W factor = D.Broadcast(-1 / epsilon);
        W zero = D.Broadcast(0);
        new Span<double>(_maxima, count).Fill(double.NegativeInfinity);
        new Span<double>(_sums, count).Clear();
        for (int i = 0; i < problem.Rows; i++)
        {
            if (RowExponent(problem, i, epsilon) is var exponent && double.IsNegativeInfinity(exponent))
            {
                continue;
            }

            float* costs = problem.Costs + ((long)i * count);
            W row = D.Broadcast(exponent);
            for (int j = 0; j < count; j += D.Count)
            {
                D.Store(_maxima + j, D.Max(D.Load(_maxima + j), D.MultiplyAdd(D.Widen(costs + j), factor, row)));
            }
        }

        // A column of forbidden pairs alone: its exponentials are 0 over any number.
        for (int j = 0; j < count; j++)
        {
            _maxima[j] = double.IsNegativeInfinity(_maxima[j]) ? 0 : _maxima[j];
        }

        for (int i = 0; i < problem.Rows; i++)
        {
            if (RowExponent(problem, i, epsilon) is var exponent && double.IsNegativeInfinity(exponent))
            {
                continue;
            }

            float* costs = problem.Costs + ((long)i * count);
            W row = D.Broadcast(exponent);
            for (int j = 0; j < count; j += D.Count)
            {
                W value = Exp(D.Subtract(D.MultiplyAdd(D.Widen(costs + j), factor, row), D.Load(_maxima + j)));
                D.Store(_sums + j, D.Add(D.Load(_sums + j), value));
            }
        }

        W scale = D.Broadcast(-epsilon * problem.Lambda(epsilon));
        bool feasible = true;
        for (int j = 0; j < count; j += D.Count)
        {
            D.Store(problem.ColumnPotentials + j, D.Multiply(scale, D.Add(D.Load(_maxima + j), D.Log(D.Load(_sums + j)))));
        }

        for (int j = 0; j < problem.Columns; j++)
        {
            feasible &= _sums[j] > 0 || problem.ColumnWeights[j] == 0;
        }

        new Span<double>(problem.ColumnPotentials + problem.Columns, count - problem.Columns).Clear();
        return feasible;
    }

    /// <summary>e to a number of at most 0; below e^-700 it is 0, since padding and forbidden pairs would take the machine's slow path.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Exp(W value)
    {
        W least = D.Broadcast(-700);
        return D.SelectLess(value, least, D.Broadcast(0), D.Exp(D.Max(value, least)));
    }

    /// <summary>What a row adds to an exponent; -infinity where it has no mass.</summary>
    private static double RowExponent(in SinkhornProblem problem, int i, double epsilon) =>
        double.IsFinite(problem.RowPotentials[i]) ? (problem.RowPotentials[i] / epsilon) + problem.RowLogs[i] : double.NegativeInfinity;
}
