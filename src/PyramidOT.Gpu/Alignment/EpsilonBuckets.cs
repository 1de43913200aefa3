namespace PyramidOT.Alignment;

/// <summary>Columns by distance in whole epsilons, the nearest first: a bucket each up to a number of epsilons, and a queue for what is further.</summary>
internal sealed class EpsilonBuckets
{
    private const int Buckets = 1 << 14;

    private readonly int[] _heads = new int[Buckets];
    private readonly List<(int Column, int Next)> _entries = [];
    private readonly PriorityQueue<int, int> _far = new();
    private int _bucket;
    private int _end;

    public EpsilonBuckets() => Array.Fill(_heads, -1);

    /// <summary>Adds a column, no nearer than the one that was taken last.</summary>
    public void Add(int column, int distance)
    {
        if (distance >= Buckets)
        {
            _far.Enqueue(column, distance);
            return;
        }

        _entries.Add((column, _heads[distance]));
        _heads[distance] = _entries.Count - 1;
        _end = Math.Max(_end, distance + 1);
    }

    /// <summary>Takes the nearest column.</summary>
    public bool TryTake(out int column, out int distance)
    {
        for (; _bucket < _end; _bucket++)
        {
            int entry = _heads[_bucket];
            if (entry >= 0)
            {
                (column, _heads[_bucket]) = _entries[entry];
                distance = _bucket;
                return true;
            }
        }

        return _far.TryDequeue(out column, out distance);
    }

    public void Clear()
    {
        Array.Fill(_heads, -1, 0, _end);
        (_bucket, _end) = (0, 0);
        _entries.Clear();
        _far.Clear();
    }
}
