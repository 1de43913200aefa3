using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// A GPU through ILGPU, or a debugging device of the CPU that runs the same kernels: ILGPU's own, or the simulator in a build
/// without ILGPU. Work goes to one stream, in the order of the calls; uploads and downloads wait for it, the kernel families do not.
/// </summary>
public sealed class IlgpuEngine : ComputeEngine
{
    /// <summary>Bytes of the widest access of a kernel.</summary>
    internal const int WideAccess = 16;

    // More than run at a time, so that an early end of some does not leave others' places idle.
    private const int GroupsPerMultiprocessor = 32;

    private readonly IlgpuDevice _device;
    private readonly IlgpuShape? _shape;
    private readonly MemoryBuffer1D<byte, Stride1D.Dense> _nothing;
    private long _allocated;

    private IlgpuEngine(IlgpuDevice device, IlgpuShape? shape, EngineInfo info, EngineOptions options)
        : base(info, options)
    {
        _device = device;
        _shape = shape;
        Stream = Accelerator.CreateStream();
        _nothing = Accelerator.Allocate1D<byte>(WideAccess);
        Transfers = new(Accelerator, Stream, Accelerator.AcceleratorType == AcceleratorType.Cuda, shape?.StagedFrom);
        Kernels = new(Accelerator);
        Layouts = new(this);
        Points = new IlgpuPoints(this);
        Costs = new IlgpuCosts(this);
        Clustering = new IlgpuClustering(this);
        Cells = new IlgpuCells(this);
        IlgpuAssignment assignment = new(this);
        Assignment = assignment;
        Transport = new IlgpuTransport(this, assignment);
        Sinkhorn = new IlgpuSinkhorn(this);
        Histograms = new IlgpuHistograms(this, assignment);
        Slices = new IlgpuSlices(this);
        MultiMarginal = new IlgpuMultiMarginal(this);
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

    /// <summary>The accelerator that the engine computes on.</summary>
    public Accelerator Accelerator => _device.Accelerator;

    /// <summary>The stream that all of the engine's work goes to, in order.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>Uploads and downloads.</summary>
    internal IlgpuTransfers Transfers { get; }

    /// <summary>The kernels that were compiled so far.</summary>
    internal IlgpuKernels Kernels { get; }

    /// <summary>The layouts that lie on the device.</summary>
    internal IlgpuLayouts Layouts { get; }

    /// <summary>Whether the device has float64.</summary>
    internal bool HasDoubles => _shape is not { WithoutDoubles: true } && IlgpuDevice.HasDoubles(Accelerator);

    /// <summary>Shared memory that a group may ask for, in bytes.</summary>
    internal int SharedMemory => Math.Min(LaunchSizes.SharedMemory, Accelerator.MaxSharedMemoryPerGroup);

    /// <summary>
    /// Makes an engine on a caller's own accelerator, which stays the caller's: dispose the engine first. Its context must have been built
    /// with <c>EnableAlgorithms()</c>, and for CUDA or OpenCL without O2, which moves reads of shared memory past barriers.
    /// </summary>
    /// <param name="accelerator">A CUDA, OpenCL or CPU accelerator.</param>
    /// <param name="options">Pool and logger; the kind does not matter. Null takes the defaults.</param>
    /// <exception cref="ArgumentException">A CUDA or OpenCL accelerator's context was built for O2.</exception>
    public static IlgpuEngine On(Accelerator accelerator, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        EngineKind kind = accelerator.AcceleratorType switch
        {
            AcceleratorType.Cuda => EngineKind.Cuda,
            AcceleratorType.OpenCL => EngineKind.OpenCL,
            _ => EngineKind.CpuAccelerator,
        };
        bool isCpu = kind == EngineKind.CpuAccelerator;
        EngineInfo info = isCpu ? DescribeCpu(IlgpuShape.Fastest) : new(kind, accelerator.Name, IsAvailable: true)
        {
            MemoryBytes = accelerator.MemorySize,
            Units = accelerator.NumMultiprocessors,
        };
        return new(IlgpuDevice.Of(accelerator), isCpu ? IlgpuShape.Fastest : null, info, options ?? new());
    }

    /// <summary>
    /// Uses a caller's device memory in place as a buffer, without a copy. Disposing the buffer leaves the memory alone, which must
    /// outlive it. The caller sees to it that work on other streams is done before the engine uses the memory, and waits for the
    /// engine (<see cref="Synchronize"/>) before using it there again.
    /// </summary>
    /// <param name="view">Memory of the engine's own <see cref="Accelerator"/>.</param>
    /// <exception cref="ArgumentException">The memory belongs to another accelerator.</exception>
    public EngineBuffer<T> Wrap<T>(ArrayView<T> view)
        where T : unmanaged
    {
        if (view.Length == 0)
        {
            return Allocate<T>(0);
        }

        if (!ReferenceEquals(view.GetAccelerator(), Accelerator))
        {
            throw new ArgumentException("The memory belongs to another accelerator.", nameof(view));
        }

        return new(this, new IlgpuMemory(this, view.Cast<byte>()), view.Length, static memory => memory.Dispose());
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
        Bind();
        Stream.Synchronize();
    }

    /// <summary>Opens the device of a kind that was found to be there.</summary>
    internal static IlgpuEngine Create(EngineInfo info, EngineOptions options) => info.Kind == EngineKind.CpuAccelerator
        ? CreateCpu(IlgpuShape.Fastest, options)
        : Create(IlgpuDevice.Open(info.Kind, info.Name), null, info, options);

    /// <summary>Opens the debugging device in a given shape.</summary>
    internal static IlgpuEngine CreateCpu(IlgpuShape shape, EngineOptions options) =>
        Create(IlgpuDevice.OpenCpu(shape), shape, DescribeCpu(shape), options);

    /// <summary>What the debugging device is.</summary>
    internal static EngineInfo DescribeCpu(IlgpuShape shape) =>
        new(EngineKind.CpuAccelerator, KernelBuild.HasIlgpu ? "ILGPU's CPU accelerator" : "kernel simulator", IsAvailable: true)
        {
            MemoryBytes = shape.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Lanes = shape.GroupSize,
            InstructionSet = "IL",
        };

    /// <summary>Makes the device the current one of this thread, which a driver wants before each call.</summary>
    internal void Bind() => Accelerator.Bind();

    /// <summary>The size of the groups that a kernel is launched with.</summary>
    /// <param name="wanted">What suits the work on a GPU, a power of two.</param>
    internal int GroupSize(int wanted) => _shape?.GroupSize ?? Math.Min(wanted, Accelerator.MaxNumThreadsPerGroup);

    /// <summary>A window as kernels take it.</summary>
    /// <exception cref="ArgumentException">The window lies in another engine's memory, or has not the wanted length.</exception>
    internal ArrayView<T> ViewOf<T>(EngineView<T> view, long length, [CallerArgumentExpression(nameof(view))] string? name = null)
        where T : unmanaged
    {
        EngineMemory? memory = KernelArguments.MemoryOf(this, view, length, name);
        return memory is null || length == 0 ? Nothing<T>() : ((IlgpuMemory)memory).View.Cast<T>().SubView(view.Start, length);
    }

    /// <summary>No elements, as kernels take them: a view of something, since a device asks for an address all the same.</summary>
    internal ArrayView<T> Nothing<T>()
        where T : unmanaged => _nothing.View.BaseView.Cast<T>().SubView(0, 0);

    /// <summary>Whether a window begins at a multiple of 16 bytes, so that kernels may move four numbers at once.</summary>
    internal bool IsAligned<T>(EngineView<T> view)
        where T : unmanaged =>
        view.Buffer is null || (((IlgpuMemory)view.Buffer.Memory).IsAligned && view.Start * Unsafe.SizeOf<T>() % WideAccess == 0);

    /// <summary>A launch of so many groups.</summary>
    /// <param name="groups">Their number.</param>
    /// <param name="groupSize">Threads of each.</param>
    /// <param name="sharedBytes">Dynamic shared memory of each.</param>
    internal static KernelConfig Config(long groups, int groupSize, long sharedBytes) => sharedBytes == 0
        ? new(checked((int)groups), groupSize)
        : new(checked((int)groups), groupSize, LaunchSizes.RequestShared(checked((int)sharedBytes)));

    /// <summary>A launch for a kernel whose groups stride over rows: enough groups to fill the device, and no more.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="rowsPerGroup">Rows that a group takes at a time.</param>
    /// <param name="groupSize">Threads of a group.</param>
    /// <param name="sharedBytes">Dynamic shared memory of a group.</param>
    internal KernelConfig RowConfig(long rows, int rowsPerGroup, int groupSize, long sharedBytes = 0)
    {
        return Config(Math.Min(MostRowGroups, (rows + rowsPerGroup - 1) / rowsPerGroup), groupSize, sharedBytes);
    }

    /// <summary>How many groups fill the device: on the debugging one, where each is expensive to start, as many as run side by side.</summary>
    internal int MostRowGroups => Accelerator.NumMultiprocessors * (_device.IsCpu ? 1 : GroupsPerMultiprocessor);

    /// <summary>Forgets memory that was given back.</summary>
    internal void Forget(long bytes) => Interlocked.Add(ref _allocated, -bytes);

    /// <inheritdoc/>
    protected override EngineMemory AllocateMemory(long bytes)
    {
        Bind();
        try
        {
            if (Interlocked.Add(ref _allocated, bytes) > _shape?.MemoryLimit)
            {
                throw new InsufficientMemoryException();
            }

            return new IlgpuMemory(this, Accelerator.Allocate1D<byte>(bytes), bytes);
        }
        catch (Exception exception)
        {
            Forget(bytes);
            if (IlgpuDevice.IsLackOfMemory(exception))
            {
                throw new InsufficientMemoryException($"{Info.Name} has no room for {bytes} bytes more.", exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Buffers, then streams, then the accelerator, then its context. What a user still holds goes with the accelerator.
        Bind();
        Stream.Synchronize();
        Layouts.Dispose();
        ((IDisposable)Assignment).Dispose();
        Transfers.Dispose();
        _nothing.Dispose();
        Stream.Dispose();
        _device.Dispose();
        base.Dispose(disposing);
    }

    private static IlgpuEngine Create(IlgpuDevice device, IlgpuShape? shape, EngineInfo info, EngineOptions options)
    {
        try
        {
            return new(device, shape, info, options);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }
}
