using PyramidOT.Bench.Comparison;
using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Transport;

/// <summary>The sliced Wasserstein distance, p = 2, between normal clouds of deviations 1 and 2: about 1. Each side draws its directions for itself.</summary>
internal sealed class SlicedWorkload(int points, int dimensions, int projections) : Workload
{
    private const ulong Seed = 13;

    private static readonly string[] s_files = ["sliced-source.npy", "sliced-target.npy", "sliced-projections.npy"];

    private readonly Lazy<float[]> _source = new(() => Draw(points, dimensions, part: 0));
    private readonly Lazy<float[]> _target = new(() => Draw(points, dimensions, part: 1));

    /// <summary>What is measured beside a peer: the distance alone, without a search for the largest one along a line.</summary>
    public static SlicedOptions Options(int projections) => new() { Projections = projections, AscentStarts = 0, Seed = Seed };

    public override string Name => $"d = {dimensions}, {projections} projections";

    public override int Size => points;

    public override Target Target => Target.Sliced(points);

    public override int Count => 1;

    public override bool IsShared => true;

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers => new Dictionary<PeerColumn, PeerCall>
    {
        [PeerColumn.Pot] = new("sliced.py", "pot", s_files),
        [PeerColumn.NumPy] = new("sliced.py", "numpy", s_files),
    };

    public override void WriteFiles(string folder)
    {
        NpyWriter.Save<float>(Path.Combine(folder, s_files[0]), _source.Value, points, dimensions);
        NpyWriter.Save<float>(Path.Combine(folder, s_files[1]), _target.Value, points, dimensions);
        NpyWriter.Save<int>(Path.Combine(folder, s_files[2]), [projections], 1);
    }

    public override PreparedWorkload Prepare(ComputeEngine engine) =>
        new Prepared(engine, _source.Value, _target.Value, dimensions, Options(projections));

    private static float[] Draw(int points, int dimensions, ulong part) =>
        Array.ConvertAll(Clouds.Draw(PointDistribution.Normal, points, dimensions, Clouds.SeedOf(Seed, part)), x => (part + 1) * x);

    private sealed class Prepared(ComputeEngine engine, float[] source, float[] target, int dimensions, SlicedOptions options) : PreparedWorkload
    {
        // Two estimates lie further apart than this many standard errors of their difference once in 16,000 draws.
        private const double StandardErrors = 4;

        private readonly EngineBuffer<float> _source = engine.Upload(source);
        private readonly EngineBuffer<float> _target = engine.Upload(target);
        private SlicedDistance? _distance;

        private SlicedDistance Distance => _distance ?? throw new InvalidOperationException("Nothing was measured.");

        public override void Run() => _distance = SlicedWasserstein.Evaluate(engine, _source, _target, dimensions, options);

        public override double[] Results() => [Distance.Distance];

        public override double? Error() => Distance.StandardError;

        public override double Tolerance(double? peerError) =>
            StandardErrors * double.Hypot(Distance.StandardError, peerError ?? 0) / Distance.Distance;

        public override void Dispose()
        {
            _target.Dispose();
            _source.Dispose();
        }
    }
}
