using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// Soft histograms of samples, one for each feature and group: histograms that are differentiable in the samples, and so let losses on histograms train
/// what made the samples. Keeps its memory between calls; one call at a time.
/// </summary>
/// <remarks>
/// The triangular kind is that of the code of Mehta, Kline, Lokhande, Fung and Singh (ICLR 2023); <see cref="SoftHistogramKind"/> has the formulas.
/// </remarks>
public sealed class SoftHistograms : IDisposable
{
    private readonly ComputeEngine _engine;
    private readonly EngineBuffer<int> _numbers;
    private readonly EngineBuffer<int> _counts;
    private readonly EngineBuffer<float> _histograms;
    private readonly EngineBuffer<float> _totals;
    private readonly EngineBuffer<long> _firstBad;
    private readonly GrowingBuffer<int> _groups;
    private readonly GrowingBuffer<int> _ownGroups;
    private readonly GrowingBuffer<float> _activations;
    private readonly GrowingBuffer<float> _gradients;
    private readonly GrowingBuffer<float> _histogramGradients;

    /// <summary>Makes room for histograms of one shape.</summary>
    /// <param name="engine">The engine to compute on.</param>
    /// <param name="features">Numbers of each sample F, at least 1.</param>
    /// <param name="groups">Number of groups G, at least 1.</param>
    /// <param name="options">Kind, bins and range; null takes the paper's ten triangles.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or an option is out of its range.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room.</exception>
    public SoftHistograms(ComputeEngine engine, int features, int groups, SoftHistogramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        Options = options ?? new();
        HistogramArguments.Check(new(0, features, groups), Options);
        _engine = engine;
        Features = features;
        Groups = groups;
        _groups = new(engine);
        _ownGroups = new(engine);
        _activations = new(engine);
        _gradients = new(engine);
        _histogramGradients = new(engine);
        try
        {
            int[] numbers = new int[groups];
            for (int g = 0; g < groups; g++)
            {
                numbers[g] = g;
            }

            _numbers = engine.Upload(numbers);
            _counts = engine.Allocate<int>(groups);
            _histograms = engine.Allocate<float>((long)features * groups * Options.Bins);
            _totals = engine.Allocate<float>((long)features * groups);
            _firstBad = engine.Allocate<long>(1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Numbers of each sample F.</summary>
    public int Features { get; }

    /// <summary>Number of groups G.</summary>
    public int Groups { get; }

    /// <summary>Kind, bins and range.</summary>
    public SoftHistogramOptions Options { get; }

    /// <summary>
    /// The histograms of the last call, F x G x n numbers on the engine: feature by feature, group by group. Each sums to 1; that of a group without samples
    /// is 0 everywhere.
    /// </summary>
    public EngineView<float> Histograms => _histograms;

    /// <summary>The samples of each group at the last call, G numbers on the engine.</summary>
    public EngineView<int> Counts => _counts;

    /// <summary>Makes histograms of samples that lie on the engine; they stay there, as <see cref="Histograms"/> and <see cref="Counts"/>.</summary>
    /// <param name="activations">N x F numbers, a sample a row; finite for samples in groups.</param>
    /// <param name="groups">The group of each sample, N numbers from 0 to G - 1; or -1 to leave a sample out.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit each other, or an activation is NaN or infinite (the message names sample and feature). The histograms are void then.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A group's number is out of range (the Host checks; a device leaves such samples out).</exception>
    public void Forward(EngineView<float> activations, EngineView<int> groups)
    {
        HistogramShape shape = ShapeOf(activations.Length, groups.Length);
        _engine.Histograms.Encode(groups, _numbers, _groups.Take(shape.Samples), _counts);
        _engine.Histograms.Forward(shape, Options, activations, groups, _counts, _histograms, _totals, _firstBad);
        ThrowIfBad(_firstBad, activations, Features);
    }

    /// <summary>The gradient in the samples of the last call of <see cref="Forward(EngineView{float}, EngineView{int})"/>.</summary>
    /// <param name="activations">The samples of that call.</param>
    /// <param name="groups">Their groups.</param>
    /// <param name="histogramGradients">The gradient in the histograms, F x G x n numbers; those of a group without samples do not count.</param>
    /// <param name="gradients">Receives N x F numbers: 0 for samples that were left out.</param>
    /// <param name="factor">What the gradient is multiplied by, finite.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or the factor is not finite.</exception>
    public void Backward(
        EngineView<float> activations, EngineView<int> groups, EngineView<float> histogramGradients, EngineView<float> gradients, float factor = 1) =>
        _engine.Histograms.Backward(
            ShapeOf(activations.Length, groups.Length), Options, activations, groups, _histograms, _totals, histogramGradients, factor, gradients);

    /// <summary>Makes histograms of samples in the caller's memory.</summary>
    /// <param name="activations">N x F numbers, a sample a row; finite for samples in groups.</param>
    /// <param name="groups">The group of each sample, N numbers from 0 to G - 1; or -1 to leave a sample out.</param>
    /// <param name="histograms">Receives F x G x n numbers.</param>
    /// <param name="counts">Receives the samples of each group, G numbers; or empty.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit each other, or an activation is NaN or infinite (the message names sample and feature).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A group's number is out of range; the message names the sample.</exception>
    public void Forward(ReadOnlySpan<float> activations, ReadOnlySpan<int> groups, Span<float> histograms, Span<int> counts = default)
    {
        ShapeOf(activations.Length, groups.Length);
        RequireLength(histograms.Length, _histograms.Length, nameof(histograms));
        if (!counts.IsEmpty)
        {
            RequireLength(counts.Length, Groups, nameof(counts));
        }

        CheckGroups(groups);
        EngineView<float> samples = _activations.Take(activations.Length);
        EngineView<int> own = _ownGroups.Take(groups.Length);
        samples.Upload(activations);
        own.Upload(groups);
        Forward(samples, own);
        Histograms.Download(histograms);
        Counts.Download(counts);
    }

    /// <summary>The gradient in the samples of the last call of <see cref="Forward(ReadOnlySpan{float}, ReadOnlySpan{int}, Span{float}, Span{int})"/>.</summary>
    /// <param name="activations">The samples of that call.</param>
    /// <param name="groups">Their groups.</param>
    /// <param name="histogramGradients">The gradient in the histograms, F x G x n numbers.</param>
    /// <param name="gradients">Receives N x F numbers: 0 for samples that were left out.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A group's number is out of range; the message names the sample.</exception>
    public void Backward(ReadOnlySpan<float> activations, ReadOnlySpan<int> groups, ReadOnlySpan<float> histogramGradients, Span<float> gradients)
    {
        ShapeOf(activations.Length, groups.Length);
        RequireLength(histogramGradients.Length, _histograms.Length, nameof(histogramGradients));
        RequireLength(gradients.Length, activations.Length, nameof(gradients));
        CheckGroups(groups);
        EngineView<float> samples = _activations.Take(activations.Length);
        EngineView<int> own = _ownGroups.Take(groups.Length);
        EngineView<float> slopes = _histogramGradients.Take(histogramGradients.Length);
        EngineView<float> to = _gradients.Take(gradients.Length);
        samples.Upload(activations);
        own.Upload(groups);
        slopes.Upload(histogramGradients);
        Backward(samples, own, slopes, to);
        to.Download(gradients);
    }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        _numbers?.Dispose();
        _counts?.Dispose();
        _histograms?.Dispose();
        _totals?.Dispose();
        _firstBad?.Dispose();
        _groups.Dispose();
        _ownGroups.Dispose();
        _activations.Dispose();
        _gradients.Dispose();
        _histogramGradients.Dispose();
    }

    /// <summary>Refuses activations of which one is not finite.</summary>
    /// <param name="firstBad">What the engine found.</param>
    /// <param name="activations">The activations.</param>
    /// <param name="features">Activations of a sample.</param>
    internal static void ThrowIfBad(EngineView<long> firstBad, EngineView<float> activations, int features)
    {
        long position = 0;
        firstBad.Download(new Span<long>(ref position));
        if (position != long.MaxValue)
        {
            float value = 0;
            activations.Slice(position, 1).Download(new Span<float>(ref value));
            throw HistogramArguments.RefusedActivation(position, features, value, nameof(activations));
        }
    }

    /// <summary>Refuses activations that are not one row for each sample.</summary>
    internal static int SamplesOf(long activations, long groups, int features)
    {
        if (groups > int.MaxValue || activations != groups * features)
        {
            throw new ArgumentException(
                $"There are {activations} activations where {groups} samples of {features} features are expected.", nameof(activations));
        }

        return (int)groups;
    }

    private static void RequireLength(long length, long expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"There is room for {length} numbers where {expected} are expected.", name);
        }
    }

    private HistogramShape ShapeOf(long activations, long groups) => new(SamplesOf(activations, groups, Features), Features, Groups);

    private void CheckGroups(ReadOnlySpan<int> groups)
    {
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] < -1 || groups[i] >= Groups)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(groups), groups[i], $"The group of sample {i} must be from 0 to {Groups - 1}, or -1 to leave it out.");
            }
        }
    }
}
