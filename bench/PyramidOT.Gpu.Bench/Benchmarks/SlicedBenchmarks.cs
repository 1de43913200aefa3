using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Sliced Wasserstein distances between clouds of d = 100, 100 projections, on one thread of the Host.</summary>
[MemoryDiagnoser]
public class SlicedBenchmarks
{
    private const int Projections = 100;

    private ComputeEngine _engine = null!;
    private EngineBuffer<float> _source = null!;
    private EngineBuffer<float> _target = null!;
    private EngineBuffer<float> _sourceGradient = null!;
    private EngineBuffer<float> _targetGradient = null!;

    /// <summary>Points of each cloud.</summary>
    [Params(1_000, 10_000)]
    public int Points { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        _source = _engine.Upload(Clouds.Draw(PointDistribution.Clustered, Points, CostMatrices.Dimensions, seed: 1));
        _target = _engine.Upload(Clouds.Draw(PointDistribution.Clustered, Points, CostMatrices.Dimensions, seed: 2));
        _sourceGradient = _engine.Allocate<float>(_source.Length);
        _targetGradient = _engine.Allocate<float>(_target.Length);
    }

    [Benchmark]
    public double Distance() => Evaluate(new() { Projections = Projections, AscentStarts = 0 }, default, default);

    [Benchmark]
    public double DistanceAndGradients() => Evaluate(new() { Projections = Projections, AscentStarts = 0 }, _sourceGradient, _targetGradient);

    [Benchmark]
    public double MaxSliced() => Evaluate(new() { Projections = Projections }, default, default);

    [GlobalCleanup]
    public void CleanUp()
    {
        _targetGradient.Dispose();
        _sourceGradient.Dispose();
        _target.Dispose();
        _source.Dispose();
        _engine.Dispose();
    }

    private double Evaluate(SlicedOptions options, EngineView<float> sourceGradient, EngineView<float> targetGradient) =>
        SlicedWasserstein.Evaluate(_engine, _source, _target, CostMatrices.Dimensions, options, sourceGradient, targetGradient).MaxSliced;
}
