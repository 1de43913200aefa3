namespace PyramidOT.Pyramids;

/// <summary>Divides the root by label: a child for each label that occurs, in ascending order. Points then meet within equal labels only.</summary>
internal sealed class LabelDivider(int[] sourceLabels, int[] targetLabels) : IDivider
{
    public void Divide(DivisionRound round)
    {
        SortedSet<int> labels = [.. sourceLabels, .. targetLabels];
        Dictionary<int, int> children = [];
        foreach (int label in labels)
        {
            children.Add(label, children.Count);
        }

        round.Children[0] = children.Count;
        round.SourceChild.Upload(Array.ConvertAll(round.SourceRows, row => children[sourceLabels[row]]));
        round.TargetChild.Upload(Array.ConvertAll(round.TargetRows, row => children[targetLabels[row]]));
    }

    public bool CanRetry(DivisionRound round, int cell) => false;
}
