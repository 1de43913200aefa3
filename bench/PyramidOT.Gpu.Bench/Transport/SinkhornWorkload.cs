using PyramidOT.Bench.Comparison;
using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Transport;

/// <summary>A batch of entropic problems between equally weighted points, uniform in the unit square, with squared Euclidean costs.</summary>
/// <param name="epsilon">Epsilon, in units of cost.</param>
/// <param name="size">Points of each side.</param>
/// <param name="count">Number of problems.</param>
/// <param name="iterations">Null: iterate until <see cref="LargestError"/> is reached. A number: so many iterations, converged or not.</param>
internal sealed class SinkhornWorkload(double epsilon, int size, int count, int? iterations = null) : Workload
{
    // Beyond what a hundred iterations reach, so that all of them are made.
    private const double OutOfReach = 1e-9;

    // The logarithmic loop takes minutes for large problems that are to converge.
    private const int LargestForLogarithms = 256;

    /// <summary>The L1 error of the marginals at which all stop.</summary>
    public const double LargestError = 1e-6;

    private const int Dimensions = 2;
    private const ulong Seed = 12;

    private static readonly string[] s_files = ["entropic-costs.npy", "entropic-settings.npy"];

    private readonly Lazy<float[]> _costs = new(() => CostMatrices.Draw(PointDistribution.Uniform, count, size, size, Dimensions, Seed));

    public override string Name => iterations is { } fixedNumber ? $"epsilon = {epsilon}, {fixedNumber} iterations" : $"epsilon = {epsilon}";

    public override Target Target => iterations is null ? Target.None : Target.SinkhornIterations(size);

    public override int Size => size;

    public override int Count => count;

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers
    {
        get
        {
            Dictionary<PeerColumn, PeerCall> peers = [];
            if (iterations is null)
            {
                peers[PeerColumn.Pot] = new("entropic.py", "sinkhorn", s_files);
            }

            if (iterations is not null || size <= LargestForLogarithms)
            {
                peers[PeerColumn.PotLog] = new("entropic.py", "sinkhorn_log", s_files);
            }

            return peers;
        }
    }

    private SinkhornSettings Settings => iterations is { } fixedNumber
        ? new() { Epsilon = epsilon, Tolerance = OutOfReach, MaximumIterations = fixedNumber, EpsilonScaling = 1 }
        : SettingsFor(epsilon);

    /// <summary>How the problems are to be solved.</summary>
    public static SinkhornSettings SettingsFor(double epsilon) =>
        new() { Epsilon = epsilon, Tolerance = LargestError, MaximumIterations = SinkhornSettings.DefaultMaximumIterations };

    public override void WriteFiles(string folder)
    {
        NpyWriter.Save<float>(Path.Combine(folder, s_files[0]), _costs.Value, count, size, size);
        NpyWriter.Save<double>(Path.Combine(folder, s_files[1]), [epsilon, iterations is null ? LargestError : 0, Settings.MaximumIterations], 3);
    }

    public override PreparedWorkload Prepare(ComputeEngine engine) =>
        new Prepared(engine, BatchLayout.Uniform(count, size, size), _costs.Value, Settings, iterations is not null);

    private sealed class Prepared(ComputeEngine engine, BatchLayout problems, float[] costs, SinkhornSettings settings, bool mayEndEarly) : PreparedWorkload
    {
        // How far costs may lie apart, in units of what the marginals are off by.
        private const double DifferencePerError = 10;

        private readonly EngineBuffer<float> _costs = engine.Upload(costs);
        private readonly SinkhornBuffers _result = new(engine, problems);

        public override void Run() => engine.Sinkhorn.Solve(problems, _costs, default, default, settings, _result);

        public override double? SlowestSeconds(int passes)
        {
            BatchLayout single = BatchLayout.Uniform(1, problems.MaxRows, problems.MaxColumns);
            using SinkhornBuffers result = new(engine, single);
            return Timing.Slowest(problems.Count, passes, b =>
                engine.Sinkhorn.Solve(single, _costs.Slice(problems.CostOffsets[b], single.Costs), default, default, settings, result));
        }

        public override double[] Results() => _result.TransportCost.ToArray();

        // Not what the engine says of itself, but what the plans of its potentials give.
        public override double? Error()
        {
            double[] f = _result.RowPotentials.ToArray();
            double[] g = _result.ColumnPotentials.ToArray();
            return Enumerable.Range(0, problems.Count).Max(b => PlanError(
                costs.AsSpan((int)problems.CostOffsets[b]),
                f.AsSpan((int)problems.RowOffsets[b], problems.RowsOf(b)),
                g.AsSpan((int)problems.ColumnOffsets[b], problems.ColumnsOf(b))));
        }

        public override double Tolerance(double? peerError) => DifferencePerError * ((mayEndEarly ? Error() ?? 0 : LargestError) + (peerError ?? 0));

        public override string? Fault()
        {
            if (mayEndEarly)
            {
                return null;
            }

            int others = _result.Status.ToArray().Count(status => status != SolveStatus.Optimal);
            return others > 0 ? $"{others} not converged" : Error() <= 1.01 * LargestError ? null : $"marginals off by {Error():0.0e0}";
        }

        public override void Dispose()
        {
            _result.Dispose();
            _costs.Dispose();
        }

        private double PlanError(ReadOnlySpan<float> matrix, ReadOnlySpan<double> f, ReadOnlySpan<double> g)
        {
            double error = 0;
            double[] columns = new double[g.Length];
            for (int i = 0; i < f.Length; i++)
            {
                double row = 0;
                for (int j = 0; j < g.Length; j++)
                {
                    double mass = Math.Exp((f[i] + g[j] - matrix[(i * g.Length) + j]) / settings.Epsilon) / ((double)f.Length * g.Length);
                    row += mass;
                    columns[j] += mass;
                }

                error += Math.Abs(row - (1.0 / f.Length));
            }

            foreach (double column in columns)
            {
                error += Math.Abs(column - (1.0 / g.Length));
            }

            return error;
        }
    }
}
