namespace PyramidOT.Alignment;

/// <summary>
/// A matching problem between pairs of points that were matched before: all of them, or a sample, and the lists and potentials that solve it.
/// </summary>
internal sealed class MatchingLevel : IDisposable
{
    // In few dimensions lists are short, since a row finds its neighbours fast.
    private const int TreeCapacity = 24;
    private const int DenseCapacity = 64;

    // A list holds a row's own cluster. So many columns outside are kept beside it where paths have to leave that.
    private const int DenseSpare = 16;

    // Where many points are equal, a list has to hold some more places than its row's own.
    private const int PlacesOfList = 12;
    private const int LargestTreeCapacity = 256;
    private const long MostEntries = 64L << 20;

    public MatchingLevel(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost, double[] potentials)
    {
        (Engine, Source, Target, Cost) = (engine, source, target, cost);
        Lists = TreeSearch.Serves(cost, source.Dimensions)
            ? new(source.Count, TreeCapacityOf(target))
            : new(source.Count, DenseCapacity, DenseSpare);
        State = new(source.Count, potentials);
        SourcePotentials = new double[source.Count];
        LowerBound = double.NegativeInfinity;

        // Last, as it holds memory of the engine: nothing fails after it.
        Search = MakeSearch(engine, source, target, cost, Lists.Capacity);
    }

    public ComputeEngine Engine { get; }

    public PointCloud Source { get; }

    public PointCloud Target { get; }

    public GroundCost Cost { get; }

    public CandidateLists Lists { get; }

    public ICandidateSearch Search { get; }

    public MatchingState State { get; }

    /// <summary>u_i = min over j of c_ij - v_j, as of the last <see cref="Bound"/>.</summary>
    public double[] SourcePotentials { get; }

    /// <summary>The mean of u plus the mean of v: a lower bound of the optimal mean cost.</summary>
    public double LowerBound { get; private set; }

    /// <summary>
    /// By how much the best and the last of a list differ, a column: about the squared distance between neighbours in few dimensions; infinite elsewhere.
    /// </summary>
    public double Spacing { get; private set; } = double.PositiveInfinity;

    /// <summary>About the distance between neighbours, where <see cref="Spacing"/> is finite.</summary>
    public double SpacingLength => Math.Pow(Spacing, 1 / Cost.Exponent);

    /// <summary>What finds the columns of a list.</summary>
    public static ICandidateSearch MakeSearch(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost, int capacity) =>
        TreeSearch.Serves(cost, source.Dimensions)
            ? new TreeSearch(engine, source, target, cost)
            : new DenseSearch(engine, source, target, cost, capacity);

    /// <summary>Completes the potentials v by the u that are best for them.</summary>
    public void Bound(CancellationToken cancellation)
    {
        Lists.Transform(Search, State.Potentials, SourcePotentials, cancellation);
        LowerBound = (ExactSum.Of(SourcePotentials) + ExactSum.Of(State.Potentials)) / State.Count;
        if (double.IsPositiveInfinity(Spacing) && Search is TreeSearch)
        {
            Spacing = MeanSpread() / Lists.Capacity;
        }
    }

    private static int TreeCapacityOf(PointCloud target)
    {
        double most = Math.Max(TreeCapacity, Math.Min(LargestTreeCapacity, MostEntries / target.Count));
        return (int)Math.Clamp(PlacesOfList * EqualPoints.Mean(target), TreeCapacity, most);
    }

    private double MeanSpread()
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < State.Count; i++)
        {
            if (double.IsFinite(Lists.Limits[i]))
            {
                sum += Lists.Limits[i] - SourcePotentials[i];
                count++;
            }
        }

        return sum > 0 ? sum / count : double.PositiveInfinity;
    }

    public void Dispose() => Search.Dispose();
}
