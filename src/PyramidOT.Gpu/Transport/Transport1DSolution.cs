namespace PyramidOT;

/// <summary>Optimal transport between two weighted sets of positions on a line.</summary>
public sealed record Transport1DSolution
{
    /// <summary>The least total cost, the sum of mass times |x - y|^p: W_p^p where the total mass is 1.</summary>
    public required double Value { get; init; }

    /// <summary>
    /// The derivative of <see cref="Value"/> in each source position; empty where it was not asked for. Between ties it is that of the plan
    /// in which equal positions keep their order; a mass that stays where it is adds 0.
    /// </summary>
    public IReadOnlyList<float> SourceGradient { get; init; } = [];

    /// <summary>The derivative in each target position; likewise.</summary>
    public IReadOnlyList<float> TargetGradient { get; init; } = [];

    /// <summary>The plan; null where it was not asked for.</summary>
    public Transport1DPlan? Plan { get; init; }

    /// <summary>
    /// The dual potential f of each source position; empty where it was not asked for. f_i + g_j is at most |x_i - y_j|^p for all pairs, but for
    /// rounding, and equal to it where mass moves.
    /// </summary>
    public IReadOnlyList<double> SourcePotentials { get; init; } = [];

    /// <summary>The dual potential g of each target position.</summary>
    public IReadOnlyList<double> TargetPotentials { get; init; } = [];

    /// <summary>The sum of mass times potential over both sides: no plan costs less. NaN where potentials were not asked for.</summary>
    public double DualValue { get; init; } = double.NaN;

    /// <summary>The certificate: value minus dual value, 0 but for rounding.</summary>
    public double Gap => Value - DualValue;
}

/// <summary>A plan in coordinate form: of n source and m target positions at most n + m - 1 pairs. Sources and targets rise along it.</summary>
/// <param name="SourceRows">The source position of each pair, as the caller numbers them.</param>
/// <param name="TargetRows">The target position of each pair.</param>
/// <param name="Masses">The mass that moves, above 0.</param>
public sealed record Transport1DPlan(IReadOnlyList<int> SourceRows, IReadOnlyList<int> TargetRows, IReadOnlyList<double> Masses);
