using ILGPU.Runtime;

namespace PyramidOT.Simulation;

/// <summary>A stream on which everything is done at once.</summary>
internal sealed class SimulatedStream(Accelerator accelerator) : AcceleratorStream(accelerator)
{
    public override void Synchronize()
    {
    }
}
