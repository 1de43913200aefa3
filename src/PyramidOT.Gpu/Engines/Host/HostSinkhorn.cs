using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The Sinkhorn family of the Host: each thread takes large problems one after the other, and then tiny ones side by side, a lane each.
/// </summary>
internal sealed unsafe class HostSinkhorn(HostEngine engine, HostWorkers workers) : ISinkhornKernels
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
        SinkhornBatch batch = new()
        {
            Problems = problems,
            Settings = settings,
            Costs = engine.PointerTo(costs, problems.Costs),
            GivenEpsilons = start.Epsilons.IsEmpty ? null : engine.PointerTo(start.Epsilons, problems.Count),
            StartingPotentials = start.ColumnPotentials.IsEmpty ? null : engine.PointerTo(start.ColumnPotentials, problems.Columns),
            RowWeights = rowWeights.IsEmpty ? null : engine.PointerTo(rowWeights, problems.Rows),
            ColumnWeights = columnWeights.IsEmpty ? null : engine.PointerTo(columnWeights, problems.Columns),
            RowPotentials = engine.PointerTo<double>(result.RowPotentials, problems.Rows),
            ColumnPotentials = engine.PointerTo<double>(result.ColumnPotentials, problems.Columns),
            Epsilon = engine.PointerTo<double>(result.Epsilon, problems.Count),
            TransportCost = engine.PointerTo<double>(result.TransportCost, problems.Count),
            Primal = engine.PointerTo<double>(result.Primal, problems.Count),
            Dual = engine.PointerTo<double>(result.Dual, problems.Count),
            Error = engine.PointerTo<double>(result.Error, problems.Count),
            Iterations = engine.PointerTo<int>(result.Iterations, problems.Count),
            Status = engine.PointerTo<SolveStatus>(result.Status, problems.Count),
            Plan = result.Plan is null ? null : engine.PointerTo<float>(result.Plan, problems.Costs),
        };
        SinkhornWeights.Check(
            problems,
            new(batch.RowWeights, batch.RowWeights == null ? 0 : checked((int)problems.Rows)),
            new(batch.ColumnWeights, batch.ColumnWeights == null ? 0 : checked((int)problems.Columns)),
            settings.MarginalPenalty is null);
        SinkhornStart.CheckEpsilons(new(batch.GivenEpsilons, batch.GivenEpsilons == null ? 0 : problems.Count));

        // Each thread takes one problem after the other, or fills its lanes with them.
        using SinkhornQueue queue = new(problems, SinkhornProblem.LargestTiny);
        int threads = Math.Min(workers.Threads, problems.Count);
        workers.For(threads, 500.0 * problems.Costs / Math.Max(threads, 1), SimdWidth.Floats switch
        {
            16 => Solver<Floats16, Vector512<float>, Doubles8, Vector512<double>>(batch, queue),
            8 => Solver<Floats8, Vector256<float>, Doubles4, Vector256<double>>(batch, queue),
            _ => Solver<Floats4, Vector128<float>, Doubles2, Vector128<double>>(batch, queue),
        });
        batch.ThrowIfRefused();
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
        float* x = engine.PointerTo(source, problems.Rows * dimensions);
        float* y = engine.PointerTo(target, problems.Columns * dimensions);
        float* plan = engine.PointerTo(plans, problems.Costs);
        float* inX = engine.PointerTo(sourceGradients, problems.Rows * dimensions);
        float* inY = targetGradients.IsEmpty ? null : engine.PointerTo(targetGradients, problems.Columns * dimensions);
        double operations = problems.Count == 0 ? 0 : (double)problems.Costs / problems.Count * dimensions;
        workers.For(problems.Count, operations, (start, end, scratch) =>
        {
            for (int b = start; b < end; b++)
            {
                scratch.Reset();
                int rows = problems.RowsOf(b);
                int columns = problems.ColumnsOf(b);
                long row = problems.RowOffsets[b] * dimensions;
                long column = problems.ColumnOffsets[b] * dimensions;
                PlanGradient gradient = new(cost, dimensions, scratch);
                gradient.Compute(new(plan + problems.CostOffsets[b], columns, 1), x + row, rows, y + column, columns, inX + row);
                if (inY != null)
                {
                    gradient.Compute(new(plan + problems.CostOffsets[b], 1, columns), y + column, columns, x + row, rows, inY + column);
                }
            }
        });
    }

    private static Action<int, int, HostScratch> Solver<S, V, D, W>(SinkhornBatch batch, SinkhornQueue queue)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct =>
        (_, _, scratch) =>
        {
            int number = queue.Take(out bool isTiny);
            for (; number >= 0 && !isTiny; number = queue.Take(out isTiny))
            {
                scratch.Reset();
                SinkhornProblem problem = new(batch.Problems.RowsOf(number), batch.Problems.ColumnsOf(number), scratch);
                if (Read<S, V>(batch, number, ref problem, out double spread))
                {
                    SinkhornSearch<S, V, D, W>.Solve(batch, number, ref problem, spread, scratch);
                }
            }

            if (number >= 0)
            {
                // Few problems take narrow vectors: the same steps, which are faster there.
                if (queue.Tiny <= 2 && D.Count > 2)
                {
                    SolveSideBySide<Doubles2, Vector128<double>, S, V, D, W>(batch, queue, number, scratch);
                }
                else if (queue.Tiny <= 4 && D.Count > 4)
                {
                    SolveSideBySide<Doubles4, Vector256<double>, S, V, D, W>(batch, queue, number, scratch);
                }
                else
                {
                    SolveSideBySide<D, W, S, V, D, W>(batch, queue, number, scratch);
                }
            }
        };

    /// <summary>Solves tiny problems: whenever a lane is free, it takes the next.</summary>
    private static void SolveSideBySide<L, U, S, V, D, W>(SinkhornBatch batch, SinkhornQueue queue, int number, HostScratch scratch)
        where L : struct, ISimd<double, U>
        where U : struct
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        scratch.Reset();
        TinySinkhorn<L, U, D, W> lanes = new(queue.TinyRows, queue.TinyColumns, batch.Settings, scratch);
        HostScratch.Mark taken = scratch.Here;
        while (true)
        {
            while (number >= 0 && lanes.FreeLane is var free and >= 0)
            {
                if (Read<S, V>(batch, number, ref lanes.Problem(free), out double spread))
                {
                    lanes.Begin(free, number, spread);
                }

                number = queue.Take(out _);
            }

            if (lanes.IsEmpty)
            {
                return;
            }

            lanes.Run();
            while (lanes.DoneLane is var done and >= 0)
            {
                scratch.Rewind(taken);
                SinkhornSearch<S, V, D, W>.Finish(
                    batch, lanes.Number(done), ref lanes.Problem(done), lanes.Spread(done), lanes.IsInfeasible(done), scratch);
                lanes.Release(done);
            }
        }
    }

    /// <summary>Reads a problem, unless one of its costs is none.</summary>
    private static bool Read<S, V>(SinkhornBatch batch, int number, ref SinkhornProblem problem, out double spread)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        long first = batch.Problems.CostOffsets[number];
        long count = batch.Problems.CostOffsets[number + 1] - first;
        spread = 0;
        if (HostAssignment.FirstBadCost<S, V>(batch.Costs + first, count) is var bad and >= 0)
        {
            batch.Refuse(first + bad);
            return false;
        }

        problem.Read(batch, number);
        (problem.Epsilon, spread) = SinkhornEpsilon.Of(batch.Settings, new(batch.Costs + first, checked((int)count)));
        problem.Epsilon = batch.GivenEpsilons == null ? problem.Epsilon : batch.GivenEpsilons[number];

        // Potentials that are known make larger epsilons needless.
        spread = batch.StartingPotentials == null ? spread : 0;
        return true;
    }
}
