using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;
using PyramidOT.Bench.Transport;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Batches of entropic problems between points of the unit square, up to an L1 error of 1e-6, on one thread of the Host; times are a problem.</summary>
[MemoryDiagnoser]
public class SinkhornBenchmarks
{
    private const int Dimensions = 2;
    private const int ProblemsOf16 = 128;
    private const int ProblemsOf64 = 40;
    private const int ProblemsOf256 = 10;

    private ComputeEngine _engine = null!;
    private BatchLayout _problems = null!;
    private EngineBuffer<float> _costs = null!;
    private SinkhornBuffers _result = null!;

    /// <summary>The strength of the entropy; costs are 1/3 on average.</summary>
    [Params(0.1, 0.02, 0.005)]
    public double Epsilon { get; set; }

    [GlobalSetup(Target = nameof(Size16))]
    public void SetUp16() => SetUp(16, ProblemsOf16);

    [GlobalSetup(Target = nameof(Size64))]
    public void SetUp64() => SetUp(64, ProblemsOf64);

    [GlobalSetup(Target = nameof(Size256))]
    public void SetUp256() => SetUp(256, ProblemsOf256);

    [GlobalSetup(Target = nameof(Size1000))]
    public void SetUp1000() => SetUp(1_000, 1);

    [Benchmark(OperationsPerInvoke = ProblemsOf16)]
    public void Size16() => Solve();

    [Benchmark(OperationsPerInvoke = ProblemsOf64)]
    public void Size64() => Solve();

    [Benchmark(OperationsPerInvoke = ProblemsOf256)]
    public void Size256() => Solve();

    [Benchmark]
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
        _costs = _engine.Upload(CostMatrices.Draw(PointDistribution.Uniform, count, size, size, Dimensions, seed: 1));
        _result = new(_engine, _problems);
    }

    private void Solve() => _engine.Sinkhorn.Solve(_problems, _costs, default, default, SinkhornWorkload.SettingsFor(Epsilon), _result);
}
