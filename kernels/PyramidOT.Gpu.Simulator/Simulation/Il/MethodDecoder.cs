using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace PyramidOT.Simulation.Il;

/// <summary>
/// Turns IL's stack code into instructions on frame offsets. The evaluation stack is followed at decode time: every entry has its place in the
/// frame, but loads of locals and constants are not copied there while nobody changes them, and a struct's fields are read where they lie.
/// </summary>
internal sealed partial class MethodDecoder
{
    // Places not known before the end are counted from these, and settled then.
    private const int InlineBase = 1 << 25;
    private const int ConstantBase = 1 << 26;
    private const int OutgoingBase = 1 << 27;

    private static readonly ConcurrentDictionary<MethodBase, DecodedMethod> Decoded = new();

    private readonly List<IlInstruction> _il;
    private readonly int _localsOffset;
    private readonly int _stackOffset;
    private readonly List<(int Offset, int Size)> _places = [];
    private readonly HashSet<int> _escaped = [];
    private readonly HashSet<int> _targets = [];

    private readonly List<Entry> _stack = [];
    private readonly List<Instruction> _code = [];
    private readonly List<int> _ilOffsets = [];
    private readonly List<string> _sources = [];
    private readonly Dictionary<int, int> _labels = [];
    private readonly Dictionary<int, Entry[]> _states = [];
    private readonly Dictionary<long, int> _constants = [];
    private int _stackEnd;
    private int _lastResult = -1;
    private int _at;
    private Type? _constrained;

    // Of the method at hand: the one to decode, or one that is inlined into it.
    private MethodBase _method;
    private string _name;
    private int[] _argumentOffsets;
    private Type[] _argumentTypes;
    private int[] _localOffsets;
    private Type[] _localTypes;

    private MethodDecoder(MethodBase method, MethodBody body)
    {
        _method = method;
        _name = NameOf(method);
        _il = IlBody.Read(method, body.GetILAsByteArray()!);
        (_argumentTypes, _argumentOffsets, _localsOffset) = Arguments(method);
        int at = _localsOffset;
        _localTypes = [.. body.LocalVariables.OrderBy(local => local.LocalIndex).Select(local => local.LocalType)];
        _localOffsets = new int[_localTypes.Length];
        for (int i = 0; i < _localTypes.Length; i++)
        {
            _localOffsets[i] = at;
            at += SlotSize(_localTypes[i]);
        }

        _stackOffset = at;
        AddPlaces();
    }

    private enum EntryMode
    {
        /// <summary>A value in its own place.</summary>
        Own,

        /// <summary>A value that lies elsewhere in the frame: a local, a constant, a field of either.</summary>
        Elsewhere,

        /// <summary>The address of a place in the frame, not computed yet.</summary>
        FrameAddress,
    }

    private readonly record struct Entry(ValueKind Kind, Type Type, int Offset, EntryMode Mode, int Displacement = 0);

    /// <summary>The decoded form of a closed method, made once.</summary>
    public static DecodedMethod Decode(MethodBase method)
    {
        if (Decoded.TryGetValue(method, out DecodedMethod? known))
            return known;
        lock (Decoded)
        {
            if (Decoded.TryGetValue(method, out known))
                return known;
            string name = NameOf(method);
            MethodBody body = method.GetMethodBody() ?? throw new KernelFaultException($"{name} has no IL to interpret.");
            DecodedMethod result = new(name);
            Decoded[method] = result;
            try
            {
                new MethodDecoder(method, body).Fill(result);
            }
            catch
            {
                Decoded.TryRemove(method, out _);
                throw;
            }

            return result;
        }
    }

    private static string NameOf(MethodBase method) => $"{method.DeclaringType?.Name}.{method.Name}";

    private static (Type[] Types, int[] Offsets, int End) Arguments(MethodBase method)
    {
        List<Type> types = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        if (!method.IsStatic)
            types.Insert(0, method.DeclaringType!.IsValueType ? method.DeclaringType.MakeByRefType() : typeof(object));
        int[] offsets = new int[types.Count];
        int at = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = at;
            at += SlotSize(types[i]);
        }

        return ([.. types], offsets, at);
    }

    private static int SlotSize(Type type) => (TypeLayout.Size(type) + 7) & ~7;

    private void Fill(DecodedMethod result)
    {
        foreach (IlInstruction il in _il)
        {
            if (il.Operand is int target && il.Code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget)
                _targets.Add((int)il.Operand!);
            else if (il.Operand is int[] targets)
                _targets.UnionWith(targets);
        }

        // A local whose address leaves the decoder's sight may change at any time: known only after a pass, then the pass is done again.
        int escaped;
        do
        {
            escaped = _escaped.Count;
            Pass();
        }
        while (_escaped.Count != escaped);

        int inlined = _stackOffset + ((_stackEnd - _stackOffset + 15) & ~7);
        int constants = inlined + _inlineSize;
        int frame = constants + (8 * _constants.Count);
        Instruction[] code = [.. _code];
        foreach (ref Instruction ins in code.AsSpan())
        {
            ins.A = Place(ins.A);
            ins.B = Place(ins.B);
            ins.C = Place(ins.C);
            ins.D = Place(ins.D);
            if (ins.Op == Op.Lea)
                ins.Imm = Place((int)ins.Imm);
            if (ins.Op is >= Op.Br and <= Op.BltUnF8 && ins.Op != Op.Switch)
                ins.Imm = _labels[(int)ins.Imm];
            else if (ins.Op == Op.Switch)
                ins.Ref = ((int[])ins.Ref!).Select(target => _labels[target]).ToArray();
        }

        byte[] pool = new byte[8 * _constants.Count];
        foreach ((long value, int index) in _constants)
            BitConverter.TryWriteBytes(pool.AsSpan(8 * index), value);
        result.ArgumentOffsets = _argumentOffsets;
        result.LocalsOffset = _localsOffset;
        result.LocalsSize = _stackOffset - _localsOffset;
        result.ConstantsOffset = constants;
        result.Constants = pool;
        result.FrameSize = frame;
        result.IlOffsets = [.. _ilOffsets];
        result.Sources = [.. _sources];
        result.Code = code;

        int Place(int offset) => offset >= OutgoingBase ? offset - OutgoingBase + frame
            : offset >= ConstantBase ? offset - ConstantBase + constants
            : offset >= InlineBase ? offset - InlineBase + inlined
            : offset;
    }

    private void Pass()
    {
        _stack.Clear();
        _code.Clear();
        _ilOffsets.Clear();
        _sources.Clear();
        _inlineSize = 0;
        _labels.Clear();
        _states.Clear();
        _constants.Clear();
        _stackEnd = _stackOffset;
        _lastResult = -1;
        bool reachable = true;
        foreach (IlInstruction il in _il)
        {
            _at = il.Offset;
            if (_targets.Contains(il.Offset))
            {
                if (reachable)
                    SettleStack();
                if (_states.TryGetValue(il.Offset, out Entry[]? state))
                {
                    _stack.Clear();
                    _stack.AddRange(state);
                }
                else if (!reachable)
                {
                    _stack.Clear();
                }

                _lastResult = -1;
                reachable = true;
            }
            else if (!reachable)
            {
                // Nothing comes here: only a branch target would begin again.
                _labels[il.Offset] = _code.Count;
                continue;
            }

            _labels[il.Offset] = _code.Count;
            One(il);
            FlowControl flow = il.Code.FlowControl;
            reachable = flow is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
        }
    }
}
