namespace PyramidOT.Engines;

/// <summary>The few columns of a row that matter to a solver which never holds all costs.</summary>
public interface ICandidateKernels
{
    /// <summary>
    /// Lists for each row of each cost matrix columns of the least reduced cost r_ij = factor c_ij - v_j, in float32, the least first and
    /// equal ones by their number; and a limit that the reduced cost of no column left out is below.
    /// </summary>
    /// <remarks>
    /// A list holds the row's least column at any rate, and mostly a quarter to all of <paramref name="capacity"/>: it is cut where a first
    /// look at the row puts the limit. Where reduced costs are equal by the hundreds, it may hold but the first of those at the least.
    /// </remarks>
    /// <param name="problems">The shapes. A problem with rows has columns.</param>
    /// <param name="costs">The cost matrices, <see cref="BatchLayout.Costs"/> finite numbers.</param>
    /// <param name="potentials">The potentials v of the columns, <see cref="BatchLayout.Columns"/> finite numbers.</param>
    /// <param name="factor">What costs are multiplied by: 1, or a little less where the limit must allow for the costs' own errors.</param>
    /// <param name="capacity">Columns that a list has at the most, from 4 to 64.</param>
    /// <param name="columns">Receives <paramref name="capacity"/> numbers a row, counted within the problem; -1 behind the list's end.</param>
    /// <param name="limits">Receives one number a row; positive infinity where all columns are listed.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a problem has rows but no column.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of its range, or the factor is not finite.</exception>
    void List(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> potentials,
        float factor,
        int capacity,
        EngineView<int> columns,
        EngineView<float> limits);
}
