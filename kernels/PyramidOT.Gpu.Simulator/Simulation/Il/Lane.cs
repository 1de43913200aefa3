namespace PyramidOT.Simulation.Il;

/// <summary>Where a lane stands.</summary>
internal enum LaneState
{
    Ready,
    Waiting,
    Done,
}

/// <summary>A lane of a group: its frames and where it goes on.</summary>
internal sealed unsafe class Lane
{
    public const int MemorySize = 64 * 1024;

    public int Index { get; set; }

    public byte* Memory { get; set; }

    public byte* Frame { get; set; }

    public DecodedMethod Method { get; set; } = null!;

    /// <summary>The next instruction; when waiting, the one behind that which it waits at.</summary>
    public int Pc { get; set; }

    public LaneState State { get; set; }

    public bool DynamicTaken { get; set; }

    public long Steps { get; set; }

    /// <summary>Who called: method, where to go on, frame.</summary>
    public Stack<(DecodedMethod Method, int Pc, nint Frame)> Callers { get; } = new();

    public ref Instruction WaitsAt => ref Method.Code[Pc - 1];
}
