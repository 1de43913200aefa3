namespace PyramidOT.Bench.Pyramids;

/// <summary>The way from two clouds to an estimate, in steps that can be timed one by one.</summary>
internal sealed class PyramidSteps(ComputeEngine engine, PointCloud source, PointCloud target) : IDisposable
{
    // Some ulps of float32, relative to the cost.
    private const double LargestGap = 1e-5;

    private const ulong Seed = 5;

    private PyramidPair? _pyramid;

    /// <summary>The newest pyramid.</summary>
    public PyramidPair Pyramid => _pyramid ?? throw new InvalidOperationException("Nothing was built.");

    /// <summary>What <see cref="Solve"/> gave last.</summary>
    public MiniBatchEstimate? Solved { get; private set; }

    /// <summary>What <see cref="SolveAtRandom"/> gave last.</summary>
    public MiniBatchEstimate? SolvedAtRandom { get; private set; }

    /// <summary>Encodes both clouds.</summary>
    public void Build()
    {
        PyramidPair built = PyramidPair.Build(engine, source, target, new() { Seed = Seed });
        _pyramid?.Dispose();
        _pyramid = built;
    }

    /// <summary>Reads one order of all pairs off the tree, the one that <see cref="Solve"/> takes.</summary>
    public PairOrder Order() => Pyramid.Order(Seed);

    /// <summary>Reads the order and solves all batches.</summary>
    public void Solve() => Solved = MiniBatchTransport.Estimate(Pyramid, PyramidInstance.BatchSize);

    /// <summary>The same for pairs that meet at random: a full estimate without a tree.</summary>
    public void SolveAtRandom()
    {
        using PyramidPair pairs = PyramidPair.Build(engine, source, target, new() { Scheme = PyramidScheme.Random, Seed = Seed });
        SolvedAtRandom = MiniBatchTransport.Estimate(pairs, PyramidInstance.BatchSize);
    }

    /// <summary>What is wrong with an estimate by its own certificate; null where it stands.</summary>
    public static string? FaultOf(MiniBatchEstimate estimate)
    {
        if (!(estimate.MaxGap <= LargestGap))
        {
            return $"gap {estimate.MaxGap:0.0e0}";
        }

        return IsPermutation(estimate.Coupling.SourceRows) && IsPermutation(estimate.Coupling.TargetRows) ? null : "points coupled twice or not at all";
    }

    public void Dispose() => _pyramid?.Dispose();

    private static bool IsPermutation(ReadOnlySpan<int> rows)
    {
        bool[] isSeen = new bool[rows.Length];
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)rows.Length || isSeen[row])
            {
                return false;
            }

            isSeen[row] = true;
        }

        return true;
    }
}
