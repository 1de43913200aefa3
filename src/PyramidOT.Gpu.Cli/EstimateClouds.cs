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

    /// <summary>Reads the files and checks them.</summary>
    /// <exception cref="InputException">A file cannot be read, or does not fit the other or what is asked for.</exception>
    /// <exception cref="NpyFormatException">A file is no .npy file of numbers.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static EstimateClouds Load(EstimateRequest request, Phases phases, CancellationToken cancellation)
    {
        phases.Begin("reading");
        PointCloud source = LoadCloud(request.Source, request, cancellation);
        PointCloud target = LoadCloud(request.Target, request, cancellation);
        CloudFiles.CheckDimensions((request.Source, source), (request.Target, target));
        if (request.SourceLabels is not null && request.TargetLabels is not null)
        {
            source = WithLabels(source, request.Source, request.SourceLabels);
            target = WithLabels(target, request.Target, request.TargetLabels);
        }

        if (source.IsLabelled && target.IsLabelled)
        {
            (source, target) = PointCloud.AlignLabels(source, target);
        }
        else if (request.Pyramid.WithinLabels)
        {
            throw new InputException("--within-labels: both clouds need labels, by --source-labels and --target-labels or --label-column");
        }

        return new(source, target);
    }

    private static PointCloud LoadCloud(string path, EstimateRequest request, CancellationToken cancellation)
    {
        PointCloudFileOptions options = new() { LabelColumn = request.LabelColumn, WeightColumn = request.WeightColumn, Format = request.Format };
        return FileErrors.Named(path, () => PointCloud.Load(path, options, cancellation));
    }

    private static PointCloud WithLabels(PointCloud cloud, string cloudPath, string path)
    {
        PointLabels labels = FileErrors.Named(path, () => PointLabels.Load(path));
        return labels.Count == cloud.Count
            ? cloud.WithLabels(labels)
            : throw new InputException($"{path} has {CloudFiles.Count(labels.Count, "label")}, {cloudPath} has {CloudFiles.Count(cloud.Count, "point")}");
    }
}
