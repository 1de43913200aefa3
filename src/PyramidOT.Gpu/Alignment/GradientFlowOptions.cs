using PyramidOT.Alignment;

namespace PyramidOT;

/// <summary>What couples source points to target points in a pass of a flow.</summary>
public enum FlowCoupling
{
    /// <summary>Mini-batches off a pyramid of both clouds.</summary>
    MiniBatches,

    /// <summary>The whole matching of both clouds (<see cref="GlobalMatching"/>): what mini-batches stand in for.</summary>
    Global,
}

/// <summary>Which batches a pass of a flow has.</summary>
public enum FlowOrder
{
    /// <summary>Each pass draws an order of its own.</summary>
    Fresh,

    /// <summary>
    /// The order stays until the pyramid is built anew. Exact solutions are kept too: a batch whose match is still optimal is not solved again,
    /// and the others start from the potentials that they had, as entropic ones do.
    /// </summary>
    Fixed,
}

/// <summary>How a gradient flow moves the source.</summary>
public sealed record GradientFlowOptions
{
    /// <summary>What couples the points; mini-batches by default.</summary>
    public FlowCoupling Coupling { get; init; }

    /// <summary>How pyramids are built; <see cref="PyramidScheme.Random"/> is the baseline. Their seeds come from <see cref="Seed"/>.</summary>
    public PyramidOptions Pyramid { get; init; } = new();

    /// <summary>Pairs of a batch, at least 1; 100 by default.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Passes T, at least 0; 50 by default.</summary>
    public int Passes { get; init; } = 50;

    /// <summary>
    /// The step of Euler's method, above 0 and at most 1; 0.05 by default. A point that is matched to y moves by 2 rate (y - x), so 0.5 lands on y.
    /// </summary>
    public double Rate { get; init; } = 0.05;

    /// <summary>
    /// Passes after which the pyramid, or the global matching, is made anew, at least 1. Null is 1, but never with a fixed order and with global
    /// matchings: exact matchings stay optimal where points move straight towards their matches.
    /// </summary>
    public int? RebuildEvery { get; init; }

    /// <summary>Whether each pass draws its own order of pairs.</summary>
    public FlowOrder Order { get; init; }

    /// <summary>
    /// What gives the loss of a batch; null for exact transport, W_2^2. For the Sinkhorn divergence, <see cref="Sinkhorn"/> with
    /// <see cref="Sinkhorn.IsDebiased"/>. <see cref="SlicedWasserstein"/> draws new directions in each pass; its gradients are some d times smaller than
    /// those of W_2^2, so its rate may be larger by that. Batches alone take one.
    /// </summary>
    public TransportSolver? Solver { get; init; }

    /// <summary>
    /// The passes after which the distance W_2 that is left is measured, from 0 (before the first) to <see cref="Passes"/>, in any order. Whoever
    /// wants none gives none, as the default does: it takes longer than a pass.
    /// </summary>
    public IReadOnlyList<int> ResidualAt { get; init; } = [];

    /// <summary>
    /// The gap down to which residuals are proven where clouds are too large for the exact one (<see cref="GlobalMatchingOptions.Gap"/>), at
    /// least 0; 0.001 by default.
    /// </summary>
    public double ResidualGap { get; init; } = 1e-3;

    /// <summary>The seed of pyramids, orders, directions and matchings.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// A file that keeps all that the next bits depend on; null for none. Where it exists, the flow goes on from there, to the same bits as
    /// without the interruption.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>How often the checkpoint is written, at least 0 (after each pass); 10 seconds by default. Also at the end, and when cancelled.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Passes between two rebuilds; 0 for never.</summary>
    internal int Interval => RebuildEvery ?? (Order == FlowOrder.Fixed || Coupling == FlowCoupling.Global ? 0 : 1);

    /// <summary>Refuses options out of their range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        Defined(Coupling, nameof(Coupling));
        Defined(Order, nameof(Order));
        ArgumentNullException.ThrowIfNull(Pyramid);
        Pyramid.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1, nameof(BatchSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(Passes, 0, nameof(Passes));
        ArgumentOutOfRangeException.ThrowIfLessThan(RebuildEvery ?? 1, 1, nameof(RebuildEvery));
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, TimeSpan.Zero, nameof(CheckpointEvery));
        if (!(Rate > 0 && Rate <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Rate), Rate, "The rate is above 0 and at most 1.");
        }

        if (!(ResidualGap >= 0) || double.IsInfinity(ResidualGap))
        {
            throw new ArgumentOutOfRangeException(nameof(ResidualGap), ResidualGap, "The gap is a finite number, at least 0.");
        }

        ArgumentNullException.ThrowIfNull(ResidualAt);
        foreach (int pass in ResidualAt)
        {
            if (pass < 0 || pass > Passes)
            {
                throw new ArgumentOutOfRangeException(nameof(ResidualAt), pass, $"Residuals are measured after passes from 0 to {Passes}.");
            }
        }

        if (Checkpoint is { Length: 0 })
        {
            throw new ArgumentException("The checkpoint's name is empty.", nameof(Checkpoint));
        }

        if (Coupling == FlowCoupling.Global && (Solver is not null || Order != FlowOrder.Fresh))
        {
            throw new ArgumentException("A flow along global matchings has no batches: neither solver nor order can be chosen.", nameof(Coupling));
        }
    }

    private static void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"Not a value of {typeof(T).Name}.");
        }
    }
}
