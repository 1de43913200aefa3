using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Pairwise costs, d = 100, on one thread of the Host; times are a cost matrix.</summary>
[MemoryDiagnoser]
public class CostBenchmarks
{
    private const int ProblemsOf100 = 8;

    private ComputeEngine _engine = null!;
    private BatchLayout _problems = null!;
    private EngineBuffer<float> _source = null!;
    private EngineBuffer<float> _target = null!;
    private EngineBuffer<float> _costs = null!;

    /// <summary>The ground distance, squared.</summary>
    [ParamsAllValues]
    public GroundDistance Distance { get; set; }

    [GlobalSetup(Target = nameof(Size100))]
    public void SetUp100() => SetUp(100, ProblemsOf100);

    [GlobalSetup(Target = nameof(Size1000))]
    public void SetUp1000() => SetUp(1_000, 1);

    [Benchmark(OperationsPerInvoke = ProblemsOf100)]
    public void Size100() => Compute();

    [Benchmark]
    public void Size1000() => Compute();

    [GlobalCleanup]
    public void CleanUp()
    {
        _costs.Dispose();
        _target.Dispose();
        _source.Dispose();
        _engine.Dispose();
    }

    private void SetUp(int size, int count)
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        _problems = BatchLayout.Uniform(count, size, size);
        _source = _engine.Upload(Clouds.DrawMany(PointDistribution.Normal, count, size, CostMatrices.Dimensions, seed: 1));
        _target = _engine.Upload(Clouds.DrawMany(PointDistribution.Normal, count, size, CostMatrices.Dimensions, seed: 2));
        _costs = _engine.Allocate<float>(_problems.Costs);
    }

    private void Compute() => _engine.Costs.Pairwise(_problems, _source, _target, CostMatrices.Dimensions, new(Distance), _costs);
}
