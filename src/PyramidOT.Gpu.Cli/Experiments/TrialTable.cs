namespace PyramidOT.Cli.Experiments;

/// <summary>What all trials of a part found.</summary>
/// <param name="settings">The settings, in order.</param>
/// <param name="numbers">What each setting gave, a trial a seed.</param>
internal sealed class TrialTable<T>(IReadOnlyList<T> settings, IReadOnlyDictionary<T, IReadOnlyList<TrialNumbers>> numbers)
    where T : notnull
{
    /// <summary>The settings, in the order in which they were given.</summary>
    public IReadOnlyList<T> Settings => settings;

    /// <summary>The trials of a setting, one a seed.</summary>
    public IReadOnlyList<TrialNumbers> this[T setting] => numbers[setting];

    /// <summary>The trial of a setting with the first seed: what a picture shows.</summary>
    public TrialNumbers First(T setting) => numbers[setting][0];

    /// <summary>Mean and spread of a number over the seeds.</summary>
    public Spread Spread(T setting, string name) => Experiments.Spread.Of(numbers[setting].Select(trial => trial[name]));

    /// <summary>Mean and spread over the seeds of something that is computed from a trial's numbers.</summary>
    public Spread Spread(T setting, Func<TrialNumbers, double> value) => Experiments.Spread.Of(numbers[setting].Select(value));

    /// <summary>The mean over the seeds of a row of numbers, place by place.</summary>
    public IReadOnlyList<double> MeanRow(T setting, string name)
    {
        IReadOnlyList<double>[] rows = [.. numbers[setting].Select(trial => trial.Row(name))];
        return [.. Enumerable.Range(0, rows[0].Count).Select(i => rows.Average(row => row[i]))];
    }
}
