using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT;

/// <summary>
/// Tests whether a cost is Monge on the grid of a problem. On a product of lines, submodularity follows from that of every two axes, and on two
/// axes from that of neighbouring bins; so blocks of 2 x 2 neighbours are enough.
/// </summary>
internal sealed class MongeTest<TCost>
    where TCost : unmanaged, IMarginalCost
{
    private const ulong Seed = 0x4D6F6E6765;

    private readonly TCost _cost;
    private readonly int _bins;
    private readonly double[] _at;
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly int[] _lower;
    private readonly int[] _upper;
    private readonly double[] _positions;

    /// <summary>Prepares a test.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="histograms">d, at least 1.</param>
    /// <param name="bins">n, at least 1.</param>
    /// <param name="positions">Where the bins stand; empty where bin i stands at i.</param>
    public MongeTest(TCost cost, int histograms, int bins, ReadOnlySpan<double> positions)
    {
        _cost = cost;
        _bins = bins;
        _at = new double[histograms];
        _first = new int[histograms];
        _second = new int[histograms];
        _lower = new int[histograms];
        _upper = new int[histograms];
        _positions = new double[bins];
        for (int i = 0; i < bins; i++)
        {
            _positions[i] = positions.IsEmpty ? i : positions[i];
        }
    }

    /// <summary>Tests; returns what was done.</summary>
    /// <exception cref="ArgumentException">The cost is not Monge, or not finite; the message tells the cells and their costs.</exception>
    public MongeCheck Run()
    {
        // Of one histogram there is nothing to compare.
        double cells = Math.Pow(_bins, _at.Length);
        if (_at.Length == 1)
        {
            return new(MongeProof.Exhaustive, 0);
        }

        return cells <= MongeCheck.ExhaustiveCells
            ? new(MongeProof.Exhaustive, All((long)cells))
            : new(MongeProof.Sampled, Some());
    }

    private long All(long cells)
    {
        int d = _at.Length;
        double[] moved = new double[d];
        long tested = 0;
        for (long cell = 0; cell < cells; cell++)
        {
            long rest = cell;
            for (int j = 0; j < d; j++)
            {
                _first[j] = (int)(rest % _bins);
                rest /= _bins;
            }

            double here = Cost(_first);
            for (int j = 0; j < d; j++)
            {
                moved[j] = CostBeyond(j, -1);
            }

            for (int a = 0; a < d; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    if (_first[a] == _bins - 1 || _first[b] == _bins - 1)
                    {
                        continue;
                    }

                    tested++;
                    if (Breaks(here, CostBeyond(a, b), moved[a], moved[b]))
                    {
                        _first.CopyTo(_second, 0);
                        _first[a]++;
                        _second[b]++;
                        throw Refusal();
                    }
                }
            }
        }

        return tested;
    }

    /// <summary>
    /// A third of them blocks of neighbours anywhere, which show small faults where they are; a third such blocks where all other histograms
    /// share a bin, since that is where costs have kinks; a third any two cells, which add up many faults.
    /// </summary>
    private int Some()
    {
        int d = _at.Length;
        for (int sample = 0; sample < MongeCheck.Samples; sample++)
        {
            int kind = sample % 3;
            for (int j = 0; j < d; j++)
            {
                _first[j] = kind == 1 ? _first[0] : Draw(_bins, sample, j);
                _second[j] = kind == 2 ? Draw(_bins, sample, d + j) : _first[j];
                if (kind == 1 && j == 0)
                {
                    _first[0] = _second[0] = Draw(_bins, sample, 0);
                }
            }

            if (kind < 2)
            {
                int a = Draw(d, sample, 2L * d);
                int b = (a + 1 + Draw(d - 1, sample, (2L * d) + 1)) % d;
                _first[a] = _second[a] = Near(_first[a], sample, (2L * d) + 2);
                _first[b] = _second[b] = Near(_first[b], sample, (2L * d) + 3);
                _first[a]++;
                _second[b]++;
            }

            Meet();
            if (Breaks(Cost(_lower), Cost(_upper), Cost(_first), Cost(_second)))
            {
                throw Refusal();
            }
        }

        return MongeCheck.Samples;
    }

    private static int Draw(int count, int sample, long index) => CounterRandom.Below(count, Seed, (ulong)sample, (ulong)index);

    /// <summary>A bin, or the one before it, that another one follows.</summary>
    private int Near(int bin, int sample, long index) => Math.Clamp(bin - Draw(2, sample, index), 0, _bins - 2);

    /// <summary>The least and the largest bins of both cells.</summary>
    private void Meet()
    {
        for (int j = 0; j < _first.Length; j++)
        {
            _lower[j] = Math.Min(_first[j], _second[j]);
            _upper[j] = Math.Max(_first[j], _second[j]);
        }
    }

    private static bool Breaks(double lower, double upper, double first, double second)
    {
        double largest = Math.Max(Math.Max(Math.Abs(lower), Math.Abs(upper)), Math.Max(Math.Abs(first), Math.Abs(second)));
        return lower + upper - (first + second) > MongeCheck.Tolerance * largest;
    }

    /// <summary>The cost where one or two histograms are a bin further than the first cell; 0 where there is no such bin.</summary>
    private double CostBeyond(int a, int b)
    {
        if (_first[a] == _bins - 1)
        {
            return 0;
        }

        _first[a]++;
        if (b >= 0)
        {
            _first[b]++;
        }

        double cost = Cost(_first);
        _first[a]--;
        if (b >= 0)
        {
            _first[b]--;
        }

        return cost;
    }

    private double Cost(int[] bins)
    {
        for (int j = 0; j < bins.Length; j++)
        {
            _at[j] = _positions[bins[j]];
        }

        double cost = _cost.At(new PositionCell(_at));
        return double.IsFinite(cost)
            ? cost
            : throw new ArgumentException($"The cost of cell ({string.Join(", ", bins)}) is {PointCheck.Text(cost)}; costs are finite.");
    }

    private ArgumentException Refusal()
    {
        Meet();
        return new(
            $"The cost is not Monge, so the greedy walk is not optimal for it. With I = ({string.Join(", ", _first)}) and J = ({string.Join(", ", _second)}): "
            + $"c(min(I, J)) + c(max(I, J)) = {PointCheck.Text(Cost(_lower))} + {PointCheck.Text(Cost(_upper))} is more than "
            + $"c(I) + c(J) = {PointCheck.Text(Cost(_first))} + {PointCheck.Text(Cost(_second))}, where min(I, J) = ({string.Join(", ", _lower)}) "
            + $"and max(I, J) = ({string.Join(", ", _upper)}).");
    }
}

/// <summary>A cell on an array of positions.</summary>
/// <param name="positions">A position a histogram.</param>
internal readonly struct PositionCell(double[] positions) : IMarginalCell
{
    /// <inheritdoc/>
    public int Count => positions.Length;

    /// <inheritdoc/>
    public double this[int histogram] => positions[histogram];
}
