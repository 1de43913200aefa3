namespace PyramidOT.Engines.Ilgpu;

#pragma warning disable CS9113
internal sealed class IlgpuSinkhorn(IlgpuEngine engine) : ISinkhornKernels
{
    public void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        SinkhornSettings settings,
        SinkhornBuffers result) => throw new NotImplementedException();
}
