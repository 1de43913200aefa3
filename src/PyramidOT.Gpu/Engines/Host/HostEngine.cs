using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The CPU as an engine: SIMD code on all cores, on memory outside the garbage collector's heap. The production path where there is
/// no GPU. Results do not depend on the number of threads.
/// </summary>
public sealed unsafe class HostEngine : ComputeEngine
{
    private readonly HostWorkers _workers;

    internal HostEngine(EngineOptions options)
        : base(Describe(options), options)
    {
        _workers = new(ThreadsOf(options));
        Points = new HostPoints(this, _workers);
        Costs = new HostCosts(this, _workers);
        Clustering = new HostClustering(this, _workers);
        Cells = new HostCells(this, _workers);
        Slices = new HostSlices(this, _workers);
        Assignment = new HostAssignment(this, _workers);
        Transport = new HostTransport(this, _workers);
        Sinkhorn = new HostSinkhorn(this, _workers);
        Histograms = new HostHistograms(this, _workers);
        MultiMarginal = new HostMultiMarginal(this, _workers);
    }

    /// <inheritdoc/>
    public override IPointKernels Points { get; }

    /// <inheritdoc/>
    public override ICostKernels Costs { get; }

    /// <inheritdoc/>
    public override IClusteringKernels Clustering { get; }

    /// <inheritdoc/>
    public override ICellKernels Cells { get; }

    /// <inheritdoc/>
    public override ISliceKernels Slices { get; }

    /// <inheritdoc/>
    public override IAssignmentKernels Assignment { get; }

    /// <inheritdoc/>
    public override ITransportKernels Transport { get; }

    /// <inheritdoc/>
    public override ISinkhornKernels Sinkhorn { get; }

    /// <inheritdoc/>
    public override IHistogramKernels Histograms { get; }

    /// <inheritdoc/>
    public override IMultiMarginalKernels MultiMarginal { get; }

    /// <summary>
    /// Uses the caller's memory in place as a buffer, without a copy. It stays pinned until the buffer is disposed; what kernels
    /// write there, the caller sees.
    /// </summary>
    public EngineBuffer<T> Wrap<T>(Memory<T> memory)
        where T : unmanaged
    {
        HostMemory block = new(memory.Pin(), (long)memory.Length * Unsafe.SizeOf<T>());
        return new(this, block, memory.Length, pinned => pinned.Dispose());
    }

    /// <inheritdoc/>
    public override EngineBuffer<T> Place<T>(ReadOnlyMemory<T> source) => Wrap(MemoryMarshal.AsMemory(source));

    /// <inheritdoc/>
    public override void Synchronize()
    {
        // Every call of the Host returns when its work is done.
    }

    internal override void ForOnHost(int count, double operationsPerItem, Action<int, int> body) =>
        _workers.For(count, operationsPerItem, (start, end, _) => body(start, end));

    internal static EngineInfo Describe(EngineOptions options)
    {
        int threads = ThreadsOf(options);
        return new(EngineKind.Host, "host", IsAvailable: true)
        {
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Lanes = SimdWidth.Floats * threads,
            Units = threads,
            InstructionSet = InstructionSet,
        };
    }

    private static string InstructionSet =>
        SimdWidth.Floats == 16 ? "AVX-512" : SimdWidth.Floats == 8 ? "AVX2" : AdvSimd.IsSupported ? "NEON" : Sse2.IsSupported ? "SSE2" : "scalar";

    /// <summary>The address of a window's first element.</summary>
    /// <exception cref="ArgumentException">The window lies in another engine's memory, or has not the wanted length.</exception>
    internal T* PointerTo<T>(EngineView<T> view, long length, [CallerArgumentExpression(nameof(view))] string? name = null)
        where T : unmanaged
    {
        EngineMemory? memory = KernelArguments.MemoryOf(this, view, length, name);
        return memory is null ? null : (T*)((HostMemory)memory).Pointer + view.Start;
    }

    /// <summary>Refuses row numbers outside 0 to <paramref name="rows"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside; the message names its position.</exception>
    internal static void CheckRows(int* numbers, long count, long rows, string name)
    {
        // Negative numbers are the largest of all without their sign. A look at many at a time, then at each of those among which one is outside.
        const int Block = 4096;
        uint limit = (uint)Math.Min(rows, 1L << 31);
        for (long start = 0; start < count; start += Block)
        {
            ReadOnlySpan<uint> block = new(numbers + start, (int)Math.Min(Block, count - start));
            if (TensorPrimitives.Max(block) < limit)
            {
                continue;
            }

            for (int i = 0; i < block.Length; i++)
            {
                if (block[i] >= limit)
                {
                    throw new ArgumentOutOfRangeException(name, (int)block[i], $"The number at position {start + i} must be from 0 to {rows - 1}.");
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override EngineMemory AllocateMemory(long bytes) => new HostMemory(bytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        ((IDisposable)Histograms).Dispose();
        _workers.Dispose();
        base.Dispose(disposing);
    }

    private static int ThreadsOf(EngineOptions options) => options.Threads ?? Environment.ProcessorCount;
}
