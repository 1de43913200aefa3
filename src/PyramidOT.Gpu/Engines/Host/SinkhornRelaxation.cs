namespace PyramidOT.Engines.Host;

/// <summary>
/// How far each update goes beyond the plain one. Near the solution Sinkhorn's iteration is that of Gauss and Seidel for a linear
/// system, with a rate that its errors tell; the best over-relaxation follows from that rate (Lehmann et al., Optim. Lett. 16, 2022;
/// Young 1954), and takes about the square root of the iterations. Where it does not pay, it is taken back.
/// </summary>
internal struct SinkhornRelaxation
{
    // Iterations after which the rate is looked at: long enough that it has settled.
    private const int Window = 12;
    private const double Most = 1.97;

    private double _windowError;
    private double _factor;
    private int _count;
    private int _cautious;

    /// <summary>1 for a plain iteration.</summary>
    public double Factor => _factor == 0 ? 1 : _factor;

    /// <summary>Takes note of an iteration's error.</summary>
    public void Observe(double error)
    {
        if (_count == 0)
        {
            _windowError = error;
        }

        if (_count > 0 && Factor > 1 && error > 8 * _windowError)
        {
            // It has left the neighbourhood where the theory holds.
            Retreat();
            return;
        }

        if (++_count <= Window)
        {
            return;
        }

        _count = 0;
        double rate = Math.Pow(error / _windowError, 1.0 / Window);
        if (!(rate < 1))
        {
            if (Factor > 1)
            {
                Retreat();
            }

            return;
        }

        if (_cautious > 0)
        {
            _cautious--;
            return;
        }

        // The plain rate behind the one that was seen: (rate + w - 1)^2 = rate w^2 plain, or less where rate is about w - 1.
        double over = Factor;
        double plain = Factor == 1 ? rate : (rate + over - 1) * (rate + over - 1) / (rate * over * over);
        if (Factor > 1 && rate <= (over - 1) * 1.02)
        {
            return;
        }

        plain = Math.Min(plain, 0.9999999);
        _factor = Math.Clamp(2 / (1 + Math.Sqrt(1 - plain)), Factor, Math.Min(Most, Factor + 0.5));
    }

    private void Retreat()
    {
        _factor = 1 + ((Factor - 1) * 0.3);
        _factor = _factor < 1.05 ? 1 : _factor;
        _count = 0;
        _cautious = 1;
    }
}
