using System.Numerics.Tensors;
using PyramidOT.Bench.Comparison;
using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.MultiMarginal;

/// <summary>A batch of problems of one shape for the range cost: value and gradient in every mass.</summary>
internal sealed class RangeWorkload(int histograms, int bins, int count) : Workload
{
    private const ulong Seed = 14;

    private static readonly string[] s_files = ["mmot-histograms.npy"];

    private readonly Lazy<float[]> _masses = new(() => Histograms.Draw(count * histograms, bins, Seed));

    /// <summary>Whether the problems come from memory, not from a cache.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Who is charged where several histograms attain an extremum.</summary>
    public TieRule Ties { get; init; }

    public override string Name => $"{histograms} x {bins}, {(IsStreamed ? "streamed" : "in cache")}{(Ties == TieRule.Averaged ? ", ties shared" : "")}";

    public override int Size => bins;

    public override int Count => count;

    public override Target Target => Ties == TieRule.FirstLast ? Target.Range(histograms, IsStreamed) : Target.None;

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers
    {
        get
        {
            Dictionary<PeerColumn, PeerCall> peers = [];
            if (Ties == TieRule.FirstLast)
            {
                peers[PeerColumn.NumPy] = new("mmot.py", "numpy", s_files);
            }

            // A loop in Python, which takes minutes for thousands of problems and no less a problem for few.
            if (Ties == TieRule.FirstLast && !IsStreamed)
            {
                peers[PeerColumn.Pot] = new("mmot.py", "pot", s_files);
            }

            return peers;
        }
    }

    public override void WriteFiles(string folder) =>
        NpyWriter.Save<float>(Path.Combine(folder, s_files[0]), _masses.Value, count, histograms, bins);

    public override PreparedWorkload Prepare(ComputeEngine engine) =>
        new Prepared(engine, MarginalLayout.Uniform(count, histograms, bins), _masses.Value, Ties);

    private sealed class Prepared(ComputeEngine engine, MarginalLayout problems, float[] masses, TieRule ties) : PreparedWorkload
    {
        // Totals in float32 differ by their last places, and so do value and duals, a cut each.
        private const double LargestGapPerCut = 1e-6;

        private readonly EngineBuffer<float> _masses = engine.Upload(masses);
        private readonly EngineBuffer<float> _gradients = engine.Allocate<float>(masses.Length);
        private readonly double[] _values = new double[problems.Count];

        public override void Run() => engine.MultiMarginal.Range(problems, _masses, default, ties, _values, _gradients);

        public override double[] Results() => [.. _values, .. Duals()];

        public override string? Fault()
        {
            double gap = _values.Zip(Duals(), (value, dual) => Math.Abs(value - dual)).Max();
            return gap <= LargestGapPerCut * problems.MaxBins ? null : $"gap {gap:0.0e0}";
        }

        public override void Dispose()
        {
            _gradients.Dispose();
            _masses.Dispose();
        }

        private double[] Duals()
        {
            double[] p = Array.ConvertAll(masses, mass => (double)mass);
            double[] z = Array.ConvertAll(_gradients.ToArray(), slope => (double)slope);
            int each = problems.MaxHistograms * problems.MaxBins;
            return [.. Enumerable.Range(0, problems.Count).Select(b => TensorPrimitives.Dot<double>(p.AsSpan(b * each, each), z.AsSpan(b * each, each)))];
        }
    }
}
