using System.Runtime.InteropServices;

namespace PyramidOT.Tests.Conformance;

/// <summary>
/// A window in the middle of a larger buffer. Around it, and within it where it is an output, every bit is set: NaN for a
/// floating-point number, -1 for an integer. So a family that uses what lies beyond its window, writes there, or leaves an element
/// unwritten is found out, and windows begin at odd addresses.
/// </summary>
internal sealed class Guarded<T> : IDisposable
    where T : unmanaged
{
    private const int Margin = 37;

    private readonly EngineBuffer<T> _buffer;
    private readonly int _length;

    private Guarded(ComputeEngine engine, int length, ReadOnlySpan<T> content)
    {
        _length = length;
        T[] all = new T[length + (2 * Margin)];
        MemoryMarshal.AsBytes(all.AsSpan()).Fill(byte.MaxValue);
        content.CopyTo(all.AsSpan(Margin));
        _buffer = engine.Upload(all);
    }

    /// <summary>What a family takes.</summary>
    public EngineView<T> View => _buffer.Slice(Margin, _length);

    /// <summary>A window that holds a copy of the caller's elements.</summary>
    public static Guarded<T> Of(ComputeEngine engine, ReadOnlySpan<T> content) => new(engine, content.Length, content);

    /// <summary>A window for results, filled with garbage.</summary>
    public static Guarded<T> Output(ComputeEngine engine, long length) => new(engine, checked((int)length), []);

    /// <summary>The window's elements, after a check that nothing was written around it.</summary>
    public T[] ToArray()
    {
        T[] all = _buffer.ToArray();
        Assert.True(IsUntouched(all.AsSpan(0, Margin)), "Elements before the window were written.");
        Assert.True(IsUntouched(all.AsSpan(Margin + _length)), "Elements behind the window were written.");
        return all[Margin..(Margin + _length)];
    }

    public void Dispose() => _buffer.Dispose();

    private static bool IsUntouched(Span<T> span) => MemoryMarshal.AsBytes(span).IndexOfAnyExcept(byte.MaxValue) < 0;
}
