using PyramidOT.Bench.Comparison;
using PyramidOT.Data;

namespace PyramidOT.Bench.MultiMarginal;

/// <summary>
/// A step of the regularizer: from the activations of groups to the distance between their soft histograms, and back to the gradient in every activation.
/// </summary>
internal sealed class RegularizerWorkload(SoftHistogramKind kind) : Workload
{
    private const int Samples = 10_000;
    private const int Features = 64;
    private const int Groups = 9;
    private const int Bins = 10;
    private const int Seed = 15;

    private static readonly string[] s_files = ["mmot-activations.npy", "mmot-groups.npy", "mmot-shape.npy"];

    private readonly Lazy<(float[] Activations, int[] Groups)> _data = new(Draw);

    public override string Name => kind.ToString();

    public override int Size => Bins;

    public override int Count => 1;

    public override bool IsShared => true;

    public override Target Target => kind == SoftHistogramKind.PaperTriangular ? Target.Regularizer : Target.None;

    public override IReadOnlyDictionary<PeerColumn, PeerCall> Peers => kind == SoftHistogramKind.PaperTriangular
        ? new Dictionary<PeerColumn, PeerCall> { [PeerColumn.NumPy] = new("regularizer.py", "numpy", s_files) }
        : [];

    public override void WriteFiles(string folder)
    {
        (float[] activations, int[] groups) = _data.Value;
        NpyWriter.Save<float>(Path.Combine(folder, s_files[0]), activations, Samples, Features);
        NpyWriter.Save<int>(Path.Combine(folder, s_files[1]), groups, Samples);
        NpyWriter.Save<int>(Path.Combine(folder, s_files[2]), [Groups, Bins], 2);
    }

    public override PreparedWorkload Prepare(ComputeEngine engine) =>
        new Prepared(engine, _data.Value.Activations, _data.Value.Groups, new() { Kind = kind, Bins = Bins, Squash = true });

    // Normal, each group with a mean of its own in each feature.
    private static (float[] Activations, int[] Groups) Draw()
    {
        Random random = new(Seed);
        float[] means = [.. Enumerable.Range(0, Groups * Features).Select(_ => (float)random.NextDouble())];
        float[] activations = new float[Samples * Features];
        int[] groups = new int[Samples];
        for (int i = 0; i < Samples; i++)
        {
            groups[i] = random.Next(Groups);
            for (int f = 0; f < Features; f++)
            {
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                activations[(i * Features) + f] = (float)(normal + means[(groups[i] * Features) + f]);
            }
        }

        return (activations, groups);
    }

    private sealed class Prepared(ComputeEngine engine, float[] activations, int[] groups, SoftHistogramOptions options) : PreparedWorkload
    {
        private readonly MultiMarginalRegularizer _regularizer = new(engine, Features, new() { Histograms = options });
        private readonly EngineBuffer<float> _activations = engine.Upload(activations);
        private readonly EngineBuffer<int> _groups = engine.Upload(groups);
        private readonly EngineBuffer<float> _gradient = engine.Allocate<float>(activations.Length);
        private double _loss;

        public override void Run() => _loss = _regularizer.Evaluate(_activations.View, _groups.View, _gradient.View);

        public override double[] Results() => [_loss, _gradient.ToArray().Sum(slope => Math.Abs((double)slope))];

        public override void Dispose()
        {
            _gradient.Dispose();
            _groups.Dispose();
            _activations.Dispose();
            _regularizer.Dispose();
        }
    }
}
