using System.Diagnostics;

namespace PyramidOT.Bench.Comparison;

/// <summary>How much time a measurement may take.</summary>
/// <param name="Rounds">Rounds between two peers; the median of all rounds is reported.</param>
/// <param name="RoundSeconds">Least time of a round, in which a short call is repeated.</param>
/// <param name="WarmUpSeconds">Least time of the warm-up.</param>
internal sealed record Effort(int Rounds, double RoundSeconds, double WarmUpSeconds)
{
    public static Effort Full { get; } = new(Rounds: 5, RoundSeconds: 0.2, WarmUpSeconds: 0.6);

    public static Effort Quick { get; } = new(Rounds: 3, RoundSeconds: 0.05, WarmUpSeconds: 0.3);
}

/// <summary>Times calls.</summary>
internal static class Timing
{
    // The runtime compiles a method anew after 30 calls, and a loop within it sooner; then 100 ms must go by without new code.
    private const int WarmUpCalls = 50;

    // Calls that are slow enough to need this long run mostly in loops, which the runtime replaces while they run.
    private const double LongestWarmUp = 4;

    /// <summary>Calls until the runtime has compiled all for good.</summary>
    /// <returns>About how many seconds a call takes.</returns>
    public static double WarmUp(Action call, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        long last;
        int calls = 0;
        do
        {
            last = Stopwatch.GetTimestamp();
            call();
            calls++;
        }
        while ((calls < WarmUpCalls && Seconds(start) < LongestWarmUp) || Seconds(start) < seconds);
        return Seconds(last);
    }

    /// <summary>Times one round.</summary>
    /// <param name="call">The work.</param>
    /// <param name="secondsPerCall">About how long it takes.</param>
    /// <param name="roundSeconds">Least time of the round.</param>
    /// <returns>Seconds a call.</returns>
    public static double Round(Action call, double secondsPerCall, double roundSeconds)
    {
        int repeats = Math.Max(1, (int)Math.Ceiling(roundSeconds / secondsPerCall));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            call();
        }

        return Seconds(start) / repeats;
    }

    /// <summary>Measures problems one by one.</summary>
    /// <param name="problems">Their number.</param>
    /// <param name="passes">How often each is measured.</param>
    /// <param name="solve">Solves the problem of a number.</param>
    /// <returns>The largest of the problems' medians, in seconds.</returns>
    public static double Slowest(int problems, int passes, Action<int> solve)
    {
        // A problem after the other, and that several times, because one that is repeated at once finds its branches predicted.
        double[][] seconds = new double[problems][];
        for (int pass = 0; pass < passes; pass++)
        {
            for (int b = 0; b < problems; b++)
            {
                long start = Stopwatch.GetTimestamp();
                solve(b);
                (seconds[b] ??= new double[passes])[pass] = Seconds(start);
            }
        }

        return seconds.Max(Median);
    }

    /// <summary>Seconds since a time stamp, to the clock's own resolution: a <see cref="TimeSpan"/> has no more than 100 ns.</summary>
    public static double Seconds(long start) => (Stopwatch.GetTimestamp() - start) / (double)Stopwatch.Frequency;

    /// <summary>The median; the mean of the two in the middle of an even number.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
