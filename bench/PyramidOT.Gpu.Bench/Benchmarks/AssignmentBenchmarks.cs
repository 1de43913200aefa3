using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Batches of square assignment problems on one thread of the Host; times are a problem.</summary>
[MemoryDiagnoser]
public class AssignmentBenchmarks
{
    private const int ProblemsOf10 = 2_000;
    private const int ProblemsOf100 = 200;
    private const int ProblemsOf1000 = 8;

    private ComputeEngine _engine = null!;
    private BatchLayout _problems = null!;
    private EngineBuffer<float> _costs = null!;
    private AssignmentBuffers _result = null!;

    /// <summary>What the points are drawn from.</summary>
    [ParamsAllValues]
    public PointDistribution Points { get; set; }

    [GlobalSetup(Target = nameof(Size10))]
    public void SetUp10() => SetUp(10, ProblemsOf10);

    [GlobalSetup(Target = nameof(Size100))]
    public void SetUp100() => SetUp(100, ProblemsOf100);

    [GlobalSetup(Target = nameof(Size1000))]
    public void SetUp1000() => SetUp(1_000, ProblemsOf1000);

    [Benchmark(OperationsPerInvoke = ProblemsOf10)]
    public void Size10() => Solve();

    [Benchmark(OperationsPerInvoke = ProblemsOf100)]
    public void Size100() => Solve();

    [Benchmark(OperationsPerInvoke = ProblemsOf1000)]
    public void Size1000() => Solve();

    [GlobalCleanup]
    public void CleanUp()
    {
        _result.Dispose();
        _costs.Dispose();
        _engine.Dispose();
    }

    private void SetUp(int size, int count)
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        _problems = BatchLayout.Uniform(count, size, size);
        _costs = _engine.Upload(CostMatrices.Draw(Points, count, size, seed: 1));
        _result = new(_engine, _problems);
    }

    private void Solve() => _engine.Assignment.Solve(_problems, _costs, _result);
}
