using System.Collections.Concurrent;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Runs the parts of a call on all cores. Which thread runs a part changes nothing in its result: parts share no sums, and each
/// has a scratch of its own.
/// </summary>
internal sealed class HostWorkers : IDisposable
{
    // Below about 20 microseconds of work, waking a second thread costs more than it brings.
    private const long WorthThreads = 200_000;

    // Parts a thread, so that threads that got small problems take over from those that got large ones.
    private const int PartsPerThread = 16;

    private readonly ConcurrentBag<HostScratch> _idle = [];
    private readonly WorkerTeam _team;

    public HostWorkers(int threads)
    {
        Threads = threads;
        _team = new(threads - 1);
    }

    public int Threads { get; }

    /// <summary>Calls <paramref name="body"/> for consecutive ranges that together cover 0 to <paramref name="count"/>.</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="operationsPerItem">About how many scalar operations an item takes, to decide how to cut.</param>
    /// <param name="body">Receives first item, end, and a scratch that is its own until it returns.</param>
    public void For(int count, double operationsPerItem, Action<int, int, HostScratch> body)
    {
        int parts = Threads == 1 || count * operationsPerItem < WorthThreads ? 1 : Math.Min(count, Threads * PartsPerThread);
        if (count == 0)
        {
            return;
        }

        if (parts == 1)
        {
            Run(0, count, body);
            return;
        }

        Divide(count, parts, body);
    }

    public void Dispose()
    {
        _team.Dispose();
        while (_idle.TryTake(out HostScratch? scratch))
        {
            scratch.Dispose();
        }
    }

    // Apart, so that a call which is not divided makes no delegate.
    private void Divide(int count, int parts, Action<int, int, HostScratch> body)
    {
        if (_team.TryRun(parts, RunPart))
        {
            return;
        }

        // A call within a call, or beside one of another thread.
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = Threads }, RunPart);

        void RunPart(int part) => Run((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts), body);
    }

    private void Run(int start, int end, Action<int, int, HostScratch> body)
    {
        if (!_idle.TryTake(out HostScratch? scratch))
        {
            scratch = new();
        }

        scratch.Reset();
        body(start, end, scratch);
        _idle.Add(scratch);
    }
}
