using System.Diagnostics;

namespace PyramidOT.Cli;

/// <summary>Solves a batch of problems of one shape, warm and timed, with progress bars and an end to the work by Ctrl+C.</summary>
internal sealed class BatchRun(ComputeEngine engine, Phases phases, Interruption interruption)
{
    // Of problems larger than this, the warm-up solves smaller ones: they run the same code.
    private const int WarmUpExtent = 64;
    private const int WarmUpProblems = 64;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private const int WarmUpRounds = 64;
    private static readonly TimeSpan s_warmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>The shapes for a warm-up: as those of the batch, but not as many and not as large.</summary>
    public static BatchLayout PartOf(BatchLayout problems)
    {
        int rows = Math.Clamp(problems.MaxRows, 1, WarmUpExtent);
        int columns = Math.Clamp(problems.MaxColumns, 1, WarmUpExtent);

        // Tall stays tall, and wide stays wide.
        rows += rows == columns && problems.MaxRows > problems.MaxColumns ? 1 : 0;
        columns += rows == columns && problems.MaxRows < problems.MaxColumns ? 1 : 0;
        return BatchLayout.Uniform(Math.Clamp(problems.Count, 1, WarmUpProblems), rows, columns);
    }

    /// <summary>Uneven weights for a warm-up, which add up to 1 in each problem.</summary>
    /// <param name="problems">Number of problems.</param>
    /// <param name="count">Weights of each.</param>
    public static float[] UnevenWeights(int problems, int count)
    {
        float[] weights = Draw(problems * count, draw => draw + 0.01f);
        for (int b = 0; b < problems; b++)
        {
            Span<float> part = weights.AsSpan(b * count, count);
            double total = 0;
            foreach (float weight in part)
            {
                total += weight;
            }

            foreach (ref float weight in part)
            {
                weight = (float)(weight / total);
            }
        }

        return weights;
    }

    /// <summary>Solves problems over and over, until what the work takes is compiled.</summary>
    /// <param name="part">The shapes, as <see cref="PartOf"/> gives them.</param>
    /// <param name="solve">Solves them, given costs and the number of the round.</param>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public void WarmUp(BatchLayout part, Action<EngineBuffer<float>, int> solve)
    {
        phases.Begin("warming up");
        int count = (int)part.Costs;
        using EngineBuffer<float> plain = engine.Upload(Draw(count, draw => draw));
        using EngineBuffer<float> uneven = engine.Upload(Draw(count, draw => MathF.Pow(10, (40 * draw) - 20)));
        using EngineBuffer<float> forbidden = engine.Upload(Draw(count, draw => draw < 0.5f ? draw : float.PositiveInfinity));

        // One in four is out of the ordinary, so that what such problems take is compiled as well.
        EngineBuffer<float>[] turns = [plain, uneven, plain, plain, plain, forbidden, plain, plain];
        int rounds = engine.Info.Kind is EngineKind.Host ? WarmUpRounds : turns.Length;
        TimeSpan time = engine.Info.Kind is EngineKind.Host ? s_warmUpTime : TimeSpan.Zero;
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < rounds || Stopwatch.GetElapsedTime(start) < time; round++)
        {
            interruption.Token.ThrowIfCancellationRequested();
            solve(turns[round % turns.Length], round);
            engine.Synchronize();
        }
    }

    /// <summary>Solves the batch.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="OperationCanceledException">The user interrupted before.</exception>
    public TimeSpan Solve(Action solve)
    {
        phases.Begin("solving");
        TimeSpan elapsed = default;
        interruption.Abandonable(() =>
        {
            engine.Synchronize();
            long start = Stopwatch.GetTimestamp();
            solve();
            engine.Synchronize();
            elapsed = Stopwatch.GetElapsedTime(start);
        });
        return elapsed;
    }

    private static float[] Draw(int count, Func<float, float> shape)
    {
        float[] numbers = new float[count];
        uint state = 1;
        foreach (ref float number in numbers.AsSpan())
        {
            // xorshift32: any numbers without order will do.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            number = shape((state >> 8) * (1f / (1 << 24)));
        }

        return numbers;
    }
}
