namespace PyramidOT.Cli;

/// <summary>Sample clouds to be drawn.</summary>
/// <param name="Kind">What they look like.</param>
/// <param name="Points">Points of each.</param>
/// <param name="Dimensions">Coordinates of a point; null for what the kind has.</param>
/// <param name="Clusters">Clusters; null for what the kind has.</param>
/// <param name="Seed">The seed of all draws.</param>
internal sealed record SampleRequest(SampleCloudKind Kind, int Points, int? Dimensions, int? Clusters, ulong Seed)
{
    /// <summary>Draws both clouds.</summary>
    /// <exception cref="InputException">The kind cannot have these numbers, or there are more than a cloud can hold.</exception>
    public (PointCloud Source, PointCloud Target) Draw()
    {
        try
        {
            return SampleClouds.Generate(Kind, Points, Dimensions, Seed, Clusters);
        }
        catch (ArgumentException exception)
        {
            throw new InputException(Failure.MessageOf(exception).TrimEnd('.'), exception);
        }
    }
}
