using System.Reflection;
using ILGPU;

namespace PyramidOT.Simulation.Il;

/// <summary>ILGPU's device functions: the interpreter does them itself.</summary>
internal sealed partial class MethodDecoder
{
    /// <summary>Whether a method is one of those that the interpreter does itself.</summary>
    public static bool IsDevice(MethodBase method)
    {
        Type? owner = method.DeclaringType;
        if (owner is null || owner.Assembly != typeof(MethodDecoder).Assembly)
            return false;
        if (owner.IsGenericType && owner.GetGenericTypeDefinition() == typeof(ArrayView<>))
            return method.Name is "get_Item" or "SubView" or "Cast";
        return owner == typeof(Grid) && !method.Name.StartsWith("Compute", StringComparison.Ordinal)
            || owner == typeof(Group)
            || (owner == typeof(Warp) && !method.Name.StartsWith("Compute", StringComparison.Ordinal))
            || owner == typeof(Atomic)
            || owner == typeof(MemoryFence)
            || (owner == typeof(SharedMemory) && (method.Name == nameof(SharedMemory.GetDynamic) || (method.Name == nameof(SharedMemory.Allocate) && method.GetParameters().Length == 1)))
            || (owner == typeof(Interop) && method.Name == nameof(Interop.SizeOf));
    }

    private bool Device(MethodBase method)
    {
        if (!IsDevice(method))
            return false;
        Type owner = method.DeclaringType!;
        if (owner.IsGenericType)
            View((MethodInfo)method, owner);
        else if (owner == typeof(Atomic))
            Atomically((MethodInfo)method);
        else if (owner == typeof(SharedMemory))
            Shared((MethodInfo)method);
        else if (owner == typeof(Interop))
            SizeOf((MethodInfo)method);
        else if (owner != typeof(MemoryFence))
            Together((MethodInfo)method, owner);
        return true;
    }

    private void SizeOf(MethodInfo method)
    {
        if (method.GetParameters().Length == 1)
            Pop();
        PushElsewhere(ValueKind.I4, typeof(int), Constant(TypeLayout.Size(method.GetGenericArguments()[0])));
    }

    private void View(MethodInfo method, Type owner)
    {
        int size = TypeLayout.Size(owner.GetGenericArguments()[0]);
        int scratch = NextPlace();
        _stackEnd = Math.Max(_stackEnd, scratch + 64);
        Entry[] arguments = PopArguments(method.GetParameters().Length);
        Entry self = Pop();
        int view = self.Offset;
        if (self.Mode != EntryMode.FrameAddress)
        {
            view = scratch;
            Emit(Op.LoadBlock, view, self.Offset, 8, size: 16, imm: self.Displacement);
        }

        if (method.Name == "get_Item")
        {
            Type result = method.ReturnType;
            bool wide = TypeLayout.Size(arguments[0].Type) == 8;
            EmitResult(wide ? Op.ViewItem8 : Op.ViewItem4, ValueKind.Pointer, result, view, arguments[0].Offset, imm: size);
            return;
        }

        if (method.Name == "Cast")
        {
            EmitResult(Op.ViewCast, ValueKind.Struct, method.ReturnType, view, size: size, imm: TypeLayout.Size(method.GetGenericArguments()[0]));
            return;
        }

        int[] places = [-1, -1];
        for (int i = 0; i < arguments.Length; i++)
        {
            places[i] = arguments[i].Offset;
            if (arguments[i].Kind == ValueKind.I4)
            {
                places[i] = scratch + 16 + (8 * i);
                Emit(Op.I4ToI8, places[i], arguments[i].Offset);
            }
        }

        EmitResult(Op.ViewPart, ValueKind.Struct, method.ReturnType, view, places[0], places[1], imm: size);
    }

    private void Atomically(MethodInfo method)
    {
        Type type = method.ReturnType;
        ValueKind kind = TypeLayout.Kind(type);
        bool real = kind is ValueKind.F4 or ValueKind.F8;
        bool unsigned = type == typeof(uint) || type == typeof(ulong);
        AtomicOp op = method.Name switch
        {
            "Add" => real ? AtomicOp.AddF : AtomicOp.Add,
            "Min" => real ? AtomicOp.MinF : unsigned ? AtomicOp.MinUn : AtomicOp.Min,
            "Max" => real ? AtomicOp.MaxF : unsigned ? AtomicOp.MaxUn : AtomicOp.Max,
            "Exchange" => AtomicOp.Exchange,
            "And" => AtomicOp.And,
            "Or" => AtomicOp.Or,
            "Xor" => AtomicOp.Xor,
            _ => real ? AtomicOp.CompareExchangeF : AtomicOp.CompareExchange,
        };
        Entry value = Pop();
        int compare = method.Name == "CompareExchange" ? Pop().Offset : 0;
        int pointer = Value(Pop());
        EmitResult(TypeLayout.Size(type) == 4 ? Op.Atomic4 : Op.Atomic8, kind, type, pointer, value.Offset, compare, imm: (long)op);
    }

    private void Shared(MethodInfo method)
    {
        int size = TypeLayout.Size(method.GetGenericArguments()[0]);
        if (method.Name == nameof(SharedMemory.GetDynamic))
            EmitResult(Op.SharedDynamic, ValueKind.Struct, method.ReturnType, size: size);
        else
            EmitResult(Op.SharedStatic, ValueKind.Struct, method.ReturnType, Pop().Offset, size: size);
    }

    private void Together(MethodInfo method, Type owner)
    {
        Type result = method.ReturnType;
        ValueKind kind = result == typeof(void) ? ValueKind.I4 : TypeLayout.Kind(result);
        ParameterInfo[] parameters = method.GetParameters();
        if (parameters.Length == 0 && result != typeof(void))
        {
            EmitResult(Op.LaneValue, kind, result, size: TypeLayout.Size(result), imm: (long)Question(owner, method.Name[4..]));
            _lastResult = -1;
            return;
        }

        Entry[] arguments = PopArguments(parameters.Length);
        int[] places = [.. arguments.Select(argument => argument.Offset), -1, -1, -1];
        int size = kind == ValueKind.I4 ? 4 : TypeLayout.Size(result);
        switch (owner == typeof(Warp) ? $"Warp.{method.Name}" : method.Name)
        {
            case "Barrier":
                Emit(Op.Barrier);
                break;
            case "BarrierPopCount":
                EmitResult(Op.BarrierReduce, kind, result, places[0], imm: 0);
                break;
            case "BarrierAnd":
                EmitResult(Op.BarrierReduce, kind, result, places[0], imm: 1);
                break;
            case "BarrierOr":
                EmitResult(Op.BarrierReduce, kind, result, places[0], imm: 2);
                break;
            case "Broadcast":
                EmitResult(Op.GroupBroadcast, kind, result, places[0], places[1], size: size);
                break;
            case "Warp.Barrier":
                Emit(Op.WarpBarrier);
                break;
            case "Warp.Broadcast":
                EmitResult(Op.WarpShuffle, kind, result, places[0], places[1], -1, size, (long)ShuffleKind.Broadcast);
                break;
            default:
                string how = method.Name["Shuffle".Length..];
                ShuffleKind shuffle = how.Length == 0 ? ShuffleKind.Index : Enum.Parse<ShuffleKind>(how);
                EmitResult(Op.WarpShuffle, kind, result, places[0], places[1], parameters.Length == 3 ? places[2] : -1, size, (long)shuffle);
                break;
        }

        _lastResult = -1;
    }

    private static LaneValue Question(Type owner, string name)
    {
        if (owner == typeof(Warp))
            return Enum.Parse<LaneValue>(name);
        string place = owner == typeof(Grid) ? "Grid" : "Group";
        return name switch
        {
            "Dimension" => Enum.Parse<LaneValue>(place + "Dimension"),
            "Index" => Enum.Parse<LaneValue>(place + "Index"),
            "LinearIndex" => owner == typeof(Grid) ? LaneValue.GridLinear : LaneValue.GroupLinear,
            "GlobalLinearIndex" => LaneValue.GlobalLinear,
            "GlobalIndex" => LaneValue.GlobalIndex,
            "IsFirstThread" or "IsLastThread" => Enum.Parse<LaneValue>(name),
            _ => Enum.Parse<LaneValue>(place + name),
        };
    }
}
