using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Pyramids;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Pyramids of every scheme over 10,000 + 10,000 points, d = 100, on one thread of the Host: the build, and one order of all pairs.</summary>
[MemoryDiagnoser]
public class PyramidBenchmarks
{
    private ComputeEngine _engine = null!;
    private PointCloud _source = null!;
    private PointCloud _target = null!;
    private PyramidPair _pyramid = null!;
    private ulong _seed;

    /// <summary>Where the cells come from.</summary>
    [ParamsAllValues]
    public PyramidScheme Scheme { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        (_source, _target) = PyramidTargets.Steps.Draw();
        _pyramid = Encode();
    }

    [Benchmark]
    public int Build()
    {
        using PyramidPair pyramid = Encode();
        return pyramid.Levels.Count;
    }

    // Each time another one, as in training.
    [Benchmark]
    public PairOrder Order() => _pyramid.Order(_seed++);

    [GlobalCleanup]
    public void CleanUp()
    {
        _pyramid.Dispose();
        _engine.Dispose();
    }

    private PyramidPair Encode() => PyramidPair.Build(_engine, _source, _target, new() { Scheme = Scheme, Seed = 1 });
}
