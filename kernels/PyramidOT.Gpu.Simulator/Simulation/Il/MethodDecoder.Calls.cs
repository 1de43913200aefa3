using System.Reflection;
using ILGPU;

namespace PyramidOT.Simulation.Il;

/// <summary>Calls of a kernel's own methods, and of mathematics.</summary>
internal sealed partial class MethodDecoder
{
    private static readonly HashSet<Type> OneNumber = [typeof(Index1D), typeof(LongIndex1D)];

    /// <summary>Whether a method is done without looking into it: mathematics, or the same bits as another type.</summary>
    public static bool IsKnown(MethodBase method) => NativeCalls.IsAllowed(method) || IsReinterpreted(method);

    private void Call(MethodBase method)
    {
        if (Device(method) || Reinterpreted(method) || Getter(method) || Mathematics(method))
            return;
        if (method is MethodInfo { IsAbstract: true } || (method.IsVirtual && method.DeclaringType is { IsValueType: false }))
            throw Refuse($"{method.DeclaringType?.Name}.{method.Name} is a virtual call");
        if (Inline(method))
            return;
        (Type[] types, int[] offsets, _) = Arguments(method);
        Entry[] arguments = PopArguments(types.Length);
        for (int i = types.Length - 1; i >= 0; i--)
            Put(arguments[i], OutgoingBase + offsets[i], types[i]);
        Emit(Op.Call, reference: Decode(method));
        if (method is MethodInfo { ReturnType: { } result } && result != typeof(void))
            CopyResult(TypeLayout.Kind(result), result, OutgoingBase);
    }

    private void Create(ConstructorInfo constructor)
    {
        Type type = constructor.DeclaringType!;
        if (!type.IsValueType)
            throw Refuse($"new {type.Name} makes an object");
        if (OneNumber.Contains(type))
        {
            Retype(ValueKind.Struct, type);
            return;
        }

        (Type[] types, int[] offsets, _) = Arguments(constructor);
        Entry[] arguments = PopArguments(types.Length - 1);
        for (int i = types.Length - 1; i > 0; i--)
            Put(arguments[i - 1], OutgoingBase + offsets[i], types[i]);
        int to = Push(TypeLayout.Kind(type), type);
        Emit(Op.Zero, to, size: SlotSize(type));
        Emit(Op.Lea, OutgoingBase, imm: to);
        Emit(Op.Call, reference: Decode(constructor));
    }

    private Entry[] PopArguments(int count)
    {
        Entry[] arguments = new Entry[count];
        for (int i = count - 1; i >= 0; i--)
            arguments[i] = Pop();
        return arguments;
    }

    /// <summary>The same bits as another type.</summary>
    private void Retype(ValueKind kind, Type type)
    {
        int count = _code.Count;
        Entry entry = Pop();
        int at = Value(entry);
        _stack.Add(new Entry(kind, type, at, at == NextPlace() ? EntryMode.Own : EntryMode.Elsewhere));
        if (_code.Count != count)
            _lastResult = -1;
    }

    /// <summary>Methods that change a value's type only.</summary>
    private static bool IsReinterpreted(MethodBase method)
    {
        Type? owner = method.DeclaringType;
        if (method is not MethodInfo { ReturnType: { } result } || !method.IsStatic || owner is null)
            return false;
        ParameterInfo[] parameters = method.GetParameters();
        return (owner == typeof(Interop) && method.Name is nameof(Interop.FloatAsInt) or nameof(Interop.IntAsFloat))
            || (owner == typeof(BitConverter) && NativeCalls.IsAllowed(method))
            || (owner == typeof(System.Runtime.CompilerServices.Unsafe) && method.Name == "As" && result.IsByRef)
            || (OneNumber.Contains(owner) && method.Name == "op_Implicit" && parameters.Length == 1
                && TypeLayout.Size(parameters[0].ParameterType) == TypeLayout.Size(result));
    }

    private bool Reinterpreted(MethodBase method)
    {
        if (!IsReinterpreted(method))
            return false;
        Type result = ((MethodInfo)method).ReturnType;
        Retype(TypeLayout.Kind(result), result);
        return true;
    }

    /// <summary>A property that only reads a field is read as that field.</summary>
    private bool Getter(MethodBase method)
    {
        if (method.IsStatic || method.DeclaringType is not { IsValueType: true } || !method.Name.StartsWith("get_", StringComparison.Ordinal))
            return false;
        byte[]? il = method.GetMethodBody()?.GetILAsByteArray();
        if (il is not { Length: 7 } || il[0] != 0x02 || il[1] != 0x7B || il[6] != 0x2A)
            return false;
        LoadField((FieldInfo)IlBody.Read(method, il)[1].Operand!);
        return true;
    }

    private bool Mathematics(MethodBase method)
    {
        if (method is not MethodInfo called || !NativeCalls.IsAllowed(method))
            return false;
        ParameterInfo[] parameters = called.GetParameters();
        ValueKind result = TypeLayout.Kind(called.ReturnType);
        Op? simple = (called.Name, parameters.Length, Type.GetTypeCode(parameters[0].ParameterType)) switch
        {
            ("Min", 2, TypeCode.Single) => Op.MinF4,
            ("Max", 2, TypeCode.Single) => Op.MaxF4,
            ("Min", 2, TypeCode.Int32) => Op.MinI4,
            ("Max", 2, TypeCode.Int32) => Op.MaxI4,
            ("Sqrt", 1, TypeCode.Single) => Op.SqrtF4,
            ("Abs", 1, TypeCode.Single) => Op.AbsF4,
            _ => null,
        };
        Entry[] arguments = PopArguments(parameters.Length);
        int[] places = [.. arguments.Select(argument => argument.Offset), 0, 0];
        Op op = simple ?? parameters.Length switch { 1 => Op.Native1, 2 => Op.Native2, _ => Op.Native3 };
        EmitResult(op, result, called.ReturnType, places[0], places[1], places[2], reference: simple is null ? NativeCalls.Wrap(called) : null);
        if (simple is null)
            _lastResult = -1;
        return true;
    }
}
