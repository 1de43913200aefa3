namespace PyramidOT;

/// <summary>Where a coupling takes the points of a cloud.</summary>
public sealed class BarycentricImages
{
    private readonly double[] _masses;
    private readonly int[] _unmapped;

    internal BarycentricImages(PointCloud source, PointCloud points, double[] masses)
    {
        (Source, Points, _masses) = (source, points, masses);
        List<int> unmapped = [];
        for (int i = 0; i < masses.Length; i++)
        {
            if (masses[i] == 0)
            {
                unmapped.Add(i);
            }
        }

        _unmapped = [.. unmapped];
    }

    /// <summary>The cloud that was mapped.</summary>
    public PointCloud Source { get; }

    /// <summary>The image of each point, row by row, with the weights and labels of <see cref="Source"/>. Points without mass stand where they stood.</summary>
    public PointCloud Points { get; }

    /// <summary>The mass of the coupling that each point has.</summary>
    public ReadOnlySpan<double> Masses => _masses;

    /// <summary>The points without mass, in rising order: they have no image, and stay.</summary>
    public ReadOnlySpan<int> Unmapped => _unmapped;
}
