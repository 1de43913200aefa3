using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PyramidOT.Simulation.Il;

/// <summary>
/// Runs a lane until it waits for others or ends. One line an operation.
/// </summary>
internal sealed unsafe partial class Interpreter
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Lane lane)
    {
        Enter(lane);
        DecodedMethod method = lane.Method;
        byte* f = lane.Frame;
        int pc = lane.Pc;
        long steps = lane.Steps;
        ref Instruction code = ref MemoryMarshal.GetArrayDataReference(method.Code);
        while (true)
        {
            ref Instruction ins = ref Unsafe.Add(ref code, pc++);
            steps++;
            switch (ins.Op)
            {
                case Op.Mov1: *(f + ins.A) = *(f + ins.B); break;
                case Op.Mov2: *(short*)(f + ins.A) = *(short*)(f + ins.B); break;
                case Op.Mov4: *(int*)(f + ins.A) = *(int*)(f + ins.B); break;
                case Op.Mov8: *(long*)(f + ins.A) = *(long*)(f + ins.B); break;
                case Op.MovBlock: Buffer.MemoryCopy(f + ins.B, f + ins.A, ins.Size, ins.Size); break;
                case Op.Zero: Unsafe.InitBlockUnaligned(f + ins.A, 0, (uint)ins.Size); break;
                case Op.Lea: *(ulong*)(f + ins.A) = DeviceMemory.LocalBit | (ulong)(f - _memory + ins.Imm); break;
                case Op.AddPointer: *(long*)(f + ins.A) = *(long*)(f + ins.B) + ins.Imm; break;
                case Op.LoadI1: *(int*)(f + ins.A) = *(sbyte*)Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 1, 1, pc); break;
                case Op.LoadU1: *(int*)(f + ins.A) = *(byte*)Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 1, 1, pc); break;
                case Op.LoadI2: *(int*)(f + ins.A) = *(short*)Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 2, 2, pc); break;
                case Op.LoadU2: *(int*)(f + ins.A) = *(ushort*)Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 2, 2, pc); break;
                case Op.Load4: *(int*)(f + ins.A) = *(int*)Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 4, 4, pc); break;
                case Op.Load8: *(long*)(f + ins.A) = *(long*)Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 8, 8, pc); break;
                case Op.LoadBlock: Buffer.MemoryCopy(Read(*(ulong*)(f + ins.B) + (ulong)ins.Imm, ins.Size, ins.C, pc), f + ins.A, ins.Size, ins.Size); break;
                case Op.Store1: *Write(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 1, 1, pc) = *(f + ins.C); break;
                case Op.Store2: *(short*)Write(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 2, 2, pc) = *(short*)(f + ins.C); break;
                case Op.Store4: *(int*)Write(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 4, 4, pc) = *(int*)(f + ins.C); break;
                case Op.Store8: *(long*)Write(*(ulong*)(f + ins.B) + (ulong)ins.Imm, 8, 8, pc) = *(long*)(f + ins.C); break;
                case Op.StoreBlock: Buffer.MemoryCopy(f + ins.C, Write(*(ulong*)(f + ins.B) + (ulong)ins.Imm, ins.Size, ins.D, pc), ins.Size, ins.Size); break;
                case Op.ZeroAt: Unsafe.InitBlockUnaligned(Write(*(ulong*)(f + ins.B) + (ulong)ins.Imm, ins.Size, ins.D, pc), 0, (uint)ins.Size); break;
                case Op.ViewItem4: *(ulong*)(f + ins.A) = Item(f + ins.B, *(int*)(f + ins.C), ins.Imm, pc); break;
                case Op.ViewItem8: *(ulong*)(f + ins.A) = Item(f + ins.B, *(long*)(f + ins.C), ins.Imm, pc); break;
                case Op.ViewLoad4: *(int*)(f + ins.A) = *(int*)Read(Item(f + ins.B, ins.D == 0 ? *(int*)(f + ins.C) : *(long*)(f + ins.C), ins.Imm, pc) + (ulong)ins.Size, 4, 4, pc); break;
                case Op.ViewLoad8: *(long*)(f + ins.A) = *(long*)Read(Item(f + ins.B, ins.D == 0 ? *(int*)(f + ins.C) : *(long*)(f + ins.C), ins.Imm, pc) + (ulong)ins.Size, 8, 8, pc); break;
                case Op.ViewPart: Part(f, ref ins, pc); break;
                case Op.ViewCast: Cast(f, ref ins, pc); break;
                case Op.Native1: *(ulong*)(f + ins.A) = Unsafe.As<Func<ulong, ulong>>(ins.Ref!)(*(ulong*)(f + ins.B)); break;
                case Op.Native2: *(ulong*)(f + ins.A) = Unsafe.As<Func<ulong, ulong, ulong>>(ins.Ref!)(*(ulong*)(f + ins.B), *(ulong*)(f + ins.C)); break;
                case Op.Native3: *(ulong*)(f + ins.A) = Unsafe.As<Func<ulong, ulong, ulong, ulong>>(ins.Ref!)(*(ulong*)(f + ins.B), *(ulong*)(f + ins.C), *(ulong*)(f + ins.D)); break;
                case Op.MinF4: *(float*)(f + ins.A) = MathF.Min(*(float*)(f + ins.B), *(float*)(f + ins.C)); break;
                case Op.MaxF4: *(float*)(f + ins.A) = MathF.Max(*(float*)(f + ins.B), *(float*)(f + ins.C)); break;
                case Op.MinI4: *(int*)(f + ins.A) = Math.Min(*(int*)(f + ins.B), *(int*)(f + ins.C)); break;
                case Op.MaxI4: *(int*)(f + ins.A) = Math.Max(*(int*)(f + ins.B), *(int*)(f + ins.C)); break;
                case Op.SqrtF4: *(float*)(f + ins.A) = MathF.Sqrt(*(float*)(f + ins.B)); break;
                case Op.AbsF4: *(float*)(f + ins.A) = MathF.Abs(*(float*)(f + ins.B)); break;
                case Op.Atomic4: *(uint*)(f + ins.A) = Atomic4(f, ref ins, pc); break;
                case Op.Atomic8: *(ulong*)(f + ins.A) = Atomic8(f, ref ins, pc); break;
                case Op.SharedStatic: StaticShared(lane, f, ref ins, pc); break;
                case Op.SharedDynamic: DynamicShared(lane, f, ref ins, pc); break;
                case Op.LaneValue: _run.Answer(lane, (LaneValue)ins.Imm, f + ins.A); break;
                case Op.AddI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) + *(int*)(f + ins.C); break;
                case Op.AddI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) + *(long*)(f + ins.C); break;
                case Op.AddF4: *(float*)(f + ins.A) = *(float*)(f + ins.B) + *(float*)(f + ins.C); break;
                case Op.AddF8: *(double*)(f + ins.A) = *(double*)(f + ins.B) + *(double*)(f + ins.C); break;
                case Op.SubI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) - *(int*)(f + ins.C); break;
                case Op.SubI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) - *(long*)(f + ins.C); break;
                case Op.SubF4: *(float*)(f + ins.A) = *(float*)(f + ins.B) - *(float*)(f + ins.C); break;
                case Op.SubF8: *(double*)(f + ins.A) = *(double*)(f + ins.B) - *(double*)(f + ins.C); break;
                case Op.MulI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) * *(int*)(f + ins.C); break;
                case Op.MulI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) * *(long*)(f + ins.C); break;
                case Op.MulF4: *(float*)(f + ins.A) = *(float*)(f + ins.B) * *(float*)(f + ins.C); break;
                case Op.MulF8: *(double*)(f + ins.A) = *(double*)(f + ins.B) * *(double*)(f + ins.C); break;
                case Op.DivI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) / NotZero(*(int*)(f + ins.C), pc); break;
                case Op.DivI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) / NotZero(*(long*)(f + ins.C), pc); break;
                case Op.DivF4: *(float*)(f + ins.A) = *(float*)(f + ins.B) / *(float*)(f + ins.C); break;
                case Op.DivF8: *(double*)(f + ins.A) = *(double*)(f + ins.B) / *(double*)(f + ins.C); break;
                case Op.RemI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) % NotZero(*(int*)(f + ins.C), pc); break;
                case Op.RemI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) % NotZero(*(long*)(f + ins.C), pc); break;
                case Op.RemF4: *(float*)(f + ins.A) = *(float*)(f + ins.B) % *(float*)(f + ins.C); break;
                case Op.RemF8: *(double*)(f + ins.A) = *(double*)(f + ins.B) % *(double*)(f + ins.C); break;
                case Op.DivUnI4: *(uint*)(f + ins.A) = *(uint*)(f + ins.B) / (uint)NotZero((int)*(uint*)(f + ins.C), pc); break;
                case Op.DivUnI8: *(ulong*)(f + ins.A) = *(ulong*)(f + ins.B) / (ulong)NotZero((long)*(ulong*)(f + ins.C), pc); break;
                case Op.RemUnI4: *(uint*)(f + ins.A) = *(uint*)(f + ins.B) % (uint)NotZero((int)*(uint*)(f + ins.C), pc); break;
                case Op.RemUnI8: *(ulong*)(f + ins.A) = *(ulong*)(f + ins.B) % (ulong)NotZero((long)*(ulong*)(f + ins.C), pc); break;
                case Op.AndI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) & *(int*)(f + ins.C); break;
                case Op.AndI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) & *(long*)(f + ins.C); break;
                case Op.OrI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) | *(int*)(f + ins.C); break;
                case Op.OrI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) | *(long*)(f + ins.C); break;
                case Op.XorI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) ^ *(int*)(f + ins.C); break;
                case Op.XorI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) ^ *(long*)(f + ins.C); break;
                case Op.ShlI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) << *(int*)(f + ins.C); break;
                case Op.ShlI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) << *(int*)(f + ins.C); break;
                case Op.ShrI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) >> *(int*)(f + ins.C); break;
                case Op.ShrI8: *(long*)(f + ins.A) = *(long*)(f + ins.B) >> *(int*)(f + ins.C); break;
                case Op.ShrUnI4: *(uint*)(f + ins.A) = *(uint*)(f + ins.B) >> *(int*)(f + ins.C); break;
                case Op.ShrUnI8: *(ulong*)(f + ins.A) = *(ulong*)(f + ins.B) >> *(int*)(f + ins.C); break;
                case Op.NegI4: *(int*)(f + ins.A) = -*(int*)(f + ins.B); break;
                case Op.NegI8: *(long*)(f + ins.A) = -*(long*)(f + ins.B); break;
                case Op.NegF4: *(float*)(f + ins.A) = -*(float*)(f + ins.B); break;
                case Op.NegF8: *(double*)(f + ins.A) = -*(double*)(f + ins.B); break;
                case Op.NotI4: *(int*)(f + ins.A) = ~*(int*)(f + ins.B); break;
                case Op.NotI8: *(long*)(f + ins.A) = ~*(long*)(f + ins.B); break;
                case Op.CeqI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) == *(int*)(f + ins.C) ? 1 : 0; break;
                case Op.CeqI8: *(int*)(f + ins.A) = *(long*)(f + ins.B) == *(long*)(f + ins.C) ? 1 : 0; break;
                case Op.CeqF4: *(int*)(f + ins.A) = *(float*)(f + ins.B) == *(float*)(f + ins.C) ? 1 : 0; break;
                case Op.CeqF8: *(int*)(f + ins.A) = *(double*)(f + ins.B) == *(double*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) > *(int*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtI8: *(int*)(f + ins.A) = *(long*)(f + ins.B) > *(long*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtF4: *(int*)(f + ins.A) = *(float*)(f + ins.B) > *(float*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtF8: *(int*)(f + ins.A) = *(double*)(f + ins.B) > *(double*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtUnI4: *(int*)(f + ins.A) = *(uint*)(f + ins.B) > *(uint*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtUnI8: *(int*)(f + ins.A) = *(ulong*)(f + ins.B) > *(ulong*)(f + ins.C) ? 1 : 0; break;
                case Op.CgtUnF4: *(int*)(f + ins.A) = !(*(float*)(f + ins.B) <= *(float*)(f + ins.C)) ? 1 : 0; break;
                case Op.CgtUnF8: *(int*)(f + ins.A) = !(*(double*)(f + ins.B) <= *(double*)(f + ins.C)) ? 1 : 0; break;
                case Op.CltI4: *(int*)(f + ins.A) = *(int*)(f + ins.B) < *(int*)(f + ins.C) ? 1 : 0; break;
                case Op.CltI8: *(int*)(f + ins.A) = *(long*)(f + ins.B) < *(long*)(f + ins.C) ? 1 : 0; break;
                case Op.CltF4: *(int*)(f + ins.A) = *(float*)(f + ins.B) < *(float*)(f + ins.C) ? 1 : 0; break;
                case Op.CltF8: *(int*)(f + ins.A) = *(double*)(f + ins.B) < *(double*)(f + ins.C) ? 1 : 0; break;
                case Op.CltUnI4: *(int*)(f + ins.A) = *(uint*)(f + ins.B) < *(uint*)(f + ins.C) ? 1 : 0; break;
                case Op.CltUnI8: *(int*)(f + ins.A) = *(ulong*)(f + ins.B) < *(ulong*)(f + ins.C) ? 1 : 0; break;
                case Op.CltUnF4: *(int*)(f + ins.A) = !(*(float*)(f + ins.B) >= *(float*)(f + ins.C)) ? 1 : 0; break;
                case Op.CltUnF8: *(int*)(f + ins.A) = !(*(double*)(f + ins.B) >= *(double*)(f + ins.C)) ? 1 : 0; break;
                case Op.Br: goto jump;
                case Op.BrTrue4: if (*(int*)(f + ins.B) != 0) goto jump; else break;
                case Op.BrFalse4: if (*(int*)(f + ins.B) == 0) goto jump; else break;
                case Op.BrTrue8: if (*(long*)(f + ins.B) != 0) goto jump; else break;
                case Op.BrFalse8: if (*(long*)(f + ins.B) == 0) goto jump; else break;
                case Op.BeqI4: if (*(int*)(f + ins.B) == *(int*)(f + ins.C)) goto jump; else break;
                case Op.BeqI8: if (*(long*)(f + ins.B) == *(long*)(f + ins.C)) goto jump; else break;
                case Op.BeqF4: if (*(float*)(f + ins.B) == *(float*)(f + ins.C)) goto jump; else break;
                case Op.BeqF8: if (*(double*)(f + ins.B) == *(double*)(f + ins.C)) goto jump; else break;
                case Op.BneUnI4: if (*(uint*)(f + ins.B) != *(uint*)(f + ins.C)) goto jump; else break;
                case Op.BneUnI8: if (*(ulong*)(f + ins.B) != *(ulong*)(f + ins.C)) goto jump; else break;
                case Op.BneUnF4: if (*(float*)(f + ins.B) != *(float*)(f + ins.C)) goto jump; else break;
                case Op.BneUnF8: if (*(double*)(f + ins.B) != *(double*)(f + ins.C)) goto jump; else break;
                case Op.BgeI4: if (*(int*)(f + ins.B) >= *(int*)(f + ins.C)) goto jump; else break;
                case Op.BgeI8: if (*(long*)(f + ins.B) >= *(long*)(f + ins.C)) goto jump; else break;
                case Op.BgeF4: if (*(float*)(f + ins.B) >= *(float*)(f + ins.C)) goto jump; else break;
                case Op.BgeF8: if (*(double*)(f + ins.B) >= *(double*)(f + ins.C)) goto jump; else break;
                case Op.BgeUnI4: if (*(uint*)(f + ins.B) >= *(uint*)(f + ins.C)) goto jump; else break;
                case Op.BgeUnI8: if (*(ulong*)(f + ins.B) >= *(ulong*)(f + ins.C)) goto jump; else break;
                case Op.BgeUnF4: if (!(*(float*)(f + ins.B) < *(float*)(f + ins.C))) goto jump; else break;
                case Op.BgeUnF8: if (!(*(double*)(f + ins.B) < *(double*)(f + ins.C))) goto jump; else break;
                case Op.BgtI4: if (*(int*)(f + ins.B) > *(int*)(f + ins.C)) goto jump; else break;
                case Op.BgtI8: if (*(long*)(f + ins.B) > *(long*)(f + ins.C)) goto jump; else break;
                case Op.BgtF4: if (*(float*)(f + ins.B) > *(float*)(f + ins.C)) goto jump; else break;
                case Op.BgtF8: if (*(double*)(f + ins.B) > *(double*)(f + ins.C)) goto jump; else break;
                case Op.BgtUnI4: if (*(uint*)(f + ins.B) > *(uint*)(f + ins.C)) goto jump; else break;
                case Op.BgtUnI8: if (*(ulong*)(f + ins.B) > *(ulong*)(f + ins.C)) goto jump; else break;
                case Op.BgtUnF4: if (!(*(float*)(f + ins.B) <= *(float*)(f + ins.C))) goto jump; else break;
                case Op.BgtUnF8: if (!(*(double*)(f + ins.B) <= *(double*)(f + ins.C))) goto jump; else break;
                case Op.BleI4: if (*(int*)(f + ins.B) <= *(int*)(f + ins.C)) goto jump; else break;
                case Op.BleI8: if (*(long*)(f + ins.B) <= *(long*)(f + ins.C)) goto jump; else break;
                case Op.BleF4: if (*(float*)(f + ins.B) <= *(float*)(f + ins.C)) goto jump; else break;
                case Op.BleF8: if (*(double*)(f + ins.B) <= *(double*)(f + ins.C)) goto jump; else break;
                case Op.BleUnI4: if (*(uint*)(f + ins.B) <= *(uint*)(f + ins.C)) goto jump; else break;
                case Op.BleUnI8: if (*(ulong*)(f + ins.B) <= *(ulong*)(f + ins.C)) goto jump; else break;
                case Op.BleUnF4: if (!(*(float*)(f + ins.B) > *(float*)(f + ins.C))) goto jump; else break;
                case Op.BleUnF8: if (!(*(double*)(f + ins.B) > *(double*)(f + ins.C))) goto jump; else break;
                case Op.BltI4: if (*(int*)(f + ins.B) < *(int*)(f + ins.C)) goto jump; else break;
                case Op.BltI8: if (*(long*)(f + ins.B) < *(long*)(f + ins.C)) goto jump; else break;
                case Op.BltF4: if (*(float*)(f + ins.B) < *(float*)(f + ins.C)) goto jump; else break;
                case Op.BltF8: if (*(double*)(f + ins.B) < *(double*)(f + ins.C)) goto jump; else break;
                case Op.BltUnI4: if (*(uint*)(f + ins.B) < *(uint*)(f + ins.C)) goto jump; else break;
                case Op.BltUnI8: if (*(ulong*)(f + ins.B) < *(ulong*)(f + ins.C)) goto jump; else break;
                case Op.BltUnF4: if (!(*(float*)(f + ins.B) >= *(float*)(f + ins.C))) goto jump; else break;
                case Op.BltUnF8: if (!(*(double*)(f + ins.B) >= *(double*)(f + ins.C))) goto jump; else break;
                case Op.ConvI1: *(int*)(f + ins.A) = *(sbyte*)(f + ins.B); break;
                case Op.ConvU1: *(int*)(f + ins.A) = *(byte*)(f + ins.B); break;
                case Op.ConvI2: *(int*)(f + ins.A) = *(short*)(f + ins.B); break;
                case Op.ConvU2: *(int*)(f + ins.A) = *(ushort*)(f + ins.B); break;
                case Op.I4ToI8: *(long*)(f + ins.A) = (long)*(int*)(f + ins.B); break;
                case Op.U4ToU8: *(ulong*)(f + ins.A) = (ulong)*(uint*)(f + ins.B); break;
                case Op.I4ToF4: *(float*)(f + ins.A) = (float)*(int*)(f + ins.B); break;
                case Op.I4ToF8: *(double*)(f + ins.A) = (double)*(int*)(f + ins.B); break;
                case Op.U4ToF4: *(float*)(f + ins.A) = (float)*(uint*)(f + ins.B); break;
                case Op.U4ToF8: *(double*)(f + ins.A) = (double)*(uint*)(f + ins.B); break;
                case Op.I8ToF4: *(float*)(f + ins.A) = (float)*(long*)(f + ins.B); break;
                case Op.I8ToF8: *(double*)(f + ins.A) = (double)*(long*)(f + ins.B); break;
                case Op.U8ToF4: *(float*)(f + ins.A) = (float)*(ulong*)(f + ins.B); break;
                case Op.U8ToF8: *(double*)(f + ins.A) = (double)*(ulong*)(f + ins.B); break;
                case Op.F4ToI4: *(int*)(f + ins.A) = (int)*(float*)(f + ins.B); break;
                case Op.F4ToI8: *(long*)(f + ins.A) = (long)*(float*)(f + ins.B); break;
                case Op.F4ToU4: *(uint*)(f + ins.A) = (uint)*(float*)(f + ins.B); break;
                case Op.F4ToU8: *(ulong*)(f + ins.A) = (ulong)*(float*)(f + ins.B); break;
                case Op.F8ToI4: *(int*)(f + ins.A) = (int)*(double*)(f + ins.B); break;
                case Op.F8ToI8: *(long*)(f + ins.A) = (long)*(double*)(f + ins.B); break;
                case Op.F8ToU4: *(uint*)(f + ins.A) = (uint)*(double*)(f + ins.B); break;
                case Op.F8ToU8: *(ulong*)(f + ins.A) = (ulong)*(double*)(f + ins.B); break;
                case Op.F4ToF8: *(double*)(f + ins.A) = (double)*(float*)(f + ins.B); break;
                case Op.F8ToF4: *(float*)(f + ins.A) = (float)*(double*)(f + ins.B); break;
                case Op.Switch:
                    int[] targets = Unsafe.As<int[]>(ins.Ref!);
                    uint chosen = *(uint*)(f + ins.B);
                    if (chosen < (uint)targets.Length)
                        pc = targets[chosen];
                    break;
                case Op.Call:
                    DecodedMethod callee = Unsafe.As<DecodedMethod>(ins.Ref!);
                    lane.Callers.Push((method, pc, (nint)f));
                    f += method.FrameSize;
                    if (f + callee.FrameSize + 4096 > _memory + Lane.MemorySize)
                        Fail(pc, "called too deep: the lane's frames do not fit");
                    method = callee;
                    _method = callee;
                    pc = 0;
                    code = ref MemoryMarshal.GetArrayDataReference(method.Code);
                    Prepare(method, f);
                    break;
                case Op.Return:
                    if (ins.Size != 0)
                        Buffer.MemoryCopy(f + ins.B, f, ins.Size, ins.Size);
                    if (lane.Callers.Count == 0)
                    {
                        lane.State = LaneState.Done;
                        lane.Steps = steps;
                        return;
                    }

                    (method, pc, nint frame) = lane.Callers.Pop();
                    f = (byte*)frame;
                    _method = method;
                    code = ref MemoryMarshal.GetArrayDataReference(method.Code);
                    break;
                case Op.Barrier:
                case Op.BarrierReduce:
                case Op.GroupBroadcast:
                case Op.WarpBarrier:
                case Op.WarpShuffle:
                    lane.State = LaneState.Waiting;
                    lane.Method = method;
                    lane.Frame = f;
                    lane.Pc = pc;
                    lane.Steps = steps;
                    return;
                default:
                    Fail(pc, $"the interpreter does not know {ins.Op}");
                    break;
            }

            continue;

        jump:
            if (ins.Imm < pc && steps > _stepLimit)
                Fail(pc, $"executed {steps} instructions, more than the step limit: it hangs");
            pc = (int)ins.Imm;
        }
    }
}
