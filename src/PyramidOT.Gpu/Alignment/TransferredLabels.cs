namespace PyramidOT;

/// <summary>Labels that came to the target points of a coupling.</summary>
public sealed class TransferredLabels
{
    private readonly int[] _classes;
    private readonly int[] _starts;
    private readonly int[] _classOf;
    private readonly double[] _masses;
    private readonly int[] _labels;

    /// <param name="classes">The labels that source points have, in rising order.</param>
    /// <param name="starts">Where each target point's entries begin, and behind the last one their number.</param>
    /// <param name="classOf">The label of each entry, an index into the labels, rising for a point.</param>
    /// <param name="masses">The mass of each entry, above 0.</param>
    internal TransferredLabels(int[] classes, int[] starts, int[] classOf, double[] masses)
    {
        (_classes, _starts, _classOf, _masses) = (classes, starts, classOf, masses);
        _labels = new int[starts.Length - 1];
        for (int j = 0; j < _labels.Length; j++)
        {
            int best = -1;
            for (int e = starts[j]; e < starts[j + 1]; e++)
            {
                best = best < 0 || masses[e] > masses[best] ? e : best;
            }

            _labels[j] = best < 0 ? LabelTransfer.Unlabelled : classes[classOf[best]];
        }
    }

    /// <summary>The labels that source points have, in rising order.</summary>
    public ReadOnlySpan<int> Classes => _classes;

    /// <summary>
    /// The label of each target point: the one with the most mass, the lowest of several; <see cref="LabelTransfer.Unlabelled"/> where no mass with a label came.
    /// </summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The share of a target point's labelled mass that each of <see cref="Classes"/> has.</summary>
    /// <param name="target">The target point.</param>
    /// <param name="shares">Receives one number a class, of sum 1; or all 0 where no mass with a label came.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="target"/> is no target point.</exception>
    /// <exception cref="ArgumentException"><paramref name="shares"/> has not as many elements as there are classes.</exception>
    public void SharesOf(int target, Span<double> shares)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, _labels.Length);
        if (shares.Length != _classes.Length)
        {
            throw new ArgumentException($"There is room for {shares.Length} shares where there are {_classes.Length} classes.", nameof(shares));
        }

        shares.Clear();
        double total = 0;
        for (int e = _starts[target]; e < _starts[target + 1]; e++)
        {
            total += _masses[e];
        }

        for (int e = _starts[target]; e < _starts[target + 1]; e++)
        {
            shares[_classOf[e]] = _masses[e] / total;
        }
    }

    /// <summary>Counts how often the labels are the true ones.</summary>
    /// <param name="trueLabels">The true label of each target point; <see cref="LabelTransfer.Unlabelled"/> where it is not known.</param>
    /// <exception cref="ArgumentException">There are not as many labels as target points.</exception>
    public LabelComparison CompareWith(ReadOnlySpan<int> trueLabels)
    {
        if (trueLabels.Length != _labels.Length)
        {
            throw new ArgumentException($"There are {trueLabels.Length} labels for {_labels.Length} target points.", nameof(trueLabels));
        }

        return new(_labels, trueLabels);
    }
}
