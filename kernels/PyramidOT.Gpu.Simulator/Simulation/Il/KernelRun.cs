using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace PyramidOT.Simulation.Il;

/// <summary>
/// One interpreted launch: groups one after the other, in each the lanes one after the other until all wait or are done; then the barrier or
/// exchange that they wait at is carried out, and on.
/// </summary>
internal sealed unsafe partial class KernelRun
{
    private static uint _intervals = ShadowMemory.Host + 1;

    private readonly DecodedMethod _method;
    private readonly ParameterInfo[] _parameters;
    private readonly KernelArguments _arguments;
    private readonly SimulationSettings _settings;
    private readonly Index3D _gridDim;
    private readonly Index3D _groupDim;
    private readonly int _warpSize;
    private readonly Dictionary<long, MemoryBlock> _staticShared = [];
    private readonly HashSet<MemoryBlock> _filled = [];
    private readonly List<uint> _groupStarts = [];
    private readonly int[] _subs;
    private readonly Lane[] _lanes;
    private Index3D _group;

    public KernelRun(string name, MethodInfo method, KernelArguments arguments, KernelConfig config, SimulationSettings settings, int warpSize, MemoryBlock? dynamicShared)
    {
        KernelName = name;
        _method = MethodDecoder.Decode(method);
        _parameters = method.GetParameters();
        _arguments = arguments;
        _settings = settings;
        _gridDim = config.GridDim;
        _groupDim = config.GroupDim;
        _warpSize = warpSize;
        DynamicShared = dynamicShared;
        DynamicSize = config.SharedMemoryConfig.ElementSize;
        int lanes = _groupDim.Size;
        _lanes = new Lane[lanes];
        for (int i = 0; i < lanes; i++)
            _lanes[i] = new Lane { Index = i };
        _subs = new int[(lanes + warpSize - 1) / warpSize];
    }

    public string KernelName { get; }

    public MemoryBlock? DynamicShared { get; }

    /// <summary>Bytes of an element of the dynamic shared memory, as the launch requested it.</summary>
    public int DynamicSize { get; }

    public uint LaunchStart { get; private set; }

    public uint GroupStart { get; private set; }

    /// <summary>The number of what runs between the last barrier and the next.</summary>
    public uint Interval { get; private set; }

    public string GroupName => NativeLane.GroupName(_group, _gridDim);

    public int SubOf(int warp) => _subs[warp];

    public void Run()
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)_lanes.Length * Lane.MemorySize, 64);
        try
        {
            foreach (Lane lane in _lanes)
                lane.Memory = memory + ((nint)lane.Index * Lane.MemorySize);
            Interpreter interpreter = new(this, _warpSize, _settings.StepLimit);
            LaunchStart = Interlocked.Increment(ref _intervals);
            for (int z = 0; z < _gridDim.Z; z++)
            {
                for (int y = 0; y < _gridDim.Y; y++)
                {
                    for (int x = 0; x < _gridDim.X; x++)
                    {
                        _group = new Index3D(x, y, z);
                        RunGroup(interpreter);
                    }
                }
            }
        }
        finally
        {
            foreach (Lane lane in _lanes)
                _settings.InstructionCount += lane.Steps;
            NativeMemory.AlignedFree(memory);
            foreach (MemoryBlock block in _staticShared.Values)
                DeviceMemory.Free(block);
        }
    }

    public MemoryBlock StaticShared(long path, long length)
    {
        if (!_staticShared.TryGetValue(path, out MemoryBlock? block))
            _staticShared[path] = block = DeviceMemory.Allocate(length, MemoryKind.Shared, null);
        if (_filled.Add(block))
            block.Fill(_settings.PoisonByte);
        return block;
    }

    /// <summary>The parameter through which a block came into the kernel, if it was one.</summary>
    public string? ParameterOf(MemoryBlock block)
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            byte[] value = _arguments.Values[i];
            for (int at = 0; at + 8 <= value.Length; at += 8)
            {
                if (BitConverter.ToUInt64(value, at) >> DeviceMemory.OffsetBits == (ulong)block.Number && TypeLayout.Kind(_parameters[i].ParameterType) == ValueKind.Struct)
                    return _parameters[i].Name;
            }
        }

        return null;
    }

    public string GroupOf(uint interval)
    {
        int at = _groupStarts.BinarySearch(interval);
        int group = at >= 0 ? at : ~at - 1;
        Index3D index = new(group % _gridDim.X, group / _gridDim.X % _gridDim.Y, group / _gridDim.X / _gridDim.Y);
        return NativeLane.GroupName(index, _gridDim);
    }

    public void Answer(Lane lane, LaneValue question, byte* to)
    {
        int index = lane.Index;
        int x = index % _groupDim.X;
        int y = index / _groupDim.X % _groupDim.Y;
        int z = index / _groupDim.X / _groupDim.Y;
        int linear = _group.X + (_gridDim.X * (_group.Y + (_gridDim.Y * _group.Z)));
        switch (question)
        {
            case LaneValue.GridIndex:
                *(Index3D*)to = _group;
                return;
            case LaneValue.GridDimension:
                *(Index3D*)to = _gridDim;
                return;
            case LaneValue.GroupIndex:
                *(Index3D*)to = new Index3D(x, y, z);
                return;
            case LaneValue.GroupDimension:
                *(Index3D*)to = _groupDim;
                return;
            case LaneValue.GlobalIndex:
                *(Index3D*)to = new Index3D((_group.X * _groupDim.X) + x, (_group.Y * _groupDim.Y) + y, (_group.Z * _groupDim.Z) + z);
                return;
            default:
                break;
        }

        *(int*)to = question switch
        {
            LaneValue.GridIdxX => _group.X,
            LaneValue.GridIdxY => _group.Y,
            LaneValue.GridIdxZ => _group.Z,
            LaneValue.GridDimX => _gridDim.X,
            LaneValue.GridDimY => _gridDim.Y,
            LaneValue.GridDimZ => _gridDim.Z,
            LaneValue.GroupIdxX => x,
            LaneValue.GroupIdxY => y,
            LaneValue.GroupIdxZ => z,
            LaneValue.GroupDimX => _groupDim.X,
            LaneValue.GroupDimY => _groupDim.Y,
            LaneValue.GroupDimZ => _groupDim.Z,
            LaneValue.GroupLinear => index,
            LaneValue.IsFirstThread => index == 0 ? 1 : 0,
            LaneValue.IsLastThread => index == _lanes.Length - 1 ? 1 : 0,
            LaneValue.WarpSize => _warpSize,
            LaneValue.LaneIdx => index % _warpSize,
            LaneValue.WarpIdx => index / _warpSize,
            LaneValue.IsFirstLane => index % _warpSize == 0 ? 1 : 0,
            LaneValue.IsLastLane => index % _warpSize == _warpSize - 1 ? 1 : 0,
            LaneValue.GridLinear => linear,
            _ => (linear * _lanes.Length) + index,
        };
    }

    private void RunGroup(Interpreter interpreter)
    {
        GroupStart = Interval = Interlocked.Increment(ref _intervals);
        _groupStarts.Add(GroupStart);
        Array.Clear(_subs);
        _filled.Clear();
        DynamicShared?.Fill(_settings.PoisonByte);
        foreach (Lane lane in _lanes)
            Start(lane);
        bool backward = _settings.LaneOrder == LaneOrder.Backward;
        while (true)
        {
            int count = _lanes.Length;
            for (int i = 0; i < count; i++)
            {
                Lane lane = _lanes[backward ? count - 1 - i : i];
                if (lane.State == LaneState.Ready)
                    interpreter.Run(lane);
            }

            if (!Together())
                return;
        }
    }

    private void Start(Lane lane)
    {
        lane.State = LaneState.Ready;
        lane.Pc = 0;
        lane.Frame = lane.Memory;
        lane.Method = _method;
        lane.DynamicTaken = false;
        lane.Callers.Clear();
        int first = _method.ArgumentOffsets.Length - _arguments.Values.Count;
        for (int i = 0; i < _arguments.Values.Count; i++)
        {
            byte[] value = _arguments.Values[i];
            byte* to = lane.Frame + _method.ArgumentOffsets[first + i];
            if (value.Length < 4)
                *(int*)to = Widen(value, _parameters[i].ParameterType);
            else
                value.CopyTo(new Span<byte>(to, value.Length));
        }

        Interpreter.Prepare(_method, lane.Frame);
    }

    private static int Widen(byte[] value, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => (sbyte)value[0],
        TypeCode.Int16 => BitConverter.ToInt16(value),
        TypeCode.UInt16 or TypeCode.Char => BitConverter.ToUInt16(value),
        _ when value.Length == 1 => value[0],
        _ => value[0] | (value[1] << 8) | (value.Length > 2 ? value[2] << 16 : 0),
    };

    [DoesNotReturn]
    private void Fail(Lane lane, string what) =>
        throw new KernelFaultException($"Kernel {KernelName}, group {GroupName}, lane {lane.Index}: {what}.");
}
