using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Batches of exact transport problems on one thread of the Host; times are a problem.</summary>
[MemoryDiagnoser]
public class TransportBenchmarks
{
    private const int ProblemsOf100 = 200;
    private const int ProblemsOf1000 = 4;
    private const int Images = 20;

    private ComputeEngine _engine = null!;
    private BatchLayout _problems = null!;
    private EngineBuffer<float> _costs = null!;
    private EngineBuffer<float> _rowWeights = null!;
    private EngineBuffer<float> _columnWeights = null!;
    private TransportBuffers _result = null!;

    [GlobalSetup(Target = nameof(RandomWeights100))]
    public void SetUpRandom100() => SetUp(TransportProblems.RandomWeights(ProblemsOf100, 100, CostMatrices.Dimensions));

    [GlobalSetup(Target = nameof(EqualWeights100By128))]
    public void SetUpEqual100() => SetUp(TransportProblems.EqualWeights(ProblemsOf100, 100, 128, CostMatrices.Dimensions));

    [GlobalSetup(Target = nameof(RandomWeights1000))]
    public void SetUpRandom1000() => SetUp(TransportProblems.RandomWeights(ProblemsOf1000, 1_000, CostMatrices.Dimensions));

    [GlobalSetup(Target = nameof(PixelsOfImages))]
    public void SetUpImages() => SetUp(TransportProblems.Images(Images));

    [Benchmark(OperationsPerInvoke = ProblemsOf100)]
    public void RandomWeights100() => Solve();

    [Benchmark(OperationsPerInvoke = ProblemsOf100)]
    public void EqualWeights100By128() => Solve();

    [Benchmark(OperationsPerInvoke = ProblemsOf1000)]
    public void RandomWeights1000() => Solve();

    [Benchmark(OperationsPerInvoke = Images)]
    public void PixelsOfImages() => Solve();

    [GlobalCleanup]
    public void CleanUp()
    {
        _result.Dispose();
        _columnWeights.Dispose();
        _rowWeights.Dispose();
        _costs.Dispose();
        _engine.Dispose();
    }

    private void SetUp(TransportProblems problems)
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        _problems = problems.Layout;
        _costs = _engine.Upload(problems.Costs);
        _rowWeights = _engine.Upload(problems.RowWeights);
        _columnWeights = _engine.Upload(problems.ColumnWeights);
        _result = new(_engine, _problems);
    }

    private void Solve() => _engine.Transport.Solve(_problems, _costs, _rowWeights, _columnWeights, _result);
}
