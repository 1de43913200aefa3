namespace PyramidOT.Cli.Experiments;

/// <summary>What an experiment works with.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Seed">The first seed of what is drawn.</param>
/// <param name="IsQuick">Whether small sizes and rough times will do.</param>
/// <param name="Phases">Told what is done.</param>
/// <param name="Cancellation">Ends the work.</param>
internal sealed record ExperimentContext(ComputeEngine Engine, ulong Seed, bool IsQuick, Phases Phases, CancellationToken Cancellation)
{
    /// <summary>What the time that is spent on each measurement is multiplied by: 0 where the times themselves do not matter.</summary>
    public double Patience { get; init; } = 1;

    /// <summary>The number of seeds, at least 1: those from <see cref="Seed"/> on.</summary>
    public int SeedCount { get; init; } = 1;

    /// <summary>The values of the experiment's own options.</summary>
    public ExperimentChoices Choices { get; init; } = ExperimentChoices.None;

    /// <summary>Where finished trials are kept; null to keep none.</summary>
    public TrialFile? Kept { get; init; }

    /// <summary>What was measured so far.</summary>
    public TrialLog Log { get; } = new();

    /// <summary>All seeds.</summary>
    public IReadOnlyList<ulong> Seeds => [.. Enumerable.Range(0, SeedCount).Select(i => Seed + (ulong)i)];

    /// <summary>The seeds, for people.</summary>
    public string SeedText => SeedCount == 1 ? $"the seed {Seed}" : $"the seeds {Seed} to {Seed + (ulong)(SeedCount - 1)}";

    /// <summary>The time to spend on a measurement.</summary>
    /// <param name="quick">Milliseconds in a quick run.</param>
    /// <param name="full">Milliseconds otherwise.</param>
    public TimeSpan Budget(double quick, double full) => TimeSpan.FromMilliseconds(Patience * (IsQuick ? quick : full));

    /// <summary>
    /// Measures every setting with every seed, but for those that an earlier run has finished: their numbers are taken from its file. Each is
    /// kept as soon as it is done, so that a run that was stopped goes on where it was.
    /// </summary>
    /// <typeparam name="T">
    /// A setting: a record of numbers and names, whose text, as its <c>ToString</c> gives it, says all that the numbers depend on but seed, engine and
    /// <see cref="IsQuick"/>. Data from files belong there as well (<see cref="FileFingerprint"/>).
    /// </typeparam>
    /// <param name="part">What is measured, for the progress bar and the file.</param>
    /// <param name="settings">The settings, all different.</param>
    /// <param name="measure">Measures one setting with one seed. Of one setting it must always give the same names.</param>
    /// <param name="effort">About how long a setting takes, in any unit, for the time that is left; null where all take about the same.</param>
    /// <param name="before">Done once, before the first trial that is not there yet; to warm up, say.</param>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    /// <exception cref="InputException">The file of trials cannot be written.</exception>
    public TrialTable<T> Measure<T>(
        string part, IReadOnlyList<T> settings, Func<T, Trial, TrialNumbers> measure, Func<T, double>? effort = null, Action? before = null)
        where T : notnull => new TrialRun<T>(this, part, settings, measure, effort ?? (_ => 1), before).Run();
}
