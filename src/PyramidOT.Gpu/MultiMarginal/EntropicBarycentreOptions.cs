namespace PyramidOT;

/// <summary>What <see cref="EntropicBarycentre"/> is to find.</summary>
public sealed record EntropicBarycentreOptions
{
    /// <summary>The strength of the entropy, above 0: in units of cost, or of the largest cost.</summary>
    public double Epsilon { get; init; } = 1e-2;

    /// <summary>Whether <see cref="Epsilon"/> is in units of the largest cost between two bins.</summary>
    public bool IsRelativeEpsilon { get; init; } = true;

    /// <summary>p of the cost |x - y|^p between bins, at least 1.</summary>
    public double P { get; init; } = 2;

    /// <summary>Iterations at the most, at least 1.</summary>
    public int MaximumIterations { get; init; } = 10_000;

    /// <summary>Stop where no plan's marginal is further than this from its histogram, as a part of the mass, in L1; at least 0.</summary>
    public double Tolerance { get; init; } = 1e-9;
}
