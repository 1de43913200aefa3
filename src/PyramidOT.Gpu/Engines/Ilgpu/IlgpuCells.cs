namespace PyramidOT.Engines.Ilgpu;

#pragma warning disable CS9113
internal sealed class IlgpuCells(IlgpuEngine engine) : ICellKernels
{
    public void Partition(BatchLayout cells, EngineView<int> order, EngineView<int> child, EngineView<int> partitioned, EngineView<int> counts) =>
        throw new NotImplementedException();

    public void Bounds(
        BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, EngineView<float> lows, EngineView<float> highs) =>
        throw new NotImplementedException();

    public void Halve(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<int> coordinates,
        EngineView<float> thresholds,
        EngineView<int> child) => throw new NotImplementedException();

    public void Radii(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        GroundDistance distance,
        EngineView<float> radii) => throw new NotImplementedException();
}
