namespace PyramidOT;

/// <summary>A cell of a multi-marginal problem as a cost sees it: one bin of each histogram, told by its position.</summary>
public interface IMarginalCell
{
    /// <summary>How many histograms there are, d.</summary>
    int Count { get; }

    /// <summary>The position of the bin of a histogram: the bin's number where bins have no positions of their own.</summary>
    /// <param name="histogram">From 0 to <see cref="Count"/> - 1.</param>
    double this[int histogram] { get; }
}

/// <summary>
/// A cost of a multi-marginal problem: what it costs to bring a unit of mass together from one bin of each histogram. A caller's own cost is an
/// unmanaged struct that implements this, so that the Host's code and a device's kernels are compiled with it.
/// </summary>
/// <remarks>
/// The walk is optimal for Monge costs alone: those where c(min(I, J)) + c(max(I, J)) is at most c(I) + c(J) for all cells I and J, with least and
/// largest bins taken histogram by histogram. A struct that is to run on devices too keeps to what kernels can do: no exceptions, arrays,
/// strings, objects or recursion, and of the library <see cref="Math"/>'s basic functions on float64. A cost says the same for the same cell always.
/// </remarks>
public interface IMarginalCost
{
    /// <summary>The cost of a cell: finite.</summary>
    /// <typeparam name="TCell">How the positions are kept, which is another type on each engine.</typeparam>
    /// <param name="cell">The positions.</param>
    double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell;
}
