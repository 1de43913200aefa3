using System.Numerics.Tensors;

namespace PyramidOT;

/// <summary>
/// The entropic barycentre of histograms on their own bins, by iterative Bregman projections in the log domain (Benamou, Carlier, Cuturi,
/// Nenna and Peyré, SIAM J. Sci. Comput. 37, 2015): it minimises the sum over j of w_j (cost + epsilon KL of the plan from p_j to b). A blurred
/// barycentre: the larger epsilon, the more.
/// </summary>
public sealed class EntropicBarycentre
{
    private readonly double[] _histogram;

    private EntropicBarycentre(double[] histogram, double error, int iterations, bool hasConverged)
    {
        _histogram = histogram;
        MarginalError = error;
        Iterations = iterations;
        HasConverged = hasConverged;
    }

    /// <summary>The barycentre, n masses that add up to that of the histograms.</summary>
    public ReadOnlyMemory<double> Histogram => _histogram;

    /// <summary>The largest L1 distance between a plan's marginal and its histogram, as a part of the mass, where the iteration stopped.</summary>
    public double MarginalError { get; }

    /// <summary>The iterations that it took.</summary>
    public int Iterations { get; }

    /// <summary>Whether the tolerance was met.</summary>
    public bool HasConverged { get; }

    /// <summary>Finds the barycentre. O(d n²) an iteration.</summary>
    /// <param name="histograms">d histograms of n bins, one behind the other: finite numbers of at least 0, one mass for all.</param>
    /// <param name="count">d, at least 1.</param>
    /// <param name="options">Epsilon and when to stop; null for the defaults.</param>
    /// <param name="weights">The weight of each histogram; empty where all weigh the same. Only their proportions count.</param>
    /// <param name="positions">Where the n bins lie, rising; empty for 0, 1, 2 and so on.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// A number is no mass, masses differ by more than 1e-6 of them or are 0, weights or positions are not as said, or the costs leave float64's range;
    /// the message names it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one histogram, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static EntropicBarycentre Of(
        ReadOnlySpan<double> histograms,
        int count,
        EntropicBarycentreOptions? options = null,
        ReadOnlySpan<double> weights = default,
        ReadOnlySpan<double> positions = default,
        CancellationToken cancellation = default)
    {
        options ??= new();
        Check(options);
        double[] rows = HistogramRows.OfOneMass(histograms, count, out double mass);
        double[] shares = HistogramRows.Shares(weights, count);
        double[] places = HistogramRows.Positions(positions, rows.Length / count);
        if (mass == 0)
        {
            throw new ArgumentException("The histograms are empty: there is no plan between them.", nameof(histograms));
        }

        TensorPrimitives.Divide(rows, mass, rows);
        Projections projections = new(rows, count, shares, places, options);
        int iterations = 0;
        double error;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            error = projections.Next();
            iterations++;
        }
        while (!(error <= options.Tolerance) && iterations < options.MaximumIterations);

        double[] histogram = projections.Barycentre;
        TensorPrimitives.Multiply(histogram, mass / TensorPrimitives.Sum<double>(histogram), histogram);
        return new(histogram, error, iterations, error <= options.Tolerance);
    }

    private static void Check(EntropicBarycentreOptions options)
    {
        if (!(options.Epsilon > 0) || double.IsInfinity(options.Epsilon))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Epsilon, "Epsilon is a finite number above 0.");
        }

        if (!(options.P >= 1) || double.IsInfinity(options.P))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.P, "The exponent is a finite number of at least 1.");
        }

        if (!(options.Tolerance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Tolerance, "The tolerance is a number of at least 0.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumIterations, 1, nameof(options));
    }

    /// <summary>
    /// The plans exp(a_j(i) + b_j(k) - C(i, k) / epsilon): rows are projected onto the histograms, then columns onto their geometric mean.
    /// </summary>
    private sealed class Projections
    {
        private readonly double[] _rows;
        private readonly double[] _shares;
        private readonly double[] _kernel;
        private readonly double[] _rowScales;
        private readonly double[] _rowSums;
        private readonly double[] _columnScales;
        private readonly double[] _columnSums;
        private readonly double[] _logBarycentre;
        private readonly double[] _terms;
        private readonly int _bins;

        public Projections(double[] rows, int count, double[] shares, double[] places, EntropicBarycentreOptions options)
        {
            _bins = places.Length;
            _rows = rows;
            _shares = shares;
            _kernel = Kernel(places, options);
            _rowScales = new double[rows.Length];
            _rowSums = new double[rows.Length];
            _columnScales = new double[rows.Length];
            _columnSums = new double[rows.Length];
            _logBarycentre = new double[_bins];
            _terms = new double[_bins];
            for (int j = 0; j < count; j++)
            {
                Sum(PartOf(_columnScales, j), PartOf(_rowSums, j));
            }
        }

        public double[] Barycentre => [.. _logBarycentre.Select(Math.Exp)];

        /// <summary>One iteration.</summary>
        /// <returns>The largest L1 distance between a plan's rows and its histogram after it; its columns fit then.</returns>
        public double Next()
        {
            Array.Clear(_logBarycentre);
            for (int j = 0; j < _shares.Length; j++)
            {
                for (int i = j * _bins; i < (j + 1) * _bins; i++)
                {
                    // Minus infinity at an empty bin: its row is empty.
                    _rowScales[i] = Math.Log(_rows[i]) - _rowSums[i];
                }

                ReadOnlySpan<double> sums = PartOf(_columnSums, j);
                Sum(PartOf(_rowScales, j), PartOf(_columnSums, j));
                TensorPrimitives.MultiplyAdd(sums, _shares[j], _logBarycentre, _logBarycentre);
            }

            double worst = 0;
            for (int j = 0; j < _shares.Length; j++)
            {
                TensorPrimitives.Subtract<double>(_logBarycentre, PartOf(_columnSums, j), PartOf(_columnScales, j));
                Sum(PartOf(_columnScales, j), PartOf(_rowSums, j));
                double error = 0;
                for (int i = j * _bins; i < (j + 1) * _bins; i++)
                {
                    error += Math.Abs(Math.Exp(_rowScales[i] + _rowSums[i]) - _rows[i]);
                }

                worst = Math.Max(worst, error);
            }

            return worst;
        }

        private static double[] Kernel(double[] places, EntropicBarycentreOptions options)
        {
            int bins = places.Length;
            double[] kernel = new double[bins * bins];
            for (int i = 0; i < kernel.Length; i++)
            {
                kernel[i] = Math.Pow(Math.Abs(places[i / bins] - places[i % bins]), options.P);
            }

            // The bins at the ends are furthest apart. With a single bin all costs are 0.
            double largest = kernel[bins - 1];
            double epsilon = options.IsRelativeEpsilon && largest > 0 ? options.Epsilon * largest : options.Epsilon;
            return double.IsFinite(largest / epsilon) && double.IsFinite(largest)
                ? Divided(kernel, -epsilon)
                : throw new ArgumentException($"The costs for p = {options.P}, in units of epsilon, leave the range of numbers.", nameof(places));
        }

        private static double[] Divided(double[] numbers, double divisor)
        {
            TensorPrimitives.Divide(numbers, divisor, numbers);
            return numbers;
        }

        private Span<double> PartOf(double[] numbers, int histogram) => numbers.AsSpan(histogram * _bins, _bins);

        /// <summary>The logarithms of the kernel's sums, its other side scaled. The kernel is symmetric, so one way does for both.</summary>
        private void Sum(ReadOnlySpan<double> scales, Span<double> sums)
        {
            for (int i = 0; i < _bins; i++)
            {
                TensorPrimitives.Add(_kernel.AsSpan(i * _bins, _bins), scales, _terms);
                double largest = TensorPrimitives.Max<double>(_terms);
                TensorPrimitives.Subtract(_terms, largest, _terms);
                TensorPrimitives.Exp(_terms, _terms);
                sums[i] = largest + Math.Log(TensorPrimitives.Sum<double>(_terms));
            }
        }
    }
}
