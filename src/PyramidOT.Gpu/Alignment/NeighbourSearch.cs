namespace PyramidOT.Alignment;

/// <summary>
/// Finds the nearest sample points of many points, wave by wave, so that not all distances are ever there. Decided in float64; of equally near
/// ones the first come first.
/// </summary>
internal abstract class NeighbourSearch : IDisposable
{
    private readonly int[] _found;
    private readonly double[] _squaredDistances;

    /// <param name="engine">Where to look.</param>
    /// <param name="sample">The sample points.</param>
    /// <param name="points">The points to look for, of as many dimensions.</param>
    /// <param name="neighbours">How many to find, from 1 to 32 and at most as many as there are.</param>
    /// <param name="wave">About how many points make a wave.</param>
    protected NeighbourSearch(ComputeEngine engine, PointCloud sample, PointCloud points, int neighbours, long wave)
    {
        (Engine, Sample, Points, Neighbours) = (engine, sample, points, neighbours);
        WaveRows = (int)Math.Clamp(wave, Math.Min(16, points.Count), points.Count);
        _found = new int[WaveRows * neighbours];
        _squaredDistances = new double[WaveRows * neighbours];
    }

    /// <summary>Points of a wave at the most.</summary>
    public int WaveRows { get; }

    protected ComputeEngine Engine { get; }

    protected PointCloud Sample { get; }

    protected PointCloud Points { get; }

    protected int Neighbours { get; }

    /// <summary>Room for the neighbours of all points of the wave.</summary>
    protected Span<int> Found => _found;

    /// <summary>The way that suits the sample.</summary>
    public static NeighbourSearch Create(ComputeEngine engine, PointCloud sample, PointCloud points, int neighbours) => NeighbourTree.Serves(sample)
        ? new TreeNeighbours(engine, sample, points, neighbours)
        : new EngineNeighbours(engine, sample, points, neighbours);

    /// <summary>Finds the neighbours of a wave of points.</summary>
    /// <param name="start">The first point.</param>
    /// <param name="count">How many, at most <see cref="WaveRows"/>.</param>
    /// <param name="cancellation">Ends the search.</param>
    public abstract void Find(int start, int count, CancellationToken cancellation);

    /// <summary>The rows of the sample points next to a point of the wave, the nearest first.</summary>
    public ReadOnlySpan<int> NeighboursOf(int point) => _found.AsSpan(point * Neighbours, Neighbours);

    /// <summary>Their squared distances; any numbers where a point has a single neighbour.</summary>
    public ReadOnlySpan<double> SquaredDistancesOf(int point) => _squaredDistances.AsSpan(point * Neighbours, Neighbours);

    public virtual void Dispose()
    {
        // Memory of engines is the derived classes'.
    }

    protected NearestRows NearestOf(int point) => new(
        _found.AsSpan(point * Neighbours, Neighbours), _squaredDistances.AsSpan(point * Neighbours, Neighbours));

    protected void ForEach(int count, double operations, Action<int> find, CancellationToken cancellation)
    {
        Engine.ForOnHost(count, operations, (from, to) =>
        {
            for (int i = from; i < to && !cancellation.IsCancellationRequested; i++)
            {
                find(i);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }
}
