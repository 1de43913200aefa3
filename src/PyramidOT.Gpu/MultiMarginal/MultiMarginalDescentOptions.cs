namespace PyramidOT;

/// <summary>How <see cref="MultiMarginalDescent"/> minimises.</summary>
public sealed record MultiMarginalDescentOptions
{
    /// <summary>Steps to take, at least 0.</summary>
    public required int Steps { get; init; }

    /// <summary>What the gradient is multiplied by in the first step, a finite number above 0: mass a unit of cost.</summary>
    public required double Rate { get; init; }

    /// <summary>What the rate is multiplied by after a step, above 0 and at most 1.</summary>
    public double Decay { get; init; } = 1;

    /// <summary>The first step after which the rate decays, counted from 0.</summary>
    public int DecayFrom { get; init; }

    /// <summary>The cost of the distance that is lowered; the range by default.</summary>
    public MultiMarginalCost Cost { get; init; } = MultiMarginalCost.Range;

    /// <summary>How a step is taken, and how it leads back to histograms.</summary>
    public DescentStep Step { get; init; }

    /// <summary>Whether the first histogram of each problem stays as it is, so that the others move towards it.</summary>
    public bool KeepsFirst { get; init; }

    /// <summary>Steps before which the histograms are kept, rising, from 0 to <see cref="Steps"/>; the last one stands for the result.</summary>
    public IReadOnlyList<int> Snapshots { get; init; } = [];
}
