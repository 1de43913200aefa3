namespace PyramidOT.Alignment;

/// <summary>The rounds of price and repair over one level: auctions by ever smaller epsilons, and at the end augmenting paths to the optimum.</summary>
/// <param name="level">The problem.</param>
/// <param name="largeFrom">From so many points the last rows of an auction are matched by paths that need not be the shortest.</param>
internal sealed class MatchingRounds(MatchingLevel level, int largeFrom)
{
    /// <summary>What epsilon is divided by from round to round.</summary>
    public const double Division = 4;

    // Where neighbours are near, epsilons of more than their distance make noise of the potentials, in which lists hold next to all points.
    private const double LargestOfSpacing = 0.25;

    // An auction leaves one row in so many to paths. In large problems each of those is a long search.
    private const int Share = 64;
    private const int ShareOfLarge = 4096;

    private readonly AuctionRounds _auction = new(level.Engine, level.Lists, level.Search, level.State);
    private AugmentingRounds? _paths;
    private GuidedPaths? _guided;

    private AugmentingRounds Paths => _paths ??= new(level.Lists, level.Search, level.State);

    private GuidedPaths Guided => _guided ??= new(level);

    private bool IsLarge => level.State.Count >= largeFrom && double.IsFinite(level.Spacing);

    /// <summary>
    /// The epsilon to begin with: a quarter of how far the potentials may be off, or the last one where they are better. Smaller ones make long wars of
    /// small bids, larger ones spoil what the potentials know.
    /// </summary>
    /// <param name="cost">About the optimal mean cost.</param>
    /// <param name="last">The last epsilon.</param>
    public double FirstEpsilon(double cost, double last) =>
        Math.Max(last, Math.Min(LargestOfSpacing * level.Spacing, Math.Abs(cost - level.LowerBound) / Division));

    /// <summary>The last epsilon: the one that is wanted, or less where neighbours are nearer.</summary>
    public double LastEpsilon(double wanted) => Math.Min(wanted, LargestOfSpacing * level.Spacing);

    /// <summary>
    /// A matching in which nearly every row is within epsilon of its best. In large problems guided paths take the rows that are near to free columns; those that
    /// are not tell of regions with too many rows, whose potentials shortest paths put right.
    /// </summary>
    public void Auction(double epsilon, CancellationToken cancellation)
    {
        if (!Bid(epsilon, cancellation))
        {
            Paths.Complete(cancellation);
        }
    }

    /// <summary>The optimum.</summary>
    public void Finish(CancellationToken cancellation) => Paths.Run(cancellation);

    private bool Bid(double epsilon, CancellationToken cancellation)
    {
        int share = IsLarge ? ShareOfLarge : Share;
        return _auction.Run(epsilon, level.State.Count / share, cancellation) || (IsLarge && Guided.Run(cancellation));
    }
}
