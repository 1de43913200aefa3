using System.Reflection;
using System.Runtime.CompilerServices;

namespace PyramidOT.Simulation.Il;

/// <summary>Fields, pointers and blocks of memory.</summary>
internal sealed partial class MethodDecoder
{
    private void MemoryOrCall(string head, string name, IlInstruction il, Type? constrained)
    {
        switch (head)
        {
            case "ldfld":
                LoadField((FieldInfo)il.Operand!);
                break;
            case "ldflda":
                PushAddress(Pop(), (FieldInfo)il.Operand!);
                break;
            case "stfld":
                FieldInfo field = (FieldInfo)il.Operand!;
                Entry stored = Pop();
                StoreTo(Pop(), TypeLayout.Offset(field), field.FieldType, stored);
                break;
            case "ldsfld":
                LoadStatic((FieldInfo)il.Operand!);
                break;
            case "ldind":
                LoadFrom(Pop(), 0, Indirect(name));
                break;
            case "ldobj":
                LoadFrom(Pop(), 0, (Type)il.Operand!);
                break;
            case "stind":
                Entry value = Pop();
                StoreTo(Pop(), 0, Indirect(name), value);
                break;
            case "stobj":
                Entry whole = Pop();
                StoreTo(Pop(), 0, (Type)il.Operand!, whole);
                break;
            case "cpobj":
                LoadFrom(Pop(), 0, (Type)il.Operand!);
                Entry copy = Pop();
                StoreTo(Pop(), 0, (Type)il.Operand!, copy);
                break;
            case "initobj":
                Initialize(Pop(), (Type)il.Operand!);
                break;
            case "sizeof":
                PushElsewhere(ValueKind.I4, typeof(int), Constant(TypeLayout.Size((Type)il.Operand!)));
                break;
            case "call" or "callvirt":
                MethodBase called = (MethodBase)il.Operand!;
                Call(IlBody.Resolve(called, constrained) ?? throw Refuse($"{called.DeclaringType?.Name}.{called.Name} is not the struct's own"));
                break;
            case "newobj":
                Create((ConstructorInfo)il.Operand!);
                break;
            default:
                throw Refuse($"the instruction {name} is not one for kernels");
        }
    }

    private static Type Indirect(string name) => name[6..] switch
    {
        "i1" => typeof(sbyte),
        "u1" => typeof(byte),
        "i2" => typeof(short),
        "u2" => typeof(ushort),
        "i4" or "u4" => typeof(int),
        "r4" => typeof(float),
        "r8" => typeof(double),
        _ => typeof(long),
    };

    private void PushFromFrame(int offset, Type type)
    {
        ValueKind kind = TypeLayout.Kind(type);
        if (kind == ValueKind.I4 && TypeLayout.Size(type) < 4)
            EmitResult(NarrowOp(type), kind, type, offset);
        else if ((offset < _stackOffset || offset is >= InlineBase and < ConstantBase) && !IsEscaped(offset))
            PushElsewhere(kind, type, offset);
        else
            CopyResult(kind, type, offset);
    }

    private void LoadField(FieldInfo field)
    {
        if (field.IsStatic)
        {
            Pop();
            LoadStatic(field);
            return;
        }

        Entry owner = Pop();
        if (owner.Kind == ValueKind.Struct)
            PushFromFrame(owner.Offset + TypeLayout.Offset(field), field.FieldType);
        else
            LoadFrom(owner, TypeLayout.Offset(field), field.FieldType);
    }

    private void PushAddress(Entry owner, FieldInfo field)
    {
        int offset = TypeLayout.Offset(field);
        Type type = field.FieldType.MakeByRefType();
        if (owner.Mode == EntryMode.FrameAddress)
            PushElsewhere(ValueKind.Pointer, type, owner.Offset + offset, EntryMode.FrameAddress);
        else
            _stack.Add(owner with { Type = type, Displacement = owner.Displacement + offset });
    }

    private void LoadFrom(Entry address, int offset, Type type)
    {
        if (address.Mode == EntryMode.FrameAddress)
        {
            PushFromFrame(address.Offset + offset, type);
            return;
        }

        ValueKind kind = TypeLayout.Kind(type);
        int size = TypeLayout.Size(type);
        int displacement = address.Displacement + offset;
        if (address.Mode == EntryMode.Own && size is 4 or 8 && kind != ValueKind.Struct && _lastResult >= 0 && _lastResult == _code.Count - 1
            && _code[_lastResult] is { Op: Op.ViewItem4 or Op.ViewItem8 } item && item.A == address.Offset)
        {
            _code.RemoveAt(_lastResult);
            _ilOffsets.RemoveAt(_ilOffsets.Count - 1);
            _sources.RemoveAt(_sources.Count - 1);
            EmitResult(size == 4 ? Op.ViewLoad4 : Op.ViewLoad8, kind, type, item.B, item.C, item.Op == Op.ViewItem8 ? 1 : 0, displacement, item.Imm);
            return;
        }

        Op op = kind switch
        {
            ValueKind.I4 when size < 4 => Type.GetTypeCode(type) switch
            {
                TypeCode.SByte => Op.LoadI1,
                TypeCode.Int16 => Op.LoadI2,
                TypeCode.UInt16 or TypeCode.Char => Op.LoadU2,
                _ => Op.LoadU1,
            },
            ValueKind.I4 or ValueKind.F4 => Op.Load4,
            ValueKind.Struct => Op.LoadBlock,
            _ => Op.Load8,
        };
        EmitResult(op, kind, type, address.Offset, TypeLayout.AccessAlignment(type), size: size, imm: displacement);
    }

    private void StoreTo(Entry address, int offset, Type type, Entry value)
    {
        int size = TypeLayout.Size(type);
        if (address.Mode == EntryMode.FrameAddress)
        {
            StoreToFrame(address.Offset + offset, type, value);
            return;
        }

        // The address lies below the value, so computing the value's address there must not overwrite it.
        _stack.Add(address);
        int from = Value(value);
        _stack.RemoveAt(_stack.Count - 1);
        Op op = value.Kind == ValueKind.Struct ? Op.StoreBlock : size switch { 1 => Op.Store1, 2 => Op.Store2, 4 => Op.Store4, _ => Op.Store8 };
        Emit(op, b: address.Offset, c: from, d: TypeLayout.AccessAlignment(type), size: size, imm: address.Displacement + offset);
    }

    private void StoreToFrame(int to, Type type, Entry value)
    {
        int size = TypeLayout.Size(type);
        int count = _code.Count;
        BeforeChange(to, size);
        if (_code.Count != count)
            _lastResult = -1;
        if (value.Mode == EntryMode.FrameAddress || value.Displacement != 0)
        {
            Compute(value, to);
            return;
        }

        if (value.Kind != ValueKind.Struct && size >= 4 && value.Mode == EntryMode.Own && _lastResult >= 0 && _lastResult == _code.Count - 1
            && _code[_lastResult] is { Op: (>= Op.AddI4 and <= Op.F8ToF4) or Op.Load4 or Op.Load8 or Op.ViewLoad4 or Op.ViewLoad8 } last && last.A == value.Offset)
        {
            last.A = to;
            _code[_lastResult] = last;
            _lastResult = -1;
            return;
        }

        if (value.Kind == ValueKind.Struct)
            Move(to, value.Offset, size, ValueKind.Struct);
        else
            Emit(size switch { 1 => Op.Mov1, 2 => Op.Mov2, 4 => Op.Mov4, _ => Op.Mov8 }, to, value.Offset);
    }

    private void Initialize(Entry address, Type type)
    {
        int size = TypeLayout.Size(type);
        if (address.Mode == EntryMode.FrameAddress)
        {
            BeforeChange(address.Offset, size);
            Emit(Op.Zero, address.Offset, size: size);
        }
        else
        {
            Emit(Op.ZeroAt, b: address.Offset, d: TypeLayout.AccessAlignment(type), size: size, imm: address.Displacement);
        }
    }

    private void LoadStatic(FieldInfo field)
    {
        if (!field.IsInitOnly)
            throw Refuse($"the static field {field.DeclaringType?.Name}.{field.Name} can change");
        if (!TypeLayout.IsUnmanaged(field.FieldType))
            throw Refuse($"the static field {field.DeclaringType?.Name}.{field.Name} holds a reference");
        byte[] bytes = new byte[SlotSize(field.FieldType)];
        BytesMethod.MakeGenericMethod(field.FieldType).Invoke(null, [field.GetValue(null), bytes]);
        ValueKind kind = TypeLayout.Kind(field.FieldType);
        if (bytes.Length == 8)
        {
            PushElsewhere(kind, field.FieldType, Constant(BitConverter.ToInt64(bytes)));
            return;
        }

        int to = Push(kind, field.FieldType);
        for (int at = 0; at < bytes.Length; at += 8)
            Emit(Op.Mov8, to + at, Constant(BitConverter.ToInt64(bytes, at)));
    }

    private static readonly MethodInfo BytesMethod = typeof(MethodDecoder).GetMethod(nameof(Bytes), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static void Bytes<T>(T value, byte[] bytes)
        where T : struct => Unsafe.WriteUnaligned(ref bytes[0], value);
}
