namespace PyramidOT.Simulation.Il;

/// <summary>Instructions out, and the evaluation stack as it stands while decoding.</summary>
internal sealed partial class MethodDecoder
{
    private void Emit(Op op, int a = 0, int b = 0, int c = 0, int d = 0, int size = 0, long imm = 0, object? reference = null)
    {
        _code.Add(new Instruction { Op = op, A = a, B = b, C = c, D = d, Size = size, Imm = imm, Ref = reference });
        _ilOffsets.Add(_at);
        _sources.Add(_name);
        _lastResult = -1;
    }

    /// <summary>Emits an instruction whose result is pushed.</summary>
    private void EmitResult(Op op, ValueKind kind, Type type, int b = 0, int c = 0, int d = 0, int size = 0, long imm = 0, object? reference = null)
    {
        int a = Push(kind, type);
        Emit(op, a, b, c, d, size, imm, reference);
        _lastResult = _code.Count - 1;
    }

    private int Constant(long bits)
    {
        if (!_constants.TryGetValue(bits, out int index))
            _constants[bits] = index = _constants.Count;
        return ConstantBase + (8 * index);
    }

    private int NextPlace()
    {
        int at = _stackOffset;
        foreach (Entry entry in _stack)
            at += SlotSize(entry.Type);
        return at;
    }

    private int Push(ValueKind kind, Type type)
    {
        int at = NextPlace();
        _stack.Add(new Entry(kind, type, at, EntryMode.Own));
        _stackEnd = Math.Max(_stackEnd, at + SlotSize(type));
        return at;
    }

    private void PushElsewhere(ValueKind kind, Type type, int offset, EntryMode mode = EntryMode.Elsewhere)
    {
        int at = NextPlace();
        _stackEnd = Math.Max(_stackEnd, at + SlotSize(type));
        _stack.Add(new Entry(kind, type, offset, mode));
    }

    private Entry Pop()
    {
        if (_stack.Count == 0)
            throw Refuse("the evaluation stack is empty");
        Entry entry = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return entry;
    }

    /// <summary>Where a popped entry's value lies; an address is computed first, into the entry's own place.</summary>
    private int Value(Entry entry)
    {
        if (entry.Mode != EntryMode.FrameAddress && entry.Displacement == 0)
            return entry.Offset;
        int at = NextPlace();
        _stackEnd = Math.Max(_stackEnd, at + 8);
        Compute(entry, at);
        return at;
    }

    private void Compute(Entry entry, int at)
    {
        if (entry.Mode == EntryMode.FrameAddress)
        {
            Escape(entry.Offset);
            Emit(Op.Lea, at, imm: entry.Offset + entry.Displacement);
        }
        else
        {
            Emit(Op.AddPointer, at, entry.Offset, imm: entry.Displacement);
        }
    }

    /// <summary>The whole local or argument that holds a place may change unseen from now on.</summary>
    private void Escape(int offset)
    {
        foreach ((int start, int size) in _places)
        {
            if (offset >= start && offset < start + size)
                _escaped.Add(start);
        }
    }

    private bool IsEscaped(int offset)
    {
        foreach ((int start, int size) in _places)
        {
            if (offset >= start && offset < start + size)
                return _escaped.Contains(start);
        }

        return true;
    }

    private void AddPlaces()
    {
        for (int i = 0; i < _argumentOffsets.Length; i++)
            AddPlace(_argumentOffsets[i], SlotSize(_argumentTypes[i]));
        for (int i = 0; i < _localOffsets.Length; i++)
            AddPlace(_localOffsets[i], SlotSize(_localTypes[i]));
    }

    private void AddPlace(int offset, int size)
    {
        if (offset >= 0 && !_places.Contains((offset, size)))
            _places.Add((offset, size));
    }

    /// <summary>Brings every entry to its own place, as branches expect it.</summary>
    private void SettleStack()
    {
        int at = _stackOffset;
        for (int i = 0; i < _stack.Count; i++)
        {
            Settle(i, at);
            at += SlotSize(_stack[i].Type);
        }
    }

    private void Settle(int index, int at)
    {
        Entry entry = _stack[index];
        if (entry.Mode == EntryMode.Own && entry.Displacement == 0)
            return;
        if (entry.Mode == EntryMode.FrameAddress || entry.Displacement != 0)
            Compute(entry, at);
        else
            Move(at, entry.Offset, TypeLayout.Size(entry.Type), entry.Kind);
        _stack[index] = entry with { Offset = at, Mode = EntryMode.Own, Displacement = 0 };
    }

    /// <summary>Before a place in the frame changes: entries that still read it there are copied.</summary>
    private void BeforeChange(int offset, int size)
    {
        int at = _stackOffset;
        for (int i = 0; i < _stack.Count; i++)
        {
            Entry entry = _stack[i];
            if (entry.Mode == EntryMode.Elsewhere && entry.Offset < offset + size && offset < entry.Offset + SlotSize(entry.Type))
                Settle(i, at);
            at += SlotSize(entry.Type);
        }
    }

    private void Move(int to, int from, int size, ValueKind kind)
    {
        if (kind is ValueKind.I4 or ValueKind.F4)
            Emit(Op.Mov4, to, from);
        else if (kind != ValueKind.Struct || size == 8)
            Emit(Op.Mov8, to, from);
        else if (size == 4)
            Emit(Op.Mov4, to, from);
        else
            Emit(Op.MovBlock, to, from, size: size);
    }

    /// <summary>Writes a popped entry to a place in the frame; the instruction that made it writes there at once if it can.</summary>
    private void Put(Entry entry, int to, Type type)
    {
        int size = TypeLayout.Size(type);
        if (entry.Mode == EntryMode.FrameAddress || entry.Displacement != 0)
        {
            Compute(entry, to);
            return;
        }

        bool narrow = TypeLayout.Kind(type) == ValueKind.I4 && size < 4 && type != typeof(bool);
        if (narrow)
        {
            Emit(NarrowOp(type), to, entry.Offset);
            return;
        }

        if (entry.Mode == EntryMode.Own && _lastResult >= 0 && _lastResult == _code.Count - 1 && _code[_lastResult].A == entry.Offset)
        {
            Instruction last = _code[_lastResult];
            last.A = to;
            _code[_lastResult] = last;
            _lastResult = -1;
            return;
        }

        Move(to, entry.Offset, size, entry.Kind);
    }

    private static Op NarrowOp(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => Op.ConvI1,
        TypeCode.Int16 => Op.ConvI2,
        TypeCode.UInt16 or TypeCode.Char => Op.ConvU2,
        _ => Op.ConvU1,
    };

    private KernelFaultException Refuse(string what) =>
        new($"{_name} at IL {_at:x4}: {what}.");
}
