using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Engines.Host;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The greedy walk.</summary>
internal sealed partial class IlgpuMultiMarginal
{
    public void Walk<TCost, TSteps>(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TCost cost,
        TieRule ties,
        Span<double> values,
        Span<double> dualValues,
        EngineView<float> gradients,
        MarginalSteps steps)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        MultiMarginalArguments.CheckWalk(problems, positions.Length, ties, values.Length, dualValues.Length, steps);
        ArrayView<float> from = engine.ViewOf(histograms, problems.Elements);
        ArrayView<float> at = engine.ViewOf(positions, positions.Length);
        ArrayView<float> to = gradients.IsEmpty ? engine.Nothing<float>() : engine.ViewOf(gradients, problems.Elements);
        bool isKept = !steps.Movers.IsEmpty;
        ArrayView<int> movers = isKept ? engine.ViewOf(steps.Movers, problems.Elements) : engine.Nothing<int>();
        ArrayView<double> masses = isKept ? engine.ViewOf(steps.Masses, problems.Elements) : engine.Nothing<double>();
        if (problems.Elements == 0)
        {
            values.Clear();
            dualValues.Clear();
            return;
        }

        if (!engine.HasDoubles)
        {
            WalkOnHost<TCost, TSteps>(problems, histograms, positions, cost, ties, values, dualValues, gradients, steps);
            return;
        }

        engine.Bind();
        using EngineBuffer<double> results = engine.Allocate<double>(2L * problems.Count);
        ArrayView<double> both = engine.ViewOf<double>(results, results.Length);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems.Shape);
        MarginalWalkViews batch = new()
        {
            Shapes = lease.Layout.Shapes,
            Masses = from,
            Positions = at,
            Values = both.SubView(0, problems.Count),
            DualValues = both.SubView(problems.Count, problems.Count),
            Gradients = to,
            Movers = movers,
            CellMasses = masses,
            Tolerance = TieRules.Tolerance32,
            Passes = ties == TieRule.Averaged && to.Length > 0 ? 3 : 1,
            HasSharedPositions = MultiMarginalArguments.AreShared(problems, positions.Length) ? 1 : 0,
            MaxHistograms = problems.MaxHistograms,
        };
        Launch<TCost, TSteps>(batch, cost, problems.Count);
        results.Download(values);
        if (!dualValues.IsEmpty)
        {
            results.Download(dualValues, problems.Count);
        }
    }

    private void Launch<TCost, TSteps>(MarginalWalkViews batch, TCost cost, int problems)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        // A warp a group, so that few problems spread over the whole device.
        int group = engine.GroupSize(engine.Accelerator.WarpSize);
        long bytes = MarginalWalkKernels.StateBytes(batch.MaxHistograms, group);
        string name = typeof(TSteps).ToString();
        if (bytes <= engine.SharedMemory)
        {
            engine.Kernels.Get(
                $"{nameof(MarginalWalkKernels.WalkShared)}, {name}",
                group,
                static (accelerator, specialization) => accelerator.LoadKernel<MarginalWalkViews, TCost>(
                    MarginalWalkKernels.WalkShared<TCost, TSteps>, specialization))(
                engine.Stream, engine.RowConfig(problems, group, group, bytes), batch, cost);
            return;
        }

        KernelConfig config = engine.RowConfig(problems, group, group);
        using EngineBuffer<Float4> workspace = engine.Allocate<Float4>((long)config.GridDim.X * MarginalWalkKernels.StateUnits(batch.MaxHistograms, group));
        engine.Kernels.Get(
            $"{nameof(MarginalWalkKernels.WalkGlobal)}, {name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<MarginalWalkViews, TCost, ArrayView<Float4>>(
                MarginalWalkKernels.WalkGlobal<TCost, TSteps>, specialization))(
            engine.Stream, config, batch, cost, engine.ViewOf<Float4>(workspace, workspace.Length));
    }

    // A caller's cost computes in float64, which such a device has not: the problems go to the Host and the results back.
    private static void WalkOnHost<TCost, TSteps>(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TCost cost,
        TieRule ties,
        Span<double> values,
        Span<double> dualValues,
        EngineView<float> gradients,
        MarginalSteps steps)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        using HostEngine host = new(new());
        using EngineBuffer<float> from = host.Upload(histograms.ToArray());
        using EngineBuffer<float> at = host.Upload(positions.ToArray());
        using EngineBuffer<float> to = host.Allocate<float>(gradients.Length);
        using EngineBuffer<int> movers = host.Allocate<int>(steps.Movers.Length);
        using EngineBuffer<double> masses = host.Allocate<double>(steps.Masses.Length);
        host.MultiMarginal.Walk<TCost, TSteps>(
            problems, from, at, cost, ties, values, dualValues, to, new() { Movers = movers, Masses = masses });
        gradients.Upload(to.ToArray());
        steps.Movers.Upload(movers.ToArray());
        steps.Masses.Upload(masses.ToArray());
    }
}
