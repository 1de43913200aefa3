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
    public static TimeSpan Of(Action work, TimeSpan budget, CancellationToken cancellation)
    {
        int calls = 1;
        TimeSpan best = TimeSpan.MaxValue;
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

            best = time / calls < best ? time / calls : best;
            round++;
        }

        return best;
    }
}
