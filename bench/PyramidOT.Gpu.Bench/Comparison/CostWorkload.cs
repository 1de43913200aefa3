using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Comparison;

/// <summary>Squared Euclidean cost matrices between normal clouds.</summary>
internal sealed class CostWorkload(int size, int count) : Workload
{
    private const ulong Seed = 2;

    private readonly string _sourceFile = $"costs-source-{size}.npy";
    private readonly string _targetFile = $"costs-target-{size}.npy";
    private readonly Lazy<float[]> _source = new(() => Draw(size, count, part: 0));
    private readonly Lazy<float[]> _target = new(() => Draw(size, count, part: 1));

    public override string Name => "costs, d = 100";

    public override int Size => size;

    public override int Count => count;

    public override Target Target => Target.Costs(size);

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers => new Dictionary<PeerColumn, PeerCall>
    {
        [PeerColumn.SciPy] = new("costs.py", "cdist", [_sourceFile, _targetFile]),
        [PeerColumn.Other] = new("costs.py", "dist", [_sourceFile, _targetFile]),
    };

    public override void WriteFiles(string folder)
    {
        NpyWriter.Save<float>(Path.Combine(folder, _sourceFile), _source.Value, count, size, CostMatrices.Dimensions);
        NpyWriter.Save<float>(Path.Combine(folder, _targetFile), _target.Value, count, size, CostMatrices.Dimensions);
    }

    public override PreparedWorkload Prepare(ComputeEngine engine) =>
        new Prepared(engine, BatchLayout.Uniform(count, size, size), _source.Value, _target.Value);

    private static float[] Draw(int size, int count, ulong part) =>
        Clouds.DrawMany(PointDistribution.Normal, count, size, CostMatrices.Dimensions, Clouds.SeedOf(Seed, part));

    private sealed class Prepared(ComputeEngine engine, BatchLayout problems, float[] source, float[] target) : PreparedWorkload
    {
        private readonly EngineBuffer<float> _source = engine.Upload(source);
        private readonly EngineBuffer<float> _target = engine.Upload(target);
        private readonly EngineBuffer<float> _costs = engine.Allocate<float>(problems.Costs);

        public override void Run() =>
            engine.Costs.Pairwise(problems, _source, _target, CostMatrices.Dimensions, GroundCost.SquaredEuclidean, _costs);

        public override double[] Results() => Array.ConvertAll(_costs.ToArray(), cost => (double)cost);

        public override void Dispose()
        {
            _costs.Dispose();
            _target.Dispose();
            _source.Dispose();
        }
    }
}
