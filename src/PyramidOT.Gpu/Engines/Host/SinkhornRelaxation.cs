namespace PyramidOT.Engines.Host;

/// <summary>
/// How far each update goes beyond the plain one. Near the solution Sinkhorn's iteration is that of Gauss and Seidel for a linear
/// system, with a rate that its errors tell; the best over-relaxation follows from that rate (Young 1954; Lehmann et al., Optim. Lett. 16,
/// 2022), and takes about the square root of the iterations. Where it does not pay, it is taken back.
/// </summary>
internal struct SinkhornRelaxation
{
    // Beyond it the errors that remain fall by less than a part in 200 an iteration, whatever their plain rate is.
    private const double Most = 1.995;

    private double _beyond;
    private double _best;
    private double _windowError;
    private int _count;
    private int _window;
    private bool _settles;

    /// <summary>1 for a plain iteration.</summary>
    public readonly double Factor => 1 + _beyond;

    // Errors oscillate over some 1 / (2 - factor) iterations.
    private readonly int Window => _beyond == 0 ? 10 : _window;

    /// <summary>Takes note of an iteration's error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="large">From where on an error is far from the solution.</param>
    public void Observe(double error, double large)
    {
        _best = _best == 0 ? error : Math.Min(_best, error);
        if (_beyond > 0 && error > 100 * _best && error > large)
        {
            // It has left the neighbourhood where the theory holds.
            _best = error;
            Set(_beyond * 0.5);
            return;
        }

        _windowError = _count == 0 ? error : _windowError;
        if (++_count <= Window)
        {
            return;
        }

        _count = 0;
        if (_settles)
        {
            // The errors of the last factor are still in this window.
            _settles = false;
            return;
        }

        double rate = Math.Pow(error / _windowError, 1.0 / Window);
        if (!(rate < 1))
        {
            Set(_beyond < 0.07 ? 0 : _beyond * 0.7);
            return;
        }

        // Where the rate is about factor - 1, the factor is the best or beyond it.
        if (_beyond > 0 && rate <= _beyond + (0.1 * (1 - _beyond)))
        {
            return;
        }

        // The plain rate behind the one that was seen: (rate + factor - 1)^2 = rate factor^2 plain.
        double plain = _beyond == 0 ? rate : (rate + _beyond) * (rate + _beyond) / (rate * Factor * Factor);
        double best = 2 / (1 + Math.Sqrt(1 - Math.Min(plain, 1 - 1e-7)));
        best = Math.Min(Math.Min(best, Most), 2 - ((1 - _beyond) * 0.35));
        if (best > Factor + (0.02 * (1 - _beyond)))
        {
            Set(best - 1);
        }
    }

    private void Set(double beyond)
    {
        _beyond = beyond;
        _window = (int)(2 / (1 - beyond)) + 8;
        _count = 0;
        _settles = true;
    }
}
