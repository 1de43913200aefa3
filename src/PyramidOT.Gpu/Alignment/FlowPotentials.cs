using PyramidOT.Transport;

namespace PyramidOT.Alignment;

/// <summary>
/// What the batches of a fixed order begin with, on the engine: the potentials that they ended with in the pass before. A pass writes beside them, so
/// that one which is cancelled has changed nothing.
/// </summary>
internal sealed class FlowPotentials(ComputeEngine engine) : IDisposable
{
    private EngineBuffer<double>? _last;
    private EngineBuffer<double>? _next;
    private long _lastCount;
    private long _taken;

    /// <summary>Begins a pass.</summary>
    /// <param name="most">The most potentials of all its batches.</param>
    /// <param name="isFirst">Whether its batches are new.</param>
    public void Begin(long most, bool isFirst)
    {
        _taken = 0;
        _lastCount = isFirst ? 0 : _lastCount;
        if (_next is null || _next.Length < most)
        {
            _next?.Dispose();
            _next = null;
            _next = engine.Allocate<double>(most);
        }
    }

    /// <summary>The potentials of the next batches.</summary>
    public SolverPotentials Take(long count)
    {
        SolverPotentials potentials = new(_lastCount == 0 ? default : _last!.Slice(_taken, count), _next!.Slice(_taken, count));
        _taken += count;
        return potentials;
    }

    /// <summary>Ends a pass: what it found is what the next one begins with.</summary>
    public void End()
    {
        (_last, _next) = (_next, _last);
        _lastCount = _taken;
    }

    /// <summary>What the next pass begins with.</summary>
    public double[] ToArray() => _lastCount == 0 ? [] : _last!.Slice(0, _lastCount).ToArray();

    /// <summary>Goes on from there.</summary>
    public void Restore(double[] potentials)
    {
        _last?.Dispose();
        _last = null;
        _last = engine.Upload(potentials);
        _lastCount = potentials.Length;
    }

    public void Dispose()
    {
        _last?.Dispose();
        _next?.Dispose();
    }
}
