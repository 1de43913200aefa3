namespace PyramidOT;

/// <summary>What of transport on a line is wanted.</summary>
public sealed record Transport1DOptions
{
    /// <summary>The exponent p of the cost |x - y|^p, finite and at least 1.</summary>
    public double P { get; init; } = 2;

    /// <summary>Whether the derivatives in the positions are wanted.</summary>
    public bool WithGradient { get; init; }

    /// <summary>Whether the plan is wanted.</summary>
    public bool WithPlan { get; init; }

    /// <summary>Whether the dual potentials are wanted.</summary>
    public bool WithPotentials { get; init; }
}
