namespace PyramidOT;

/// <summary>What a global matching minimises, where it begins and when it stops.</summary>
public sealed record GlobalMatchingOptions
{
    /// <summary>The cost of a pair; squared Euclidean by default.</summary>
    public GroundCost Cost { get; init; }

    /// <summary>
    /// Stops when the distance is proven to lie at most this share of itself above the optimum; at least 0, by default 0.001. With 0 it goes on
    /// to the optimum.
    /// </summary>
    public double Gap { get; init; } = 1e-3;

    /// <summary>
    /// Sweeps of batches before the rounds at the most, at least 0. By default, null, 4; none from 50,000 points in up to three dimensions, where rounds
    /// begin with smaller problems that do the same in less time; and where more dimensions and points than that leave no time for rounds, up to 64, until
    /// four of them better the distance by less than a thousandth.
    /// </summary>
    public int? Sweeps { get; init; }

    /// <summary>Rounds over all points at the most, at least 0; by default 64, which are more than it takes.</summary>
    public int Rounds { get; init; } = 64;

    /// <summary>Pairs of a sweep's batch, at least 2; 256 by default.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>When to end with what there is by then; null for never. The bits of the result depend on the clock then.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The seed of pyramid, groups, directions and samples.</summary>
    public ulong Seed { get; init; }

    /// <summary>A matching to begin with: the target point of each source point, each once. Null begins with a pyramid's.</summary>
    public IReadOnlyList<int>? Matching { get; init; }

    /// <summary>Potentials v of the target points to begin with, finite; as a former <see cref="GlobalMatch.TargetPotentials"/>. Null finds them by samples.</summary>
    public IReadOnlyList<double>? TargetPotentials { get; init; }

    /// <summary>
    /// From so many points in few dimensions there are no sweeps by default, smaller problems are made of halves, and the last rows of an auction are matched by
    /// paths that need not be the shortest.
    /// </summary>
    internal int LargeFrom { get; init; } = 50_000;

    /// <summary>Above so many scalar products, a look at all pairs takes minutes in more than three dimensions: then there are no rounds, and coordinates give the bound.</summary>
    internal double MostProducts { get; init; } = 4e12;

    /// <summary>Refuses options out of their range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check(int count)
    {
        if (!(Gap >= 0) || double.IsInfinity(Gap))
        {
            throw Refusal($"The gap is {Gap}; it is a finite number, at least 0.", nameof(Gap));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Sweeps ?? 0, 0, nameof(Sweeps));
        ArgumentOutOfRangeException.ThrowIfLessThan(Rounds, 0, nameof(Rounds));
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 2, nameof(BatchSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(Time ?? TimeSpan.Zero, TimeSpan.Zero, nameof(Time));
        CheckMatching(count);
        if (TargetPotentials is not null)
        {
            CheckLength(TargetPotentials.Count, count, "potentials", nameof(TargetPotentials));
            for (int j = 0; j < count; j++)
            {
                if (!double.IsFinite(TargetPotentials[j]))
                {
                    throw Refusal($"The potential of target point {j} is {TargetPotentials[j]}; potentials are finite.", nameof(TargetPotentials));
                }
            }
        }
    }

    private void CheckMatching(int count)
    {
        if (Matching is null)
        {
            return;
        }

        CheckLength(Matching.Count, count, "matches", nameof(Matching));
        bool[] taken = new bool[count];
        for (int i = 0; i < count; i++)
        {
            int target = Matching[i];
            if (target < 0 || target >= count || taken[target])
            {
                string reason = target < 0 || target >= count ? $"targets are from 0 to {count - 1}" : "another source point has it already";
                throw Refusal($"Source point {i} is matched to target point {target}; {reason}.", nameof(Matching));
            }

            taken[target] = true;
        }
    }

    private static ArgumentException Refusal(string message, string option) => new(message, option);

    private static void CheckLength(int length, int count, string what, string name)
    {
        if (length != count)
        {
            throw Refusal($"There are {length} {what} for {count} points.", name);
        }
    }
}
