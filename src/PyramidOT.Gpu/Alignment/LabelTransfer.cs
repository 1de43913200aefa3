using PyramidOT.Alignment;

namespace PyramidOT;

/// <summary>
/// Labels that go with the mass of a coupling: a target point takes the label that most of its mass comes from,
/// argmax over l of the sum over i with label l of P_ij.
/// </summary>
public static class LabelTransfer
{
    /// <summary>The label of a point that has none.</summary>
    public const int Unlabelled = -1;

    /// <summary>Carries labels from the source to the target. For the other direction take <see cref="Coupling.Reverse"/>.</summary>
    /// <param name="coupling">Pairs of points of two clouds, of any masses.</param>
    /// <param name="sourceLabels">The label of each source point; <see cref="Unlabelled"/> gives none, and its mass does not count.</param>
    /// <param name="targetCount">Number of target points, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targetCount"/> is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// A pair names a point that there is not (the message says which), a mass is NaN, infinite or negative, or the masses of a point add up to
    /// infinity.
    /// </exception>
    public static TransferredLabels ToTargets(Coupling coupling, ReadOnlySpan<int> sourceLabels, int targetCount)
    {
        ArgumentNullException.ThrowIfNull(coupling);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetCount, 1);
        CouplingRows rows = CouplingRows.OfSources(coupling.Reverse(), targetCount, sourceLabels.Length);
        int[] labels = LabelsIn(sourceLabels);
        int[] starts = new int[targetCount + 1];
        List<int> classes = [];
        List<double> masses = [];
        double[] sums = new double[labels.Length];
        List<int> touched = [];
        for (int j = 0; j < targetCount; j++)
        {
            // Cells in the coupling's order, so that a label's mass has the same bits whatever else there is.
            ReadOnlySpan<int> partners = rows.PartnersOf(j);
            for (int k = 0; k < partners.Length; k++)
            {
                int label = sourceLabels[partners[k]];
                double mass = rows.MassOf(j, k);
                if (label != Unlabelled && mass > 0)
                {
                    int place = Array.BinarySearch(labels, label);
                    if (sums[place] == 0)
                    {
                        touched.Add(place);
                    }

                    sums[place] += mass;
                }
            }

            touched.Sort();
            foreach (int place in touched)
            {
                classes.Add(place);
                masses.Add(sums[place]);
                sums[place] = 0;
            }

            touched.Clear();
            starts[j + 1] = classes.Count;
        }

        return new(labels, starts, [.. classes], [.. masses]);
    }

    /// <summary>The labels that there are, in rising order.</summary>
    internal static int[] LabelsIn(ReadOnlySpan<int> labels)
    {
        SortedSet<int> distinct = [];
        int last = Unlabelled;
        foreach (int label in labels)
        {
            if (label != last && label != Unlabelled)
            {
                distinct.Add(label);
            }

            last = label;
        }

        return [.. distinct];
    }
}
