namespace ILGPU.Runtime;

/// <summary>A device that can be opened.</summary>
public abstract class Device
{
    internal Device(AcceleratorType type) => AcceleratorType = type;

    public AcceleratorType AcceleratorType { get; }

    public string Name { get; internal init; } = string.Empty;

    public long MemorySize { get; internal init; }

    public Index3D MaxGridSize { get; internal init; }

    public Index3D MaxGroupSize { get; internal init; }

    public int MaxNumThreadsPerGroup { get; internal init; }

    public int MaxSharedMemoryPerGroup { get; internal init; }

    public int MaxConstantMemory { get; internal init; }

    public int WarpSize { get; internal init; }

    public int NumMultiprocessors { get; internal init; }

    public int MaxNumThreadsPerMultiprocessor { get; internal init; }

    public int MaxNumThreads => NumMultiprocessors * MaxNumThreadsPerMultiprocessor;

    public CapabilityContext Capabilities { get; internal init; } = null!;

    public abstract Accelerator CreateAccelerator(Context context);
}
