namespace PyramidOT;

/// <summary>Two clouds encoded in one tree of cells, resident on an engine (paper: Pyramid Mini-Batch OT, algorithm 2).</summary>
public sealed partial class PyramidPair : IDisposable
{
    /// <summary>Builds the pyramid of two clouds.</summary>
    public static PyramidPair Build(
        ComputeEngine engine,
        PointCloud source,
        PointCloud target,
        PyramidOptions? options = null,
        IProgress<PyramidProgress>? progress = null,
        CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Builds the pyramid of points that lie on the engine already. They must stay there while the pyramid is used.</summary>
    public static PyramidPair Build(
        ComputeEngine engine,
        EngineView<float> source,
        EngineView<float> target,
        int dimensions,
        PyramidOptions? options = null,
        IProgress<PyramidProgress>? progress = null,
        CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>The engine that holds the points.</summary>
    public ComputeEngine Engine => throw new NotImplementedException();

    /// <summary>How the pyramid was built.</summary>
    public PyramidOptions Options => throw new NotImplementedException();

    /// <summary>Number of source points.</summary>
    public int SourceCount => throw new NotImplementedException();

    /// <summary>Number of target points.</summary>
    public int TargetCount => throw new NotImplementedException();

    /// <summary>Number of coordinates.</summary>
    public int Dimensions => throw new NotImplementedException();

    /// <summary>The levels, the root's first.</summary>
    public IReadOnlyList<PyramidLevel> Levels => throw new NotImplementedException();

    /// <summary>The order of pairs of a seed (paper, algorithm 1). No rebuild.</summary>
    public PairOrder Order(ulong seed, UnpairedPoints unpaired = UnpairedPoints.Carry) => throw new NotImplementedException();

    /// <summary>Consecutive batches of the pair order of a seed, for training loops.</summary>
    public IEnumerable<PairBatch> Batches(int batchSize, ulong seed = 0, UnpairedPoints unpaired = UnpairedPoints.Carry) =>
        throw new NotImplementedException();

    /// <summary>Gives the engine's memory back.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>How far a build is.</summary>
/// <param name="Level">The level that is done, from 0.</param>
/// <param name="Cells">Cells of the next level that are still to be divided.</param>
/// <param name="Settled">The share of points in leaves, from 0 to 1.</param>
public readonly record struct PyramidProgress(int Level, int Cells, double Settled);

/// <summary>What happens where the two clouds do not hold the same number of points of the same weight.</summary>
public enum UnpairedPoints
{
    /// <summary>All mass is carried: pairs have masses, and a point may be in several pairs.</summary>
    Carry,

    /// <summary>Each point is in one pair or, where the other cloud is smaller, in none. Weights do not count, and no bound is claimed.</summary>
    Drop,
}

/// <summary>Pairs of source and target points in the order in which they meet in the tree.</summary>
public sealed class PairOrder
{
    internal PairOrder(int[] sourceRows, int[] targetRows, int[] levels, double[]? masses)
    {
        SourceRowArray = sourceRows;
        TargetRowArray = targetRows;
        LevelArray = levels;
        MassArray = masses;
    }

    /// <summary>Number of pairs.</summary>
    public int Count => SourceRowArray.Length;

    /// <summary>The source point of each pair, its row in the cloud.</summary>
    public ReadOnlySpan<int> SourceRows => SourceRowArray;

    /// <summary>The target point of each pair.</summary>
    public ReadOnlySpan<int> TargetRows => TargetRowArray;

    /// <summary>The level of the cell that each pair met in; the root is 0.</summary>
    public ReadOnlySpan<int> Levels => LevelArray;

    /// <summary>The mass of each pair, of sum 1; empty where all pairs have the same.</summary>
    public ReadOnlySpan<double> Masses => MassArray;

    internal int[] SourceRowArray { get; }

    internal int[] TargetRowArray { get; }

    internal int[] LevelArray { get; }

    internal double[]? MassArray { get; }
}

/// <summary>Consecutive pairs of a pair order.</summary>
/// <param name="SourceRows">The source points, as rows of the cloud.</param>
/// <param name="TargetRows">The target points; as many.</param>
/// <param name="Levels">The level that each pair met at.</param>
/// <param name="Masses">The mass of each pair; empty where all pairs have the same.</param>
public sealed record PairBatch(ReadOnlyMemory<int> SourceRows, ReadOnlyMemory<int> TargetRows, ReadOnlyMemory<int> Levels, ReadOnlyMemory<double> Masses)
{
    /// <summary>Number of pairs.</summary>
    public int Count => SourceRows.Length;
}
