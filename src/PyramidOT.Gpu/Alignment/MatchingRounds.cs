namespace PyramidOT.Alignment;

/// <summary>The rounds of price and repair over one level: auctions by ever smaller epsilons, and at the end augmenting paths to the optimum.</summary>
internal sealed class MatchingRounds(MatchingLevel level)
{
    /// <summary>What epsilon is divided by from round to round.</summary>
    public const double Division = 4;

    private readonly AuctionRounds _auction = new(level.Engine, level.Lists, level.Search, level.State);
    private AugmentingRounds? _paths;

    private AugmentingRounds Paths => _paths ??= new(level.Lists, level.Search, level.State);

    /// <summary>
    /// The epsilon to begin with: a quarter of how far the potentials may be off, or the last one where they are better. Smaller ones make long wars of
    /// small bids, larger ones spoil what the potentials know.
    /// </summary>
    /// <param name="cost">About the optimal mean cost.</param>
    /// <param name="last">The last epsilon.</param>
    public double FirstEpsilon(double cost, double last) => Math.Max(last, Math.Abs(cost - level.LowerBound) / Division);

    /// <summary>A matching in which every row is within epsilon of its best.</summary>
    public void Auction(double epsilon, CancellationToken cancellation)
    {
        if (!_auction.Run(epsilon, cancellation))
        {
            Paths.Complete(cancellation);
        }
    }

    /// <summary>The optimum.</summary>
    public void Finish(CancellationToken cancellation) => Paths.Run(cancellation);
}
