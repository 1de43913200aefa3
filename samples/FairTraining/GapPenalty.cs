namespace FairTraining;

/// <summary>
/// The sum over the groups of (m_g - m)², where m_g is the mean of 1 / (1 + exp(-s)) over the group's samples and m that over all: the squared hinges of
/// the two gaps m_g - m and m - m_g. Demographic parity takes all samples at once, equalised odds those of label 0 and those of label 1.
/// </summary>
/// <param name="groups">Number of groups.</param>
/// <param name="weight">The weight.</param>
/// <param name="withinLabels">Whether samples are compared with those of their own label only: equalised odds.</param>
internal sealed class GapPenalty(int groups, double weight, bool withinLabels) : IPenalty
{
    private readonly double[] _gaps = new double[groups];
    private readonly int[] _counts = new int[groups];

    public double Evaluate(ReadOnlySpan<float> activations, Batch batch, Span<float> gradient) =>
        withinLabels ? Among(0, activations, batch, gradient) + Among(1, activations, batch, gradient) : Among(null, activations, batch, gradient);

    public void Dispose()
    {
    }

    /// <summary>The penalty among the samples of a label, or among all. Writes these samples' gradient.</summary>
    private double Among(int? label, ReadOnlySpan<float> activations, Batch batch, Span<float> gradient)
    {
        Array.Clear(_gaps);
        Array.Clear(_counts);
        double mean = 0;
        int count = 0;
        for (int i = 0; i < batch.Size; i++)
        {
            if (label is null || batch.Labels[i] == label)
            {
                double p = TaskLoss.Logistic(activations[i]);
                _gaps[batch.Groups[i]] += p;
                _counts[batch.Groups[i]]++;
                mean += p;
                count++;
            }
        }

        mean /= Math.Max(count, 1);
        double sum = 0;
        double total = 0;
        for (int g = 0; g < groups; g++)
        {
            _gaps[g] = _counts[g] > 0 ? (_gaps[g] / _counts[g]) - mean : 0;
            sum += _gaps[g] * _gaps[g];
            total += _gaps[g];
        }

        for (int i = 0; i < batch.Size; i++)
        {
            if (label is null || batch.Labels[i] == label)
            {
                double p = TaskLoss.Logistic(activations[i]);
                gradient[i] = (float)(2 * weight * ((_gaps[batch.Groups[i]] / _counts[batch.Groups[i]]) - (total / count)) * p * (1 - p));
            }
        }

        return weight * sum;
    }
}
