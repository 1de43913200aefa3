using System.Diagnostics.CodeAnalysis;
using ILGPU;

namespace PyramidOT.Simulation;

/// <summary>The one lane of the group that runs natively on this thread.</summary>
internal sealed class NativeLane(string kernel, int warpSize, Index3D gridDim, byte poison, long stepLimit, MemoryBlock? dynamicShared, int dynamicSize)
{
    [ThreadStatic]
    private static NativeLane? _current;

    private readonly List<MemoryBlock> _shared = [];
    private int _sharedUsed;
    private bool _dynamicTaken;
    private long _steps;

    public static NativeLane Current =>
        _current ?? throw new InvalidKernelOperationException("This function may be called inside a kernel only.");

    public int WarpSize { get; } = warpSize;

    public Index3D GridDim { get; } = gridDim;

    public Index3D GroupDim { get; } = Index3D.One;

    public Index3D GridIdx { get; private set; }

    /// <summary>Runs one group after the other.</summary>
    public void Run(Action body)
    {
        NativeLane? outer = _current;
        _current = this;
        try
        {
            for (int z = 0; z < GridDim.Z; z++)
            {
                for (int y = 0; y < GridDim.Y; y++)
                {
                    for (int x = 0; x < GridDim.X; x++)
                    {
                        GridIdx = new Index3D(x, y, z);
                        _sharedUsed = 0;
                        _dynamicTaken = false;
                        dynamicShared?.Fill(poison);
                        body();
                    }
                }
            }
        }
        finally
        {
            _current = outer;
            foreach (MemoryBlock block in _shared)
                DeviceMemory.Free(block);
        }
    }

    public void Step()
    {
        if (++_steps > stepLimit)
            Fail("passed more barriers than the step limit allows");
    }

    public void CheckPartner(int lane)
    {
        if (lane != 0)
            Fail($"broadcast from lane {lane}, but the group has 1 lane");
    }

    public void CheckWarp()
    {
        if (WarpSize != 1)
            Fail($"used a warp operation in a group of 1 lane, which does not fill a warp of {WarpSize}");
    }

    public ArrayView<T> AllocateShared<T>(int extent)
        where T : unmanaged
    {
        long length = (long)extent * ArrayView<T>.ElementSize;
        if (_sharedUsed == _shared.Count)
        {
            _shared.Add(DeviceMemory.Allocate(length, MemoryKind.Shared, null));
        }
        else if (_shared[_sharedUsed].Length != length)
        {
            DeviceMemory.Free(_shared[_sharedUsed]);
            _shared[_sharedUsed] = DeviceMemory.Allocate(length, MemoryKind.Shared, null);
        }

        MemoryBlock block = _shared[_sharedUsed++];
        block.Fill(poison);
        return new ArrayView<T>(block.Address, extent);
    }

    public ArrayView<T> DynamicShared<T>()
        where T : unmanaged
    {
        if (_dynamicTaken)
            Fail("called SharedMemory.GetDynamic a second time: on CUDA it is the same memory, on a CPU another");
        _dynamicTaken = true;
        if (dynamicShared is not null && ArrayView<T>.ElementSize != dynamicSize)
            Fail(DynamicFault(ArrayView<T>.ElementSize, dynamicSize));
        return dynamicShared is null ? default : new ArrayView<T>(dynamicShared.Address, dynamicShared.Length / ArrayView<T>.ElementSize);
    }

    public static void FailIndex(long index, long length, ulong address) =>
        FailAnywhere($"indexed a view of {length} elements with {index}", address);

    public static void FailSubView(long index, long part, long length, ulong address) =>
        FailAnywhere($"took elements {index} to {index + part} of a view of {length} elements", address);

    [DoesNotReturn]
    public static void FailCast(int size, ulong address) => FailAnywhere(CastFault(size, address), address);

    internal static string DynamicFault(int size, int requested) =>
        $"called SharedMemory.GetDynamic for elements of {size} bytes where the launch requested elements of {requested}: ILGPU's CPU accelerator gives as many as were requested, whatever their size";

    internal static string CastFault(int size, ulong address) =>
        $"cast a view that begins at byte {DeviceMemory.Offset(address)} of its memory to elements of {size} bytes, which is not a multiple of {size} (misaligned)";

    [DoesNotReturn]
    private static void FailAnywhere(string what, ulong address)
    {
        _ = address;
        if (_current is null)
            throw new ArgumentOutOfRangeException(null, $"The host {what}.");
        _current.Fail(what);
    }

    [DoesNotReturn]
    private void Fail(string what) => throw new KernelFaultException($"Kernel {kernel}, group {GroupName(GridIdx, GridDim)}, lane 0: {what}.");

    internal static string GroupName(Index3D index, Index3D dimension) =>
        dimension.Y == 1 && dimension.Z == 1 ? $"{index.X}" : index.ToString();
}
