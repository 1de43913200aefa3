using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>Optimal transport between weighted rows and columns, exactly, one group a problem: see <see cref="TransportSearch"/>.</summary>
/// <remarks>
/// Group g solves problem <c>picks[g]</c>, as with <see cref="AssignmentKernels"/>. Launch: as many groups as picks; group 1, 2, ..., 512.
/// Problems without weight are solved like others. Costs that are no costs do no harm but void the problem's results.
/// </remarks>
public static class TransportKernels
{
    /// <summary>
    /// Solves problems whose costs fit in shared memory. Dynamic shared memory: the largest <see cref="LaunchSizes.TransportSharedBytes"/> of
    /// the picked problems.
    /// </summary>
    /// <typeparam name="T">What path lengths are computed in.</typeparam>
    /// <typeparam name="TReal">Its operations.</typeparam>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="results">Receives the results.</param>
    public static void SolveShared<T, TReal, TLanes>(
        BatchShapes shapes, ArrayView<int> picks, ArrayView<float> costs, TransportWeightViews weights, TransportResults results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        TransportProblem problem = TransportProblem.Read(shapes, weights.Counts, picks[Grid.IdxX]);
        int header = LaunchSizes.TransportHeaderUnits(Group.DimX);
        int units = (int)LaunchSizes.TransportStateUnits(problem.Rows, problem.Columns, TReal.Size);
        int count = problem.Rows * problem.Columns;
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> matrix = SharedPlaces.At<float>(memory, header + units, SharedPlaces.Units4(count));
        Compact(problem, costs, weights, matrix);
        Group.Barrier();
        TransportSearch.Run<T, TReal, TLanes>(
            problem, costs, matrix, weights, memory.SubView(0, header), SharedPlaces.Part(memory, header, units), results);
    }

    /// <summary>
    /// Solves problems whose costs stay in global memory, and their state in shared memory: up to some 800 rows and columns together in 48 KB.
    /// Dynamic shared memory: the largest <see cref="LaunchSizes.TransportStateBytes"/> of the picked problems.
    /// </summary>
    /// <typeparam name="T">What path lengths are computed in.</typeparam>
    /// <typeparam name="TReal">Its operations.</typeparam>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="compacted">
    /// As large as <paramref name="costs"/>: the costs of problems with rows or columns that weigh nothing are copied into it without those.
    /// Where there is none such, it is not touched, and <paramref name="costs"/> itself will do.
    /// </param>
    /// <param name="weights">The weights.</param>
    /// <param name="results">Receives the results.</param>
    public static void SolveGlobal<T, TReal, TLanes>(
        BatchShapes shapes,
        ArrayView<int> picks,
        ArrayView<float> costs,
        ArrayView<float> compacted,
        TransportWeightViews weights,
        TransportResults results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        TransportProblem problem = TransportProblem.Read(shapes, weights.Counts, picks[Grid.IdxX]);
        int header = LaunchSizes.TransportHeaderUnits(Group.DimX);
        int units = (int)LaunchSizes.TransportStateUnits(problem.Rows, problem.Columns, TReal.Size);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> matrix = Dense(problem, costs, compacted, weights);
        TransportSearch.Run<T, TReal, TLanes>(
            problem, costs, matrix, weights, memory.SubView(0, header), SharedPlaces.Part(memory, header, units), results);
    }

    /// <summary>
    /// Solves problems of any size: costs and state are in global memory. Dynamic shared memory:
    /// <see cref="LaunchSizes.TransportHeaderBytes"/>.
    /// </summary>
    /// <typeparam name="T">What path lengths are computed in.</typeparam>
    /// <typeparam name="TReal">Its operations.</typeparam>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="compacted">As for <see cref="SolveGlobal{T, TReal, TLanes}"/>.</param>
    /// <param name="workspace"><paramref name="stride"/> units a group.</param>
    /// <param name="stride">The largest <see cref="LaunchSizes.TransportStateUnits"/> of the picked problems.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="results">Receives the results.</param>
    public static void SolveHuge<T, TReal, TLanes>(
        BatchShapes shapes,
        ArrayView<int> picks,
        ArrayView<float> costs,
        ArrayView<float> compacted,
        ArrayView<Float4> workspace,
        int stride,
        TransportWeightViews weights,
        TransportResults results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        TransportProblem problem = TransportProblem.Read(shapes, weights.Counts, picks[Grid.IdxX]);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> matrix = Dense(problem, costs, compacted, weights);
        ArrayView<Float4> state = SharedPlaces.Part(workspace, (long)Grid.IdxX * stride, stride);
        TransportSearch.Run<T, TReal, TLanes>(problem, costs, matrix, weights, memory, state, results);
    }

    /// <summary>The problem's costs where they are, or copied into the other memory without what weighs nothing.</summary>
    private static ArrayView<float> Dense(TransportProblem problem, ArrayView<float> costs, ArrayView<float> compacted, TransportWeightViews weights)
    {
        long count = (long)problem.Rows * problem.Columns;
        if (problem.Rows == problem.AllRows && problem.Columns == problem.AllColumns)
        {
            return SharedPlaces.Part(costs, problem.FirstCost, count);
        }

        ArrayView<float> copy = SharedPlaces.Part(compacted, problem.FirstCost, count);
        Compact(problem, costs, weights, copy);
        Group.Barrier();
        return copy;
    }

    private static void Compact(TransportProblem problem, ArrayView<float> costs, TransportWeightViews weights, ArrayView<float> matrix)
    {
        for (int i = 0; i < problem.Rows; i++)
        {
            long row = problem.FirstCost + ((long)weights.RowNumbers[problem.FirstRow + i] * problem.AllColumns);
            for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
            {
                matrix[((long)i * problem.Columns) + j] = costs[row + weights.ColumnNumbers[problem.FirstColumn + j]];
            }
        }
    }
}
