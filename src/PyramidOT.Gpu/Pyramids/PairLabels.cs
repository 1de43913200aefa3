namespace PyramidOT.Pyramids;

/// <summary>The labels of two clouds whose points meet within equal labels only.</summary>
/// <param name="Source">The label of each source point.</param>
/// <param name="Target">The label of each target point, of the same meaning.</param>
internal sealed record PairLabels(int[] Source, int[] Target)
{
    /// <summary>The labels of two clouds.</summary>
    /// <exception cref="ArgumentException">A cloud has no labels, or no label is on both sides.</exception>
    public static PairLabels Of(PointCloud source, PointCloud target)
    {
        (PointCloud first, PointCloud second) = PointCloud.AlignLabels(source, target);
        PairLabels labels = new(first.Labels.ToArray(), second.Labels.ToArray());
        if (!labels.Source.ToHashSet().Overlaps(labels.Target))
        {
            throw new ArgumentException("No label of the source is one of the target's, so no pair can be made within equal labels.", nameof(target));
        }

        return labels;
    }

    /// <summary>Whether some label is on one side more often than on the other.</summary>
    public bool IsUneven()
    {
        Dictionary<int, int> surplus = [];
        foreach (int label in Source)
        {
            surplus[label] = surplus.GetValueOrDefault(label) + 1;
        }

        foreach (int label in Target)
        {
            surplus[label] = surplus.GetValueOrDefault(label) - 1;
        }

        return surplus.Values.Any(count => count != 0);
    }
}
