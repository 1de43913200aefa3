namespace PyramidOT;

/// <summary>How the solve of one problem ended.</summary>
public enum SolveStatus
{
    /// <summary>The optimum was found; the certificate says how closely.</summary>
    Optimal = 0,

    /// <summary>Forbidden pairs (infinite costs) leave no feasible solution.</summary>
    Infeasible = 1,

    /// <summary>
    /// The method stopped short of its goal: at its iteration limit, or where rounding allowed no more. What is reported is the best that was
    /// found, and its error (entropic) or the gap between primal and dual value (exact, where the plan is feasible) says how good it is.
    /// </summary>
    IterationLimit = 2,
}

/// <summary>The names that JSON uses for a <see cref="SolveStatus"/>.</summary>
public static class SolveStatusNames
{
    /// <summary>The name of a status: <c>optimal</c>, <c>infeasible</c> or <c>iteration-limit</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not a defined value.</exception>
    public static string ToName(this SolveStatus status) => status switch
    {
        SolveStatus.Optimal => "optimal",
        SolveStatus.Infeasible => "infeasible",
        SolveStatus.IterationLimit => "iteration-limit",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };
}
