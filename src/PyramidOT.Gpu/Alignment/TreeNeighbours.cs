namespace PyramidOT.Alignment;

/// <summary>Neighbours by walks down a tree, on the host's threads.</summary>
internal sealed class TreeNeighbours(ComputeEngine engine, PointCloud sample, PointCloud points, int neighbours)
    : NeighbourSearch(engine, sample, points, neighbours, Wave)
{
    private const int Wave = 1 << 16;

    // Sample points that a walk looks at, and boxes.
    private const double OperationsPerPoint = 2000;

    private readonly NeighbourTree _tree = new(sample);

    public override void Find(int start, int count, CancellationToken cancellation) => ForEach(
        count,
        OperationsPerPoint,
        i =>
        {
            NearestRows nearest = NearestOf(i);
            _tree.Find(Points[start + i], ref nearest);
        },
        cancellation);
}
