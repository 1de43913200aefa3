using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Batches of 200 multi-marginal problems for the range cost, on one thread of the Host.</summary>
[MemoryDiagnoser]
public class MultiMarginalBenchmarks
{
    private const int Problems = 200;

    private ComputeEngine _engine = null!;
    private MarginalLayout _layout = null!;
    private EngineBuffer<float> _masses = null!;
    private EngineBuffer<float> _gradients = null!;
    private double[] _masses64 = null!;
    private double[] _gradients64 = null!;
    private double[] _values = null!;

    /// <summary>Histograms of each problem.</summary>
    [Params(10, 50)]
    public int Histograms { get; set; }

    /// <summary>Bins of each histogram.</summary>
    [Params(50, 100)]
    public int Bins { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        _layout = MarginalLayout.Uniform(Problems, Histograms, Bins);
        float[] masses = Instances.Histograms.Draw(Problems * Histograms, Bins, seed: 1);
        _masses = _engine.Upload(masses);
        _gradients = _engine.Allocate<float>(masses.Length);
        _masses64 = Array.ConvertAll(masses, mass => (double)mass);
        _gradients64 = new double[masses.Length];
        _values = new double[Problems];
    }

    [Benchmark(OperationsPerInvoke = Problems)]
    public void Values() => _engine.MultiMarginal.Range(_layout, _masses, default, TieRule.FirstLast, _values, default);

    [Benchmark(OperationsPerInvoke = Problems)]
    public void ValuesAndGradients() => _engine.MultiMarginal.Range(_layout, _masses, default, TieRule.FirstLast, _values, _gradients);

    [Benchmark(OperationsPerInvoke = Problems)]
    public void SharedTies() => _engine.MultiMarginal.Range(_layout, _masses, default, TieRule.Averaged, _values, _gradients);

    [Benchmark(OperationsPerInvoke = Problems)]
    public void InFloat64() => MultiMarginalTransport.Range(_engine, _layout, _masses64, default, TieRule.FirstLast, _values, _gradients64);

    [GlobalCleanup]
    public void CleanUp()
    {
        _gradients.Dispose();
        _masses.Dispose();
        _engine.Dispose();
    }
}
