using System.Reflection;
using System.Reflection.Emit;

namespace PyramidOT.Simulation.Il;

/// <summary>
/// Small methods without branches become part of their caller: functors and operators cost no call. Arguments stay where they are on the
/// evaluation stack, and the method reads them there; locals get places of their own in the caller's frame.
/// </summary>
internal sealed partial class MethodDecoder
{
    private const int LargestInlined = 160;

    private readonly Stack<MethodBase> _inlining = new();
    private int _inlineSize;
    private int _inlineArguments;

    private bool Inline(MethodBase method)
    {
        if (_inlining.Contains(method) || method == _method || method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { Length: <= LargestInlined } bytes
            || body.ExceptionHandlingClauses.Count > 0)
            return false;
        List<IlInstruction> il = IlBody.Read(method, bytes);
        for (int i = 0; i < il.Count; i++)
        {
            FlowControl flow = il[i].Code.FlowControl;
            bool last = i == il.Count - 1;
            bool toNext = flow == FlowControl.Branch && il[i].Operand is int target && target == il[i].Next;
            if (last ? flow != FlowControl.Return : flow is FlowControl.Return or FlowControl.Cond_Branch or FlowControl.Throw || (flow == FlowControl.Branch && !toNext))
                return false;
        }

        (MethodBase Method, string Name, int[] ArgumentOffsets, Type[] ArgumentTypes, int[] LocalOffsets, Type[] LocalTypes, int Arguments, int At) outer =
            (_method, _name, _argumentOffsets, _argumentTypes, _localOffsets, _localTypes, _inlineArguments, _at);
        (Type[] types, _, _) = Arguments(method);
        int first = _stack.Count - types.Length;
        int[] offsets = ArgumentPlaces(il, types, first);
        _inlining.Push(method);
        _method = method;
        _name = NameOf(method);
        _argumentTypes = types;
        _argumentOffsets = offsets;
        _inlineArguments = first;
        _localTypes = [.. body.LocalVariables.OrderBy(local => local.LocalIndex).Select(local => local.LocalType)];
        _localOffsets = [.. _localTypes.Select(NewPlace)];
        ClearLocals(il);
        foreach (IlInstruction instruction in il)
        {
            _at = instruction.Offset;
            if (instruction.Code.FlowControl is not (FlowControl.Branch or FlowControl.Return))
                One(instruction);
        }

        _inlining.Pop();
        (_method, _name, _argumentOffsets, _argumentTypes, _localOffsets, _localTypes, _inlineArguments, _at) = outer;
        Leave(method, first);
        return true;
    }

    /// <summary>Arguments that the method changes, or whose address it takes, are copied; of the others -1 says that they are read from the stack.</summary>
    private int[] ArgumentPlaces(List<IlInstruction> il, Type[] types, int first)
    {
        int[] offsets = new int[types.Length];
        Array.Fill(offsets, -1);
        foreach (IlInstruction instruction in il)
        {
            string name = instruction.Code.Name!;
            if (!name.StartsWith("ldarga", StringComparison.Ordinal) && !name.StartsWith("starg", StringComparison.Ordinal))
                continue;
            int index = (int)instruction.Operand!;
            if (offsets[index] >= 0)
                continue;
            offsets[index] = NewPlace(types[index]);
            _lastResult = -1;
            Put(_stack[first + index], offsets[index], types[index]);
        }

        return offsets;
    }

    private int NewPlace(Type type)
    {
        int at = InlineBase + _inlineSize;
        int size = SlotSize(type);
        _inlineSize += size;
        AddPlace(at, size);
        return at;
    }

    /// <summary>Locals begin as zero; one that is written first needs no clearing.</summary>
    private void ClearLocals(List<IlInstruction> il)
    {
        bool[] seen = new bool[_localOffsets.Length];
        foreach (IlInstruction instruction in il)
        {
            string name = instruction.Code.Name!;
            bool store = name.StartsWith("stloc", StringComparison.Ordinal);
            if (!store && !name.StartsWith("ldloc", StringComparison.Ordinal))
                continue;
            int index = Slot(name, instruction);
            if (!seen[index] && !store)
                Emit(Op.Zero, _localOffsets[index], size: SlotSize(_localTypes[index]));
            seen[index] = true;
        }
    }

    private void LoadInlined(int index, ValueKind kind, Type type)
    {
        Entry entry = _stack[_inlineArguments + index];
        PushElsewhere(kind, type, entry.Offset, entry.Mode == EntryMode.Own ? EntryMode.Elsewhere : entry.Mode);
        _stack[^1] = _stack[^1] with { Displacement = entry.Displacement };
    }

    /// <summary>Takes the arguments off the stack and leaves the result in their place.</summary>
    private void Leave(MethodBase method, int first)
    {
        bool gives = method is MethodInfo { ReturnType: { } type } && type != typeof(void);
        Entry result = gives ? Pop() : default;
        _stack.RemoveRange(first, _stack.Count - first);
        if (!gives)
        {
            _lastResult = -1;
            return;
        }

        Type resultType = ((MethodInfo)method).ReturnType;
        bool stays = result.Mode == EntryMode.FrameAddress
            || (result.Mode == EntryMode.Elsewhere && (result.Offset < _stackOffset || result.Offset is >= ConstantBase and < OutgoingBase));
        if (stays)
        {
            PushElsewhere(result.Kind, resultType, result.Offset, result.Mode);
            _stack[^1] = _stack[^1] with { Displacement = result.Displacement };
            _lastResult = -1;
            return;
        }

        int to = Push(result.Kind, resultType);
        if (result.Mode == EntryMode.Own && result.Offset == to && result.Displacement == 0 && (TypeLayout.Size(resultType) >= 4 || result.Kind != ValueKind.I4 || resultType == typeof(bool)))
            return;
        Put(result, to, resultType);
        _lastResult = _code.Count - 1;
    }
}
