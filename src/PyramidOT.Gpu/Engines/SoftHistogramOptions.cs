using PyramidOT.Kernels;

namespace PyramidOT;

/// <summary>How soft histograms are made of samples.</summary>
public sealed record SoftHistogramOptions
{
    /// <summary>The most bins of a histogram.</summary>
    public const int MaximumBins = 1 << 16;

    // The paper's code: added to counts in which a sample weighs 1 / n, and taken off squashed samples.
    private const double PaperEpsilon = 1e-4;

    /// <summary>How a sample is spread over the bins.</summary>
    public SoftHistogramKind Kind { get; init; } = SoftHistogramKind.PaperTriangular;

    /// <summary>The number of bins n, from 1 to <see cref="MaximumBins"/>.</summary>
    public int Bins { get; init; } = 10;

    /// <summary>
    /// Whether samples go through the logistic function 1 / (1 + exp(-s)) first, whose range (0, 1) the bins then divide. Null: for
    /// <see cref="SoftHistogramKind.PaperTriangular"/> they do, for the others they do not.
    /// </summary>
    public bool? Squash { get; init; }

    /// <summary>Where the bins begin, for samples that are not squashed: finite.</summary>
    public float Low { get; init; }

    /// <summary>Where the bins end, for samples that are not squashed: finite, above <see cref="Low"/>.</summary>
    public float High { get; init; } = 1;

    /// <summary>The deviation of <see cref="SoftHistogramKind.Gaussian"/> in bins, from 0.1 to 10,000. Bins 5.9 of it away get nothing.</summary>
    public double Bandwidth { get; init; } = 0.5;

    /// <summary>
    /// The width t of <see cref="SoftHistogramKind.SigmoidDifference"/> in bins, from 0.05 to 10,000. Edges 17 of it away count as infinitely far.
    /// </summary>
    public double Temperature { get; init; } = 0.25;

    /// <summary>Whether samples are squashed, with the default of the kind.</summary>
    public bool IsSquashed => Squash ?? Kind == SoftHistogramKind.PaperTriangular;

    /// <summary>What is added to each bin's count, in samples.</summary>
    internal double Epsilon => Kind == SoftHistogramKind.PaperTriangular ? PaperEpsilon * Bins : 0;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Kind))
        {
            throw new ArgumentOutOfRangeException(nameof(Kind), Kind, "Not a kind of soft histogram.");
        }

        if (Bins is < 1 or > MaximumBins)
        {
            throw new ArgumentOutOfRangeException(nameof(Bins), Bins, $"A number from 1 to {MaximumBins} is expected.");
        }

        Check(Bandwidth, 0.1, nameof(Bandwidth));
        Check(Temperature, 0.05, nameof(Temperature));
        if (!IsSquashed && !(float.IsFinite(Low) && float.IsFinite(High) && Low < High && float.IsNormal(Scale)))
        {
            throw new ArgumentOutOfRangeException(nameof(High), High, $"The range begins at {Low}; a finite end above it is expected, neither too near nor too far.");
        }
    }

    /// <summary>The rule that the engines compute with.</summary>
    internal HistogramRule ToRule()
    {
        bool isPaper = Kind == SoftHistogramKind.PaperTriangular;

        // At the end of its reach, a Gaussian is 2^-24 of the largest one, and a logistic function as near to 0 or 1.
        double wanted = Kind switch
        {
            SoftHistogramKind.Gaussian => Math.Ceiling(5.9 * Bandwidth),
            SoftHistogramKind.SigmoidDifference => Math.Ceiling(17 * Temperature),
            _ => 0,
        };
        int reach = (int)Math.Min(wanted, Bins - 1);
        return new()
        {
            Form = Kind switch
            {
                SoftHistogramKind.Gaussian => HistogramRule.Gaussian,
                SoftHistogramKind.SigmoidDifference => HistogramRule.Logistic,
                _ => HistogramRule.Triangles,
            },
            Bins = Bins,
            IsSquashed = IsSquashed ? 1 : 0,
            Low = Low,
            Scale = IsSquashed ? Bins : Scale,
            Shift = Kind switch
            {
                SoftHistogramKind.PaperTriangular => IsSquashed ? (float)(PaperEpsilon * Bins) : 0,
                SoftHistogramKind.SigmoidDifference => 0,
                _ => 0.5f,
            },
            Offset = isPaper ? 2 : 1,
            Segments = isPaper ? Bins + 3 : Bins + 1,
            Reach = reach,
            Width = Math.Min(Bins, (2 * reach) + 1),
            Steepness = (float)(Kind == SoftHistogramKind.Gaussian ? 0.5 / (Bandwidth * Bandwidth) : 1 / Temperature),
            Epsilon = (float)Epsilon,
        };
    }

    private float Scale => (float)(Bins / ((double)High - Low));

    private static void Check(double value, double least, string name)
    {
        if (!(value >= least && value <= 10_000))
        {
            throw new ArgumentOutOfRangeException(name, value, $"A number from {least} to 10000 is expected.");
        }
    }
}
