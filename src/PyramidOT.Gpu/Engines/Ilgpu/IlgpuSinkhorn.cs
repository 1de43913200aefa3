using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// Launches Sinkhorn's iteration: a group a problem, and a launch for each class of sizes. The device computes in two floats; the host
/// reads its potentials and marginals, which are few against the costs, and finishes values and errors in float64.
/// </summary>
internal sealed class IlgpuSinkhorn(IlgpuEngine engine) : ISinkhornKernels
{
    public void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        SinkhornSettings settings,
        SinkhornBuffers result,
        SinkhornStart start = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(result);
        settings.Check();
        ArrayView<float> matrices = engine.ViewOf(costs, problems.Costs);
        ArrayView<float> rows = rowWeights.IsEmpty ? engine.Nothing<float>() : engine.ViewOf(rowWeights, problems.Rows);
        ArrayView<float> columns = columnWeights.IsEmpty ? engine.Nothing<float>() : engine.ViewOf(columnWeights, problems.Columns);
        Device device = new(engine, problems, result);
        float[] hostRows = Read<float>(rows);
        float[] hostColumns = Read<float>(columns);
        SinkhornWeights.Check(problems, hostRows, hostColumns, settings.MarginalPenalty is null);
        double[] givenEpsilons = Read<double>(start.Epsilons.IsEmpty ? engine.Nothing<double>() : engine.ViewOf(start.Epsilons, problems.Count));
        SinkhornStart.CheckEpsilons(givenEpsilons);
        double[] potentials = Read<double>(
            start.ColumnPotentials.IsEmpty ? engine.Nothing<double>() : engine.ViewOf(start.ColumnPotentials, problems.Columns));
        engine.Bind();
        if (((IlgpuAssignment)engine.Assignment).FirstBadCost(matrices) is var bad and >= 0)
        {
            throw KernelArguments.RefusedCost(problems, bad, Read<float>(matrices.SubView(bad, 1))[0], nameof(costs));
        }

        if (problems.Count == 0)
        {
            return;
        }

        using EngineBuffer<TwoFloats> sums = engine.Allocate<TwoFloats>(problems.Columns);
        using EngineBuffer<TwoFloats> rowCosts = engine.Allocate<TwoFloats>(problems.Rows);
        using EngineBuffer<float> epsilons = engine.Allocate<float>(problems.Count);
        SinkhornViews views = new()
        {
            Costs = matrices,
            RowWeights = rows,
            ColumnWeights = columns,
            RowPotentials = device.RowPotentials.Cast<TwoFloats>(),
            ColumnPotentials = device.ColumnPotentials.Cast<TwoFloats>(),
            ColumnSums = engine.ViewOf<TwoFloats>(sums, problems.Columns),
            RowCosts = engine.ViewOf<TwoFloats>(rowCosts, problems.Rows),
            Epsilon = engine.ViewOf<float>(epsilons, problems.Count),
            Iterations = device.Iterations,
            Plan = device.Plan,
        };
        SinkhornTask task = new()
        {
            Epsilon = (float)settings.Epsilon,
            IsRelative = settings.IsRelativeEpsilon ? 1 : 0,
            Penalty = (float)(settings.MarginalPenalty ?? double.PositiveInfinity),
            Tolerance = (float)settings.Tolerance,
            MaximumIterations = settings.MaximumIterations,
            Scaling = (float)settings.EpsilonScaling,
            HasRowWeights = rowWeights.IsEmpty ? 0 : 1,
            HasColumnWeights = columnWeights.IsEmpty ? 0 : 1,
            HasPlan = result.Plan is null ? 0 : 1,
            HasEpsilons = start.Epsilons.IsEmpty ? 0 : 1,
            HasPotentials = start.ColumnPotentials.IsEmpty ? 0 : 1,
        };
        Upload(engine, views.Epsilon, Array.ConvertAll(givenEpsilons, epsilon => (float)epsilon));
        Upload(engine, views.ColumnPotentials, Array.ConvertAll(potentials, InTwo));
        Launch(problems, views, task);
        SinkhornFinish finish = new()
        {
            Problems = problems,
            Settings = settings,
            RowWeights = hostRows,
            ColumnWeights = hostColumns,
            RowPotentials = ReadTwo(views.RowPotentials),
            ColumnPotentials = ReadTwo(views.ColumnPotentials),
            ColumnSums = ReadTwo(views.ColumnSums),
            RowCosts = ReadTwo(views.RowCosts),
            GivenEpsilons = givenEpsilons,
            Epsilon = Array.ConvertAll(Read<float>(views.Epsilon), epsilon => (double)epsilon),
            Iterations = Read<int>(views.Iterations),
        };
        finish.Run();
        device.Write(engine, finish);
    }

    public void PlanGradients(
        BatchLayout problems,
        EngineView<float> plans,
        EngineView<float> source,
        EngineView<float> target,
        int dimensions,
        GroundCost cost,
        EngineView<float> sourceGradients,
        EngineView<float> targetGradients)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        PlanSide side = new()
        {
            Plan = engine.ViewOf(plans, problems.Costs),
            Points = engine.ViewOf(source, problems.Rows * dimensions),
            Others = engine.ViewOf(target, problems.Columns * dimensions),
            Gradients = engine.ViewOf(sourceGradients, problems.Rows * dimensions),
            Dimensions = dimensions,
            Distance = (int)cost.Distance,
            Exponent = (float)cost.Exponent,
        };
        PlanSide other = side with
        {
            Points = side.Others,
            Others = side.Points,
            Gradients = targetGradients.IsEmpty ? engine.Nothing<float>() : engine.ViewOf(targetGradients, problems.Columns * dimensions),
            IsTransposed = 1,
        };
        engine.Bind();
        Launch(problems, side);
        if (!targetGradients.IsEmpty)
        {
            Launch(BatchLayout.FromOffsets(problems.ColumnOffsets, problems.RowOffsets), other);
        }
    }

    private void Launch(BatchLayout problems, PlanSide side)
    {
        if (problems.Rows == 0)
        {
            return;
        }

        int group = engine.GroupSize(64);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        using IlgpuTiles tiles = IlgpuTiles.OfRows(engine, problems, LaunchSizes.RowsPerTile);
        engine.Kernels.Get(
            nameof(PlanGradientKernels.Gradients),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<BatchShapes, ArrayView<BatchTile>, int, PlanSide>(
                PlanGradientKernels.Gradients, specialization))(
            engine.Stream, IlgpuEngine.Config(tiles.Count, group, 0), lease.Layout.Shapes, tiles.View, LaunchSizes.RowsPerTile, side);
    }

    private void Launch(BatchLayout problems, SinkhornViews views, SinkhornTask task)
    {
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        IlgpuSinkhornPlan plan = lease.Layout.List("sinkhorn", static (engine, problems) => new IlgpuSinkhornPlan(engine, problems));
        foreach (IlgpuSinkhornPlan.Class c in plan.Classes)
        {
            if (c.IsShared)
            {
                engine.Kernels.Get(
                    nameof(SinkhornKernels.SolveShared),
                    c.Group,
                    static (accelerator, specialization) => accelerator.LoadKernel<BatchShapes, ArrayView<int>, SinkhornTask, SinkhornViews>(
                        SinkhornKernels.SolveShared, specialization))(
                    engine.Stream, IlgpuEngine.Config(c.Count, c.Group, c.SharedBytes), lease.Layout.Shapes, c.Picks, task, views);
                continue;
            }

            using EngineBuffer<float> transposed = engine.Allocate<float>(problems.Costs);
            using EngineBuffer<Float4> workspace = engine.Allocate<Float4>((long)c.Count * c.StateUnits);
            engine.Kernels.Get(
                nameof(SinkhornKernels.SolveGlobal),
                c.Group,
                static (accelerator, specialization) => accelerator.LoadKernel<
                    BatchShapes, ArrayView<int>, SinkhornTask, SinkhornViews, ArrayView<float>, ArrayView<Float4>, int>(
                    SinkhornKernels.SolveGlobal, specialization))(
                engine.Stream,
                IlgpuEngine.Config(c.Count, c.Group, 0),
                lease.Layout.Shapes,
                c.Picks,
                task,
                views,
                engine.ViewOf<float>(transposed, problems.Costs),
                engine.ViewOf<Float4>(workspace, workspace.Length),
                c.StateUnits);
        }
    }

    private T[] Read<T>(ArrayView<T> view)
        where T : unmanaged
    {
        T[] elements = new T[view.Length];
        if (elements.Length > 0)
        {
            engine.Transfers.Read(view.Cast<byte>(), MemoryMarshal.AsBytes(elements.AsSpan()));
        }

        return elements;
    }

    private double[] ReadTwo(ArrayView<TwoFloats> view) => Array.ConvertAll(Read(view), number => (double)number.High + number.Low);

    /// <summary>A number as two floats; 0 where it is not finite.</summary>
    private static TwoFloats InTwo(double number)
    {
        float high = double.IsFinite(number) ? (float)number : 0;
        return new() { High = high, Low = double.IsFinite(number) ? (float)(number - high) : 0 };
    }

    private static void Upload<T>(IlgpuEngine engine, ArrayView<T> view, T[] elements)
        where T : unmanaged
    {
        if (elements.Length > 0)
        {
            engine.Transfers.Write(view.Cast<byte>(), MemoryMarshal.AsBytes(elements.AsSpan()));
        }
    }

    /// <summary>The results on the device.</summary>
    private readonly struct Device(IlgpuEngine engine, BatchLayout problems, SinkhornBuffers result)
    {
        public readonly ArrayView<double> RowPotentials = engine.ViewOf<double>(result.RowPotentials, problems.Rows);
        public readonly ArrayView<double> ColumnPotentials = engine.ViewOf<double>(result.ColumnPotentials, problems.Columns);
        public readonly ArrayView<double> Epsilon = engine.ViewOf<double>(result.Epsilon, problems.Count);
        public readonly ArrayView<double> TransportCost = engine.ViewOf<double>(result.TransportCost, problems.Count);
        public readonly ArrayView<double> Primal = engine.ViewOf<double>(result.Primal, problems.Count);
        public readonly ArrayView<double> Dual = engine.ViewOf<double>(result.Dual, problems.Count);
        public readonly ArrayView<double> Error = engine.ViewOf<double>(result.Error, problems.Count);
        public readonly ArrayView<int> Iterations = engine.ViewOf<int>(result.Iterations, problems.Count);
        public readonly ArrayView<SolveStatus> Status = engine.ViewOf<SolveStatus>(result.Status, problems.Count);
        public readonly ArrayView<float> Plan =
            result.Plan is null ? engine.Nothing<float>() : engine.ViewOf<float>(result.Plan, problems.Costs);

        public void Write(IlgpuEngine engine, SinkhornFinish finish)
        {
            Upload(engine, RowPotentials, finish.RowPotentials);
            Upload(engine, ColumnPotentials, finish.ColumnPotentials);
            Upload(engine, Epsilon, finish.Epsilon);
            Upload(engine, TransportCost, finish.TransportCost);
            Upload(engine, Primal, finish.Primal);
            Upload(engine, Dual, finish.Dual);
            Upload(engine, Error, finish.Error);
            Upload(engine, Iterations, finish.Iterations);
            Upload(engine, Status, finish.Status);
            foreach (int problem in finish.WithoutPlan)
            {
                long count = finish.Problems.CostOffsets[problem + 1] - finish.Problems.CostOffsets[problem];
                if (Plan.Length > 0 && count > 0)
                {
                    Plan.SubView(finish.Problems.CostOffsets[problem], count).MemSetToZero(engine.Stream);
                }
            }
        }
    }
}
