using PyramidOT.Bench.Comparison;
using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Transport;

/// <summary>A batch of exact transport problems of one shape.</summary>
/// <param name="name">What the table calls them.</param>
/// <param name="size">Rows of a problem.</param>
/// <param name="count">Problems of the batch.</param>
/// <param name="draw">Draws that many problems.</param>
internal sealed class TransportWorkload(string name, int size, int count, Func<int, TransportProblems> draw, Target? target = null) : Workload
{
    private static readonly string[] s_files = ["transport-costs.npy", "transport-rows.npy", "transport-columns.npy"];

    private readonly Lazy<TransportProblems> _problems = new(() => draw(count));

    public override string Name => name;

    public override int Size => size;

    public override Target Target => target ?? Target.None;

    public override int Count => count;

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers =>
        new Dictionary<PeerColumn, PeerCall> { [PeerColumn.Pot] = new("transport.py", "emd", s_files) };

    public override void WriteFiles(string folder)
    {
        TransportProblems problems = _problems.Value;
        (int rows, int columns) = (problems.Layout.MaxRows, problems.Layout.MaxColumns);
        NpyWriter.Save<float>(Path.Combine(folder, s_files[0]), problems.Costs, count, rows, columns);
        NpyWriter.Save<float>(Path.Combine(folder, s_files[1]), problems.RowWeights, count, rows);
        NpyWriter.Save<float>(Path.Combine(folder, s_files[2]), problems.ColumnWeights, count, columns);
    }

    public override PreparedWorkload Prepare(ComputeEngine engine) => new Prepared(engine, _problems.Value);

    private sealed class Prepared(ComputeEngine engine, TransportProblems problems) : PreparedWorkload
    {
        // Costs are sums in float64 of exact masses on both sides: less than rounding in float32 is let pass.
        private const double LargestDifference = 1e-6;

        // Duals are float32: some ulps, relative to the cost.
        private const double LargestGap = 1e-5;

        private readonly BatchLayout _layout = problems.Layout;
        private readonly EngineBuffer<float> _costs = engine.Upload(problems.Costs);
        private readonly EngineBuffer<float> _rowWeights = engine.Upload(problems.RowWeights);
        private readonly EngineBuffer<float> _columnWeights = engine.Upload(problems.ColumnWeights);
        private readonly TransportBuffers _result = new(engine, problems.Layout);

        public override void Run() => engine.Transport.Solve(_layout, _costs, _rowWeights, _columnWeights, _result);

        public override double? SlowestSeconds(int passes)
        {
            BatchLayout single = BatchLayout.Uniform(1, _layout.MaxRows, _layout.MaxColumns);
            using TransportBuffers result = new(engine, single);
            return Timing.Slowest(_layout.Count, passes, b => engine.Transport.Solve(
                single,
                _costs.Slice(_layout.CostOffsets[b], single.Costs),
                _rowWeights.Slice(_layout.RowOffsets[b], single.Rows),
                _columnWeights.Slice(_layout.ColumnOffsets[b], single.Columns),
                result));
        }

        public override double[] Results() => _result.Primal.ToArray();

        public override double Tolerance(double? peerError) => LargestDifference;

        public override string? Fault()
        {
            int others = _result.Status.ToArray().Count(status => status != SolveStatus.Optimal);
            double gap = _result.Primal.ToArray().Zip(_result.Dual.ToArray(), (primal, dual) => Math.Abs(primal - dual) / Math.Abs(primal)).Max();
            return others > 0 ? $"{others} not optimal" : gap <= LargestGap ? null : $"gap {gap:0.0e0}";
        }

        public override void Dispose()
        {
            _result.Dispose();
            _columnWeights.Dispose();
            _rowWeights.Dispose();
            _costs.Dispose();
        }
    }
}
