using System.Numerics;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The greedy walk through one problem, in float64. It compares cumulative masses instead of what bins have left (Bein, Brucker, Park, Pathak
/// 1995 subtract): the smallest cumulative mass is that of the bin which is empty first, nothing is subtracted d (n - 1) times over, and
/// where sums are exact ties are those of the closed form for the range. The walk ends at the last bins of all histograms, whatever
/// mass these have: a walk that stops with the mass leaves duals that break a cell's limit.
/// </summary>
internal unsafe struct MarginalWalk<T, TCost, TSteps>
    where T : unmanaged, IFloatingPoint<T>
    where TCost : unmanaged, IMarginalCost
    where TSteps : struct, IMarginalSteps<TCost>
{
    private double* _ends;
    private double* _positions;
    private double* _ordered;
    private double* _duals;
    private int* _bins;
    private LeastOf _least;

    /// <summary>The masses, [d, n] row-major.</summary>
    public T* Masses { get; init; }

    /// <summary>Where the bins stand; null where bin i stands at i.</summary>
    public T* Positions { get; init; }

    /// <summary>d.</summary>
    public int Histograms { get; init; }

    /// <summary>n.</summary>
    public int Bins { get; init; }

    /// <summary>The cost.</summary>
    public TCost Cost { get; init; }

    /// <summary>Where the gradient goes; or null.</summary>
    public T* Gradients { get; init; }

    /// <summary>Where the movers go; or null.</summary>
    public int* Movers { get; init; }

    /// <summary>Where the masses of cells go; null where movers are.</summary>
    public double* CellMasses { get; init; }

    /// <summary>Walks; returns value and dual value, both NaN where a mass is NaN or infinite.</summary>
    /// <param name="ties">The order of bins that are empty at once.</param>
    /// <param name="tolerance">How much of the total mass is a tie for averaging.</param>
    /// <param name="scratch">The state's memory.</param>
    public (double Value, double DualValue) Solve(TieRule ties, double tolerance, HostScratch scratch)
    {
        if (Histograms == 0 || Bins == 0)
        {
            return (0, 0);
        }

        int leaves = (int)BitOperations.RoundUpToPowerOf2((uint)Histograms);
        _ends = scratch.Take<double>(leaves);
        _least = new(_ends, scratch.Take<int>(2L * leaves), leaves);
        _positions = scratch.Take<double>(Histograms);
        _ordered = scratch.Take<double>(TSteps.NeedsOrder ? Histograms : 0);
        _duals = scratch.Take<double>(Histograms);
        _bins = scratch.Take<int>(Histograms);
        if (ties == TieRule.FirstLast || Gradients == null)
        {
            return Walk<FirstOfEqual>(0, 1, true, out _);
        }

        // Duals are feasible along any way through the cells, and best along those that leave bins which are empty at once in any order.
        (double value, _) = Walk<FirstOfEqual>(0, 0, true, out double total);
        (_, double first) = Walk<FirstNearLeast>(tolerance * total, 0.5, false, out _);
        (_, double last) = Walk<LastNearLeast>(tolerance * total, 0.5, false, out _);
        return (value, 0.5 * (first + last));
    }

    /// <summary>One walk from the first bins to the last.</summary>
    /// <param name="slack">How far above the least cumulative mass is a tie.</param>
    /// <param name="share">The share of the gradient that this walk adds; 0 where it is not wanted.</param>
    /// <param name="isKept">Whether it is this walk's way that is wanted.</param>
    /// <param name="total">Receives the total mass.</param>
    private readonly (double Value, double DualValue) Walk<TOrder>(double slack, double share, bool isKept, out double total)
        where TOrder : struct, IEqualOrder
    {
        int d = Histograms;
        int last = Bins - 1;
        int* movers = isKept ? Movers : null;
        T* gradients = share > 0 ? Gradients : null;
        Start();
        HostCell cell = new(_positions, _ordered, d);
        double first = Cost.At(cell);
        double cost = first;
        double value = 0;
        double dual = 0;
        double done = 0;
        total = 0;
        for (int j = 0; j < d; j++)
        {
            double mass = double.CreateTruncating(Masses[(long)j * Bins]);
            _ends[j] = last > 0 ? mass : double.PositiveInfinity;
            _duals[j] = 0;
            _bins[j] = 0;
            total = last > 0 ? total : Math.Max(total, mass);
            Put(gradients, (long)j * Bins, 0, share, TOrder.IsSecond);
        }

        _least.Fill(d);
        long steps = (long)d * last;
        for (long step = 0; step < steps; step++)
        {
            int mover = TOrder.Next(_ends, d, _least.Next, slack);
            if (mover < 0)
            {
                return (double.NaN, double.NaN);
            }

            // Within the slack of a tie the walk may come to an end that it has passed.
            double end = Math.Max(done, _ends[mover]);
            value += cost * (end - done);
            if (movers != null)
            {
                movers[step] = mover;
                CellMasses[step] = end - done;
            }

            done = end;
            int bin = ++_bins[mover];
            long element = ((long)mover * Bins) + bin;
            double mass = double.CreateTruncating(Masses[element]);
            double previous = _positions[mover];
            double position = Positions == null ? bin : double.CreateTruncating(Positions[bin]);
            Move(mover, previous, position);
            double after = TSteps.After(Cost, cell, mover, previous, cost);
            double own = _duals[mover] += after - cost;
            cost = after;
            Put(gradients, element, own, share, TOrder.IsSecond);
            if (bin < last)
            {
                dual += mass * own;
                _ends[mover] += mass;
            }
            else
            {
                // Its mass is all that is left, which the total less what came before says with what rounding has made of others' totals.
                dual -= _ends[mover] * own;
                total = Math.Max(total, _ends[mover] + mass);
                _ends[mover] = double.PositiveInfinity;
            }

            _least.Update(mover);
        }

        value += cost * (total - done);
        if (movers != null)
        {
            movers[steps] = -1;
            CellMasses[steps] = total - done;
        }

        for (int j = 0; j < d; j++)
        {
            dual += total * _duals[j];
        }

        return double.IsFinite(total) ? (value, dual + (total * first)) : (double.NaN, double.NaN);
    }

    /// <summary>Stands all histograms at their first bins.</summary>
    private readonly void Start()
    {
        double start = Positions == null ? 0 : double.CreateTruncating(Positions[0]);
        new Span<double>(_positions, Histograms).Fill(start);
        if (TSteps.NeedsOrder)
        {
            new Span<double>(_ordered, Histograms).Fill(start);
        }
    }

    /// <summary>Brings a histogram to a position that is no lower than its own.</summary>
    private readonly void Move(int mover, double previous, double position)
    {
        _positions[mover] = position;
        if (!TSteps.NeedsOrder)
        {
            return;
        }

        // Of equal positions any may leave its place.
        int rank = 0;
        while (rank < Histograms - 1 && _ordered[rank] != previous)
        {
            rank++;
        }

        for (; rank < Histograms - 1 && _ordered[rank + 1] < position; rank++)
        {
            _ordered[rank] = _ordered[rank + 1];
        }

        _ordered[rank] = position;
    }

    private static void Put(T* gradients, long element, double dual, double share, bool isSecond)
    {
        if (gradients != null)
        {
            double part = share * dual;
            gradients[element] = T.CreateTruncating(isSecond ? double.CreateTruncating(gradients[element]) + part : part);
        }
    }
}

/// <summary>
/// Which of some numbers is the least, and of equal ones the first, while one after the other rises: a knock-out tournament, of which a change
/// repeats the matches of one number only.
/// </summary>
/// <param name="numbers">The numbers.</param>
/// <param name="winners">Room for twice as many.</param>
/// <param name="leaves">How many there is room for: a power of two.</param>
internal readonly unsafe struct LeastOf(double* numbers, int* winners, int leaves)
{
    /// <summary>The place of the least one; -1 where there is no finite one that beats all others, as where all are infinite or some are NaN.</summary>
    public int Next => numbers[winners[1]] < double.PositiveInfinity ? winners[1] : -1;

    /// <summary>Begins anew with the first so many numbers.</summary>
    public void Fill(int count)
    {
        new Span<double>(numbers + count, leaves - count).Fill(double.PositiveInfinity);
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            winners[leaves + leaf] = leaf;
        }

        for (int match = leaves - 1; match > 0; match--)
        {
            Play(match);
        }
    }

    /// <summary>Takes in that a number has changed.</summary>
    public void Update(int place)
    {
        for (int match = (leaves + place) >> 1; match > 0; match >>= 1)
        {
            Play(match);
        }
    }

    private void Play(int match)
    {
        int first = winners[2 * match];
        int second = winners[(2 * match) + 1];
        winners[match] = numbers[second] < numbers[first] ? second : first;
    }
}

/// <summary>The order in which a walk leaves bins that are empty at once. All members are inlined.</summary>
internal unsafe interface IEqualOrder
{
    /// <summary>Whether the walk's share of the gradient is added to that of another.</summary>
    static abstract bool IsSecond { get; }

    /// <summary>The histogram to move on; -1 where none has a finite cumulative mass.</summary>
    /// <param name="ends">The cumulative mass of each histogram's bin; infinite for those that have come to their last.</param>
    /// <param name="count">Their number.</param>
    /// <param name="least">The first of the least ones; or -1.</param>
    /// <param name="slack">How far above the least one is a tie.</param>
    static abstract int Next(double* ends, int count, int least, double slack);
}

/// <summary>The first of exactly equal ones.</summary>
internal unsafe struct FirstOfEqual : IEqualOrder
{
    /// <inheritdoc/>
    public static bool IsSecond => false;

    /// <inheritdoc/>
    public static int Next(double* ends, int count, int least, double slack) => least;
}

/// <summary>The first of those near the least.</summary>
internal unsafe struct FirstNearLeast : IEqualOrder
{
    /// <inheritdoc/>
    public static bool IsSecond => false;

    /// <inheritdoc/>
    public static int Next(double* ends, int count, int least, double slack)
    {
        for (int j = 0; j < least; j++)
        {
            if (ends[j] <= ends[least] + slack)
            {
                return j;
            }
        }

        return least;
    }
}

/// <summary>The last of those near the least.</summary>
internal unsafe struct LastNearLeast : IEqualOrder
{
    /// <inheritdoc/>
    public static bool IsSecond => true;

    /// <inheritdoc/>
    public static int Next(double* ends, int count, int least, double slack)
    {
        for (int j = count - 1; least >= 0 && j > least; j--)
        {
            if (ends[j] <= ends[least] + slack)
            {
                return j;
            }
        }

        return least;
    }
}

/// <summary>The cell that a walk is at.</summary>
/// <param name="positions">A position a histogram.</param>
/// <param name="ordered">The positions in order; void where the steps do not ask for it.</param>
/// <param name="count">Their number.</param>
internal readonly unsafe struct HostCell(double* positions, double* ordered, int count) : IOrderedCell
{
    private readonly double* _positions = positions;
    private readonly double* _ordered = ordered;

    /// <inheritdoc/>
    public int Count { get; } = count;

    /// <inheritdoc/>
    public double this[int histogram] => _positions[histogram];

    /// <inheritdoc/>
    public double Ordered(int rank) => _ordered[rank];
}
