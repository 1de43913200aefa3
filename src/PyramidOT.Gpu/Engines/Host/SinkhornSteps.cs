namespace PyramidOT.Engines.Host;

/// <summary>
/// Epsilon scaling of one problem: the epsilons from a first one down to the wanted one, in equal ratios, and what each is held to. Where
/// costs lie few epsilons apart, the wanted one is the first.
/// </summary>
internal struct SinkhornSteps
{
    // Larger epsilons only lead the way: a rough solution will do.
    private const double RoughTolerance = 0.02;
    private const int RoughIterations = 20;

    // Costs that lie apart by so many epsilons are solved at once.
    private const double LargeSpread = 32;

    private readonly double _wanted;
    private readonly double _wantedTolerance;
    private readonly double _scaling;
    private double _next;

    /// <summary>Steps for a problem.</summary>
    /// <param name="settings">What is wanted.</param>
    /// <param name="epsilon">The wanted epsilon, in units of cost.</param>
    /// <param name="spread">How far the costs lie apart.</param>
    public SinkhornSteps(SinkhornSettings settings, double epsilon, double spread)
    {
        MaximumIterations = settings.MaximumIterations;
        _wanted = epsilon;
        _wantedTolerance = settings.Tolerance;
        _scaling = settings.EpsilonScaling;
        _next = epsilon;
        if (_scaling < 1 && spread > LargeSpread * epsilon)
        {
            double steps = Math.Ceiling(Math.Log(spread / LargeSpread / epsilon) / -Math.Log(_scaling));
            _scaling = Math.Pow(epsilon * LargeSpread / spread, 1 / steps);
            _next = spread / LargeSpread;
        }
    }

    /// <summary>The most iterations of the problem.</summary>
    public int MaximumIterations { get; }

    /// <summary>The epsilon of this step.</summary>
    public double Epsilon { get; private set; }

    /// <summary>The error at which this step is done.</summary>
    public double Tolerance { get; private set; }

    /// <summary>The number of the problem's iterations at which this step is over.</summary>
    public int Limit { get; private set; }

    /// <summary>Whether this step is that of the wanted epsilon.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The wanted epsilon alone.</summary>
    public readonly SinkhornSteps AtTheWanted()
    {
        SinkhornSteps last = this;
        last._next = _wanted;
        return last;
    }

    /// <summary>Takes the next step.</summary>
    /// <param name="iterations">What the problem has taken so far.</param>
    public void Advance(int iterations)
    {
        // One iteration is left for the wanted epsilon in any case.
        IsLast = _next <= _wanted * 1.0001 || iterations >= MaximumIterations - 1;
        Epsilon = IsLast ? _wanted : _next;
        Tolerance = IsLast ? _wantedTolerance / 2 : Math.Max(RoughTolerance, _wantedTolerance);
        Limit = IsLast ? MaximumIterations : Math.Min(MaximumIterations - 1, iterations + RoughIterations);
        _next = Math.Max(Epsilon * _scaling, _wanted);
    }
}
