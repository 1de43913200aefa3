using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>Lists of cheapest columns, a row at a time.</summary>
internal sealed unsafe class HostCandidates(HostEngine engine, HostWorkers workers) : ICandidateKernels
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
        Batch batch = new(
            problems,
            engine.PointerTo(costs, problems.Costs),
            engine.PointerTo(potentials, problems.Columns),
            factor,
            capacity,
            engine.PointerTo(columns, problems.Rows * capacity),
            engine.PointerTo(limits, problems.Rows));
        for (int b = 0; b < problems.Count; b++)
        {
            int problem = b;
            workers.For(problems.RowsOf(b), problems.ColumnsOf(b) / 4.0, (start, end, scratch) =>
            {
                switch (SimdWidth.Floats)
                {
                    case 16:
                        Rows<Floats16, Vector512<float>>(batch, problem, start, end, scratch);
                        break;
                    case 8:
                        Rows<Floats8, Vector256<float>>(batch, problem, start, end, scratch);
                        break;
                    default:
                        Rows<Floats4, Vector128<float>>(batch, problem, start, end, scratch);
                        break;
                }
            });
        }
    }

    private static void Rows<S, V>(Batch batch, int problem, int start, int end, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int width = batch.Problems.ColumnsOf(problem);
        long first = batch.Problems.RowOffsets[problem];
        float* costs = batch.Costs + batch.Problems.CostOffsets[problem];
        CheapestColumns<S, V> cheapest = new(width, batch.Potentials + batch.Problems.ColumnOffsets[problem], scratch);
        for (int i = start; i < end; i++)
        {
            ReadOnlySpan<ulong> found = cheapest.Find(costs + ((long)i * width), batch.Factor, batch.Capacity, out float limit);
            Span<int> list = new(batch.Columns + ((first + i) * batch.Capacity), batch.Capacity);
            list.Fill(-1);
            for (int k = 0; k < found.Length; k++)
            {
                list[k] = FloatOrder.Number(found[k]);
            }

            if (found.Length == 0)
            {
                ListEqual(new(cheapest.Reduced, width), limit, list);
            }

            bool isWhole = width <= list.Length && list[width - 1] >= 0;
            batch.Limits[first + i] = isWhole ? float.PositiveInfinity : limit;
        }
    }

    /// <summary>Lists the first columns that all are at the least.</summary>
    private static void ListEqual(ReadOnlySpan<float> reduced, float least, Span<int> list)
    {
        int column = -1;
        for (int k = 0; k < list.Length; k++)
        {
            int next = reduced[(column + 1)..].IndexOf(least);
            if (next < 0)
            {
                break;
            }

            column += next + 1;
            list[k] = column;
        }
    }

    /// <summary>The addresses of one call.</summary>
    private sealed class Batch(BatchLayout problems, float* costs, float* potentials, float factor, int capacity, int* columns, float* limits)
    {
        public BatchLayout Problems { get; } = problems;

        public float* Costs { get; } = costs;

        public float* Potentials { get; } = potentials;

        public float Factor { get; } = factor;

        public int Capacity { get; } = capacity;

        public int* Columns { get; } = columns;

        public float* Limits { get; } = limits;
    }
}
