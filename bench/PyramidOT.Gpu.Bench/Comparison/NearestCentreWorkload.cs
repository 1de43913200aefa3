using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Comparison;

/// <summary>The nearest of some centres for each of many points, in one cell; both normal.</summary>
internal sealed class NearestCentreWorkload(int points, int centres) : Workload
{
    private const ulong Seed = 3;

    private readonly string _pointsFile = $"nearest-points-{points}.npy";
    private readonly string _centresFile = $"nearest-centres-{centres}.npy";
    private readonly Lazy<float[]> _points = new(() => Draw(points, part: 0));
    private readonly Lazy<float[]> _centres = new(() => Draw(centres, part: 1));

    public override string Name => $"nearest of {centres} centres, d = 100";

    public override int Size => points;

    public override int Count => 1;

    public override Target Target => (points, centres) == (10_000, 100) ? Target.NearestCentre : Target.None;

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers => new Dictionary<PeerColumn, PeerCall>
    {
        [PeerColumn.SciPy] = new("nearest.py", "vq", [_pointsFile, _centresFile]),
        [PeerColumn.Other] = new("nearest.py", "matmul", [_pointsFile, _centresFile]),
    };

    public override void WriteFiles(string folder)
    {
        NpyWriter.Save<float>(Path.Combine(folder, _pointsFile), _points.Value, points, CostMatrices.Dimensions);
        NpyWriter.Save<float>(Path.Combine(folder, _centresFile), _centres.Value, centres, CostMatrices.Dimensions);
    }

    public override PreparedWorkload Prepare(ComputeEngine engine) =>
        new Prepared(engine, BatchLayout.Uniform(1, points, centres), _points.Value, _centres.Value);

    private static float[] Draw(int count, ulong part) =>
        Clouds.Draw(PointDistribution.Normal, count, CostMatrices.Dimensions, Clouds.SeedOf(Seed, part));

    private sealed class Prepared(ComputeEngine engine, BatchLayout cells, float[] points, float[] centres) : PreparedWorkload
    {
        private readonly EngineBuffer<float> _points = engine.Upload(points);
        private readonly EngineBuffer<float> _centres = engine.Upload(centres);
        private readonly EngineBuffer<int> _nearest = engine.Allocate<int>(cells.Rows);
        private readonly EngineBuffer<float> _squaredDistances = engine.Allocate<float>(cells.Rows);

        public override void Run() =>
            engine.Clustering.NearestCentre(cells, _points, default, CostMatrices.Dimensions, _centres, _nearest, _squaredDistances);

        // By distance, not by number: of two centres that are equally near within rounding, either is right.
        public override double[] Results() => Array.ConvertAll(_squaredDistances.ToArray(), distance => (double)distance);

        public override void Dispose()
        {
            _squaredDistances.Dispose();
            _nearest.Dispose();
            _centres.Dispose();
            _points.Dispose();
        }
    }
}
