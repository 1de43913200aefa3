namespace PyramidOT.Cli;

/// <summary>Hands reports on at once. <see cref="Progress{T}"/> would do so later, from other threads, and out of order.</summary>
internal sealed class Reports<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
