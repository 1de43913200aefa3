using System.Diagnostics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Threads that wait for the next call. Families call one another's steps within microseconds, so a thread that is done looks out for more
/// for a while before it sleeps: waking it takes as long as a small call. Those that find nothing for long end, and are started again.
/// </summary>
/// <remarks>
/// A call is an object of its own, with a count of the parts that were handed out. A thread that comes late finds none left, and touches
/// nothing else; the caller takes parts as well, so that no call depends on the others' coming at all.
/// </remarks>
internal sealed class WorkerTeam(int helpers) : IDisposable
{
    // How long a thread looks out for the next call, and how long a caller for the last part, before they sleep.
    private static readonly long s_lookout = Stopwatch.Frequency / 10_000;

    // How long a thread sleeps before it ends.
    private static readonly TimeSpan s_sleep = TimeSpan.FromSeconds(2);

    private readonly Lock _starting = new();
    private readonly object _gate = new();
    private volatile Call? _call;
    private int _inUse;
    private int _sleeping;
    private int _running;
    private volatile bool _disposed;

    /// <summary>Runs all parts of a call, unless another call is under way.</summary>
    /// <param name="parts">Number of parts.</param>
    /// <param name="body">Receives the number of a part.</param>
    /// <returns>Whether it was run.</returns>
    /// <exception cref="AggregateException">A part threw; parts that had not begun were left out.</exception>
    public bool TryRun(int parts, Action<int> body)
    {
        if (_disposed || Interlocked.CompareExchange(ref _inUse, 1, 0) != 0)
        {
            return false;
        }

        try
        {
            Call call = new(parts, body);
            _call = call;
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _sleeping) > 0)
            {
                lock (_gate)
                {
                    Monitor.PulseAll(_gate);
                }
            }

            Start();
            call.Work();
            call.Wait();
            _call = null;
            call.ThrowIfFailed();
            return true;
        }
        finally
        {
            Volatile.Write(ref _inUse, 0);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Starts the threads that are missing.</summary>
    private void Start()
    {
        if (Volatile.Read(ref _running) >= helpers)
        {
            return;
        }

        lock (_starting)
        {
            while (Volatile.Read(ref _running) < helpers)
            {
                Interlocked.Increment(ref _running);
                new Thread(Help) { IsBackground = true, Name = "PyramidOT host worker" }.Start();
            }
        }
    }

    private void Help()
    {
        Call? last = null;
        while (Next(last) is { } call)
        {
            call.Work();
            last = call;
        }

        Interlocked.Decrement(ref _running);
    }

    /// <summary>The next call, or null where the thread is to end.</summary>
    private Call? Next(Call? last)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            if (_call is { } call && call != last)
            {
                return call;
            }

            Thread.SpinWait(10);
        }
        while (Stopwatch.GetTimestamp() - start < s_lookout && !_disposed);

        lock (_gate)
        {
            // Who publishes a call looks for sleepers afterwards; who goes to sleep looks for a call afterwards: one sees the other.
            Interlocked.Increment(ref _sleeping);
            try
            {
                while (!_disposed)
                {
                    if (_call is { } call && call != last)
                    {
                        return call;
                    }

                    if (!Monitor.Wait(_gate, s_sleep))
                    {
                        return null;
                    }
                }

                return null;
            }
            finally
            {
                Interlocked.Decrement(ref _sleeping);
            }
        }
    }

    /// <summary>One call.</summary>
    private sealed class Call(int parts, Action<int> body)
    {
        private readonly object _end = new();
        private readonly List<Exception> _failures = [];
        private int _begun;
        private int _done;
        private int _isAwaited;
        private volatile bool _hasFailed;

        /// <summary>Takes parts until none is left.</summary>
        public void Work()
        {
            while (true)
            {
                int part = Interlocked.Increment(ref _begun) - 1;
                if (part >= parts)
                {
                    return;
                }

                try
                {
                    if (!_hasFailed)
                    {
                        body(part);
                    }
                }
                catch (Exception exception)
                {
                    lock (_failures)
                    {
                        _failures.Add(exception);
                    }

                    _hasFailed = true;
                }

                if (Interlocked.Increment(ref _done) == parts && Volatile.Read(ref _isAwaited) != 0)
                {
                    lock (_end)
                    {
                        Monitor.Pulse(_end);
                    }
                }
            }
        }

        /// <summary>Waits for the parts that others took.</summary>
        public void Wait()
        {
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref _done) < parts)
            {
                if (Stopwatch.GetTimestamp() - start < s_lookout)
                {
                    Thread.SpinWait(10);
                    continue;
                }

                lock (_end)
                {
                    Interlocked.Exchange(ref _isAwaited, 1);
                    while (Volatile.Read(ref _done) < parts)
                    {
                        Monitor.Wait(_end);
                    }
                }
            }
        }

        public void ThrowIfFailed()
        {
            if (_hasFailed)
            {
                throw new AggregateException(_failures);
            }
        }
    }
}
