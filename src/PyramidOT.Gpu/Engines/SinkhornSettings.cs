namespace PyramidOT;

/// <summary>
/// What is to be solved by <see cref="Engines.ISinkhornKernels"/>, and how closely.
/// </summary>
public sealed record SinkhornSettings
{
    /// <summary>The default of <see cref="MaximumIterations"/>.</summary>
    public const int DefaultMaximumIterations = 10_000;

    /// <summary>The strength of the entropy, in units of cost (or of the mean cost), from 1e-100 to 1e100.</summary>
    public required double Epsilon { get; init; }

    /// <summary>
    /// Whether <see cref="Epsilon"/> counts in units of each problem's mean cost: of the mean magnitude of its finite costs. Where that is
    /// 0, epsilon is taken as it is.
    /// </summary>
    public bool IsRelativeEpsilon { get; init; }

    /// <summary>
    /// Null: the plan's marginals are the weights. A number: the strength rho of the penalty rho KL(P1 | a) + rho KL(P'1 | b) that takes
    /// their place (unbalanced transport), in units of cost, from 1e-100 to 1e100. A reach r, the distance from which on mass is rather
    /// dropped than moved, is rho = r^p for a ground cost g^p.
    /// </summary>
    /// <remarks>
    /// GeomLoss's cost is |x - y|^p / p, its epsilon blur^p and its rho reach^p. With the cost |x - y|^p of this library, the same plan
    /// comes from epsilon = p blur^p and rho = p reach^p, and all values are p times as large.
    /// </remarks>
    public double? MarginalPenalty { get; init; }

    /// <summary>
    /// When to stop, from 1e-14 to 1. Balanced: at this L1 distance between the marginals of the plan and the weights, as a part of
    /// the total weight. Unbalanced: when no potential would change by more than this part of epsilon.
    /// </summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>The most iterations, updates of both potentials, at least 1; those with larger epsilons count.</summary>
    public int MaximumIterations { get; init; } = DefaultMaximumIterations;

    /// <summary>
    /// Epsilon scaling (Schmitzer 2019): solve first with an epsilon as large as the costs, then with this part of it, and so on. From
    /// 0.01 to 1; 1 begins with the wanted epsilon at once.
    /// </summary>
    public double EpsilonScaling { get; init; } = 0.25;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range; the message names it.</exception>
    internal void Check()
    {
        Check(Epsilon, 1e-100, 1e100, nameof(Epsilon));
        Check(MarginalPenalty ?? 1, 1e-100, 1e100, nameof(MarginalPenalty));
        Check(Tolerance, 1e-14, 1, nameof(Tolerance));
        Check(EpsilonScaling, 0.01, 1, nameof(EpsilonScaling));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumIterations, 1);
    }

    private static void Check(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, $"A number from {least} to {most} is expected.");
        }
    }
}
