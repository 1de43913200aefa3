using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// Launches the transport search: a group a problem, and a launch for each class of sizes. The host counts the weights in whole units first,
/// and sums up the values in float64 in the end. Consecutive problems that are assignments go to that family.
/// </summary>
internal sealed class IlgpuTransport(IlgpuEngine engine, IlgpuAssignment assignment) : ITransportKernels
{
    public void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        TransportBuffers result,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(result);
        ArrayView<float> matrices = engine.ViewOf(costs, problems.Costs);
        ArrayView<float> rowView = engine.ViewOf(rowWeights, problems.Rows);
        ArrayView<float> columnView = engine.ViewOf(columnWeights, problems.Columns);
        IlgpuTransportResults results = new(engine, result, problems);
        cancellation.ThrowIfCancellationRequested();
        if (problems.Count == 0)
        {
            return;
        }

        engine.Bind();
        float[] rows = Read(rowView);
        float[] columns = Read(columnView);
        bool[] isAssignment = IlgpuTransportWeights.Check(problems, rows, columns);
        if (assignment.FindBadCost(matrices) is var bad and >= 0)
        {
            throw KernelArguments.RefusedCost(problems, bad, Read(matrices.SubView(bad, 1))[0], nameof(costs));
        }

        BatchPart all = new(problems, 0, 0, 0, 0);
        for (int first = 0; first < problems.Count;)
        {
            int end = first + 1;
            while (end < problems.Count && isAssignment[end] == isAssignment[first])
            {
                end++;
            }

            cancellation.ThrowIfCancellationRequested();
            BatchPart run = BatchParts.Cut(all, first, end);
            if (isAssignment[first])
            {
                Assign(run, costs, rows, result);
            }
            else
            {
                BatchParts.Run(run, "Transport", part => Solve(part, matrices.Part(part.FirstCost, part.Layout.Costs), rows, columns, results.Of(part)));
            }

            first = end;
        }
    }

    /// <summary>Solves problems of equal weights as assignments.</summary>
    private void Assign(BatchPart run, EngineView<float> costs, float[] rowWeights, TransportBuffers result)
    {
        BatchLayout layout = run.Layout;
        using AssignmentBuffers solved = new(engine, layout);
        assignment.Solve(layout, costs.Slice(run.FirstCost, layout.Costs), solved, CancellationToken.None);
        result.RowDuals.Slice(run.FirstRow, layout.Rows).CopyFrom(solved.RowDuals);
        result.ColumnDuals.Slice(run.FirstColumn, layout.Columns).CopyFrom(solved.ColumnDuals);
        result.Status.Slice(run.FirstProblem, layout.Count).CopyFrom(solved.Status);
        int[] partners = solved.ColumnOfRow.ToArray();
        double[] primal = solved.Primal.ToArray();
        double[] dual = solved.Dual.ToArray();
        int[] cellRows = new int[layout.Rows + layout.Columns];
        int[] cellColumns = new int[cellRows.Length];
        double[] masses = new double[cellRows.Length];
        int[] counts = new int[layout.Count];
        cellRows.AsSpan().Fill(-1);
        cellColumns.AsSpan().Fill(-1);
        for (int b = 0; b < layout.Count; b++)
        {
            double mass = rowWeights[run.FirstRow + layout.RowOffsets[b]];
            primal[b] *= mass;
            dual[b] *= mass;
            long cell = layout.RowOffsets[b] + layout.ColumnOffsets[b];
            for (int i = 0; i < layout.RowsOf(b) && partners[layout.RowOffsets[b] + i] >= 0; i++, cell++)
            {
                cellRows[cell] = i;
                cellColumns[cell] = partners[layout.RowOffsets[b] + i];
                masses[cell] = mass;
                counts[b]++;
            }
        }

        long first = run.FirstRow + run.FirstColumn;
        result.CellRows.Slice(first, cellRows.Length).Upload(cellRows);
        result.CellColumns.Slice(first, cellRows.Length).Upload(cellColumns);
        result.CellMasses.Slice(first, cellRows.Length).Upload(masses);
        result.CellCounts.Slice(run.FirstProblem, layout.Count).Upload(counts);
        result.Primal.Slice(run.FirstProblem, layout.Count).Upload(primal);
        result.Dual.Slice(run.FirstProblem, layout.Count).Upload(dual);
    }

    /// <summary>Solves the problems of a part by the search.</summary>
    private void Solve(BatchPart part, ArrayView<float> costs, float[] rowWeights, float[] columnWeights, IlgpuTransportResults results)
    {
        using IlgpuTransportWeights weights = new(engine, part, rowWeights, columnWeights);
        using IlgpuTransportOutput output = new(engine, part.Layout, results);
        bool isOpenCL = engine.Accelerator.AcceleratorType == AcceleratorType.OpenCL;
        switch (engine.HasDoubles, isOpenCL)
        {
            case (true, false):
                Launch<double, Real64, WarpLanes>(part.Layout, costs, weights, output.Views);
                break;
            case (true, true):
                Launch<double, Real64, PlainLanes>(part.Layout, costs, weights, output.Views);
                break;
            default:
                Launch<float, Real32, PlainLanes>(part.Layout, costs, weights, output.Views);
                break;
        }

        output.Finish(part, costs, rowWeights, columnWeights, weights);
    }

    private void Launch<T, TReal, TLanes>(BatchLayout problems, ArrayView<float> costs, IlgpuTransportWeights weights, TransportResults output)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        BatchShapes shapes = lease.Layout.Shapes;
        using IlgpuTransportPlan plan = new(engine, problems, weights, TReal.Size);
        using EngineBuffer<float>? buffer = plan.NeedsCompacted ? engine.Allocate<float>(problems.Costs) : null;
        ArrayView<float> compacted = buffer is null ? costs : engine.ViewOf<float>(buffer, problems.Costs);
        TransportWeightViews views = weights.Views;
        foreach (IlgpuTransportPlan.Class c in plan.Classes)
        {
            switch (c.Place)
            {
                case AssignmentPlace.Shared:
                    engine.Kernels.Get(
                        nameof(TransportKernels.SolveShared) + typeof(TReal).Name + typeof(TLanes).Name,
                        c.Group,
                        static (accelerator, specialization) => accelerator.LoadKernel<
                            BatchShapes, ArrayView<int>, ArrayView<float>, TransportWeightViews, TransportResults>(
                            TransportKernels.SolveShared<T, TReal, TLanes>, specialization))(
                        engine.Stream, IlgpuEngine.Config(c.Count, c.Group, c.SharedBytes), shapes, c.Picks, costs, views, output);
                    break;
                case AssignmentPlace.Global:
                    engine.Kernels.Get(
                        nameof(TransportKernels.SolveGlobal) + typeof(TReal).Name + typeof(TLanes).Name,
                        c.Group,
                        static (accelerator, specialization) => accelerator.LoadKernel<
                            BatchShapes, ArrayView<int>, ArrayView<float>, ArrayView<float>, TransportWeightViews, TransportResults>(
                            TransportKernels.SolveGlobal<T, TReal, TLanes>, specialization))(
                        engine.Stream, IlgpuEngine.Config(c.Count, c.Group, c.SharedBytes), shapes, c.Picks, costs, compacted, views, output);
                    break;
                default:
                    LaunchHuge<T, TReal, TLanes>(c, shapes, costs, compacted, views, output);
                    break;
            }
        }
    }

    private void LaunchHuge<T, TReal, TLanes>(
        IlgpuTransportPlan.Class c,
        BatchShapes shapes,
        ArrayView<float> costs,
        ArrayView<float> compacted,
        TransportWeightViews weights,
        TransportResults output)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        var launch = engine.Kernels.Get(
            nameof(TransportKernels.SolveHuge) + typeof(TReal).Name + typeof(TLanes).Name,
            c.Group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<Float4>, int, TransportWeightViews, TransportResults>(
                TransportKernels.SolveHuge<T, TReal, TLanes>, specialization));
        int stride = checked((int)c.StateUnits);
        assignment.InWaves(c.Count, stride, (start, count, workspace, step) => launch(
            engine.Stream,
            IlgpuEngine.Config(count, c.Group, c.SharedBytes),
            shapes,
            c.Picks.SubView(start, count),
            costs,
            compacted,
            workspace,
            step,
            weights,
            output));
    }

    private T[] Read<T>(ArrayView<T> view)
        where T : unmanaged
    {
        T[] elements = new T[view.Length];
        engine.Transfers.Read(view.Cast<byte>(), MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }
}
