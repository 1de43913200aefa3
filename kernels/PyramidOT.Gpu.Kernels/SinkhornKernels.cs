using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>What the Sinkhorn kernels are told about all problems of a launch.</summary>
public struct SinkhornTask
{
    /// <summary>Epsilon, in units of cost or of the mean cost.</summary>
    public float Epsilon;

    /// <summary>1 where epsilon counts in units of each problem's mean magnitude of a cost.</summary>
    public int IsRelative;

    /// <summary>rho; positive infinity where balanced.</summary>
    public float Penalty;

    /// <summary>The error to stop at.</summary>
    public float Tolerance;

    /// <summary>The most iterations.</summary>
    public int MaximumIterations;

    /// <summary>The part of epsilon that the next one is; 1 for none but the wanted one.</summary>
    public float Scaling;

    /// <summary>1 where there are weights of the rows; 0 for equal ones.</summary>
    public int HasRowWeights;

    /// <summary>1 where there are weights of the columns.</summary>
    public int HasColumnWeights;

    /// <summary>1 where the plans are wanted.</summary>
    public int HasPlan;

    /// <summary>1 where each problem's epsilon is given.</summary>
    public int HasEpsilons;

    /// <summary>1 where potentials of the columns are given to begin with.</summary>
    public int HasPotentials;
}

/// <summary>What the Sinkhorn kernels read and write, in the order of the batch.</summary>
public struct SinkhornViews
{
    /// <summary>The costs.</summary>
    public ArrayView<float> Costs;

    /// <summary>The weights of the rows; not read where there are none.</summary>
    public ArrayView<float> RowWeights;

    /// <summary>The weights of the columns.</summary>
    public ArrayView<float> ColumnWeights;

    /// <summary>The potentials of the rows, one a row.</summary>
    public ArrayView<TwoFloats> RowPotentials;

    /// <summary>The potentials of the columns, one a column; read first where they are given.</summary>
    public ArrayView<TwoFloats> ColumnPotentials;

    /// <summary>The plan's sums over the rows, one a column.</summary>
    public ArrayView<TwoFloats> ColumnSums;

    /// <summary>The plan's cost, one a row.</summary>
    public ArrayView<TwoFloats> RowCosts;

    /// <summary>The epsilon that was used, one a problem; read first where it is given.</summary>
    public ArrayView<float> Epsilon;

    /// <summary>Iterations, one a problem.</summary>
    public ArrayView<int> Iterations;

    /// <summary>The plans; not touched where they are not wanted.</summary>
    public ArrayView<float> Plan;
}

/// <summary>Entropic transport, one group a problem: see <see cref="SinkhornIteration"/>.</summary>
/// <remarks>
/// Group g solves problem <c>picks[g]</c>, none of which has an empty side. Launch: as many groups as picks; group 1, 2, ..., 512. Costs
/// that are no costs do no harm but void the problem's results.
/// </remarks>
public static class SinkhornKernels
{
    /// <summary>
    /// Solves problems whose costs fit in shared memory. Dynamic shared memory: the largest
    /// <see cref="LaunchSizes.SinkhornSharedBytes"/> of the picked problems.
    /// </summary>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="task">What to do.</param>
    /// <param name="views">Where.</param>
    public static void SolveShared(BatchShapes shapes, ArrayView<int> picks, SinkhornTask task, SinkhornViews views)
    {
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        SinkhornGroup problem = SinkhornGroup.Read(shapes, picks[Grid.IdxX], task, views);
        int units = LaunchSizes.SinkhornStateUnits(problem.Rows, problem.Columns);
        int stride = LaunchSizes.SinkhornStride(problem.Columns);
        int count = problem.Rows * stride;
        ArrayView<float> matrix = SharedPlaces.At<float>(memory, units, SharedPlaces.Units4(count));
        for (int i = 0; i < problem.Rows; i++)
        {
            for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
            {
                matrix[(i * stride) + j] = views.Costs[problem.FirstCost + ((long)i * problem.Columns) + j];
            }
        }

        problem.SetState(SharedPlaces.Part(memory, 0, units));
        problem.ByRow = matrix;
        problem.ByColumn = matrix;
        problem.RowStep = stride;
        problem.RowInnerStep = 1;
        problem.ColumnInnerStep = stride;
        Group.Barrier();
        SinkhornIteration.Run(problem, task, views);
    }

    /// <summary>
    /// Solves problems of any size: costs and state are in global memory. No dynamic shared memory.
    /// </summary>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="picks">The problems, one a group.</param>
    /// <param name="task">What to do.</param>
    /// <param name="views">Where.</param>
    /// <param name="transposed">As large as the costs: receives them transposed, so that lanes read side by side both ways.</param>
    /// <param name="workspace"><paramref name="stride"/> units a group.</param>
    /// <param name="stride">The largest <see cref="LaunchSizes.SinkhornStateUnits"/> of the picked problems.</param>
    public static void SolveGlobal(
        BatchShapes shapes,
        ArrayView<int> picks,
        SinkhornTask task,
        SinkhornViews views,
        ArrayView<float> transposed,
        ArrayView<Float4> workspace,
        int stride)
    {
        SinkhornGroup problem = SinkhornGroup.Read(shapes, picks[Grid.IdxX], task, views);
        long count = (long)problem.Rows * problem.Columns;
        problem.ByColumn = SharedPlaces.Part(views.Costs, problem.FirstCost, count);
        problem.ByRow = SharedPlaces.Part(transposed, problem.FirstCost, count);
        for (int i = 0; i < problem.Rows; i++)
        {
            for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
            {
                problem.ByRow[((long)j * problem.Rows) + i] = problem.ByColumn[((long)i * problem.Columns) + j];
            }
        }

        problem.SetState(SharedPlaces.Part(workspace, (long)Grid.IdxX * stride, stride));
        problem.RowStep = 1;
        problem.RowInnerStep = problem.Rows;
        problem.ColumnInnerStep = problem.Columns;
        Group.Barrier();
        SinkhornIteration.Run(problem, task, views);
    }
}
