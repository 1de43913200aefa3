using PyramidOT.Simulation;

namespace ILGPU.Runtime;

/// <summary>The kinds of device.</summary>
public enum AcceleratorType
{
    CPU = 0,
    Cuda = 1,
    OpenCL = 2,
}

/// <summary>An opened device. In the simulator only <see cref="CPU.CPUAccelerator"/> exists.</summary>
public abstract class Accelerator : IDisposable
{
    private readonly List<AcceleratorObject> _children = [];
    private bool _disposed;

    internal Accelerator(Context context, Device device)
    {
        Context = context;
        Device = device;
        DefaultStream = new SimulatedStream(this);
    }

    public event EventHandler? Disposed;

    public Context Context { get; }

    public Device Device { get; }

    public AcceleratorStream DefaultStream { get; }

    public AcceleratorType AcceleratorType => Device.AcceleratorType;

    public CapabilityContext Capabilities => Device.Capabilities;

    public string Name => Device.Name;

    public long MemorySize => Device.MemorySize;

    public Index3D MaxGridSize => Device.MaxGridSize;

    public Index3D MaxGroupSize => Device.MaxGroupSize;

    public int MaxNumThreadsPerGroup => Device.MaxNumThreadsPerGroup;

    public int MaxSharedMemoryPerGroup => Device.MaxSharedMemoryPerGroup;

    public int MaxConstantMemory => Device.MaxConstantMemory;

    public int WarpSize => Device.WarpSize;

    public int NumMultiprocessors => Device.NumMultiprocessors;

    public int MaxNumThreadsPerMultiprocessor => Device.MaxNumThreadsPerMultiprocessor;

    public int MaxNumThreads => Device.MaxNumThreads;

    internal SimulationSettings Settings { get; } = new();

    internal object LaunchLock { get; } = new();

    public AcceleratorStream CreateStream() => Adopt(new SimulatedStream(this));

    public void Synchronize()
    {
    }

    public void Bind()
    {
    }

    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Adopt(new MemoryBuffer1D<T, Stride1D.Dense>(this, length, default));
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        AcceleratorObject[] children;
        lock (_children)
            children = [.. _children];
        foreach (AcceleratorObject child in children)
            child.Dispose();
        Disposed?.Invoke(this, EventArgs.Empty);
        GC.SuppressFinalize(this);
    }

    internal T Adopt<T>(T child)
        where T : AcceleratorObject
    {
        lock (_children)
            _children.Add(child);
        return child;
    }

    internal void Forget(AcceleratorObject child)
    {
        lock (_children)
            _children.Remove(child);
    }
}

/// <summary>Something that an accelerator owns.</summary>
public abstract class AcceleratorObject : IDisposable
{
    internal AcceleratorObject(Accelerator accelerator) => Accelerator = accelerator;

    public Accelerator Accelerator { get; }

    public AcceleratorType AcceleratorType => Accelerator.AcceleratorType;

    public void Dispose()
    {
        Accelerator.Forget(this);
        Release();
        GC.SuppressFinalize(this);
    }

    internal virtual void Release()
    {
    }
}

/// <summary>A queue of work. Everything is done at once here.</summary>
public abstract class AcceleratorStream : AcceleratorObject
{
    internal AcceleratorStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    public abstract void Synchronize();

    public Task SynchronizeAsync() => Task.CompletedTask;
}

/// <summary>An error of a driver.</summary>
public abstract class AcceleratorException : Exception
{
    internal AcceleratorException(string message)
        : base(message)
    {
    }

    public abstract AcceleratorType AcceleratorType { get; }
}

/// <summary>What a device can do.</summary>
public abstract class CapabilityContext
{
    internal CapabilityContext()
    {
    }
}
