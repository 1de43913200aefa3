using System.Diagnostics;

namespace PyramidOT.Cli.Experiments;

/// <summary>How long a piece of work takes at its best: the least of many rounds, which other work on the machine disturbs least.</summary>
internal static class ShortestTime
{
    private const int FewestRounds = 3;

    // What takes less than this is repeated within a round: clocks tick.
    private static readonly TimeSpan s_shortestRound = TimeSpan.FromMicroseconds(200);

    /// <summary>Times work that is warm after a few calls.</summary>
    /// <param name="work">The work.</param>
    /// <param name="budget">Rounds end after this time, but not before the third.</param>
    /// <param name="cancellation">Ends it between rounds.</param>
    /// <returns>Seconds a call: a <see cref="TimeSpan"/> counts in tenths of a microsecond, too coarse for the shortest.</returns>
    public static double Of(Action work, TimeSpan budget, CancellationToken cancellation)
    {
        int calls = 1;
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < FewestRounds || Stopwatch.GetElapsedTime(start) < budget;)
        {
            cancellation.ThrowIfCancellationRequested();
            long begun = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++)
            {
                work();
            }

            TimeSpan time = Stopwatch.GetElapsedTime(begun);
            if (time < s_shortestRound && calls < 1 << 20)
            {
                calls *= 2;
                continue;
            }

            best = Math.Min(best, time.TotalSeconds / calls);
            round++;
        }

        return best;
    }
}
