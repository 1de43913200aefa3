namespace PyramidOT.Cli.Experiments;

/// <summary>A trial while it is measured: one setting with one seed.</summary>
/// <param name="seed">The seed of all that it draws.</param>
/// <param name="report">Told which share of it is done.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class Trial(ulong seed, Action<double> report, CancellationToken cancellation)
{
    /// <summary>The seed of all that it draws.</summary>
    public ulong Seed => seed;

    /// <summary>Ends it.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Tells which share of it is done, from 0 to 1, for the bar and the time that is left.</summary>
    public void Reach(double share) => report(share);
}

/// <summary>What an experiment's trials came to so far.</summary>
internal sealed class TrialLog
{
    /// <summary>All trials that are done.</summary>
    public int Count { get; private set; }

    /// <summary>Those among them whose numbers an earlier run had found.</summary>
    public int KeptCount { get; private set; }

    /// <summary>How long all of them took, in whichever run.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Adds a trial.</summary>
    /// <param name="time">How long it took.</param>
    /// <param name="isKept">Whether an earlier run did it.</param>
    public void Add(TimeSpan time, bool isKept)
    {
        Count++;
        KeptCount += isKept ? 1 : 0;
        Time += time;
    }
}
