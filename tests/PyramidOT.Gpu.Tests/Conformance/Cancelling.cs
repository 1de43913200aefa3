namespace PyramidOT.Tests.Conformance;

/// <summary>Tokens that are cancelled while a call runs.</summary>
internal static class Cancelling
{
    /// <summary>Cancelled in a few milliseconds by a thread of its own: a timer would wait for one of the pool, which all tests share.</summary>
    public static CancellationTokenSource Soon()
    {
        CancellationTokenSource source = new();
        new Thread(() =>
        {
            Thread.Sleep(5);
            source.Cancel();
        })
        { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
        return source;
    }
}
