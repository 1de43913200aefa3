using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The kernels and scalings of as many tiny problems as a vector has lanes, a lane each, in float64: element (i, j) of all kernels is
/// one vector, so that there are no sums across lanes. A point that takes no part, or that a lane's problem does not have, has a kernel of
/// 0, and 1 in place of its sum: its scaling stays 1, and all that it adds is 0. So a lane's bits depend on no other lane, nor on the
/// largest shape.
/// </summary>
internal readonly unsafe ref struct SinkhornLanes<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Rows and columns that are worked on at a time.
    private const int Block = 2;

    // Unbalanced, a point whose sum is below has no mass, and stays as it is.
    private const double LeastSum = 1e-200;

    private readonly int _rows;
    private readonly int _columns;
    private readonly double* _kernel;
    private readonly Side _row;
    private readonly Side _column;
    private readonly double* _factors;
    private readonly double* _lambdas;

    /// <summary>Takes memory, with no problem in any lane.</summary>
    /// <param name="rows">The most rows.</param>
    /// <param name="columns">The most columns.</param>
    /// <param name="scratch">Gives it.</param>
    public SinkhornLanes(int rows, int columns, HostScratch scratch)
    {
        _rows = Blocks(rows);
        _columns = Blocks(columns);
        _kernel = scratch.Take<double>((long)_rows * _columns * D.Count);
        _row = new(_rows * D.Count, scratch);
        _column = new(_columns * D.Count, scratch);
        _factors = scratch.Take<double>(D.Count);
        _lambdas = scratch.Take<double>(D.Count);
        RowErrors = scratch.Take<double>(D.Count);
        ColumnErrors = scratch.Take<double>(D.Count);
        Largest = scratch.Take<double>(D.Count);
        for (int lane = 0; lane < D.Count; lane++)
        {
            Clear(lane);
        }
    }

    /// <summary>
    /// By lane, what the rows met with in the last iteration: balanced, the L1 distance of their marginals before; else the largest
    /// change of a scaling's logarithm.
    /// </summary>
    public double* RowErrors { get; }

    /// <summary>The same of the columns.</summary>
    public double* ColumnErrors { get; }

    /// <summary>By lane, the largest of all scalings and their inverses.</summary>
    public double* Largest { get; }

    /// <summary>A count in whole blocks.</summary>
    private static int Blocks(int count) => (count + Block - 1) & -Block;

    /// <summary>Takes the problem out of a lane.</summary>
    public void Clear(int lane)
    {
        for (int k = 0; k < _rows * _columns; k++)
        {
            _kernel[(k * D.Count) + lane] = 0;
        }

        for (int i = 0; i < _rows; i++)
        {
            SetRow(lane, i, 0, 0, 0);
        }

        for (int j = 0; j < _columns; j++)
        {
            SetColumn(lane, j, 0, 0);
        }

        SetRelaxation(lane, 1);
        SetLambda(lane, 1);
    }

    /// <summary>Sets how far a lane's updates go: 1, or more to go beyond (over-relaxation).</summary>
    public void SetRelaxation(int lane, double factor) => _factors[lane] = factor;

    /// <summary>Sets how far a lane's potentials follow the soft minimum; 1 where balanced.</summary>
    public void SetLambda(int lane, double lambda) => _lambdas[lane] = lambda;

    /// <summary>Sets a row of a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="i">The row.</param>
    /// <param name="weight">The weight, as a part of the total; 0 where it takes no part.</param>
    /// <param name="offset">Unbalanced, what is added to -lambda log(sum).</param>
    /// <param name="log">The logarithm of its scaling.</param>
    public void SetRow(int lane, int i, double weight, double offset, double log)
    {
        int at = (i * D.Count) + lane;
        _row.Weights[at] = weight;
        _row.Targets[at] = 1;
        Set(_row, at, weight > 0, offset, log);
    }

    /// <summary>Sets a column of a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="j">The column.</param>
    /// <param name="weight">The weight, as a part of the rows' total; 0 where it takes no part.</param>
    /// <param name="offset">Unbalanced, what is added to -lambda log(sum).</param>
    public void SetColumn(int lane, int j, double weight, double offset)
    {
        int at = (j * D.Count) + lane;
        _column.Targets[at] = weight > 0 ? weight : 1;
        Set(_column, at, weight > 0, offset, 0);
    }

    /// <summary>Sets a row of a lane's kernel.</summary>
    public void SetKernel(int lane, int i, double* elements, int count)
    {
        double* row = _kernel + ((long)i * _columns * D.Count) + lane;
        for (int j = 0; j < count; j++)
        {
            row[j * D.Count] = elements[j];
        }
    }

    /// <summary>Copies the scalings of a lane's columns; 1 for one that is none.</summary>
    public void ColumnScales(int lane, double* scales, int count)
    {
        for (int j = 0; j < count; j++)
        {
            double scale = _column.Scales[(j * D.Count) + lane];
            scales[j] = scale > 0 && double.IsFinite(scale) ? scale : 1;
        }
    }

    /// <summary>One iteration of all lanes, balanced: u = 1 / Kv, then v = b / K'u, or beyond.</summary>
    /// <param name="rows">The most rows of a lane's problem.</param>
    /// <param name="columns">The most columns of a lane's problem.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Iterate(int rows, int columns)
    {
        Progress progress = Begin();
        for (int i = 0; i < rows; i += Block)
        {
            int at = i * D.Count;
            RowSums(i, Blocks(columns), out W first, out W second);
            Update(_row, at, first, D.Load(_row.Weights + at), ref progress);
            Update(_row, at + D.Count, second, D.Load(_row.Weights + at + D.Count), ref progress);
            SetMasses(at);
        }

        D.Store(RowErrors, progress.Error);
        progress.Error = D.Broadcast(0);
        W one = D.Broadcast(1);
        for (int j = 0; j < columns; j += Block)
        {
            int at = j * D.Count;
            ColumnSums(j, Blocks(rows), out W first, out W second);
            Update(_column, at, first, one, ref progress);
            Update(_column, at + D.Count, second, one, ref progress);
        }

        D.Store(ColumnErrors, progress.Error);
        D.Store(Largest, D.Max(progress.Largest, D.Divide(one, progress.Least)));
    }

    /// <summary>One iteration of all lanes, unbalanced: log u = offset - lambda log(Kv), and the same for v, or beyond.</summary>
    /// <param name="rows">The most rows of a lane's problem.</param>
    /// <param name="columns">The most columns of a lane's problem.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void IterateUnbalanced(int rows, int columns)
    {
        Progress progress = Begin();
        W lambda = D.Load(_lambdas);
        for (int i = 0; i < rows; i += Block)
        {
            int at = i * D.Count;
            RowSums(i, Blocks(columns), out W first, out W second);
            UpdateUnbalanced(_row, at, first, lambda, ref progress);
            UpdateUnbalanced(_row, at + D.Count, second, lambda, ref progress);
            SetMasses(at);
        }

        D.Store(RowErrors, progress.Error);
        progress.Error = D.Broadcast(0);
        for (int j = 0; j < columns; j += Block)
        {
            int at = j * D.Count;
            ColumnSums(j, Blocks(rows), out W first, out W second);
            UpdateUnbalanced(_column, at, first, lambda, ref progress);
            UpdateUnbalanced(_column, at + D.Count, second, lambda, ref progress);
        }

        D.Store(ColumnErrors, progress.Error);
        D.Store(Largest, D.Max(progress.Largest, D.Divide(D.Broadcast(1), progress.Least)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Progress Begin()
    {
        W factor = D.Load(_factors);
        W one = D.Broadcast(1);
        return new() { More = factor, Less = D.Subtract(D.Broadcast(2), factor), Largest = one, Least = one, Error = D.Broadcast(0) };
    }

    /// <summary>The products of two rows with v. Even and odd columns add up apart, so that sums wait less for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RowSums(int i, int columns, out W first, out W second)
    {
        int pitch = _columns * D.Count;
        double* a = _kernel + ((long)i * pitch);
        double* b = a + pitch;
        double* v = _column.Scales;
        double* end = v + (columns * D.Count);
        W aEven = D.Load(_row.Missing + (i * D.Count));
        W bEven = D.Load(_row.Missing + ((i + 1) * D.Count));
        W aOdd = D.Broadcast(0);
        W bOdd = aOdd;
        for (; v < end; v += Block * D.Count, a += Block * D.Count, b += Block * D.Count)
        {
            W even = D.Load(v);
            W odd = D.Load(v + D.Count);
            aEven = D.MultiplyAdd(D.Load(a), even, aEven);
            bEven = D.MultiplyAdd(D.Load(b), even, bEven);
            aOdd = D.MultiplyAdd(D.Load(a + D.Count), odd, aOdd);
            bOdd = D.MultiplyAdd(D.Load(b + D.Count), odd, bOdd);
        }

        first = D.Add(aEven, aOdd);
        second = D.Add(bEven, bOdd);
    }

    /// <summary>The products of two columns with the rows' masses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ColumnSums(int j, int rows, out W first, out W second)
    {
        int pitch = _columns * D.Count;
        double* a = _kernel + (j * D.Count);
        double* u = _row.Masses;
        double* end = u + (rows * D.Count);
        W aEven = D.Load(_column.Missing + (j * D.Count));
        W bEven = D.Load(_column.Missing + ((j + 1) * D.Count));
        W aOdd = D.Broadcast(0);
        W bOdd = aOdd;
        for (; u < end; u += Block * D.Count, a += Block * pitch)
        {
            W even = D.Load(u);
            W odd = D.Load(u + D.Count);
            aEven = D.MultiplyAdd(D.Load(a), even, aEven);
            bEven = D.MultiplyAdd(D.Load(a + D.Count), even, bEven);
            aOdd = D.MultiplyAdd(D.Load(a + pitch), odd, aOdd);
            bOdd = D.MultiplyAdd(D.Load(a + pitch + D.Count), odd, bOdd);
        }

        first = D.Add(aEven, aOdd);
        second = D.Add(bEven, bOdd);
    }

    /// <summary>What two rows give to the columns: a u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetMasses(int at)
    {
        D.Store(_row.Masses + at, D.Multiply(D.Load(_row.Scales + at), D.Load(_row.Weights + at)));
        at += D.Count;
        D.Store(_row.Masses + at, D.Multiply(D.Load(_row.Scales + at), D.Load(_row.Weights + at)));
    }

    /// <summary>
    /// Multiplies a scaling by the factor r = target / marginal that it lacks, and by as much of r again as it is to go beyond: in place of
    /// r^beyond ((1 + beyond) r + 1 - beyond) / ((1 - beyond) r + 1 + beyond), which agrees to third order at r = 1, needs no logarithm, and
    /// far away goes less far.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update(Side side, int at, W sum, W weight, ref Progress progress)
    {
        W target = D.Load(side.Targets + at);
        W scale = D.Load(side.Scales + at);
        W marginal = D.Multiply(scale, sum);
        progress.Error = D.MultiplyAdd(weight, D.Abs(D.Subtract(marginal, target)), progress.Error);
        W up = D.Multiply(target, D.MultiplyAdd(progress.More, target, D.Multiply(progress.Less, marginal)));
        W down = D.Multiply(marginal, D.MultiplyAdd(progress.More, marginal, D.Multiply(progress.Less, target)));
        scale = D.Multiply(scale, D.Divide(up, down));
        D.Store(side.Scales + at, scale);
        progress.Largest = D.Max(progress.Largest, scale);
        progress.Least = D.Min(progress.Least, scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpdateUnbalanced(Side side, int at, W sum, W lambda, ref Progress progress)
    {
        W zero = D.Broadcast(0);
        W one = D.Broadcast(1);
        W least = D.Broadcast(LeastSum);
        W old = D.Load(side.Logs + at);
        W wanted = D.Subtract(D.Load(side.Offsets + at), D.Multiply(lambda, D.Log(D.Max(sum, least))));
        W change = D.SelectLess(sum, least, zero, D.Subtract(wanted, old));
        W log = D.MultiplyAdd(progress.More, change, old);
        W scale = D.Exp(log);
        D.Store(side.Logs + at, log);
        D.Store(side.Scales + at, scale);
        progress.Error = D.Max(progress.Error, D.Abs(change));
        progress.Largest = D.Max(progress.Largest, scale);
        progress.Least = D.Min(progress.Least, scale);
    }

    private static void Set(Side side, int at, bool isLive, double offset, double log)
    {
        side.Missing[at] = isLive ? 0 : 1;
        side.Offsets[at] = isLive ? offset : 0;
        side.Logs[at] = isLive ? log : 0;
        side.Scales[at] = isLive && log != 0 ? Math.Exp(log) : 1;
    }

    /// <summary>What all vectors of an iteration add to.</summary>
    private struct Progress
    {
        /// <summary>How far updates go, and what is left of 2.</summary>
        public W More;
        public W Less;

        public W Largest;
        public W Least;
        public W Error;
    }

    /// <summary>The rows, or the columns: a vector each.</summary>
    private readonly struct Side(int count, HostScratch scratch)
    {
        /// <summary>Weights of the rows; 0 for those that take no part.</summary>
        public readonly double* Weights = scratch.Take<double>(count);

        /// <summary>What a scaling times its sum is to be; 1 for points that take no part.</summary>
        public readonly double* Targets = scratch.Take<double>(count);

        /// <summary>1 for points that take no part, in place of their sum; else 0.</summary>
        public readonly double* Missing = scratch.Take<double>(count);

        /// <summary>The scalings.</summary>
        public readonly double* Scales = scratch.Take<double>(count);

        /// <summary>Unbalanced, their logarithms.</summary>
        public readonly double* Logs = scratch.Take<double>(count);

        /// <summary>Unbalanced, what is added to -lambda log(sum).</summary>
        public readonly double* Offsets = scratch.Take<double>(count);

        /// <summary>Weights times scalings of the rows.</summary>
        public readonly double* Masses = scratch.Take<double>(count);
    }
}
