using System.Reflection;
using System.Reflection.Emit;

namespace PyramidOT.Simulation.Il;

/// <summary>Plain instructions: locals, constants, arithmetic, branches.</summary>
internal sealed partial class MethodDecoder
{
    private void One(IlInstruction il)
    {
        string name = il.Code.Name!;
        Type? constrained = _constrained;
        _constrained = null;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string head = dot < 0 ? name : name[..dot];
        switch (head)
        {
            case "nop" or "break" or "readonly" or "volatile" or "unaligned" or "tail":
                break;
            case "constrained":
                _constrained = (Type)il.Operand!;
                break;
            case "ldarg":
                Load(Slot(name, il), _argumentTypes, _argumentOffsets);
                break;
            case "ldarga":
                Address(Slot(name, il), _argumentTypes, _argumentOffsets);
                break;
            case "starg":
                Store(Slot(name, il), _argumentTypes, _argumentOffsets);
                break;
            case "ldloc":
                Load(Slot(name, il), _localTypes, _localOffsets);
                break;
            case "ldloca":
                Address(Slot(name, il), _localTypes, _localOffsets);
                break;
            case "stloc":
                Store(Slot(name, il), _localTypes, _localOffsets);
                break;
            case "ldc":
                LoadConstant(name, il);
                break;
            case "dup":
                Entry top = _stack[^1];
                PushElsewhere(top.Kind, top.Type, top.Offset, top.Mode == EntryMode.Own ? EntryMode.Elsewhere : top.Mode);
                _stack[^1] = _stack[^1] with { Displacement = top.Displacement };
                _lastResult = -1;
                break;
            case "pop":
                Pop();
                break;
            case "add" or "sub" or "mul" or "div" or "rem" or "and" or "or" or "xor":
                if (name.EndsWith(".ovf", StringComparison.Ordinal) || name.Contains(".ovf.", StringComparison.Ordinal))
                    throw Refuse($"{name} (checked arithmetic throws)");
                Arithmetic(char.ToUpperInvariant(head[0]) + head[1..] + (name.EndsWith(".un", StringComparison.Ordinal) ? "Un" : string.Empty));
                break;
            case "shl" or "shr":
                Shift(name);
                break;
            case "neg" or "not":
                Entry operand = Pop();
                EmitResult(Typed(char.ToUpperInvariant(head[0]) + head[1..], operand.Kind), operand.Kind, Plain(operand.Kind), Value(operand));
                break;
            case "ceq" or "cgt" or "clt":
                Entry right = Pop();
                Entry left = Pop();
                (int a, int b, ValueKind kind) = Pair(left, right);
                string compare = char.ToUpperInvariant(head[0]) + head[1..] + (name.EndsWith(".un", StringComparison.Ordinal) ? "Un" : string.Empty);
                EmitResult(Typed(compare, kind), ValueKind.I4, typeof(int), a, b);
                break;
            case "conv":
                Convert(name);
                break;
            case "br" or "brtrue" or "brfalse" or "beq" or "bne" or "bge" or "bgt" or "ble" or "blt":
                Branch(head, name, (int)il.Operand!);
                break;
            case "switch":
                int index = Value(Pop());
                SettleStack();
                foreach (int target in (int[])il.Operand!)
                    Arrive(target);
                Emit(Op.Switch, b: index, reference: il.Operand);
                break;
            case "ret":
                Return();
                break;
            default:
                MemoryOrCall(head, name, il, constrained);
                break;
        }
    }

    private static int Slot(string name, IlInstruction il) => il.Operand is int index ? index : name[^1] - '0';

    private void Load(int index, Type[] types, int[] offsets)
    {
        Type type = types[index];
        ValueKind kind = TypeLayout.Kind(type);
        if (offsets[index] < 0)
        {
            LoadInlined(index, kind, type);
            return;
        }

        // A small integer may have been written through its address, as its own bytes only.
        if (kind == ValueKind.I4 && TypeLayout.Size(type) < 4)
            EmitResult(NarrowOp(type), kind, type, offsets[index]);
        else if (!_escaped.Contains(offsets[index]))
            PushElsewhere(kind, type, offsets[index]);
        else
            CopyResult(kind, type, offsets[index]);
    }

    private void CopyResult(ValueKind kind, Type type, int from)
    {
        int to = Push(kind, type);
        Move(to, from, TypeLayout.Size(type), kind);
        _lastResult = _code.Count - 1;
    }

    private void Address(int index, Type[] types, int[] offsets)
    {
        PushElsewhere(ValueKind.Pointer, types[index].IsByRef ? types[index] : types[index].MakeByRefType(), offsets[index], EntryMode.FrameAddress);
    }

    private void Store(int index, Type[] types, int[] offsets)
    {
        Entry value = Pop();
        int count = _code.Count;
        BeforeChange(offsets[index], SlotSize(types[index]));
        if (_code.Count != count)
            _lastResult = -1;
        Put(value, offsets[index], types[index]);
    }

    private void LoadConstant(string name, IlInstruction il)
    {
        switch (name[4..6])
        {
            case "i4":
                int value = il.Operand as int? ?? (name.EndsWith("m1", StringComparison.OrdinalIgnoreCase) ? -1 : name[^1] - '0');
                PushElsewhere(ValueKind.I4, typeof(int), Constant((uint)value));
                break;
            case "i8":
                PushElsewhere(ValueKind.I8, typeof(long), Constant((long)il.Operand!));
                break;
            case "r4":
                PushElsewhere(ValueKind.F4, typeof(float), Constant(BitConverter.SingleToUInt32Bits((float)il.Operand!)));
                break;
            default:
                PushElsewhere(ValueKind.F8, typeof(double), Constant(BitConverter.DoubleToInt64Bits((double)il.Operand!)));
                break;
        }
    }

    private static Type Plain(ValueKind kind) => kind switch
    {
        ValueKind.I4 => typeof(int),
        ValueKind.F4 => typeof(float),
        ValueKind.F8 => typeof(double),
        _ => typeof(long),
    };

    private Op Typed(string name, ValueKind kind)
    {
        string suffix = kind switch
        {
            ValueKind.I4 => "I4",
            ValueKind.I8 or ValueKind.Pointer => "I8",
            ValueKind.F4 => "F4",
            ValueKind.F8 => "F8",
            _ => "?",
        };
        return Enum.TryParse(name + suffix, out Op op) ? op : throw Refuse($"{name} on a value that is not a number");
    }

    /// <summary>Two operands brought to one kind: a 32-bit integer beside a native one is widened.</summary>
    private (int A, int B, ValueKind Kind) Pair(Entry left, Entry right)
    {
        int a = Value(left);
        _stack.Add(left with { Offset = a, Mode = EntryMode.Elsewhere, Displacement = 0 });
        int b = Value(right);
        ValueKind leftKind = left.Kind == ValueKind.Pointer ? ValueKind.I8 : left.Kind;
        ValueKind rightKind = right.Kind == ValueKind.Pointer ? ValueKind.I8 : right.Kind;
        if (leftKind != rightKind)
        {
            int wide = NextPlace() + 8;
            _stackEnd = Math.Max(_stackEnd, wide + 16);
            if (leftKind == ValueKind.I4 && rightKind == ValueKind.I8)
            {
                Emit(Op.I4ToI8, wide, a);
                (a, leftKind) = (wide, ValueKind.I8);
            }
            else if (leftKind == ValueKind.I8 && rightKind == ValueKind.I4)
            {
                Emit(Op.I4ToI8, wide, b);
                b = wide;
            }
            else if (leftKind == ValueKind.F4 && rightKind == ValueKind.F8)
            {
                Emit(Op.F4ToF8, wide, a);
                (a, leftKind) = (wide, ValueKind.F8);
            }
            else if (leftKind == ValueKind.F8 && rightKind == ValueKind.F4)
            {
                Emit(Op.F4ToF8, wide, b);
                b = wide;
            }
        }

        _stack.RemoveAt(_stack.Count - 1);
        return (a, b, leftKind);
    }

    private void Arithmetic(string name)
    {
        Entry right = Pop();
        Entry left = Pop();
        (int a, int b, ValueKind kind) = Pair(left, right);
        EmitResult(Typed(name, kind), kind, Plain(kind), a, b);
    }

    private void Shift(string name)
    {
        Entry count = Pop();
        Entry value = Pop();
        string op = name switch { "shl" => "Shl", "shr" => "Shr", _ => "ShrUn" };
        EmitResult(Typed(op, value.Kind), value.Kind, Plain(value.Kind), Value(value), Value(count));
    }

    private void Convert(string name)
    {
        if (name.Contains("ovf", StringComparison.Ordinal))
            throw Refuse($"{name} (checked arithmetic throws)");
        Entry entry = Pop();
        string to = name[5..];
        bool unsigned = entry.Kind == ValueKind.I4 && to is "u8" or "u";
        ValueKind target = to switch
        {
            "i1" or "u1" or "i2" or "u2" or "i4" or "u4" => ValueKind.I4,
            "i8" or "u8" or "i" or "u" => ValueKind.I8,
            "r4" => ValueKind.F4,
            _ => ValueKind.F8,
        };
        int from = Value(entry);
        ValueKind source = entry.Kind == ValueKind.Pointer ? ValueKind.I8 : entry.Kind;
        Op? op = (source, target) switch
        {
            (ValueKind.I4, ValueKind.I8) => unsigned ? Op.U4ToU8 : Op.I4ToI8,
            (ValueKind.I4, ValueKind.F4) => Op.I4ToF4,
            (ValueKind.I4, ValueKind.F8) => to == "r.un" ? Op.U4ToF8 : Op.I4ToF8,
            (ValueKind.I8, ValueKind.F4) => Op.I8ToF4,
            (ValueKind.I8, ValueKind.F8) => to == "r.un" ? Op.U8ToF8 : Op.I8ToF8,
            (ValueKind.F4, ValueKind.I4) => to == "u4" ? Op.F4ToU4 : Op.F4ToI4,
            (ValueKind.F4, ValueKind.I8) => to is "u8" or "u" ? Op.F4ToU8 : Op.F4ToI8,
            (ValueKind.F8, ValueKind.I4) => to == "u4" ? Op.F8ToU4 : Op.F8ToI4,
            (ValueKind.F8, ValueKind.I8) => to is "u8" or "u" ? Op.F8ToU8 : Op.F8ToI8,
            (ValueKind.F4, ValueKind.F8) => Op.F4ToF8,
            (ValueKind.F8, ValueKind.F4) => Op.F8ToF4,
            _ => null,
        };
        if (op is Op conversion)
        {
            EmitResult(conversion, target, Plain(target), from);
        }
        else if (to is "i1" or "u1" or "i2" or "u2")
        {
            // From an integer the low bytes are what counts, wherever it lies.
            EmitResult(Narrow(to), target, Plain(target), from);
            return;
        }
        else if (target == ValueKind.I4 && source == ValueKind.I8)
        {
            EmitResult(Op.Mov4, target, Plain(target), from);
        }
        else
        {
            _stack.Add(entry with { Kind = target, Type = Plain(target), Offset = from, Mode = from == NextPlace() ? EntryMode.Own : EntryMode.Elsewhere, Displacement = 0 });
            return;
        }

        if (to is "i1" or "u1" or "i2" or "u2")
        {
            Entry wide = Pop();
            EmitResult(Narrow(to), ValueKind.I4, typeof(int), wide.Offset);
        }
    }

    private static Op Narrow(string to) => to switch { "i1" => Op.ConvI1, "u1" => Op.ConvU1, "i2" => Op.ConvI2, _ => Op.ConvU2 };

    private void Branch(string head, string name, int target)
    {
        if (head == "br")
        {
            SettleStack();
            Arrive(target);
            Emit(Op.Br, imm: target);
            return;
        }

        Op op;
        int a;
        int b = 0;
        if (head is "brtrue" or "brfalse")
        {
            Entry condition = Pop();
            a = Value(condition);
            bool wide = condition.Kind is ValueKind.I8 or ValueKind.Pointer;
            op = head == "brtrue" ? (wide ? Op.BrTrue8 : Op.BrTrue4) : (wide ? Op.BrFalse8 : Op.BrFalse4);
        }
        else
        {
            Entry right = Pop();
            Entry left = Pop();
            (a, b, ValueKind kind) = Pair(left, right);
            string text = char.ToUpperInvariant(head[0]) + head[1..] + (name.Contains(".un", StringComparison.Ordinal) ? "Un" : string.Empty);
            op = Typed(text, kind);
        }

        SettleStack();
        Arrive(target);
        Emit(op, b: a, c: b, imm: target);
    }

    private void Arrive(int target)
    {
        if (target > _at)
            _states.TryAdd(target, [.. _stack]);
    }

    private void Return()
    {
        if (_method is MethodInfo { ReturnType: { } type } && type != typeof(void))
        {
            Entry value = Pop();
            int size = TypeLayout.Size(type);
            Emit(Op.Return, b: Value(value), size: TypeLayout.Kind(type) == ValueKind.I4 ? 4 : size);
        }
        else
        {
            Emit(Op.Return);
        }
    }
}
