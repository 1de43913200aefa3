using System.Numerics.Tensors;
using PyramidOT.Engines;
using PyramidOT.Engines.Host;

namespace PyramidOT;

/// <summary>
/// Multi-marginal optimal transport between d histograms at once, the d-dimensional earth mover's distance (Kline, Discrete Applied
/// Mathematics 265, 2019; Mehta, Kline, Lokhande, Fung, Singh, ICLR 2023): moving a unit of mass that the histograms have at positions
/// x_1, ..., x_d together costs max x - min x, or what another Monge cost says (<see cref="MultiMarginalCost"/>). Two histograms: W_1 on the line.
/// </summary>
public static partial class MultiMarginalTransport
{
    private const double CertifiedGap = 1e-6;

    /// <summary>Solves a batch of problems: values, and gradients in the masses.</summary>
    /// <param name="engine">Where to compute. The Host computes in float64, a device on float32 masses.</param>
    /// <param name="histograms">The histograms of all problems.</param>
    /// <param name="options">Cost, tie rule, and what is wanted besides the value; null takes the defaults.</param>
    /// <returns>
    /// Values, gradients and certificates. A problem without histograms or bins has value 0; so has, with the library's own costs, one with
    /// one histogram or one bin.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A cost of the caller's own is not Monge (the message has a counter-example) or not finite on the cells of a problem.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room for the batch.</exception>
    public static MultiMarginalResult Solve(ComputeEngine engine, MarginalHistograms histograms, MultiMarginalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(histograms);
        options ??= new();
        CheckOptions(options);
        if (options.Cost != MultiMarginalCost.Range || options.Method == MultiMarginalMethod.Walk)
        {
            return Walk(engine, histograms, options);
        }

        MarginalLayout layout = histograms.Layout;
        double[] values = new double[layout.Count];
        double[] gradients = options.WithGradients ? new double[histograms.Masses.Length] : [];
        Range(engine, layout, histograms.Masses, histograms.Positions, options.Ties, values, gradients);
        double[] duals = new double[layout.Count];
        SolveStatus[] status = new SolveStatus[layout.Count];
        for (int b = 0; b < values.Length; b++)
        {
            duals[b] = options.WithGradients
                ? TensorPrimitives.Dot(histograms.MassesOf(b), gradients.AsSpan((int)layout.ElementOffsets[b], histograms.MassesOf(b).Length))
                : double.NaN;
            double largest = histograms.Totals[b] * SpanOf(histograms.PositionsOf(b), layout.BinsOf(b));
            status[b] = Math.Abs(values[b] - duals[b]) > CertifiedGap * largest ? SolveStatus.IterationLimit : SolveStatus.Optimal;
        }

        return new(layout, values, gradients, duals, status)
        {
            Plans = options.WithPlans ? Walk(engine, histograms, options with { WithGradients = false }).Plans : [],
        };
    }

    /// <summary>
    /// The same on the caller's own numbers, for loops: nothing is checked but sizes, and nothing allocated that grows with the batch (on the
    /// Host; a device takes float32 copies).
    /// </summary>
    /// <param name="engine">Where to compute. The Host computes in float64, a device on float32 masses.</param>
    /// <param name="problems">The shapes.</param>
    /// <param name="masses">The masses, finite; equal totals within a problem.</param>
    /// <param name="positions">Where the bins stand; empty where bin i stands at i.</param>
    /// <param name="ties">Which histograms the gradient is charged to where several attain an extremum.</param>
    /// <param name="values">Receives the value of each problem; NaN where a mass is NaN or infinite.</param>
    /// <param name="gradients">Receives the gradient in each mass; or empty, where it is not wanted.</param>
    /// <exception cref="ArgumentException">Sizes do not fit <paramref name="problems"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ties"/> is not a defined value.</exception>
    public static void Range(
        ComputeEngine engine,
        MarginalLayout problems,
        ReadOnlySpan<double> masses,
        ReadOnlySpan<double> positions,
        TieRule ties,
        Span<double> values,
        Span<double> gradients)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (engine.MultiMarginal is HostMultiMarginal host)
        {
            host.Range(problems, masses, positions, ties, values, gradients);
            return;
        }

        using EngineBuffer<float> from = Upload(engine, masses);
        using EngineBuffer<float> at = Upload(engine, positions);
        using EngineBuffer<float> to = engine.Allocate<float>(gradients.Length);
        engine.MultiMarginal.Range(problems, from, at, ties, values, to);
        if (!gradients.IsEmpty)
        {
            TensorPrimitives.ConvertTruncating<float, double>(to.ToArray(), gradients);
        }
    }

    /// <summary>
    /// The same on masses that lie on the engine, and with gradients that stay there: what a training loop calls. Nothing is allocated that grows
    /// with the batch.
    /// </summary>
    /// <param name="engine">The engine that the buffers belong to.</param>
    /// <param name="problems">The shapes.</param>
    /// <param name="masses">The masses, finite; equal totals within a problem.</param>
    /// <param name="positions">Where the bins stand; empty where bin i stands at i.</param>
    /// <param name="ties">Which histograms the gradient is charged to where several attain an extremum.</param>
    /// <param name="values">Receives the value of each problem; NaN where a mass is NaN or infinite.</param>
    /// <param name="gradients">Receives the gradient in each mass; or empty, where it is not wanted.</param>
    /// <exception cref="ArgumentException">A buffer's size does not fit <paramref name="problems"/>, or it lies on another engine.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ties"/> is not a defined value.</exception>
    public static void Range(
        ComputeEngine engine,
        MarginalLayout problems,
        EngineView<float> masses,
        EngineView<float> positions,
        TieRule ties,
        Span<double> values,
        EngineView<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(engine);
        engine.MultiMarginal.Range(problems, masses, positions, ties, values, gradients);
    }

    private static double SpanOf(ReadOnlySpan<double> positions, int bins) =>
        positions.IsEmpty ? Math.Max(bins - 1, 0) : positions[^1] - positions[0];

    private static EngineBuffer<float> Upload(ComputeEngine engine, ReadOnlySpan<double> numbers)
    {
        float[] rounded = new float[numbers.Length];
        TensorPrimitives.ConvertTruncating(numbers, rounded);
        return engine.Upload(rounded);
    }
}
