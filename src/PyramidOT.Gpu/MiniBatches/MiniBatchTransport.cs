namespace PyramidOT;

/// <summary>Estimates of the transport between two clouds by the exact solution of mini-batches off a pyramid.</summary>
public static partial class MiniBatchTransport
{
    /// <summary>One pass over all batches of a pair order.</summary>
    public static MiniBatchEstimate Estimate(
        PyramidPair pyramid,
        int batchSize,
        MiniBatchOptions? options = null,
        IProgress<MiniBatchProgress>? progress = null,
        CancellationToken cancellation = default) => throw new NotImplementedException();
}

/// <summary>How batches are made and solved.</summary>
public sealed record MiniBatchOptions
{
    /// <summary>Ground distance and exponent; squared Euclidean by default.</summary>
    public GroundCost Cost { get; init; }

    /// <summary>The seed of the pair order; the pyramid's by default.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What happens to surplus points.</summary>
    public UnpairedPoints Unpaired { get; init; }
}

/// <summary>How far an estimate is.</summary>
/// <param name="Pairs">Pairs solved.</param>
/// <param name="TotalPairs">All pairs.</param>
public readonly record struct MiniBatchProgress(long Pairs, long TotalPairs);

/// <summary>What a pass over all mini-batches gave.</summary>
public sealed class MiniBatchEstimate
{
    /// <summary>The cost of the assembled coupling, its p-th root: an upper bound of W_p where nothing was dropped.</summary>
    public double PooledDistance { get; init; }

    /// <summary>The mean of the batches' distances, as the paper defines the estimate. No bound.</summary>
    public double MeanOfBatchDistance { get; init; }

    /// <summary>The mean cost of each batch's pairs.</summary>
    public required double[] BatchCosts { get; init; }

    /// <summary>The largest gap between cost and dual value among the solves, relative to the cost.</summary>
    public double MaxGap { get; init; }

    /// <summary>All pairs.</summary>
    public required Coupling Coupling { get; init; }
}

/// <summary>A sparse coupling: which source point gives how much mass to which target point.</summary>
public sealed class Coupling
{
    /// <summary>Makes a coupling.</summary>
    /// <param name="sourceRows">The source point of each pair.</param>
    /// <param name="targetRows">The target point of each pair; as many.</param>
    /// <param name="levels">The level at which the source point met its batch; as many, or empty.</param>
    /// <param name="masses">The mass of each pair, or null where all have 1 / count.</param>
    public Coupling(int[] sourceRows, int[] targetRows, int[] levels, double[]? masses = null)
    {
        SourceRowArray = sourceRows;
        TargetRowArray = targetRows;
        LevelArray = levels;
        MassArray = masses;
    }

    /// <summary>Number of pairs.</summary>
    public int Count => SourceRowArray.Length;

    /// <summary>The source point of each pair.</summary>
    public ReadOnlySpan<int> SourceRows => SourceRowArray;

    /// <summary>The target point of each pair.</summary>
    public ReadOnlySpan<int> TargetRows => TargetRowArray;

    /// <summary>The level at which the source point of each pair met its batch; empty where it is not known.</summary>
    public ReadOnlySpan<int> Levels => LevelArray;

    /// <summary>The mass of each pair, of sum 1; empty where all have 1 / count.</summary>
    public ReadOnlySpan<double> Masses => MassArray;

    internal int[] SourceRowArray { get; }

    internal int[] TargetRowArray { get; }

    internal int[] LevelArray { get; }

    internal double[]? MassArray { get; }

    /// <summary>The share of the mass that joins points of equal labels (paper, table 2).</summary>
    public double LabelAgreement(ReadOnlySpan<int> sourceLabels, ReadOnlySpan<int> targetLabels) => throw new NotImplementedException();
}
