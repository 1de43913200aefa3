using System.Diagnostics;

namespace PyramidOT.Cli;

/// <summary>Solves a batch of assignment problems of one shape, and measures it.</summary>
internal static class AssignmentRun
{
    // Of problems larger than this, the warm-up solves smaller ones: they run the same code.
    private const int WarmUpExtent = 64;
    private const int WarmUpProblems = 64;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private const int WarmUpRounds = 64;
    private static readonly TimeSpan s_warmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Solves the batch after a warm-up.</summary>
    /// <param name="engine">The engine that holds the costs.</param>
    /// <param name="problems">The shapes.</param>
    /// <param name="costs">The costs.</param>
    /// <param name="result">Receives the results.</param>
    /// <param name="phases">Told what is done.</param>
    /// <param name="interruption">Ends the work.</param>
    /// <returns>How long the solve itself took.</returns>
    /// <exception cref="ArgumentException">A cost is refused; the message names problem, row and column.</exception>
    public static TimeSpan Solve(
        ComputeEngine engine, BatchLayout problems, EngineBuffer<float> costs, AssignmentBuffers result, Phases phases, Interruption interruption)
    {
        phases.Begin("warming up");
        WarmUp(engine, problems, interruption);
        phases.Begin("solving");
        TimeSpan elapsed = default;
        interruption.Abandonable(() =>
        {
            engine.Synchronize();
            long start = Stopwatch.GetTimestamp();
            engine.Assignment.Solve(problems, costs, result);
            engine.Synchronize();
            elapsed = Stopwatch.GetElapsedTime(start);
        });
        return elapsed;
    }

    private static void WarmUp(ComputeEngine engine, BatchLayout problems, Interruption interruption)
    {
        int rows = Math.Clamp(problems.MaxRows, 1, WarmUpExtent);
        int columns = Math.Clamp(problems.MaxColumns, 1, WarmUpExtent);

        // Tall stays tall, and wide stays wide.
        rows += rows == columns && problems.MaxRows > problems.MaxColumns ? 1 : 0;
        columns += rows == columns && problems.MaxRows < problems.MaxColumns ? 1 : 0;
        BatchLayout small = BatchLayout.Uniform(Math.Clamp(problems.Count, 1, WarmUpProblems), rows, columns);
        using EngineBuffer<float> plain = engine.Upload(MakeCosts(small.Costs, draw => draw));
        using EngineBuffer<float> uneven = engine.Upload(MakeCosts(small.Costs, draw => MathF.Pow(10, (40 * draw) - 20)));
        using EngineBuffer<float> forbidden = engine.Upload(MakeCosts(small.Costs, draw => draw < 0.5f ? draw : float.PositiveInfinity));
        using AssignmentBuffers result = new(engine, small);

        // One in four is out of the ordinary, so that what such problems take is compiled as well.
        EngineBuffer<float>[] turns = [plain, uneven, plain, plain, plain, forbidden, plain, plain];
        int rounds = engine.Info.Kind is EngineKind.Host ? WarmUpRounds : turns.Length;
        TimeSpan time = engine.Info.Kind is EngineKind.Host ? s_warmUpTime : TimeSpan.Zero;
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < rounds || Stopwatch.GetElapsedTime(start) < time; round++)
        {
            interruption.Token.ThrowIfCancellationRequested();
            engine.Assignment.Solve(small, turns[round % turns.Length], result);
            engine.Synchronize();
        }
    }

    private static float[] MakeCosts(long count, Func<float, float> shape)
    {
        float[] costs = new float[count];
        uint state = 1;
        foreach (ref float cost in costs.AsSpan())
        {
            // xorshift32: any numbers without order will do.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            cost = shape((state >> 8) * (1f / (1 << 24)));
        }

        return costs;
    }
}
