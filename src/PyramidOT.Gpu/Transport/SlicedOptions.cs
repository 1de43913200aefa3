namespace PyramidOT;

/// <summary>How a sliced Wasserstein distance is computed.</summary>
public sealed record SlicedOptions
{
    /// <summary>Number of directions K, at least 1.</summary>
    public int Projections { get; init; } = 100;

    /// <summary>The exponent p, finite and at least 1.</summary>
    public double P { get; init; } = 2;

    /// <summary>The seed of the directions.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether the gradient in the points is wanted.</summary>
    public bool WithGradient { get; init; }

    /// <summary>Directions, at least 0, from which the search for the largest distance starts: those that have the largest.</summary>
    public int AscentStarts { get; init; } = 3;

    /// <summary>Steps of that search, at least 0. With 0 of either, the largest distance is that among the directions drawn.</summary>
    public int AscentSteps { get; init; } = 10;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Projections, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(AscentStarts);
        ArgumentOutOfRangeException.ThrowIfNegative(AscentSteps);
        if (!(P >= 1) || double.IsInfinity(P))
        {
            throw new ArgumentOutOfRangeException(nameof(P), P, "The exponent is a finite number, at least 1.");
        }
    }
}
