using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The two clouds of an estimate, found to fit each other and what is asked for.</summary>
/// <param name="Source">The source cloud.</param>
/// <param name="Target">The target cloud, of as many dimensions. Where both are labelled, equal numbers are equal labels.</param>
internal sealed record EstimateClouds(PointCloud Source, PointCloud Target)
{
    /// <summary>Number of pairs that one pass makes.</summary>
    public int Pairs => Math.Min(Source.Count, Target.Count);

    /// <summary>Whether both clouds have labels.</summary>
    public bool AreLabelled => Source.IsLabelled && Target.IsLabelled;

    /// <summary>Whether the pooled distance is an upper bound of the Wasserstein distance: nothing is left out of account.</summary>
    public bool AreWhole => Source.Count == Target.Count && !Source.IsWeighted && !Target.IsWeighted;

    /// <summary>Reads the files and checks them.</summary>
    /// <exception cref="InputException">A file cannot be read, or does not fit the other or what is asked for.</exception>
    /// <exception cref="NpyFormatException">A file is no .npy file of numbers.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static EstimateClouds Load(EstimateRequest request, Phases phases, CancellationToken cancellation)
    {
        phases.Begin("reading");
        PointCloud source = LoadCloud(request.Source, request.LabelColumn, cancellation);
        PointCloud target = LoadCloud(request.Target, request.LabelColumn, cancellation);
        if (target.Dimensions != source.Dimensions)
        {
            throw new InputException($"{request.Target} has {Count(target.Dimensions, "dimension")}, {request.Source} has {source.Dimensions}");
        }

        if (request.Unpaired is not UnpairedPoints.Drop)
        {
            CheckWhole(request, source, target);
        }

        if (request.SourceLabels is not null && request.TargetLabels is not null)
        {
            source = WithLabels(source, request.Source, request.SourceLabels);
            target = WithLabels(target, request.Target, request.TargetLabels);
        }

        if (source.IsLabelled && target.IsLabelled)
        {
            (source, target) = PointCloud.AlignLabels(source, target);
        }

        return new(source, target);
    }

    private static PointCloud LoadCloud(string path, string? labelColumn, CancellationToken cancellation) => FileErrors.Named(
        path, () => PointCloud.Load(path, new PointCloudFileOptions { LabelColumn = labelColumn }, cancellation));

    private static void CheckWhole(EstimateRequest request, PointCloud source, PointCloud target)
    {
        const string Advice = "weighted transport of batches is not there yet, use --unpaired drop";
        if (source.Count != target.Count)
        {
            throw new InputException($"{request.Target} has {Count(target.Count, "point")}, {request.Source} has {source.Count}: {Advice}");
        }

        if (source.IsWeighted || target.IsWeighted)
        {
            throw new InputException($"{(source.IsWeighted ? request.Source : request.Target)} has weights: {Advice}");
        }
    }

    private static PointCloud WithLabels(PointCloud cloud, string cloudPath, string path)
    {
        PointLabels labels = FileErrors.Named(path, () => PointLabels.Load(path));
        return labels.Count == cloud.Count
            ? cloud.WithLabels(labels)
            : throw new InputException($"{path} has {Count(labels.Count, "label")}, {cloudPath} has {Count(cloud.Count, "point")}");
    }

    private static string Count(int number, string things) => $"{number} {things}{(number == 1 ? "" : "s")}";
}
