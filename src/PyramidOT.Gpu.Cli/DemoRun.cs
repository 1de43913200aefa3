namespace PyramidOT.Cli;

/// <summary>One way to estimate, and what it gave.</summary>
/// <param name="Scheme">The scheme; null for the exact solution of one problem of all points.</param>
/// <param name="BatchSize">Pairs of a batch.</param>
/// <param name="Estimate">What it gave.</param>
/// <param name="Time">How long pyramid and solves took.</param>
internal sealed record DemoRow(PyramidScheme? Scheme, int BatchSize, MiniBatchEstimate Estimate, TimeSpan Time);

/// <summary>Two clouds, and all ways to estimate the distance between them.</summary>
/// <param name="Name">What the clouds are, in a word or two.</param>
/// <param name="Description">What they are, in more words.</param>
/// <param name="Source">The source cloud.</param>
/// <param name="Target">The target cloud, of as many points.</param>
/// <param name="Rows">The ways, the exact one last.</param>
internal sealed record DemoData(string Name, string Description, PointCloud Source, PointCloud Target, IReadOnlyList<DemoRow> Rows)
{
    /// <summary>The exact solution.</summary>
    public DemoRow Exact => Rows[^1];

    /// <summary>The row of a scheme and a batch size.</summary>
    public DemoRow this[PyramidScheme scheme, int batchSize] => Rows.First(row => row.Scheme == scheme && row.BatchSize == batchSize);
}

/// <summary>The work of <c>demo</c>: two pairs of clouds of so many points each.</summary>
internal sealed class DemoRun(ComputeEngine engine, int points, ulong seed, Phases phases, Interruption interruption)
{
    /// <summary>Points of every cloud of the command: enough to tell the ways apart, and few enough for the exact solution.</summary>
    public const int StandardPoints = 4000;

    /// <summary>The batch size of the pictures.</summary>
    public const int SmallBatch = 10;

    private const int OverlappingClusters = 5;
    private const int MixtureDimensions = 100;
    private const int MixtureClusters = 100;

    private static readonly PyramidScheme[] s_schemes = [PyramidScheme.Random, PyramidScheme.Interleaving, PyramidScheme.Joint];
    private static readonly int[] s_batchSizes = [SmallBatch, 100, 1000];

    private readonly EstimateRun _run = new(engine, phases, interruption);

    /// <summary>Makes both pairs of clouds, the one in the plane first, and estimates.</summary>
    public IReadOnlyList<DemoData> Run() =>
    [
        Estimate(
            "overlapping, d = 2",
            $"two draws of one mixture of {OverlappingClusters} Gaussians",
            new(SampleCloudKind.OverlappingMixture, points, 2, OverlappingClusters, seed)),
        Estimate(
            $"disjoint, d = {MixtureDimensions}",
            $"two mixtures of {MixtureClusters} Gaussians each, the paper's data",
            new(SampleCloudKind.Mixture, points, MixtureDimensions, MixtureClusters, seed)),
    ];

    private DemoData Estimate(string name, string description, SampleRequest request)
    {
        (PointCloud source, PointCloud target) = request.Draw();
        MiniBatchOptions options = new() { Seed = seed };
        List<DemoRow> rows = [];
        foreach (PyramidScheme scheme in s_schemes)
        {
            PyramidOptions pyramid = new() { Scheme = scheme, Seed = seed };
            _run.WarmUp(source, target, pyramid, SmallBatch, options);
            (PyramidPair built, TimeSpan building) = _run.Build(source, target, pyramid);
            using PyramidPair _ = built;
            foreach (int batchSize in s_batchSizes)
            {
                rows.Add(Pass(scheme, built, batchSize, $"{ValueOptions.ToName(scheme)}, batches of {batchSize}, {name}"));
            }

            if (scheme is PyramidScheme.Random)
            {
                // One batch of all points: how they meet makes no difference.
                rows.Add(Pass(null, built, points, $"exact, {name}"));
            }

            DemoRow Pass(PyramidScheme? asked, PyramidPair pair, int batchSize, string phase)
            {
                (MiniBatchEstimate estimate, TimeSpan solving) = _run.Pass(pair, batchSize, options, phase);
                return new(asked, batchSize, estimate, building + solving);
            }
        }

        return new(name, description, source, target, [.. rows.OrderBy(row => row.Scheme is null)]);
    }
}
