using System.Runtime.CompilerServices;
using ILGPU;

namespace PyramidOT.Simulation.Il;

/// <summary>Executes lanes of one launch. Its fields are the running lane's.</summary>
internal sealed unsafe partial class Interpreter(KernelRun run, int warpSize, long stepLimit)
{
    private readonly KernelRun _run = run;
    private readonly long _stepLimit = stepLimit;
    private readonly int _warpShift = System.Numerics.BitOperations.Log2((uint)warpSize);
    private DecodedMethod _method = null!;
    private MemoryBlock?[] _blocks = [];
    private byte* _memory;
    private int _lane;
    private int _sub;
    private uint _interval;
    private uint _groupStart;
    private uint _launchStart;

    public static void Prepare(DecodedMethod method, byte* frame)
    {
        if (method.LocalsSize != 0)
            Unsafe.InitBlockUnaligned(frame + method.LocalsOffset, 0, (uint)method.LocalsSize);
        if (method.Constants.Length != 0)
            method.Constants.CopyTo(new Span<byte>(frame + method.ConstantsOffset, method.Constants.Length));
    }

    private void Enter(Lane lane)
    {
        _method = lane.Method;
        _memory = lane.Memory;
        _blocks = DeviceMemory.Blocks;
        _lane = lane.Index;
        _interval = _run.Interval;
        _groupStart = _run.GroupStart;
        _launchStart = _run.LaunchStart;
        _sub = _run.SubOf(lane.Index >> _warpShift);
        lane.State = LaneState.Ready;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Item(byte* view, long index, long size, int pc)
    {
        if ((ulong)index >= *(ulong*)(view + 8))
            Fail(pc, $"indexed a view of {*(long*)(view + 8)} elements with {index}");
        return *(ulong*)view + (ulong)(index * size);
    }

    private void Part(byte* f, ref Instruction ins, int pc)
    {
        ulong address = *(ulong*)(f + ins.B);
        long all = *(long*)(f + ins.B + 8);
        long index = *(long*)(f + ins.C);
        long length = ins.D < 0 ? all - index : *(long*)(f + ins.D);
        if (index < 0 || length < 0 || index + length > all)
            Fail(pc, $"took elements {index} to {index + length} of a view of {all} elements");
        *(ulong*)(f + ins.A) = address + (ulong)(index * ins.Imm);
        *(long*)(f + ins.A + 8) = length;
    }

    private void Cast(byte* f, ref Instruction ins, int pc)
    {
        ulong address = *(ulong*)(f + ins.B);
        long length = *(long*)(f + ins.B + 8) * ins.Size / ins.Imm;
        if (length != 0 && DeviceMemory.Offset(address) % ins.Imm != 0)
            Fail(pc, NativeLane.CastFault((int)ins.Imm, address));
        *(ulong*)(f + ins.A) = address;
        *(long*)(f + ins.A + 8) = length;
    }

    private int NotZero(int divisor, int pc)
    {
        if (divisor == 0)
            Fail(pc, "divided by zero");
        return divisor;
    }

    private long NotZero(long divisor, int pc)
    {
        if (divisor == 0)
            Fail(pc, "divided by zero");
        return divisor;
    }

    private uint Atomic4(byte* f, ref Instruction ins, int pc)
    {
        AtomicOp op = (AtomicOp)ins.Imm;
        ulong address = *(ulong*)(f + ins.B);
        uint* at = (uint*)((long)address < 0 ? Read(address, 4, 4, pc) : Check(address, 4, 4, pc, op == AtomicOp.Exchange ? Access.AtomicExchange : Access.Atomic));
        uint old = *at;
        uint value = *(uint*)(f + ins.C);
        float oldReal = BitConverter.UInt32BitsToSingle(old);
        float real = BitConverter.UInt32BitsToSingle(value);
        *at = op switch
        {
            AtomicOp.Add => old + value,
            AtomicOp.Min => (uint)Math.Min((int)old, (int)value),
            AtomicOp.Max => (uint)Math.Max((int)old, (int)value),
            AtomicOp.MinUn => Math.Min(old, value),
            AtomicOp.MaxUn => Math.Max(old, value),
            AtomicOp.AddF => BitConverter.SingleToUInt32Bits(oldReal + real),
            AtomicOp.MinF => BitConverter.SingleToUInt32Bits(Math.Min(oldReal, real)),
            AtomicOp.MaxF => BitConverter.SingleToUInt32Bits(Math.Max(oldReal, real)),
            AtomicOp.And => old & value,
            AtomicOp.Or => old | value,
            AtomicOp.Xor => old ^ value,
            AtomicOp.Exchange => value,
            _ => old == *(uint*)(f + ins.D) ? value : old,
        };
        return old;
    }

    private ulong Atomic8(byte* f, ref Instruction ins, int pc)
    {
        AtomicOp op = (AtomicOp)ins.Imm;
        ulong address = *(ulong*)(f + ins.B);
        ulong* at = (ulong*)((long)address < 0 ? Read(address, 8, 8, pc) : Check(address, 8, 8, pc, op == AtomicOp.Exchange ? Access.AtomicExchange : Access.Atomic));
        ulong old = *at;
        ulong value = *(ulong*)(f + ins.C);
        double oldReal = BitConverter.UInt64BitsToDouble(old);
        double real = BitConverter.UInt64BitsToDouble(value);
        *at = op switch
        {
            AtomicOp.Add => old + value,
            AtomicOp.Min => (ulong)Math.Min((long)old, (long)value),
            AtomicOp.Max => (ulong)Math.Max((long)old, (long)value),
            AtomicOp.MinUn => Math.Min(old, value),
            AtomicOp.MaxUn => Math.Max(old, value),
            AtomicOp.AddF => BitConverter.DoubleToUInt64Bits(oldReal + real),
            AtomicOp.MinF => BitConverter.DoubleToUInt64Bits(Math.Min(oldReal, real)),
            AtomicOp.MaxF => BitConverter.DoubleToUInt64Bits(Math.Max(oldReal, real)),
            AtomicOp.And => old & value,
            AtomicOp.Or => old | value,
            AtomicOp.Xor => old ^ value,
            AtomicOp.Exchange => value,
            _ => old == *(ulong*)(f + ins.D) ? value : old,
        };
        return old;
    }

    private void StaticShared(Lane lane, byte* f, ref Instruction ins, int pc)
    {
        // One allocation for each way that leads to the call: a method called from two places is inlined twice on a device.
        long path = ((long)RuntimeHelpers.GetHashCode(_method) << 20) + pc;
        foreach ((DecodedMethod method, int callerPc, _) in lane.Callers)
            path = (path * 1000003) + ((long)RuntimeHelpers.GetHashCode(method) << 20) + callerPc;
        int extent = *(int*)(f + ins.B);
        MemoryBlock block = _run.StaticShared(path, (long)extent * ins.Size);
        _blocks = DeviceMemory.Blocks;
        if (block.Length != (long)extent * ins.Size)
            Fail(pc, $"allocates {(long)extent * ins.Size} bytes of shared memory where another lane allocates {block.Length}");
        *(ulong*)(f + ins.A) = block.Address;
        *(long*)(f + ins.A + 8) = extent;
    }

    private void DynamicShared(Lane lane, byte* f, ref Instruction ins, int pc)
    {
        if (lane.DynamicTaken)
            Fail(pc, "called SharedMemory.GetDynamic a second time: on CUDA it is the same memory, on a CPU another");
        lane.DynamicTaken = true;
        MemoryBlock? block = _run.DynamicShared;
        if (block is not null && ins.Size != _run.DynamicSize)
            Fail(pc, NativeLane.DynamicFault(ins.Size, _run.DynamicSize));
        *(ulong*)(f + ins.A) = block?.Address ?? 0;
        *(long*)(f + ins.A + 8) = (block?.Length ?? 0) / ins.Size;
    }
}
