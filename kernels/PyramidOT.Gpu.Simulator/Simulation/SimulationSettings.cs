using ILGPU.Runtime;

namespace PyramidOT.Simulation;

/// <summary>What fresh memory is filled with.</summary>
public enum Poison
{
    /// <summary>Bytes 0xFF: NaN as floating point, -1 as an integer.</summary>
    NaN,

    /// <summary>Bytes 0x7E: 8.4e37 as a float, 1e301 as a double, 2,122,219,134 as an int.</summary>
    Large,
}

/// <summary>In which order the lanes of a group run between two barriers.</summary>
public enum LaneOrder
{
    /// <summary>From the first to the last.</summary>
    Forward,

    /// <summary>From the last to the first.</summary>
    Backward,
}

/// <summary>How an accelerator of the simulator runs kernels: see <see cref="SimulationExtensions.Simulation"/>.</summary>
public sealed class SimulationSettings
{
    /// <summary>What buffers and shared memory hold before somebody writes them.</summary>
    public Poison Poison { get; set; } = Poison.NaN;

    /// <summary>The order of lanes. A right kernel gives the same result in both (but for the order of its atomics).</summary>
    public LaneOrder LaneOrder { get; set; } = LaneOrder.Forward;

    /// <summary>How many instructions one lane may execute in one launch before it counts as hanging. Default: 2^32.</summary>
    public long StepLimit { get; set; } = 1L << 32;

    /// <summary>Whether groups of one lane are interpreted and checked too, instead of run natively. Default: no.</summary>
    public bool InterpretAlways { get; set; }

    /// <summary>The size of a warp, if not the device's: a power of two, whatever the group size.</summary>
    public int? WarpSize { get; set; }

    /// <summary>How many instructions were interpreted so far, over all launches.</summary>
    public long InstructionCount { get; internal set; }

    internal byte PoisonByte => Poison == Poison.NaN ? (byte)0xFF : (byte)0x7E;
}

/// <summary>The way to an accelerator's settings.</summary>
public static class SimulationExtensions
{
    /// <summary>The settings of this accelerator.</summary>
    public static SimulationSettings Simulation(this Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.Settings;
    }
}
