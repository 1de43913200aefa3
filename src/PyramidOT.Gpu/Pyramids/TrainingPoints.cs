using PyramidOT.Kernels;

namespace PyramidOT.Pyramids;

/// <summary>The points that the centres of a round's cells are found from, on the engine: for each cell some of one side or of both.</summary>
internal sealed class TrainingPoints : IDisposable
{
    // The streams of a round's draws, apart from those of k-means++, which are the cells' numbers.
    private const ulong SampleStreams = 1UL << 40;

    private readonly PyramidBuilder _builder;
    private readonly EngineBuffer<int>? _order;

    /// <summary>Draws the points, and says how many children each cell of the round may have.</summary>
    /// <param name="builder">The pyramid.</param>
    /// <param name="round">The cells.</param>
    /// <param name="sides">Where each cell's centres come from.</param>
    /// <param name="most">Points of a cell at the most.</param>
    public TrainingPoints(PyramidBuilder builder, DivisionRound round, ReadOnlySpan<CentreSide> sides, int most)
    {
        _builder = builder;
        Counts = new int[round.Count];
        int sources = 0;
        for (int i = 0; i < round.Count; i++)
        {
            int available = (sides[i] != CentreSide.Target ? round.SourceCounts[i] : 0) + (sides[i] != CentreSide.Source ? round.TargetCounts[i] : 0);
            Counts[i] = Math.Min(most, available);
            LargestCount = Math.Max(LargestCount, Counts[i]);
            round.Children[i] = Math.Min(builder.Options.Branching, Counts[i]);
        }

        // Source points stand first on the engine, then target points; the order brings those of a cell together.
        int total = Counts.Sum();
        int[] rows = new int[total];
        bool[] isTarget = new bool[total];
        int next = 0;
        int firstSource = 0;
        int firstTarget = 0;
        for (int i = 0; i < round.Count; i++)
        {
            int fromSource = sides[i] != CentreSide.Target ? round.SourceCounts[i] : 0;
            int available = fromSource + (sides[i] != CentreSide.Source ? round.TargetCounts[i] : 0);
            for (int drawn = 0; drawn < Counts[i]; drawn++, next++)
            {
                int place = Place(drawn, Counts[i], available, round.Seed, i);
                isTarget[next] = place >= fromSource;
                rows[next] = isTarget[next] ? round.TargetRows[firstTarget + place - fromSource] : round.SourceRows[firstSource + place];
                sources += isTarget[next] ? 0 : 1;
            }

            firstSource += round.SourceCounts[i];
            firstTarget += round.TargetCounts[i];
        }

        Points = builder.Engine.Allocate<float>((long)total * builder.Dimensions);
        try
        {
            _order = GatherAll(rows, isTarget, sources);
        }
        catch
        {
            Points.Dispose();
            throw;
        }
    }

    /// <summary>Points of each cell.</summary>
    public int[] Counts { get; }

    /// <summary>Points of the cell that has most.</summary>
    public int LargestCount { get; }

    /// <summary>The points.</summary>
    public EngineBuffer<float> Points { get; }

    /// <summary>The rows of the points, cell by cell; empty where they stand in that order.</summary>
    public EngineView<int> Order => _order is null ? default : _order.View;

    /// <summary>Copies all points, cell by cell.</summary>
    public void CopyTo(EngineBuffer<float> destination)
    {
        if (_order is null)
        {
            destination.View.CopyFrom(Points);
        }
        else
        {
            _builder.Engine.Points.Gather(Points, _builder.Dimensions, _order, destination);
        }
    }

    public void Dispose()
    {
        Points.Dispose();
        _order?.Dispose();
    }

    /// <summary>The place of a drawn point: all of them in order, or one at random from each of equally long stretches.</summary>
    private static int Place(int drawn, int count, int available, ulong seed, int cell)
    {
        if (count == available)
        {
            return drawn;
        }

        long start = (long)drawn * available / count;
        long end = (drawn + 1L) * available / count;
        return (int)start + CounterRandom.Below((int)(end - start), seed, SampleStreams + (ulong)cell, (ulong)drawn);
    }

    /// <summary>Gathers the points of both sides.</summary>
    /// <returns>The order that brings those of a cell together; null where they stand in it.</returns>
    private EngineBuffer<int>? GatherAll(int[] rows, bool[] isTarget, int sources)
    {
        if (sources == 0 || sources == rows.Length)
        {
            Gather(sources == 0 ? _builder.Target : _builder.Source, rows, 0);
            return null;
        }

        int[] grouped = new int[rows.Length];
        int[] order = new int[rows.Length];
        int source = 0;
        int target = sources;
        for (int i = 0; i < rows.Length; i++)
        {
            order[i] = isTarget[i] ? target++ : source++;
            grouped[order[i]] = rows[i];
        }

        Gather(_builder.Source, grouped.AsSpan(0, sources), 0);
        Gather(_builder.Target, grouped.AsSpan(sources), sources);
        return _builder.Engine.Upload(order);
    }

    private void Gather(CloudSide side, ReadOnlySpan<int> rows, int first)
    {
        using EngineBuffer<int> onEngine = _builder.Engine.Upload(rows);
        _builder.Engine.Points.Gather(
            side.Points, _builder.Dimensions, onEngine, Points.Slice((long)first * _builder.Dimensions, (long)rows.Length * _builder.Dimensions));
    }
}
