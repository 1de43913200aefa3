using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches the lists of cheapest columns: a group a row.</summary>
internal sealed class IlgpuCandidates(IlgpuEngine engine) : ICandidateKernels
{
    public void List(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> potentials,
        float factor,
        int capacity,
        EngineView<int> columns,
        EngineView<float> limits)
    {
        CandidateArguments.Check(problems, factor, capacity);
        ArrayView<float> matrices = engine.ViewOf(costs, problems.Costs);
        ArrayView<float> duals = engine.ViewOf(potentials, problems.Columns);
        ArrayView<int> lists = engine.ViewOf(columns, problems.Rows * capacity);
        ArrayView<float> bounds = engine.ViewOf(limits, problems.Rows);
        if (problems.Rows == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        IlgpuTiles tiles = lease.Layout.List("candidates", static (engine, problems) => IlgpuTiles.OfRows(engine, problems, 1));
        engine.Kernels.Get(
            nameof(CandidateKernels.List),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, ArrayView<float>, ArrayView<float>, float, int, ArrayView<int>, ArrayView<float>>(
                CandidateKernels.List, specialization))(
            engine.Stream,
            IlgpuEngine.Config(tiles.Count, group, LaunchSizes.CandidateBytes),
            lease.Layout.Shapes,
            tiles.View,
            matrices,
            duals,
            factor,
            capacity,
            lists,
            bounds);
    }
}
