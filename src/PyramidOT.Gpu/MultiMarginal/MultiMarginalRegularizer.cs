using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// The multi-marginal distance between the activations of groups, as a penalty for training loops: weight times the sum over the features of the
/// distance between the groups' soft histograms, and its gradient in every activation (Mehta, Kline, Lokhande, Fung, Singh, ICLR 2023). Groups without
/// samples drop out; with one group left the loss is 0. Keeps its memory between calls; one call at a time.
/// </summary>
public sealed class MultiMarginalRegularizer : IDisposable
{
    private readonly ComputeEngine _engine;
    private readonly MultiMarginalRegularizerOptions _options;
    private readonly GroupLabels _groups;
    private readonly GrowingBuffer<float> _histograms;
    private readonly GrowingBuffer<float> _histogramGradients;
    private readonly GrowingBuffer<float> _totals;
    private readonly GrowingBuffer<long> _firstBad;
    private readonly GrowingBuffer<float> _activations;
    private readonly GrowingBuffer<float> _gradient;
    private readonly Dictionary<int, MarginalLayout> _layouts = [];
    private readonly double[] _distances;

    /// <summary>Makes a regularizer.</summary>
    /// <param name="engine">The engine to compute on.</param>
    /// <param name="features">Activations of each sample F, at least 1: 1 for a model's output, the layer's width for a latent layer.</param>
    /// <param name="options">Histograms, cost, ties, weight and groups; null takes the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is below 1, or an option is out of its range.</exception>
    public MultiMarginalRegularizer(ComputeEngine engine, int features, MultiMarginalRegularizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        _options = options ?? new();
        _options.Check();
        _engine = engine;
        Features = features;
        _groups = new(engine, _options.Groups);
        _histograms = new(engine);
        _histogramGradients = new(engine);
        _totals = new(engine);
        _firstBad = new(engine);
        _activations = new(engine);
        _gradient = new(engine);
        _distances = new double[features];
    }

    /// <summary>Activations of each sample.</summary>
    public int Features { get; }

    /// <summary>The labels of the groups that had samples at the last call, ascending.</summary>
    public ReadOnlySpan<int> Groups => _groups.Labels;

    /// <summary>The distance of each feature at the last call, in bins, without the weight.</summary>
    public ReadOnlySpan<double> Distances => _distances;

    /// <summary>Loss and gradient of activations that lie on the engine, where the gradient stays.</summary>
    /// <param name="activations">N x F numbers, a sample a row.</param>
    /// <param name="groups">The label of each sample's group, N numbers.</param>
    /// <param name="gradient">Receives the derivative of the loss in each activation, N x F numbers; or empty, where it is not wanted.</param>
    /// <returns>The loss, summed in float64.</returns>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit each other; an activation of a sample in a group is NaN or infinite (the message names sample and feature); or the cost is not
    /// Monge. The gradient is unchanged then.
    /// </exception>
    /// <exception cref="OutOfMemoryException">The engine has no room.</exception>
    public double Evaluate(EngineView<float> activations, EngineView<int> groups, EngineView<float> gradient)
    {
        SoftHistograms.SamplesOf(activations.Length, groups.Length, Features);
        CheckGradient(gradient, activations.Length);
        _groups.Take(groups);
        return Evaluate(activations, gradient);
    }

    /// <summary>Loss and gradient of activations that lie on the engine; the groups' labels are the caller's.</summary>
    /// <inheritdoc cref="Evaluate(EngineView{float}, EngineView{int}, EngineView{float})"/>
    public double Evaluate(EngineView<float> activations, ReadOnlySpan<int> groups, EngineView<float> gradient)
    {
        SoftHistograms.SamplesOf(activations.Length, groups.Length, Features);
        CheckGradient(gradient, activations.Length);
        _groups.Take(groups);
        return Evaluate(activations, gradient);
    }

    /// <summary>Loss and gradient of activations in the caller's memory.</summary>
    /// <inheritdoc cref="Evaluate(EngineView{float}, EngineView{int}, EngineView{float})"/>
    public double Evaluate(ReadOnlySpan<float> activations, ReadOnlySpan<int> groups, Span<float> gradient)
    {
        SoftHistograms.SamplesOf(activations.Length, groups.Length, Features);
        if (!gradient.IsEmpty && gradient.Length != activations.Length)
        {
            throw new ArgumentException($"There is room for {gradient.Length} numbers where {activations.Length} are expected.", nameof(gradient));
        }

        EngineView<float> from = _activations.Take(activations.Length);
        EngineView<float> to = _gradient.Take(gradient.Length);
        from.Upload(activations);
        _groups.Take(groups);
        double loss = Evaluate(from, to);
        to.Download(gradient);
        return loss;
    }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        _groups.Dispose();
        _histograms.Dispose();
        _histogramGradients.Dispose();
        _totals.Dispose();
        _firstBad.Dispose();
        _activations.Dispose();
        _gradient.Dispose();
    }

    private double Evaluate(EngineView<float> activations, EngineView<float> gradient)
    {
        SoftHistogramOptions options = _options.Histograms;
        int count = _groups.Count;
        _distances.AsSpan().Clear();
        if (count == 0)
        {
            gradient.Clear();
            return 0;
        }

        HistogramShape shape = new((int)_groups.Groups.Length, Features, count);
        EngineView<float> histograms = _histograms.Take(shape.Histograms * options.Bins);
        EngineView<float> totals = _totals.Take(shape.Histograms);
        EngineView<long> firstBad = _firstBad.Take(1);
        _engine.Histograms.Forward(shape, options, activations, _groups.Groups, _groups.Counts, histograms, totals, firstBad);
        if (count == 1)
        {
            SoftHistograms.ThrowIfBad(firstBad, activations, Features);
            gradient.Clear();
            return 0;
        }

        EngineView<float> slopes = gradient.IsEmpty ? default : _histogramGradients.Take(histograms.Length);
        Distance(count, histograms, slopes);
        SoftHistograms.ThrowIfBad(firstBad, activations, Features);
        if (!gradient.IsEmpty)
        {
            _engine.Histograms.Backward(
                shape, options, activations, _groups.Groups, histograms, totals, slopes, (float)_options.Weight, gradient);
        }

        double sum = 0;
        foreach (double distance in _distances)
        {
            sum += distance;
        }

        return _options.Weight * sum;
    }

    private void Distance(int groups, EngineView<float> histograms, EngineView<float> slopes)
    {
        if (!_layouts.TryGetValue(groups, out MarginalLayout? layout))
        {
            layout = MarginalLayout.Uniform(Features, groups, _options.Histograms.Bins);
            _layouts.Add(groups, layout);
        }

        if (ReferenceEquals(_options.Cost, MultiMarginalCost.Range))
        {
            _engine.MultiMarginal.Range(layout, histograms, default, _options.Ties, _distances, slopes);
            return;
        }

        _options.Cost.Check(groups, _options.Histograms.Bins, default);
        _options.Cost.Walk(_engine, layout, histograms, _options.Ties, _distances, slopes);
    }

    private void CheckGradient(EngineView<float> gradient, long activations)
    {
        if (!gradient.IsEmpty)
        {
            KernelArguments.MemoryOf(_engine, gradient, activations);
        }
    }
}
