namespace PyramidOT;

/// <summary>Labels beside the true ones: how often they are right, and what is taken for what.</summary>
public sealed class LabelComparison
{
    private readonly int[] _labels;
    private readonly int[,] _counts;

    internal LabelComparison(ReadOnlySpan<int> given, ReadOnlySpan<int> truth)
    {
        SortedSet<int> all = [.. LabelTransfer.LabelsIn(given), .. LabelTransfer.LabelsIn(truth)];
        _labels = [.. all];
        _counts = new int[_labels.Length, _labels.Length + 1];
        int right = 0;
        for (int j = 0; j < truth.Length; j++)
        {
            if (truth[j] == LabelTransfer.Unlabelled)
            {
                continue;
            }

            Compared++;
            right += given[j] == truth[j] ? 1 : 0;
            int column = given[j] == LabelTransfer.Unlabelled ? _labels.Length : Array.BinarySearch(_labels, given[j]);
            Missing += given[j] == LabelTransfer.Unlabelled ? 1 : 0;
            _counts[Array.BinarySearch(_labels, truth[j]), column]++;
        }

        Accuracy = (double)right / Compared;
    }

    /// <summary>The labels that points are given or truly have, in rising order.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Points whose true label is known: only these are compared.</summary>
    public int Compared { get; }

    /// <summary>Those of them that were given no label.</summary>
    public int Missing { get; }

    /// <summary>The share of the compared points that were given their true label: one without a label is wrong. NaN where none is compared.</summary>
    public double Accuracy { get; }

    /// <summary>How many points of a true label were given a label.</summary>
    /// <param name="truth">The true label, as an index into <see cref="Labels"/>.</param>
    /// <param name="given">The given one, likewise; the number of labels stands for none.</param>
    /// <exception cref="IndexOutOfRangeException">An index is out of its range.</exception>
    public int Count(int truth, int given) => _counts[truth, given];
}
