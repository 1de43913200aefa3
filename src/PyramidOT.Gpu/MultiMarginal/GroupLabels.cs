namespace PyramidOT;

/// <summary>
/// The groups of a call's samples: their labels in ascending order, and each sample's position among them, on the engine. Groups without samples drop
/// out, so there are as many as are there.
/// </summary>
internal sealed class GroupLabels : IDisposable
{
    private readonly ComputeEngine _engine;
    private readonly int[]? _all;
    private readonly EngineBuffer<int>? _allOnEngine;
    private readonly GrowingBuffer<int> _known;
    private readonly GrowingBuffer<int> _groups;
    private readonly GrowingBuffer<int> _labels;
    private readonly GrowingBuffer<int> _counts;
    private int[] _present = [];
    private int _uploaded;
    private int[] _wanted = [];
    private int[] _room = [];

    /// <param name="engine">The engine.</param>
    /// <param name="labels">The labels of all groups; null where samples tell.</param>
    public GroupLabels(ComputeEngine engine, IReadOnlyList<int>? labels)
    {
        _engine = engine;
        _known = new(engine);
        _groups = new(engine);
        _labels = new(engine);
        _counts = new(engine);
        if (labels is not null)
        {
            _all = [.. labels.Distinct().Order()];
            _allOnEngine = engine.Upload(_all);
        }
    }

    /// <summary>Number of groups that are there.</summary>
    public int Count { get; private set; }

    /// <summary>Their labels, ascending.</summary>
    public ReadOnlySpan<int> Labels => _present.AsSpan(0, Count);

    /// <summary>The group of each sample, or -1.</summary>
    public EngineView<int> Groups { get; private set; }

    /// <summary>The samples of each group.</summary>
    public EngineView<int> Counts { get; private set; }

    /// <summary>Takes labels that lie on the engine.</summary>
    public void Take(EngineView<int> labels)
    {
        if (_all is null)
        {
            Span<int> copy = Room(ref _room, (int)labels.Length);
            labels.Download(copy);
            TakePresent(Distinct(copy), labels);
            return;
        }

        Groups = _groups.Take(labels.Length);
        Counts = _counts.Take(_all.Length);
        _engine.Histograms.Encode(labels, _allOnEngine!, Groups, Counts);
        Span<int> counts = Room(ref _room, _all.Length);
        Counts.Download(counts);
        if (counts.Contains(0))
        {
            int present = 0;
            Span<int> wanted = Room(ref _wanted, _all.Length);
            for (int g = 0; g < _all.Length; g++)
            {
                if (counts[g] > 0)
                {
                    wanted[present++] = _all[g];
                }
            }

            TakePresent(present, labels);
            return;
        }

        _all.CopyTo(Room(ref _present, _all.Length));
        Count = _all.Length;
        _uploaded = 0;
    }

    /// <summary>Takes labels from the caller's memory.</summary>
    public void Take(ReadOnlySpan<int> labels)
    {
        EngineView<int> onEngine = _labels.Take(labels.Length);
        onEngine.Upload(labels);
        if (_all is null)
        {
            TakePresent(Distinct(labels), onEngine);
        }
        else
        {
            Take(onEngine);
        }
    }

    public void Dispose()
    {
        _allOnEngine?.Dispose();
        _known.Dispose();
        _groups.Dispose();
        _labels.Dispose();
        _counts.Dispose();
    }

    /// <summary>Makes the wanted labels the present ones, and numbers the samples by them.</summary>
    private void TakePresent(int count, EngineView<int> labels)
    {
        Groups = _groups.Take(labels.Length);
        Counts = _counts.Take(count);
        Count = count;
        Span<int> wanted = _wanted.AsSpan(0, count);
        if (_uploaded != count || !wanted.SequenceEqual(Labels))
        {
            // Mostly those of the call before: a device is not waited for then.
            wanted.CopyTo(Room(ref _present, count));
            _known.Take(count).Upload(wanted);
            _uploaded = count;
        }

        if (count > 0)
        {
            _engine.Histograms.Encode(labels, _known.Take(count), Groups, Counts);
        }
    }

    /// <summary>Lists the labels that occur, ascending.</summary>
    private int Distinct(ReadOnlySpan<int> labels)
    {
        int count = 0;
        int last = 0;
        foreach (int label in labels)
        {
            if (count > 0 && label == last)
            {
                continue;
            }

            last = label;
            int place = _wanted.AsSpan(0, count).BinarySearch(label);
            if (place < 0)
            {
                Room(ref _wanted, count + 1);
                place = ~place;
                _wanted.AsSpan(place, count - place).CopyTo(_wanted.AsSpan(place + 1));
                _wanted[place] = label;
                count++;
            }
        }

        return count;
    }

    private static Span<int> Room(ref int[] array, int length)
    {
        if (array.Length < length)
        {
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
        }

        return array.AsSpan(0, length);
    }
}
