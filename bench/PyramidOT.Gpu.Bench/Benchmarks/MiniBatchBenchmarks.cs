using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Pyramids;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Estimates off a pyramid over 10,000 + 10,000 points, d = 100, on one thread of the Host: order, costs and assignments, without the build.</summary>
[MemoryDiagnoser]
public class MiniBatchBenchmarks
{
    private ComputeEngine _engine = null!;
    private PyramidPair _pyramid = null!;

    /// <summary>Pairs of a batch.</summary>
    [Params(10, 100, 1_000)]
    public int BatchSize { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        (PointCloud source, PointCloud target) = PyramidTargets.Steps.Draw();
        _pyramid = PyramidPair.Build(_engine, source, target, new() { Seed = 1 });
    }

    [Benchmark]
    public double Estimate() => MiniBatchTransport.Estimate(_pyramid, BatchSize).PooledDistance;

    [GlobalCleanup]
    public void CleanUp()
    {
        _pyramid.Dispose();
        _engine.Dispose();
    }
}
