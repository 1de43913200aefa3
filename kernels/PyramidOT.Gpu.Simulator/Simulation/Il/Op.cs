namespace PyramidOT.Simulation.Il;

/// <summary>What the interpreter can do. A, B, C, D are offsets in the lane's frame: A the result, the others operands.</summary>
internal enum Op
{
    Mov1, Mov2, Mov4, Mov8, MovBlock, Zero, Lea, AddPointer,
    AddI4, AddI8, AddF4, AddF8, SubI4, SubI8, SubF4, SubF8, MulI4, MulI8, MulF4, MulF8,
    DivI4, DivI8, DivF4, DivF8, DivUnI4, DivUnI8, RemI4, RemI8, RemF4, RemF8, RemUnI4, RemUnI8,
    AndI4, AndI8, OrI4, OrI8, XorI4, XorI8, ShlI4, ShlI8, ShrI4, ShrI8, ShrUnI4, ShrUnI8,
    NegI4, NegI8, NegF4, NegF8, NotI4, NotI8,
    CeqI4, CeqI8, CeqF4, CeqF8, CgtI4, CgtI8, CgtF4, CgtF8, CgtUnI4, CgtUnI8, CgtUnF4, CgtUnF8,
    CltI4, CltI8, CltF4, CltF8, CltUnI4, CltUnI8, CltUnF4, CltUnF8,
    Br, BrTrue4, BrFalse4, BrTrue8, BrFalse8, Switch,
    BeqI4, BeqI8, BeqF4, BeqF8, BneUnI4, BneUnI8, BneUnF4, BneUnF8,
    BgeI4, BgeI8, BgeF4, BgeF8, BgtI4, BgtI8, BgtF4, BgtF8, BleI4, BleI8, BleF4, BleF8, BltI4, BltI8, BltF4, BltF8,
    BgeUnI4, BgeUnI8, BgeUnF4, BgeUnF8, BgtUnI4, BgtUnI8, BgtUnF4, BgtUnF8,
    BleUnI4, BleUnI8, BleUnF4, BleUnF8, BltUnI4, BltUnI8, BltUnF4, BltUnF8,
    ConvI1, ConvU1, ConvI2, ConvU2,
    I4ToI8, U4ToU8, I4ToF4, I4ToF8, U4ToF4, U4ToF8, I8ToF4, I8ToF8, U8ToF4, U8ToF8,
    F4ToI4, F4ToI8, F4ToU4, F4ToU8, F8ToI4, F8ToI8, F8ToU4, F8ToU8, F4ToF8, F8ToF4,
    LoadI1, LoadU1, LoadI2, LoadU2, Load4, Load8, LoadBlock, Store1, Store2, Store4, Store8, StoreBlock, ZeroAt,
    ViewItem4, ViewItem8, ViewLoad4, ViewLoad8, ViewPart, ViewCast,
    Call, Return, Native1, Native2, Native3, MinF4, MaxF4, MinI4, MaxI4, SqrtF4, AbsF4,
    Atomic4, Atomic8, SharedStatic, SharedDynamic, Local, LaneValue,
    Barrier, BarrierReduce, GroupBroadcast, WarpBarrier, WarpShuffle,
}

/// <summary>An operation on memory that other lanes cannot interrupt.</summary>
internal enum AtomicOp
{
    Add, Min, Max, MinUn, MaxUn, AddF, MinF, MaxF, Exchange, And, Or, Xor, CompareExchange, CompareExchangeF,
}

/// <summary>What a lane may ask about itself.</summary>
internal enum LaneValue
{
    GridIdxX, GridIdxY, GridIdxZ, GridDimX, GridDimY, GridDimZ, GroupIdxX, GroupIdxY, GroupIdxZ, GroupDimX, GroupDimY, GroupDimZ,
    GroupLinear, IsFirstThread, IsLastThread, WarpSize, LaneIdx, WarpIdx, IsFirstLane, IsLastLane, GridLinear, GlobalLinear,
    GridIndex, GridDimension, GroupIndex, GroupDimension, GlobalIndex,
}

/// <summary>How a warp exchanges values.</summary>
internal enum ShuffleKind
{
    Index, Down, Up, Xor, Broadcast,
}

/// <summary>One decoded instruction.</summary>
internal struct Instruction
{
    public Op Op;
    public int A;
    public int B;
    public int C;
    public int D;
    public int Size;
    public long Imm;
    public object? Ref;
}

/// <summary>A method as the interpreter runs it. Its frame: arguments, locals, evaluation stack, constants; a callee's frame begins behind it.</summary>
internal sealed class DecodedMethod(string name)
{
    public string Name { get; } = name;

    public Instruction[] Code { get; set; } = [];

    public int[] IlOffsets { get; set; } = [];

    /// <summary>For each instruction the method that it was written in, which may be an inlined one.</summary>
    public string[] Sources { get; set; } = [];

    public int[] ArgumentOffsets { get; set; } = [];

    public int LocalsOffset { get; set; }

    public int LocalsSize { get; set; }

    public int ConstantsOffset { get; set; }

    public byte[] Constants { get; set; } = [];

    public int FrameSize { get; set; }
}
