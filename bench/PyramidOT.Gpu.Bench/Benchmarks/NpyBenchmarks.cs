using BenchmarkDotNet.Attributes;
using PyramidOT.Bench.Instances;
using PyramidOT.Data;

namespace PyramidOT.Bench.Benchmarks;

/// <summary>Reading and writing .npy files of 4096 x 4096 numbers, 64 MB in float32. They stay in the system's file cache.</summary>
[MemoryDiagnoser]
public class NpyBenchmarks
{
    private const int Extent = 4_096;

    private string _folder = null!;
    private float[] _singles = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("pyramidot-bench-").FullName;
        _singles = Clouds.Draw(PointDistribution.Uniform, Extent, Extent, seed: 1);
        NpyWriter.Save<float>(PathOf("float32"), _singles, Extent, Extent);
        NpyWriter.Save<double>(PathOf("float64"), Array.ConvertAll(_singles, x => (double)x), Extent, Extent);

        // The same bytes under a header that says they lie column by column.
        byte[] bytes = File.ReadAllBytes(PathOf("float32"));
        ReadOnlySpan<byte> order = "'fortran_order': False"u8;
        "'fortran_order': True "u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf(order)));
        File.WriteAllBytes(PathOf("fortran"), bytes);
    }

    [Benchmark]
    public float[] ReadSingles() => NpyReader.LoadSingles(PathOf("float32"), out _);

    [Benchmark]
    public float[] ReadDoublesAsSingles() => NpyReader.LoadSingles(PathOf("float64"), out _);

    [Benchmark]
    public float[] ReadFortranOrder() => NpyReader.LoadSingles(PathOf("fortran"), out _);

    [Benchmark]
    public void WriteSingles() => NpyWriter.Save<float>(PathOf("written"), _singles, Extent, Extent);

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name + ".npy");
}
