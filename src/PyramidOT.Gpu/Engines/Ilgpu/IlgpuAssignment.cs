using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Engines.Host;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// Launches the assignment search: a group a problem, and a launch for each class of sizes. All launches go out together; then one
/// look back tells of numbers that are no costs, and of problems that float32 was too coarse for.
/// </summary>
internal sealed class IlgpuAssignment(IlgpuEngine engine) : IAssignmentKernels, IDisposable
{
    private readonly Lock _lock = new();
    private EngineBuffer<long>? _none;

    public void Solve(BatchLayout problems, EngineView<float> costs, AssignmentBuffers result, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(result);
        ArrayView<float> matrices = engine.ViewOf(costs, problems.Costs);
        Results whole = new(
            engine.ViewOf<int>(result.ColumnOfRow, problems.Rows),
            engine.ViewOf<float>(result.RowDuals, problems.Rows),
            engine.ViewOf<float>(result.ColumnDuals, problems.Columns),
            engine.ViewOf<double>(result.Primal, problems.Count),
            engine.ViewOf<double>(result.Dual, problems.Count),
            engine.ViewOf<SolveStatus>(result.Status, problems.Count).Cast<int>());
        cancellation.ThrowIfCancellationRequested();
        if (problems.Count == 0)
        {
            return;
        }

        engine.Bind();
        BatchParts.Run(problems, "Assignment", part =>
        {
            cancellation.ThrowIfCancellationRequested();
            ArrayView<float> partCosts = matrices.Part(part.FirstCost, part.Layout.Costs);
            Results results = whole.Of(part);
            bool isOpenCL = engine.Accelerator.AcceleratorType == AcceleratorType.OpenCL;
            long bad = (engine.HasDoubles, isOpenCL) switch
            {
                (true, false) => Solve<double, DoubleSummation, WarpLanes>(part.Layout, partCosts, results),
                (true, true) => Solve<double, DoubleSummation, PlainLanes>(part.Layout, partCosts, results),
                _ => Solve<TwoFloats, TwoFloatSummation, PlainLanes>(part.Layout, partCosts, results),
            };
            if (bad >= 0)
            {
                float[] cost = new float[1];
                engine.Transfers.Read(partCosts.SubView(bad, 1).Cast<byte>(), MemoryMarshal.AsBytes(cost.AsSpan()));
                throw KernelArguments.RefusedCost(problems, part.FirstCost + bad, cost[0], nameof(costs));
            }
        });
    }

    public void Reduce(BatchLayout problems, EngineView<float> costs, EngineView<float> columnPotentials, EngineView<float> rowPotentials)
    {
        ArgumentNullException.ThrowIfNull(problems);
        CandidateArguments.CheckColumns(problems);
        ArrayView<float> matrices = engine.ViewOf(costs, problems.Costs);
        ArrayView<float> v = engine.ViewOf(columnPotentials, problems.Columns);
        ArrayView<float> u = engine.ViewOf(rowPotentials, problems.Rows);
        if (problems.Rows == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        IlgpuTiles tiles = lease.Layout.List("reduced rows", static (engine, problems) => IlgpuTiles.OfRows(engine, problems, 1));
        engine.Kernels.Get(
            nameof(ReducedCostKernels.Reduce),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ReducedCostKernels.Reduce, specialization))(
            engine.Stream, IlgpuEngine.Config(tiles.Count, group, LaunchSizes.ReduceBytes), lease.Layout.Shapes, tiles.View, matrices, v, u);
    }

    /// <summary>Looks for a number that is no cost.</summary>
    /// <returns>The position of the first one; -1 where all are costs.</returns>
    public long FindBadCost(ArrayView<float> costs)
    {
        using EngineBuffer<long> firstBuffer = engine.Allocate<long>(1);
        ArrayView<long> first = engine.ViewOf<long>(firstBuffer, 1);
        if (engine.HasDoubles && engine.Accelerator.AcceleratorType != AcceleratorType.OpenCL)
        {
            FindBadCost<WarpLanes>(costs, first);
        }
        else
        {
            FindBadCost<PlainLanes>(costs, first);
        }

        long[] bad = new long[1];
        engine.Transfers.Read(first.Cast<byte>(), MemoryMarshal.AsBytes(bad.AsSpan()));
        return bad[0] == long.MaxValue ? -1 : bad[0];
    }

    public void Dispose() => _none?.Dispose();

    /// <summary>The position of the first number that is no cost; -1 where all are.</summary>
    internal long FirstBadCost(ArrayView<float> costs)
    {
        using EngineBuffer<long> firstBuffer = engine.Allocate<long>(1);
        ArrayView<long> first = engine.ViewOf<long>(firstBuffer, 1);
        if (engine.HasDoubles && engine.Accelerator.AcceleratorType != AcceleratorType.OpenCL)
        {
            FindBadCost<WarpLanes>(costs, first);
        }
        else
        {
            FindBadCost<PlainLanes>(costs, first);
        }

        long[] bad = new long[1];
        engine.Transfers.Read(first.Cast<byte>(), MemoryMarshal.AsBytes(bad.AsSpan()));
        return bad[0] == long.MaxValue ? -1 : bad[0];
    }

    /// <summary>Solves a batch.</summary>
    /// <returns>The position of the first number that is no cost; -1 where all are.</returns>
    private long Solve<TSum, TSummation, TLanes>(BatchLayout problems, ArrayView<float> costs, Results results)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        IlgpuLayout layout = lease.Layout;
        IlgpuAssignmentPlan plan = layout.List("assignment", static (engine, problems) => new IlgpuAssignmentPlan(engine, problems));
        using EngineBuffer<float>? transposedBuffer = plan.NeedsTransposed ? engine.Allocate<float>(problems.Costs) : null;
        ArrayView<float> transposed = transposedBuffer is null ? costs : engine.ViewOf<float>(transposedBuffer, problems.Costs);
        using EngineBuffer<long> firstBuffer = engine.Allocate<long>(1);
        ArrayView<long> first = engine.ViewOf<long>(firstBuffer, 1);
        FindBadCost<TLanes>(costs, first);
        AssignmentResults<TSum> typed = results.Typed<TSum>();
        foreach (IlgpuAssignmentPlan.Class c in plan.Classes)
        {
            Launch<TSum, TSummation, TLanes>(c, layout.Shapes, costs, transposed, typed);
        }

        long[] bad = new long[1];
        int[] status = new int[problems.Count];
        engine.Transfers.Read(
            first.Cast<byte>(), MemoryMarshal.AsBytes(bad.AsSpan()), results.Status.Cast<byte>(), MemoryMarshal.AsBytes(status.AsSpan()));
        if (bad[0] != long.MaxValue)
        {
            return bad[0];
        }

        if (typeof(TSum) == typeof(TwoFloats))
        {
            AddUp(results.Primal);
            AddUp(results.Dual);
        }

        if (Array.IndexOf(status, AssignmentStatus.Uncertified) >= 0)
        {
            int[] picks = [.. Enumerable.Range(0, status.Length).Where(problem => status[problem] == AssignmentStatus.Uncertified)];
            if (engine.HasDoubles)
            {
                SolveAgain<TLanes>(problems, layout.Shapes, picks, costs, transposedBuffer, results.Typed<double>());
            }
            else
            {
                SolveOnHost(problems, picks, costs, results);
            }
        }

        return -1;
    }

    private void FindBadCost<TLanes>(ArrayView<float> costs, ArrayView<long> first)
        where TLanes : struct, IGroupLanes
    {
        first.CopyFrom(engine.Stream, None());
        if (costs.Length == 0)
        {
            return;
        }

        int group = engine.GroupSize(LaunchSizes.TileGroup);
        KernelConfig rows = engine.RowConfig(costs.Length, group, group);
        engine.Kernels.Get(
            nameof(AssignmentKernels.FindBadCost) + typeof(TLanes).Name,
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<float>, ArrayView<long>>(AssignmentKernels.FindBadCost<TLanes>, specialization))(
            engine.Stream,
            IlgpuEngine.Config(rows.GridDim.X, group, LaunchSizes.FindBytes(group)),
            costs,
            first);
    }

    private void Launch<TSum, TSummation, TLanes>(
        in IlgpuAssignmentPlan.Class c, BatchShapes shapes, ArrayView<float> costs, ArrayView<float> transposed, AssignmentResults<TSum> results)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        switch (c.Place)
        {
            case AssignmentPlace.Shared:
                engine.Kernels.Get(
                    nameof(AssignmentKernels.SolveShared) + typeof(TLanes).Name,
                    c.Group,
                    static (accelerator, specialization) => accelerator.LoadKernel<
                        BatchShapes, ArrayView<int>, ArrayView<float>, AssignmentResults<TSum>>(
                        AssignmentKernels.SolveShared<TSum, TSummation, TLanes>, specialization))(
                    engine.Stream, IlgpuEngine.Config(c.Count, c.Group, c.SharedBytes), shapes, c.Picks, costs, results);
                break;
            case AssignmentPlace.Global:
                engine.Kernels.Get(
                    nameof(AssignmentKernels.SolveGlobal) + typeof(TLanes).Name,
                    c.Group,
                    static (accelerator, specialization) => accelerator.LoadKernel<
                        BatchShapes, ArrayView<int>, ArrayView<float>, ArrayView<float>, AssignmentResults<TSum>>(
                        AssignmentKernels.SolveGlobal<TSum, TSummation, TLanes>, specialization))(
                    engine.Stream, IlgpuEngine.Config(c.Count, c.Group, c.SharedBytes), shapes, c.Picks, costs, transposed, results);
                break;
            default:
                var launch = engine.Kernels.Get(
                    nameof(AssignmentKernels.SolveHuge) + typeof(TLanes).Name,
                    c.Group,
                    static (accelerator, specialization) => accelerator.LoadKernel<
                        BatchShapes, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<Float4>, int, AssignmentResults<TSum>>(
                        AssignmentKernels.SolveHuge<TSum, TSummation, TLanes>, specialization));
                ArrayView<int> picks = c.Picks;
                int group = c.Group;
                long shared = c.SharedBytes;
                InWaves(c.Count, LaunchSizes.AssignmentStateUnits(c.LongSide, sizeof(float)), (start, count, workspace, stride) =>
                    launch(
                        engine.Stream,
                        IlgpuEngine.Config(count, group, shared),
                        shapes,
                        picks.SubView(start, count),
                        costs,
                        transposed,
                        workspace,
                        stride,
                        results));
                break;
        }
    }

    /// <summary>Solves in float64 what float32 was too coarse for.</summary>
    private void SolveAgain<TLanes>(
        BatchLayout problems,
        BatchShapes shapes,
        int[] picks,
        ArrayView<float> costs,
        EngineBuffer<float>? transposedBuffer,
        AssignmentResults<double> results)
        where TLanes : struct, IGroupLanes
    {
        bool needsTransposed = picks.Any(problem => problems.RowsOf(problem) > problems.ColumnsOf(problem));
        using EngineBuffer<float>? own = needsTransposed && transposedBuffer is null ? engine.Allocate<float>(problems.Costs) : null;
        ArrayView<float> transposed = (transposedBuffer ?? own) is { } buffer ? engine.ViewOf<float>(buffer, problems.Costs) : costs;
        using EngineBuffer<int> pickBuffer = engine.Upload(picks);
        ArrayView<int> pickView = engine.ViewOf<int>(pickBuffer, picks.Length);
        int longSide = picks.Max(problem => Math.Max(problems.RowsOf(problem), problems.ColumnsOf(problem)));
        int group = engine.GroupSize(LaunchSizes.AssignmentGroup(longSide, engine.Accelerator.WarpSize));
        var launch = engine.Kernels.Get(
            nameof(AssignmentKernels.SolveAgainInDouble) + typeof(TLanes).Name,
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<Float4>, int, AssignmentResults<double>>(
                AssignmentKernels.SolveAgainInDouble<TLanes>, specialization));
        InWaves(picks.Length, LaunchSizes.AssignmentStateUnits(longSide, sizeof(double)), (start, count, workspace, stride) =>
            launch(
                engine.Stream,
                IlgpuEngine.Config(count, group, LaunchSizes.AssignmentHeaderBytes(group)),
                shapes,
                pickView.SubView(start, count),
                costs,
                transposed,
                workspace,
                stride,
                results));
    }

    /// <summary>Launches with a workspace a problem: for all at once, or for as many as there is room for.</summary>
    public void InWaves(int count, int stride, Action<int, int, ArrayView<Float4>, int> launch)
    {
        for (int start = 0, wave = count; start < count;)
        {
            wave = Math.Min(wave, count - start);
            EngineBuffer<Float4> workspace;
            try
            {
                workspace = engine.Allocate<Float4>((long)wave * stride);
            }
            catch (OutOfMemoryException) when (wave > 1)
            {
                wave /= 2;
                continue;
            }

            using (workspace)
            {
                launch(start, wave, engine.ViewOf<Float4>(workspace, workspace.Length), stride);
            }

            start += wave;
        }
    }

    /// <summary>For devices without float64: the Host solves what float32 is too coarse for.</summary>
    private void SolveOnHost(BatchLayout problems, int[] picks, ArrayView<float> costs, Results results)
    {
        using HostEngine host = new(new() { Kind = EngineKind.Host });
        foreach (int problem in picks)
        {
            BatchLayout one = BatchLayout.Uniform(1, problems.RowsOf(problem), problems.ColumnsOf(problem));
            float[] own = new float[one.Costs];
            engine.Transfers.Read(costs.Part(problems.CostOffsets[problem], own.Length).Cast<byte>(), MemoryMarshal.AsBytes(own.AsSpan()));
            using EngineBuffer<float> hostCosts = host.Upload(own);
            using AssignmentBuffers solved = new(host, one);
            host.Assignment.Solve(one, hostCosts, solved);
            Results target = results.Of(new(one, problem, problems.RowOffsets[problem], problems.ColumnOffsets[problem], problems.CostOffsets[problem]));
            Write(target.ColumnOfRow, solved.ColumnOfRow.ToArray());
            Write(target.RowDuals, solved.RowDuals.ToArray());
            Write(target.ColumnDuals, solved.ColumnDuals.ToArray());
            Write(target.Primal, solved.Primal.ToArray());
            Write(target.Dual, solved.Dual.ToArray());
            Write(target.Status, Array.ConvertAll(solved.Status.ToArray(), status => (int)status));
        }

        void Write<T>(ArrayView<T> view, T[] elements)
            where T : unmanaged => engine.Transfers.Write(view.Cast<byte>(), MemoryMarshal.AsBytes(elements.AsSpan()));
    }

    /// <summary>For devices without float64: the Host adds up the two floats that a sum is kept in.</summary>
    private void AddUp(ArrayView<double> sums)
    {
        TwoFloats[] parts = new TwoFloats[sums.Length];
        engine.Transfers.Read(sums.Cast<byte>(), MemoryMarshal.AsBytes(parts.AsSpan()));
        double[] whole = Array.ConvertAll(parts, part => (double)part.High + part.Low);
        engine.Transfers.Write(sums.Cast<byte>(), MemoryMarshal.AsBytes(whole.AsSpan()));
    }

    /// <summary>What says that no bad number was found; on the device, so that no upload waits for the stream.</summary>
    internal ArrayView<long> None()
    {
        lock (_lock)
        {
            _none ??= engine.Upload([long.MaxValue]);
            return engine.ViewOf<long>(_none, 1);
        }
    }

    /// <summary>The results on the device.</summary>
    private readonly record struct Results(
        ArrayView<int> ColumnOfRow,
        ArrayView<float> RowDuals,
        ArrayView<float> ColumnDuals,
        ArrayView<double> Primal,
        ArrayView<double> Dual,
        ArrayView<int> Status)
    {
        public Results Of(in BatchPart part) => new(
            ColumnOfRow.Part(part.FirstRow, part.Layout.Rows),
            RowDuals.Part(part.FirstRow, part.Layout.Rows),
            ColumnDuals.Part(part.FirstColumn, part.Layout.Columns),
            Primal.Part(part.FirstProblem, part.Layout.Count),
            Dual.Part(part.FirstProblem, part.Layout.Count),
            Status.Part(part.FirstProblem, part.Layout.Count));

        /// <summary>As the kernels take them: sums in float64, or in two floats of the same size.</summary>
        public AssignmentResults<TSum> Typed<TSum>()
            where TSum : unmanaged => new()
            {
                ColumnOfRow = ColumnOfRow,
                RowDuals = RowDuals,
                ColumnDuals = ColumnDuals,
                Primal = Primal.Cast<TSum>(),
                Dual = Dual.Cast<TSum>(),
                Status = Status,
            };
    }
}
