using System.Collections.ObjectModel;
using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Comparison;

/// <summary>A batch of square assignment problems.</summary>
internal sealed class AssignmentWorkload(PointDistribution distribution, int size, int count, bool withPeers = true) : Workload
{
    private const ulong Seed = 1;

    private readonly string _file = $"assignment-{distribution}-{size}.npy".ToLowerInvariant();
    private readonly Lazy<float[]> _costs = new(() => CostMatrices.Draw(distribution, count, size, Seed));

    public override string Name => $"assignment, {distribution.ToString().ToLowerInvariant()}";

    public override int Size => size;

    public override int Count => count;

    public override Target Target => Target.Assignment(distribution, size);

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers => !withPeers ? ReadOnlyDictionary<PeerColumn, PeerCall>.Empty :
        new Dictionary<PeerColumn, PeerCall>
        {
            [PeerColumn.SciPy] = new("assignment.py", "scipy", [_file]),
            [PeerColumn.Other] = new("assignment.py", "emd", [_file]),
        };

    public override void WriteFiles(string folder) =>
        NpyWriter.Save<float>(Path.Combine(folder, _file), _costs.Value, count, size, size);

    public override PreparedWorkload Prepare(ComputeEngine engine) => new Prepared(engine, BatchLayout.Uniform(count, size, size), _costs.Value);

    private sealed class Prepared : PreparedWorkload
    {
        // Some ulps of float32, relative to the cost.
        private const double LargestGap = 1e-5;

        private readonly ComputeEngine _engine;
        private readonly BatchLayout _problems;
        private readonly EngineBuffer<float> _costs;
        private readonly AssignmentBuffers _result;

        public Prepared(ComputeEngine engine, BatchLayout problems, float[] costs)
        {
            _engine = engine;
            _problems = problems;
            _costs = engine.Upload(costs);
            _result = new(engine, problems);
        }

        public override void Run() => _engine.Assignment.Solve(_problems, _costs, _result);

        public override double? SlowestSeconds(int passes)
        {
            BatchLayout single = BatchLayout.Uniform(1, _problems.MaxRows, _problems.MaxColumns);
            using AssignmentBuffers result = new(_engine, single);

            return Timing.Slowest(_problems.Count, passes, b =>
                _engine.Assignment.Solve(single, _costs.Slice(_problems.CostOffsets[b], single.Costs), result));
        }

        public override double[] Results() => _result.Primal.ToArray();

        public override string? Fault()
        {
            int infeasible = _result.Status.ToArray().Count(status => status != SolveStatus.Optimal);
            double gap = _result.Primal.ToArray().Zip(_result.Dual.ToArray(), (primal, dual) => Math.Abs(primal - dual) / Math.Max(1, Math.Abs(primal))).Max();
            return infeasible > 0 ? $"{infeasible} not optimal" : gap <= LargestGap ? null : $"gap {gap:0.0e0}";
        }

        public override void Dispose()
        {
            _result.Dispose();
            _costs.Dispose();
        }
    }
}
