namespace PyramidOT.Alignment;

/// <summary>The rounds of price and repair over one level: auctions by ever smaller epsilons, and at the end augmenting paths to the optimum.</summary>
/// <param name="level">The problem.</param>
/// <param name="largeFrom">From so many points the last rows of an auction are matched by paths that need not be the shortest.</param>
/// <param name="wholeCount">Points of the whole matching, of which this may be a smaller likeness.</param>
internal sealed class MatchingRounds(MatchingLevel level, int largeFrom, int wholeCount)
{
    /// <summary>What epsilon is divided by from round to round.</summary>
    public const double Division = 4;

    // Among many points, epsilons far above the distance of neighbours make noise of the potentials, through which no search sees. Of smaller clouds
    // that is no matter, and such small epsilons would take them longer.
    private const double LastOfSpacing = 0.25;
    private const double FirstOfSpacing = 4;

    // Equal points have no distance.
    private const double LeastShare = 1e-4;

    // An auction leaves one row in so many to paths. In large problems each of those is a long search.
    private const int Share = 64;
    private const int ShareOfLarge = 4096;

    // Bids a row after which paths take over. In large problems few rows are then left, and near to free columns.
    private const long Work = 12;
    private const long WorkOfLarge = 60;

    // So few rows of a large problem are left to single paths.
    private const int ShareOfPaths = 256;

    // It takes some dozens. What they leave, single paths find.
    private const int MostPhases = 1000;

    private readonly AuctionRounds _auction = new(level.Engine, level.Lists, level.Search, level.State);
    private AugmentingRounds? _paths;
    private PathPhases? _phases;
    private GuidedPaths? _guided;
    private DensePaths? _dense;

    private AugmentingRounds Paths => _paths ??= new(level.Lists, level.Search, level.State);

    private PathPhases Phases => _phases ??= new(level);

    private GuidedPaths Guided => _guided ??= new(level);

    private bool IsLarge => level.State.Count >= largeFrom && double.IsFinite(level.Spacing);

    /// <summary>
    /// The epsilon to begin with: a quarter of how far the potentials may be off, or the last one where they are better. Smaller ones make long wars of
    /// small bids, larger ones spoil what the potentials know.
    /// </summary>
    /// <param name="cost">About the optimal mean cost.</param>
    /// <param name="last">The last epsilon.</param>
    public double FirstEpsilon(double cost, double last)
    {
        double unsure = Math.Abs(cost - level.LowerBound) / Division;
        if (wholeCount >= largeFrom)
        {
            // Smaller problems have put the far regions right.
            bool isWhole = wholeCount == level.State.Count;
            unsure = Math.Min(unsure, (isWhole ? LastOfSpacing : FirstOfSpacing) * level.Spacing);
        }

        return Math.Max(last, unsure);
    }

    /// <summary>The last epsilon: the one that is wanted, or less where many neighbours are nearer.</summary>
    public double LastEpsilon(double wanted) =>
        wholeCount < largeFrom ? wanted : Math.Min(wanted, Math.Max(LeastShare * wanted, LastOfSpacing * level.Spacing));

    /// <summary>
    /// A matching in which nearly every row is within epsilon of its best. In large problems guided paths take the rows that are near to free columns; those that
    /// are not tell of regions with too many rows, whose potentials paths put right: by phases, but for a few rows of large problems.
    /// </summary>
    public void Auction(double epsilon, CancellationToken cancellation)
    {
        if (Bid(epsilon, cancellation))
        {
            return;
        }

        bool isNearlyDone = IsLarge && level.State.ColumnOf.AsSpan().Count(-1) <= level.State.Count / ShareOfPaths;
        if (!isNearlyDone && Phases.Run(epsilon, MostPhases, cancellation))
        {
            return;
        }

        if (level.Search is DenseSearch search)
        {
            (_dense ??= new(level, search)).Run(epsilon, cancellation);
        }
        else
        {
            Paths.Complete(cancellation);
        }
    }

    /// <summary>The optimum.</summary>
    public void Finish(CancellationToken cancellation) => Paths.Run(cancellation);

    private bool Bid(double epsilon, CancellationToken cancellation)
    {
        int share = IsLarge ? ShareOfLarge : Share;
        return _auction.Run(epsilon, level.State.Count / share, IsLarge ? WorkOfLarge : Work, cancellation) || (IsLarge && Guided.Run(cancellation));
    }
}
