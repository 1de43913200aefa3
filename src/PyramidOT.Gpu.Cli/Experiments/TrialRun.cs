using System.Diagnostics;
using System.Globalization;

namespace PyramidOT.Cli.Experiments;

/// <summary>Measures the trials of a part, and tells how far it is.</summary>
/// <param name="context">What it works with.</param>
/// <param name="part">What is measured.</param>
/// <param name="settings">The settings.</param>
/// <param name="measure">Measures one.</param>
/// <param name="effort">About how long a setting takes, in any unit.</param>
/// <param name="before">Done before the first that is not there yet.</param>
internal sealed class TrialRun<T>(
    ExperimentContext context, string part, IReadOnlyList<T> settings, Func<T, Trial, TrialNumbers> measure, Func<T, double> effort, Action? before)
    where T : notnull
{
    private const long BarLength = 10_000;

    private readonly string _run = TrialFile.NameOfRun(context.Engine.Info, context.IsQuick);
    private readonly int _total = settings.Count * context.SeedCount;
    private readonly double _allEffort = context.SeedCount * settings.Sum(effort);

    private int _done;
    private double _doneEffort;
    private double _timedEffort;
    private TimeSpan _time;

    /// <summary>Measures all that no earlier run has finished.</summary>
    public TrialTable<T> Run()
    {
        Dictionary<T, IReadOnlyList<TrialNumbers>> found = settings.ToDictionary(setting => setting, _ => (IReadOnlyList<TrialNumbers>)new List<TrialNumbers>());
        if (settings.Select(setting => setting.ToString()).Distinct().Count() != settings.Count)
        {
            throw new ArgumentException("Two settings have the same text, by which trials are kept.", nameof(settings));
        }

        context.Phases.Begin(part, BarLength);
        bool isWarm = before is null;

        // All settings of a seed, then those of the next: what settings share is drawn once a seed, and an early end leaves whole seeds.
        foreach (ulong seed in context.Seeds)
        {
            foreach (T setting in settings)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                TrialKey key = new(_run, part, setting.ToString()!, seed);
                bool isKept = context.Kept?.Find(key) is not null;
                if (!isKept && !isWarm)
                {
                    before!();
                    isWarm = true;
                }

                FinishedTrial trial = context.Kept?.Find(key) ?? Measure(setting, key);
                ((List<TrialNumbers>)found[setting]).Add(trial.Numbers);
                context.Log.Add(trial.Time, isKept);
                _done++;
                _doneEffort += effort(setting);
                Tell(0);
            }
        }

        return new(settings, found);
    }

    private FinishedTrial Measure(T setting, TrialKey key)
    {
        Tell(0);
        long start = Stopwatch.GetTimestamp();
        TrialNumbers numbers = measure(setting, new(key.Seed, share => Tell(share * effort(setting)), context.Cancellation));
        FinishedTrial trial = new(Stopwatch.GetElapsedTime(start), numbers);
        context.Cancellation.ThrowIfCancellationRequested();
        context.Kept?.Add(key, trial);
        _time += trial.Time;
        _timedEffort += effort(setting);
        return trial;
    }

    private void Tell(double begun)
    {
        double share = (_doneEffort + begun) / _allEffort;
        context.Phases.Reach((long)(share * BarLength));
        string left = _timedEffort > 0 && _done < _total
            ? $", {Left((_allEffort - _doneEffort - begun) / _timedEffort * _time)} left"
            : "";
        context.Phases.Rename($"{part}: {_done} of {_total}{left}");
    }

    private static string Left(TimeSpan time) => time.TotalHours >= 1
        ? time.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture)
        : time.ToString("m\\:ss", CultureInfo.InvariantCulture);
}
