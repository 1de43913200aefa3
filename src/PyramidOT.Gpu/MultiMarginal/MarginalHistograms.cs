using System.Numerics.Tensors;
using PyramidOT.Data;

namespace PyramidOT;

/// <summary>
/// The histograms of a batch of multi-marginal problems, checked: masses are finite and not negative, and the totals within a problem are
/// equal. Problem b has d_b histograms of n_b bins. Immutable; kept in float64.
/// </summary>
public sealed class MarginalHistograms
{
    private readonly double[] _masses;
    private readonly double[] _positions;
    private readonly double[] _totals;

    private MarginalHistograms(MarginalLayout layout, double[] masses, MarginalHistogramOptions? options, string name)
    {
        options ??= new();
        Layout = layout;
        _masses = masses;
        _positions = MarginalChecks.Positions(layout, options.Positions);
        _totals = new double[layout.Count];
        MarginalChecks.Equalise(layout, masses, options, _totals, name);
    }

    /// <summary>The shapes.</summary>
    public MarginalLayout Layout { get; }

    /// <summary>All masses, [d_b, n_b] row-major, problem by problem; scaled as <see cref="MassRule"/> says.</summary>
    public ReadOnlySpan<double> Masses => _masses;

    /// <summary>Where all problems' bins stand, or one problem's where they are the same for all; empty where bin i stands at i.</summary>
    public ReadOnlySpan<double> Positions => _positions;

    /// <summary>The total mass of each histogram of each problem; 0 for a problem without histograms.</summary>
    public ReadOnlySpan<double> Totals => _totals;

    /// <summary>The masses of one problem, [d, n] row-major.</summary>
    public ReadOnlySpan<double> MassesOf(int problem) =>
        _masses.AsSpan((int)Layout.ElementOffsets[problem]..(int)Layout.ElementOffsets[problem + 1]);

    /// <summary>Where one problem's bins stand; empty where bin i stands at i.</summary>
    public ReadOnlySpan<double> PositionsOf(int problem) =>
        _positions.Length == 0 ? default
        : _positions.Length == Layout.Bins ? _positions.AsSpan((int)Layout.BinOffsets[problem]..(int)Layout.BinOffsets[problem + 1])
        : _positions;

    /// <summary>Takes a batch.</summary>
    /// <param name="masses">The masses, <see cref="MarginalLayout.Elements"/> finite numbers of at least 0; copied.</param>
    /// <param name="layout">The shapes.</param>
    /// <param name="options">Totals and positions; null takes the defaults.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many masses as the shapes ask for; a mass is negative, NaN or infinite; totals differ by more than the tolerance, or one
    /// that is to be divided by is 0 (the message names problem, histogram and bin); or positions do not fit or do not rise.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static MarginalHistograms Create(ReadOnlySpan<double> masses, MarginalLayout layout, MarginalHistogramOptions? options = null)
    {
        MarginalChecks.Length(masses.Length, layout, nameof(masses));
        return new(layout, masses.ToArray(), options, nameof(masses));
    }

    /// <inheritdoc cref="Create(ReadOnlySpan{double}, MarginalLayout, MarginalHistogramOptions?)"/>
    public static MarginalHistograms Create(ReadOnlySpan<float> masses, MarginalLayout layout, MarginalHistogramOptions? options = null)
    {
        MarginalChecks.Length(masses.Length, layout, nameof(masses));
        double[] copy = new double[masses.Length];
        TensorPrimitives.ConvertTruncating(masses, copy);
        return new(layout, copy, options, nameof(masses));
    }

    /// <summary>Takes one problem of histograms of any lengths: shorter ones are filled up with empty bins.</summary>
    /// <param name="histograms">The histograms; copied.</param>
    /// <param name="options">Totals and positions; null takes the defaults.</param>
    /// <exception cref="ArgumentException">As for <see cref="Create(ReadOnlySpan{double}, MarginalLayout, MarginalHistogramOptions?)"/>.</exception>
    public static MarginalHistograms Of(IReadOnlyList<double[]> histograms, MarginalHistogramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(histograms);
        return OfProblems([histograms], options);
    }

    /// <summary>Takes a batch of problems, each of histograms of any lengths: shorter ones are filled up with empty bins.</summary>
    /// <param name="problems">The histograms of each problem; copied.</param>
    /// <param name="options">Totals and positions; null takes the defaults.</param>
    /// <exception cref="ArgumentException">As for <see cref="Create(ReadOnlySpan{double}, MarginalLayout, MarginalHistogramOptions?)"/>.</exception>
    public static MarginalHistograms OfProblems(IReadOnlyList<IReadOnlyList<double[]>> problems, MarginalHistogramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(problems);
        int[] histograms = [.. problems.Select(problem => problem.Count)];
        int[] bins = [.. problems.Select(problem => problem.Max(histogram => (int?)histogram.Length) ?? 0)];
        MarginalLayout layout = MarginalLayout.Ragged(histograms, bins);
        double[] masses = new double[MarginalChecks.ArrayLength(layout, nameof(problems))];
        for (int b = 0; b < problems.Count; b++)
        {
            for (int j = 0; j < histograms[b]; j++)
            {
                problems[b][j].CopyTo(masses, layout.ElementOffsets[b] + ((long)j * bins[b]));
            }
        }

        return new(layout, masses, options, nameof(problems));
    }

    /// <summary>Reads a .npy file of float32 or float64 of shape (d, n), one problem, or (B, d, n), a batch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Totals and positions; null takes the defaults.</param>
    /// <exception cref="NpyFormatException">The file is no .npy file of such a type and shape, or is cut short.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Create(ReadOnlySpan{double}, MarginalLayout, MarginalHistogramOptions?)"/>.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static MarginalHistograms Load(string path, MarginalHistogramOptions? options = null)
    {
        using NpyReader reader = NpyReader.Open(path);
        NpyHeader header = reader.Header;
        (long problems, long histograms, long bins) = header.Shape.Length switch
        {
            2 => (1, header.Shape[0], header.Shape[1]),
            3 => (header.Shape[0], header.Shape[1], header.Shape[2]),
            _ => throw new NpyFormatException(path, $"histograms have the shape (d, n) or (problems, d, n); the file's is {header.ShapeText}"),
        };
        if (header.ElementType is NpyElementType.Int32 or NpyElementType.Int64)
        {
            throw new NpyFormatException(path, $"holds {header.ElementType.NumPyName()}; histograms are float32 or float64");
        }

        if (header.ElementCount > Array.MaxLength || problems >= Array.MaxLength || histograms > int.MaxValue || bins > int.MaxValue)
        {
            throw new NpyFormatException(path, $"{header.ShapeText} is more than one array can hold ({Array.MaxLength} numbers)");
        }

        double[] masses = new double[header.ElementCount];
        reader.ReadDoubles(0, masses);
        return new(MarginalLayout.Uniform((int)problems, (int)histograms, (int)bins), masses, options, nameof(path));
    }
}
