using System.Numerics.Tensors;
using PyramidOT;
using PyramidOT.Engines;

namespace FairTraining;

/// <summary>
/// The sum over the groups of W_2²(p_g, b), in bins², where p_g is the group's soft histogram of ten bins and b their barycentre. On a line this sum is
/// that of W_2² over all pairs of groups, divided by the number of groups, so the barycentre need not be known.
/// </summary>
internal sealed class BarycentrePenalty(ComputeEngine engine, int groups, double weight) : IPenalty
{
    private readonly SoftHistograms _histograms = new(engine, features: 1, groups);
    private readonly int[] _counts = new int[groups];
    private readonly float[] _soft = new float[groups * 10];
    private readonly double[] _present = new double[groups * 10];
    private readonly double[] _slopes = new double[groups * 10];

    public double Evaluate(ReadOnlySpan<float> activations, Batch batch, Span<float> gradient)
    {
        int bins = _histograms.Options.Bins;
        _histograms.Forward(activations, batch.Groups, _soft, _counts);

        // A group without samples has no histogram: those of the others close up, and their slopes spread out again.
        int present = 0;
        for (int g = 0; g < groups; g++)
        {
            if (_counts[g] > 0)
            {
                TensorPrimitives.ConvertTruncating<float, double>(_soft.AsSpan(g * bins, bins), _present.AsSpan(present++ * bins));
            }
        }

        Span<double> slopes = _slopes.AsSpan(0, present * bins);
        double sum = PairwiseTransport.Sum(_present.AsSpan(0, present * bins), present, p: 2, slopes);
        double factor = weight / present;
        Array.Clear(_soft);
        for (int g = 0, row = 0; g < groups; g++)
        {
            for (int k = 0; _counts[g] > 0 && k < bins; k++)
            {
                _soft[(g * bins) + k] = (float)(factor * slopes[(row * bins) + k]);
            }

            row += _counts[g] > 0 ? 1 : 0;
        }

        _histograms.Backward(activations, batch.Groups, _soft, gradient);
        return factor * sum;
    }

    public void Dispose() => _histograms.Dispose();
}
