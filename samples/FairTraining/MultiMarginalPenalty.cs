using PyramidOT;
using PyramidOT.Engines;

namespace FairTraining;

/// <summary>The multi-marginal distance between the groups' soft histograms of ten bins, summed over the features: what this sample is about.</summary>
internal sealed class MultiMarginalPenalty(ComputeEngine engine, int features, double weight) : IPenalty
{
    private readonly MultiMarginalRegularizer _regularizer = new(engine, features, new() { Weight = weight });

    public double Evaluate(ReadOnlySpan<float> activations, Batch batch, Span<float> gradient) =>
        _regularizer.Evaluate(activations, batch.Groups, gradient);

    public void Dispose() => _regularizer.Dispose();
}
