using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// The staircase of one line: the pairs of sorted positions that a walk along both sides comes through. Its pairs are the optimal plan, and
/// since |x - y|^p is a Monge cost, the potentials that are tight along it are optimal too.
/// </summary>
internal readonly ref struct LineStaircase
{
    /// <summary>The sorted sources.</summary>
    public required ReadOnlySpan<float> Source { get; init; }

    /// <summary>Where each stood.</summary>
    public required ReadOnlySpan<int> SourcePlaces { get; init; }

    /// <summary>The mass up to and with each; empty where all have equal shares.</summary>
    public required ReadOnlySpan<long> SourceEnds { get; init; }

    /// <summary>The sorted targets.</summary>
    public required ReadOnlySpan<float> Target { get; init; }

    /// <summary>Where each stood.</summary>
    public required ReadOnlySpan<int> TargetPlaces { get; init; }

    /// <summary>The mass up to and with each; empty where all have equal shares.</summary>
    public required ReadOnlySpan<long> TargetEnds { get; init; }

    /// <summary>The mass that all have together.</summary>
    public required double Mass { get; init; }

    /// <summary>p.</summary>
    public required double Exponent { get; init; }

    /// <summary>The pairs that mass moves between.</summary>
    public Transport1DPlan Plan()
    {
        List<int> sources = new(Source.Length + Target.Length);
        List<int> targets = new(Source.Length + Target.Length);
        List<double> masses = new(Source.Length + Target.Length);
        long done = 0;
        for (int i = 0, j = 0; i < Source.Length && j < Target.Length;)
        {
            long end = Math.Min(SourceEnd(i), TargetEnd(j));
            if (end > done)
            {
                sources.Add(SourcePlaces[i]);
                targets.Add(TargetPlaces[j]);
                masses.Add((end - done) * Unit);
                done = end;
            }

            Step(ref i, ref j);
        }

        return new(sources, targets, masses);
    }

    /// <summary>Potentials that are tight along the staircase; the first source's is 0.</summary>
    /// <param name="sourcePotentials">Receives f, in the order before sorting.</param>
    /// <param name="targetPotentials">Receives g, likewise.</param>
    /// <returns>The dual value.</returns>
    public double Potentials(Span<double> sourcePotentials, Span<double> targetPotentials)
    {
        if (Source.IsEmpty || Target.IsEmpty)
        {
            return 0;
        }

        double f = 0;
        double g = Cost(0, 0);
        sourcePotentials[SourcePlaces[0]] = f;
        targetPotentials[TargetPlaces[0]] = g;
        double value = (SourceEnd(0) * f) + (TargetEnd(0) * g);
        for (int i = 0, j = 0; ;)
        {
            int row = i;
            Step(ref i, ref j);
            if (i == Source.Length || j == Target.Length)
            {
                return value * Unit;
            }

            if (i > row)
            {
                f = Cost(i, j) - g;
                sourcePotentials[SourcePlaces[i]] = f;
                value += (SourceEnd(i) - SourceEnd(i - 1)) * f;
            }
            else
            {
                g = Cost(i, j) - f;
                targetPotentials[TargetPlaces[j]] = g;
                value += (TargetEnd(j) - TargetEnd(j - 1)) * g;
            }
        }
    }

    private double Unit => Mass / (SourceEnds.IsEmpty ? (double)Source.Length * Target.Length : LineSide.Total);

    // Equal shares are whole in units of 1 / (n m).
    private long SourceEnd(int i) => SourceEnds.IsEmpty ? (i + 1L) * Target.Length : SourceEnds[i];

    private long TargetEnd(int j) => TargetEnds.IsEmpty ? (j + 1L) * Source.Length : TargetEnds[j];

    private double Cost(int i, int j) => Math.Pow(Math.Abs((double)Source[i] - Target[j]), Exponent);

    /// <summary>One step down or to the right: past the side that is used up, and at the last target past all sources.</summary>
    private void Step(ref int i, ref int j)
    {
        bool isSourceDone = SourceEnd(i) <= TargetEnd(j);
        if (j == Target.Length - 1 || (isSourceDone && i < Source.Length - 1))
        {
            i++;
        }
        else
        {
            j++;
        }
    }
}
