using BenchmarkDotNet.Attributes;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>A step of the multi-marginal regularizer: 10,000 samples of 64 features in 9 groups, 10 bins, on one thread of the Host.</summary>
[MemoryDiagnoser]
public class SoftHistogramBenchmarks
{
    private const int Samples = 10_000;
    private const int Features = 64;
    private const int Groups = 9;

    private ComputeEngine _engine = null!;
    private EngineBuffer<float> _activations = null!;
    private EngineBuffer<int> _groups = null!;
    private EngineBuffer<float> _histogramGradients = null!;
    private EngineBuffer<float> _gradient = null!;
    private SoftHistograms _histograms = null!;
    private MultiMarginalRegularizer _regularizer = null!;

    /// <summary>How samples are spread over the bins; all are squashed.</summary>
    [Params(SoftHistogramKind.PaperTriangular, SoftHistogramKind.Centred, SoftHistogramKind.Gaussian, SoftHistogramKind.SigmoidDifference)]
    public SoftHistogramKind Kind { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        SoftHistogramOptions options = new() { Kind = Kind, Squash = true };
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        Random random = new(1);
        float[] activations = new float[Samples * Features];
        int[] groups = new int[Samples];
        for (int i = 0; i < activations.Length; i++)
        {
            activations[i] = (float)((6 * random.NextDouble()) - 3);
        }

        for (int i = 0; i < Samples; i++)
        {
            groups[i] = random.Next(Groups);
        }

        _activations = _engine.Upload(activations);
        _groups = _engine.Upload(groups);
        _gradient = _engine.Allocate<float>(activations.Length);
        _histograms = new(_engine, Features, Groups, options);
        _regularizer = new(_engine, Features, new() { Histograms = options });
        Forward();
        _histogramGradients = _engine.Upload(_histograms.Histograms.ToArray());
    }

    [Benchmark]
    public void Forward() => _histograms.Forward(_activations, _groups);

    [Benchmark]
    public void Backward() => _histograms.Backward(_activations, _groups, _histogramGradients, _gradient);

    [Benchmark]
    public double Step() => _regularizer.Evaluate(_activations, _groups, _gradient);

    [GlobalCleanup]
    public void CleanUp()
    {
        _regularizer.Dispose();
        _histograms.Dispose();
        _gradient.Dispose();
        _histogramGradients.Dispose();
        _groups.Dispose();
        _activations.Dispose();
        _engine.Dispose();
    }
}
