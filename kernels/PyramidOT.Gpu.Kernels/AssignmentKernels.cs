using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>The linear assignment problem, exactly, one group a problem: see <see cref="AssignmentSearch"/>.</summary>
/// <remarks>
/// Group g solves problem <c>picks[g]</c>, so that a launcher may sort problems by size and give each class the kernel and group that
/// suit it. Launch: as many groups as picks; group 1, 2, ..., 512. Empty problems are solved like others. Costs that are no costs
/// (NaN, -infinity, beyond 1e30) do no harm but void the problem's results: <see cref="FindBadCost{TLanes}"/> finds them.
/// </remarks>
public static class AssignmentKernels
{
    /// <summary>The largest magnitude of a finite cost.</summary>
    public const float LargestCost = 1e30f;

    /// <summary>
    /// Solves problems whose costs fit in shared memory. Dynamic shared memory: the largest
    /// <see cref="LaunchSizes.AssignmentSharedBytes"/> of the picked problems.
    /// </summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="results">Receives the results.</param>
    public static void SolveShared<TSum, TSummation, TLanes>(
        BatchShapes shapes, ArrayView<int> picks, ArrayView<float> costs, AssignmentResults<TSum> results)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        AssignmentProblem problem = AssignmentProblem.Read(shapes, picks[Grid.IdxX]);
        int header = LaunchSizes.AssignmentHeaderUnits(Group.DimX);
        int units = LaunchSizes.AssignmentStateUnits(problem.Columns, 4);
        int count = problem.Rows * problem.Columns;
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> matrix = SharedPlaces.At<float>(memory, header + units, SharedPlaces.Units4(count));
        Copy(problem, costs, matrix);
        Group.Barrier();
        AssignmentSearch.Run<float, Real32, TSum, TSummation, TLanes>(
            problem, matrix, memory.SubView(0, header), SharedPlaces.Part(memory, header, units), results);
    }

    /// <summary>
    /// Solves problems whose costs stay in global memory, and their state in shared memory: up to some 2,200 columns in 48 KB. Dynamic
    /// shared memory: <see cref="LaunchSizes.AssignmentStateBytes"/> of the largest picked problem.
    /// </summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="transposed">
    /// As large as <paramref name="costs"/>: problems with more rows than columns are transposed into it. Where there is none such, it
    /// is not touched, and <paramref name="costs"/> itself will do.
    /// </param>
    /// <param name="results">Receives the results.</param>
    public static void SolveGlobal<TSum, TSummation, TLanes>(
        BatchShapes shapes, ArrayView<int> picks, ArrayView<float> costs, ArrayView<float> transposed, AssignmentResults<TSum> results)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        AssignmentProblem problem = AssignmentProblem.Read(shapes, picks[Grid.IdxX]);
        int header = LaunchSizes.AssignmentHeaderUnits(Group.DimX);
        int units = LaunchSizes.AssignmentStateUnits(problem.Columns, 4);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> matrix = Wide(problem, costs, transposed);
        AssignmentSearch.Run<float, Real32, TSum, TSummation, TLanes>(
            problem, matrix, memory.SubView(0, header), SharedPlaces.Part(memory, header, units), results);
    }

    /// <summary>
    /// Solves problems of any size: costs and state are in global memory. Dynamic shared memory:
    /// <see cref="LaunchSizes.AssignmentHeaderBytes"/>.
    /// </summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="transposed">As for <see cref="SolveGlobal{TSum, TSummation, TLanes}"/>.</param>
    /// <param name="workspace"><paramref name="stride"/> units a group.</param>
    /// <param name="stride"><see cref="LaunchSizes.AssignmentStateUnits"/> of the largest picked problem, for 4 bytes.</param>
    /// <param name="results">Receives the results.</param>
    public static void SolveHuge<TSum, TSummation, TLanes>(
        BatchShapes shapes,
        ArrayView<int> picks,
        ArrayView<float> costs,
        ArrayView<float> transposed,
        ArrayView<Float4> workspace,
        int stride,
        AssignmentResults<TSum> results)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        AssignmentProblem problem = AssignmentProblem.Read(shapes, picks[Grid.IdxX]);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> matrix = Wide(problem, costs, transposed);
        ArrayView<Float4> state = SharedPlaces.Part(workspace, (long)Grid.IdxX * stride, stride);
        AssignmentSearch.Run<float, Real32, TSum, TSummation, TLanes>(problem, matrix, memory, state, results);
    }

    /// <summary>
    /// Solves again, in float64, the picked problems that <see cref="AssignmentStatus.Uncertified"/> was said of; the others are
    /// left alone. For devices with float64. Dynamic shared memory: <see cref="LaunchSizes.AssignmentHeaderBytes"/>.
    /// </summary>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="transposed">As for <see cref="SolveGlobal{TSum, TSummation, TLanes}"/>.</param>
    /// <param name="workspace"><paramref name="stride"/> units a group.</param>
    /// <param name="stride"><see cref="LaunchSizes.AssignmentStateUnits"/> of the largest picked problem, for 8 bytes.</param>
    /// <param name="results">Changed.</param>
    public static void SolveAgainInDouble<TLanes>(
        BatchShapes shapes,
        ArrayView<int> picks,
        ArrayView<float> costs,
        ArrayView<float> transposed,
        ArrayView<Float4> workspace,
        int stride,
        AssignmentResults<double> results)
        where TLanes : struct, IGroupLanes
    {
        int pick = picks[Grid.IdxX];
        if (results.Status[pick] == AssignmentStatus.Uncertified)
        {
            AssignmentProblem problem = AssignmentProblem.Read(shapes, pick);
            ArrayView<Float4> memory = SharedPlaces.Dynamic();
            ArrayView<float> matrix = Wide(problem, costs, transposed);
            ArrayView<Float4> state = SharedPlaces.Part(workspace, (long)Grid.IdxX * stride, stride);
            AssignmentSearch.Run<double, Real64, double, DoubleSummation, TLanes>(problem, matrix, memory, state, results);
        }
    }

    /// <summary>
    /// Finds the first number that is no cost: NaN, -infinity or a magnitude beyond 1e30; +infinity is one. Launch: any number of groups of
    /// any size; <see cref="LaunchSizes.FindBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="costs">All costs.</param>
    /// <param name="first">One number, which a launcher sets to <see cref="long.MaxValue"/>; receives the position if there is one.</param>
    public static void FindBadCost<TLanes>(ArrayView<float> costs, ArrayView<long> first)
        where TLanes : struct, IGroupLanes
    {
        ulong least = long.MaxValue;
        long count = costs.Length;
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < count; i += (long)Grid.DimX * Group.DimX)
        {
            float cost = costs[i];
            if (!(cost <= LargestCost || cost == float.PositiveInfinity) || cost < -LargestCost)
            {
                least = (ulong)i < least ? (ulong)i : least;
            }
        }

        least = GroupMath.Minimum<TLanes>(least, SharedPlaces.Dynamic().Cast<ulong>(), 0);
        if (Group.IdxX == 0 && least != long.MaxValue)
        {
            TLanes.Lower(first, (long)least);
        }
    }

    /// <summary>Copies a problem's costs, rows being the shorter side.</summary>
    private static void Copy(AssignmentProblem problem, ArrayView<float> costs, ArrayView<float> matrix)
    {
        ArrayView<float> from = SharedPlaces.Part(costs, problem.FirstCost, (long)problem.Rows * problem.Columns);
        if (!problem.IsTransposed)
        {
            int count = problem.Rows * problem.Columns;
            for (int i = Group.IdxX; i < count; i += Group.DimX)
            {
                matrix[i] = from[i];
            }

            return;
        }

        Transpose(problem, from, matrix);
    }

    /// <summary>The problem's costs where they are, or transposed into the other memory.</summary>
    private static ArrayView<float> Wide(AssignmentProblem problem, ArrayView<float> costs, ArrayView<float> transposed)
    {
        long count = (long)problem.Rows * problem.Columns;
        ArrayView<float> matrix = SharedPlaces.Part(costs, problem.FirstCost, count);
        if (problem.IsTransposed)
        {
            ArrayView<float> copy = SharedPlaces.Part(transposed, problem.FirstCost, count);
            Transpose(problem, matrix, copy);
            Group.Barrier();
            matrix = copy;
        }

        return matrix;
    }

    private static void Transpose(AssignmentProblem problem, ArrayView<float> from, ArrayView<float> to)
    {
        // Reads are coalesced: problem.Rows is the width of the source.
        for (int j = 0; j < problem.Columns; j++)
        {
            for (int i = Group.IdxX; i < problem.Rows; i += Group.DimX)
            {
                to[((long)i * problem.Columns) + j] = from[((long)j * problem.Rows) + i];
            }
        }
    }
}
