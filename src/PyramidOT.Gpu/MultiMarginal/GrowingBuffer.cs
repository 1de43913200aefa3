namespace PyramidOT;

/// <summary>Engine memory that is kept between calls, and made anew only where a call wants more.</summary>
internal sealed class GrowingBuffer<T>(ComputeEngine engine) : IDisposable
    where T : unmanaged
{
    private EngineBuffer<T>? _buffer;

    /// <summary>A window of so many elements, with any content.</summary>
    public EngineView<T> Take(long length)
    {
        if (_buffer is null || _buffer.Length < length)
        {
            _buffer?.Dispose();
            _buffer = null;
            _buffer = engine.Allocate<T>(length);
        }

        return _buffer.Slice(0, length);
    }

    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}
