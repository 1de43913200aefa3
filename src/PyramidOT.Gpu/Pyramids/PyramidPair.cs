using PyramidOT.Pyramids;

namespace PyramidOT;

/// <summary>
/// Two clouds encoded in one tree of cells, resident on an engine (paper: Pyramid Mini-Batch OT, algorithm 2). Off the tree it reads
/// orders of pairs in which near-corresponding points meet, and mini-batches. Immutable; orders may be read by several threads.
/// </summary>
public sealed class PyramidPair : IDisposable
{
    private readonly EngineBuffer<float>? _ownSource;
    private readonly EngineBuffer<float>? _ownTarget;
    private readonly int[] _sourceOrder;
    private readonly int[] _targetOrder;

    internal PyramidPair(PyramidBuilder builder, EngineBuffer<float>? ownSource, EngineBuffer<float>? ownTarget, PointCloud? source, PointCloud? target)
    {
        Engine = builder.Engine;
        Options = builder.Options;
        SourcePoints = builder.Source.Points;
        TargetPoints = builder.Target.Points;
        Dimensions = builder.Dimensions;
        Extent = builder.Extent;
        Levels = builder.Levels;
        _sourceOrder = builder.Source.Order;
        _targetOrder = builder.Target.Order;
        _ownSource = ownSource;
        _ownTarget = ownTarget;
        Source = source;
        Target = target;
        Labels = builder.Labels;
        IsUneven = Labels is null ? SourceCount != TargetCount : Labels.IsUneven();
        IsUneven |= source is { IsWeighted: true } || target is { IsWeighted: true };
    }

    /// <summary>The engine that holds the points.</summary>
    public ComputeEngine Engine { get; }

    /// <summary>How the pyramid was built.</summary>
    public PyramidOptions Options { get; }

    /// <summary>The source cloud; null where the points were on the engine already.</summary>
    public PointCloud? Source { get; }

    /// <summary>The target cloud; null where the points were on the engine already.</summary>
    public PointCloud? Target { get; }

    /// <summary>The source points on the engine, in their own order.</summary>
    public EngineView<float> SourcePoints { get; }

    /// <summary>The target points on the engine, in their own order.</summary>
    public EngineView<float> TargetPoints { get; }

    /// <summary>Number of source points.</summary>
    public int SourceCount => _sourceOrder.Length;

    /// <summary>Number of target points.</summary>
    public int TargetCount => _targetOrder.Length;

    /// <summary>Number of coordinates.</summary>
    public int Dimensions { get; }

    /// <summary>The levels, the root's first. Random has the root alone.</summary>
    public IReadOnlyList<PyramidLevel> Levels { get; }

    /// <summary>The source points' rows in the order of the tree: the cells' positions count in it.</summary>
    public ReadOnlySpan<int> SourceOrder => _sourceOrder;

    /// <summary>The target points' rows in the order of the tree.</summary>
    public ReadOnlySpan<int> TargetOrder => _targetOrder;

    /// <summary>
    /// Whether points carry masses: one of the clouds has weights, or they are not equally large, or, where points meet within equal labels only,
    /// some label is not equally frequent in both.
    /// </summary>
    public bool IsUneven { get; }

    /// <summary>Whether points meet within equal labels only.</summary>
    public bool IsWithinLabels => Labels is not null;

    /// <summary>The labels, where points meet within equal ones only.</summary>
    internal PairLabels? Labels { get; }

    /// <summary>Pairs of an order in which each point counts once.</summary>
    internal int PairCount
    {
        get
        {
            if (!IsWithinLabels)
            {
                return Math.Min(SourceCount, TargetCount);
            }

            int pairs = 0;
            PyramidLevel labels = Levels[1];
            for (int c = 0; c < labels.Count; c++)
            {
                pairs += Math.Min(labels.SourceEnd[c] - labels.SourceStart[c], labels.TargetEnd[c] - labels.TargetStart[c]);
            }

            return pairs;
        }
    }

    /// <summary>The largest difference of two points in each coordinate: the sides of the box around both clouds.</summary>
    internal float[] Extent { get; }

    /// <summary>Encodes two clouds in one tree. The points go to the engine and stay there.</summary>
    /// <param name="engine">The engine to compute on.</param>
    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud, of as many dimensions.</param>
    /// <param name="options">Scheme, branching, seed and so on; null takes the defaults.</param>
    /// <param name="progress">Told after each round of division.</param>
    /// <param name="cancellation">Ends the build between two rounds.</param>
    /// <exception cref="ArgumentException">
    /// The clouds' dimensions differ; or pairs are wanted within equal labels, and a cloud has none or no label is on both sides.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room for the points.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static PyramidPair Build(
        ComputeEngine engine,
        PointCloud source,
        PointCloud target,
        PyramidOptions? options = null,
        IProgress<PyramidProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Dimensions != target.Dimensions)
        {
            throw new ArgumentException(
                $"The target has {target.Dimensions} dimensions where the source has {source.Dimensions}.", nameof(target));
        }

        options ??= new();
        PairLabels? labels = options.WithinLabels ? PairLabels.Of(source, target) : null;
        EngineBuffer<float>? sourcePoints = null;
        EngineBuffer<float>? targetPoints = null;
        try
        {
            sourcePoints = engine.Place(source.PointMemory);
            targetPoints = engine.Place(target.PointMemory);
            PyramidBuilder builder = new(engine, sourcePoints, targetPoints, source.Dimensions, options, labels);
            builder.Build(progress, cancellation);
            return new(builder, sourcePoints, targetPoints, source, target);
        }
        catch
        {
            sourcePoints?.Dispose();
            targetPoints?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Encodes points that lie on the engine already. They stay the caller's, and must stay there unchanged while the pyramid is used.
    /// </summary>
    /// <param name="engine">The engine that holds the points.</param>
    /// <param name="source">n x d finite numbers.</param>
    /// <param name="target">m x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="options">Scheme, branching, seed and so on; null takes the defaults.</param>
    /// <param name="progress">Told after each round of division.</param>
    /// <param name="cancellation">Ends the build between two rounds.</param>
    /// <exception cref="ArgumentException">
    /// A cloud is empty, has no whole number of points, holds a NaN or an infinity (the message names the coordinate), or lies in another
    /// engine's memory.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or <paramref name="dimensions"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static PyramidPair Build(
        ComputeEngine engine,
        EngineView<float> source,
        EngineView<float> target,
        int dimensions,
        PyramidOptions? options = null,
        IProgress<PyramidProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        options ??= new();
        if (options.WithinLabels)
        {
            throw new ArgumentException("Pairs within equal labels need clouds with labels; points on an engine have none.", nameof(options));
        }

        PyramidBuilder builder = new(engine, source, target, dimensions, options, null);
        builder.Build(progress, cancellation);
        return new(builder, null, null, null, null);
    }

    /// <summary>
    /// Encodes points that lie on the engine already, with the weights and labels of two clouds. The clouds' own points are not looked at.
    /// </summary>
    internal static PyramidPair Build(
        ComputeEngine engine,
        EngineView<float> source,
        EngineView<float> target,
        PointCloud sourceCloud,
        PointCloud targetCloud,
        PyramidOptions options,
        CancellationToken cancellation)
    {
        PairLabels? labels = options.WithinLabels ? PairLabels.Of(sourceCloud, targetCloud) : null;
        PyramidBuilder builder = new(engine, source, target, sourceCloud.Dimensions, options, labels);
        builder.Build(null, cancellation);
        return new(builder, null, null, sourceCloud, targetCloud);
    }

    /// <summary>
    /// The order of pairs that a seed gives (paper, algorithm 1): a post-order walk with children in random order, in which the points of
    /// a cell that met no partner further down are paired at random. O(n), on the host, without a rebuild.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="unpaired">What happens where the clouds do not hold the same number of points of the same weight.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unpaired"/> is not a defined value.</exception>
    public PairOrder Order(ulong seed, UnpairedPoints unpaired = UnpairedPoints.Carry)
    {
        if (!Enum.IsDefined(unpaired))
        {
            throw new ArgumentOutOfRangeException(nameof(unpaired), unpaired, "Not a way to treat unpaired points.");
        }

        return IsUneven && unpaired == UnpairedPoints.Carry ? new MassWalk(this, seed).ReadAll() : new PairWalk(this, seed).ReadAll();
    }

    /// <summary>Consecutive batches of the order of pairs that a seed gives, for training loops.</summary>
    /// <param name="batchSize">Pairs of a batch, at least 1; the last batch may be short.</param>
    /// <param name="seed">The seed of the order: take another one for each pass.</param>
    /// <param name="unpaired">What happens where the clouds do not hold the same number of points of the same weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="batchSize"/> is below 1, or <paramref name="unpaired"/> is not a defined value.
    /// </exception>
    public IEnumerable<PairBatch> Batches(int batchSize, ulong seed = 0, UnpairedPoints unpaired = UnpairedPoints.Carry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Order(seed, unpaired).Batches(batchSize);
    }

    /// <summary>Gives the engine's memory back: that of the points, unless they were there before the pyramid.</summary>
    public void Dispose()
    {
        _ownSource?.Dispose();
        _ownTarget?.Dispose();
    }
}
