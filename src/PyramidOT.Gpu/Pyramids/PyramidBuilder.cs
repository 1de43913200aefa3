using PyramidOT.Kernels;

namespace PyramidOT.Pyramids;

/// <summary>
/// Builds a tree round by round (paper, algorithm 2): a round divides all open cells of a level by a fixed number of calls of the engine.
/// The points stay on the engine; the host sees row numbers and counts.
/// </summary>
internal sealed class PyramidBuilder
{
    // Numbers of points and centres that a round holds beside the clouds: 256 MiB. A level that has more is divided in several rounds.
    private const long NumbersPerRound = 1L << 26;

    // The stream of the rounds' seeds.
    private const ulong RoundStream = 0x726F756E6473;

    private readonly List<PyramidLevel> _levels = [new()];
    private List<OpenCell> _open = [];
    private List<OpenCell> _next = [];
    private ulong _rounds;
    private long _settled;

    public PyramidBuilder(ComputeEngine engine, EngineView<float> source, EngineView<float> target, int dimensions, PyramidOptions options, PairLabels? labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        options.Check();
        Engine = engine;
        Options = options;
        Labels = labels;
        Dimensions = dimensions;
        Source = CloudSide.Of("source", source, dimensions);
        Target = CloudSide.Of("target", target, dimensions);
    }

    public ComputeEngine Engine { get; }

    public PyramidOptions Options { get; }

    /// <summary>The labels within which points meet; null where they need not be equal.</summary>
    public PairLabels? Labels { get; }

    public int Dimensions { get; }

    public CloudSide Source { get; }

    public CloudSide Target { get; }

    public IReadOnlyList<PyramidLevel> Levels => _levels;

    /// <summary>The sides of the box around both clouds, rounded up.</summary>
    public float[] Extent { get; private set; } = [];

    /// <summary>Builds all levels.</summary>
    public void Build(IProgress<PyramidProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        (float[] lows, float[] highs) = Source.Bounds(Engine, Dimensions);
        (float[] targetLows, float[] targetHighs) = Target.Bounds(Engine, Dimensions);
        Extent = new float[Dimensions];
        for (int k = 0; k < Dimensions; k++)
        {
            lows[k] = Math.Min(lows[k], targetLows[k]);
            highs[k] = Math.Max(highs[k], targetHighs[k]);
            Extent[k] = MathF.BitIncrement(highs[k] - lows[k]);
        }

        AddCell(0, 0, Source.Count, 0, Target.Count);
        IDivider divider = Options.Scheme == PyramidScheme.Grid ? new GridDivider(this, lows, highs) : new CentreDivider(this);
        while (_next.Count > 0)
        {
            (_open, _next) = (_next, _open);
            _next.Clear();

            // Cells that resisted are tried in another way, and so in rounds of their own.
            _open.Sort(static (a, b) => a.Attempt != b.Attempt ? a.Attempt.CompareTo(b.Attempt) : a.Cell.CompareTo(b.Cell));
            for (int first = 0; first < _open.Count;)
            {
                cancellation.ThrowIfCancellationRequested();
                int end = RoundEnd(first);
                using DivisionRound round = new(
                    this,
                    System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_open)[first..end],
                    CounterRandom.Bits(Options.Seed, RoundStream, _rounds++));
                IDivider current = Labels is not null && round.Cells[0].Level == 0 ? new LabelDivider(Labels.Source, Labels.Target) : divider;
                current.Divide(round);
                AddChildren(round, current);
                first = end;
            }

            progress?.Report(new((int)_rounds, _next.Count, (double)_settled / ((long)Source.Count + Target.Count)));
        }
    }

    private int RoundEnd(int first)
    {
        long numbers = 0;
        int end = first;
        for (; end < _open.Count && (_open[end].Attempt > 0) == (_open[first].Attempt > 0); end++)
        {
            (int source, int target) = CountsOf(_open[end]);
            numbers += ((long)source + target) * Dimensions;
            if (numbers > NumbersPerRound && end > first)
            {
                break;
            }
        }

        return end;
    }

    private (int Source, int Target) CountsOf(OpenCell cell)
    {
        PyramidLevel level = _levels[cell.Level];
        return (level.SourceEnd[cell.Cell] - level.SourceStart[cell.Cell], level.TargetEnd[cell.Cell] - level.TargetStart[cell.Cell]);
    }

    /// <summary>Adds a cell, and notes it as open unless it is a leaf.</summary>
    private void AddCell(int level, int sourceStart, int sourceEnd, int targetStart, int targetEnd)
    {
        _levels[level].Add(sourceStart, sourceEnd, targetStart, targetEnd);
        int sources = sourceEnd - sourceStart;
        int targets = targetEnd - targetStart;
        bool isLabelRoot = level == 0 && Labels is not null;
        bool isLeaf = !isLabelRoot && (Options.Scheme == PyramidScheme.Random
            || sources == 0
            || targets == 0
            || Math.Max(sources, targets) <= Options.LeafSize
            || level == Options.MaxDepth
            || (Options.Scheme == PyramidScheme.Source && sources == 1));
        if (isLeaf)
        {
            _settled += sources + targets;
        }
        else
        {
            _next.Add(new(level, _levels[level].Count - 1, 0));
        }
    }

    private void AddChildren(DivisionRound round, IDivider divider)
    {
        (int[] sourceCounts, int[] targetCounts) = round.Partition();
        int source = 0;
        int target = 0;
        int column = 0;
        for (int i = 0; i < round.Count; i++)
        {
            OpenCell cell = round.Cells[i];
            ReadOnlySpan<int> sources = sourceCounts.AsSpan(column, round.Children[i]);
            ReadOnlySpan<int> targets = targetCounts.AsSpan(column, round.Children[i]);
            column += round.Children[i];
            int filled = 0;
            for (int child = 0; child < sources.Length; child++)
            {
                filled += sources[child] + targets[child] > 0 ? 1 : 0;
            }

            // A single label is a division too: the root alone would pair nothing.
            if (filled > 1 || divider is LabelDivider)
            {
                int sourceStart = _levels[cell.Level].SourceStart[cell.Cell];
                int targetStart = _levels[cell.Level].TargetStart[cell.Cell];
                round.SourceRows.AsSpan(source, round.SourceCounts[i]).CopyTo(Source.Order.AsSpan(sourceStart));
                round.TargetRows.AsSpan(target, round.TargetCounts[i]).CopyTo(Target.Order.AsSpan(targetStart));
                if (_levels.Count == cell.Level + 1)
                {
                    _levels.Add(new());
                }

                _levels[cell.Level].SetChildren(cell.Cell, _levels[cell.Level + 1].Count, filled);
                for (int child = 0; child < sources.Length; child++)
                {
                    if (sources[child] + targets[child] > 0)
                    {
                        AddCell(cell.Level + 1, sourceStart, sourceStart + sources[child], targetStart, targetStart + targets[child]);
                        sourceStart += sources[child];
                        targetStart += targets[child];
                    }
                }
            }
            else if (divider.CanRetry(round, i))
            {
                _next.Add(cell with { Attempt = cell.Attempt + 1 });
            }
            else
            {
                _settled += round.SourceCounts[i] + round.TargetCounts[i];
            }

            source += round.SourceCounts[i];
            target += round.TargetCounts[i];
        }
    }
}
