using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>The steps of k-means on one thread of the Host: 10,000 points, 100 centres, d = 100, in one cell or in many.</summary>
[MemoryDiagnoser]
public class NearestCentreBenchmarks
{
    private const int Points = 10_000;
    private const int Centres = 100;
    private const int SampleSize = 1_000;

    private ComputeEngine _engine = null!;
    private BatchLayout _cells = null!;
    private EngineBuffer<float> _points = null!;
    private EngineBuffer<float> _centres = null!;
    private EngineBuffer<float> _moved = null!;
    private EngineBuffer<int> _nearest = null!;
    private EngineBuffer<float> _squaredDistances = null!;
    private EngineBuffer<int> _counts = null!;

    /// <summary>Cells that points and centres are divided into; a point looks only at the centres of its own cell.</summary>
    [Params(1, 10)]
    public int Cells { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        _cells = BatchLayout.Uniform(Cells, Points / Cells, Centres / Cells);
        _points = _engine.Upload(Clouds.Draw(PointDistribution.Clustered, Points, CostMatrices.Dimensions, seed: 1));
        _centres = _engine.Upload(Clouds.Draw(PointDistribution.Clustered, Centres, CostMatrices.Dimensions, seed: 2));
        _moved = _engine.Allocate<float>(_centres.Length);
        _moved.View.CopyFrom(_centres);
        _nearest = _engine.Allocate<int>(Points);
        _squaredDistances = _engine.Allocate<float>(Points);
        _counts = _engine.Allocate<int>(Centres);
        NearestCentre();
    }

    [Benchmark]
    public void NearestCentre() =>
        _engine.Clustering.NearestCentre(_cells, _points, default, CostMatrices.Dimensions, _centres, _nearest, _squaredDistances);

    [Benchmark]
    public void UpdateCentres() =>
        _engine.Clustering.UpdateCentres(_cells, _points, default, CostMatrices.Dimensions, _nearest, _moved, _counts);

    [Benchmark]
    public void SeedCentres() =>
        _engine.Clustering.SeedCentres(_cells, _points, default, CostMatrices.Dimensions, SampleSize, seed: 1, _moved);

    [GlobalCleanup]
    public void CleanUp()
    {
        _counts.Dispose();
        _squaredDistances.Dispose();
        _nearest.Dispose();
        _moved.Dispose();
        _centres.Dispose();
        _points.Dispose();
        _engine.Dispose();
    }
}
