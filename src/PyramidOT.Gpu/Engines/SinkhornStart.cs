namespace PyramidOT.Engines;

/// <summary>What the solutions of a batch begin with, beside the settings.</summary>
public readonly record struct SinkhornStart
{
    /// <summary>The epsilon of each problem in units of cost, finite and above 0; empty for that of the settings.</summary>
    public EngineView<double> Epsilons { get; init; }

    /// <summary>
    /// The potentials g of the columns, one a column, perhaps those of a solution with costs that were not far from these: the iteration begins
    /// with them at the wanted epsilon, and larger ones are left out. Those that are not finite count as 0. They may lie where the result goes.
    /// Empty to begin with none.
    /// </summary>
    public EngineView<double> ColumnPotentials { get; init; }

    /// <summary>Refuses what is no epsilon.</summary>
    /// <exception cref="ArgumentException">An epsilon is not finite and above 0; the message says which.</exception>
    internal static void CheckEpsilons(ReadOnlySpan<double> epsilons)
    {
        for (int b = 0; b < epsilons.Length; b++)
        {
            if (!(epsilons[b] > 0) || double.IsInfinity(epsilons[b]))
            {
                throw new ArgumentException($"The epsilon of problem {b} is {epsilons[b]}; a finite number above 0 is expected.", nameof(epsilons));
            }
        }
    }
}
