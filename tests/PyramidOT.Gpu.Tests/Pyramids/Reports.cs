namespace PyramidOT.Tests.Pyramids;

/// <summary>Keeps what is reported, at once and in order; <see cref="Progress{T}"/> would tell later and from other threads.</summary>
internal sealed class Reports<T> : IProgress<T>
{
    public List<T> All { get; } = [];

    /// <summary>What is done after each report.</summary>
    public Action? Then { get; init; }

    public void Report(T value)
    {
        All.Add(value);
        Then?.Invoke();
    }
}
