using System.Diagnostics;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>Reads clouds and coupling, or computes it, maps, and writes, with a progress bar for what takes long.</summary>
internal sealed class MapRun(MapRequest request, ComputeEngine engine, Phases phases, Interruption interruption)
{
    /// <summary>Does it all.</summary>
    /// <exception cref="InputException">A file cannot be read, or does not fit the others or what is asked for.</exception>
    public MapReport Run()
    {
        phases.Begin("reading");
        PointCloud source = LoadCloud(request.Source, request.SourceLabels);
        PointCloud target = LoadCloud(request.Target, request.TargetLabels);
        CloudFiles.CheckDimensions((request.Source, source), (request.Target, target));
        if (source.IsLabelled && target.IsLabelled)
        {
            (source, target) = PointCloud.AlignLabels(source, target);
        }

        (PointCloud from, PointCloud to) = request.IsReversed ? (target, source) : (source, target);
        PointCloud? points = request.Points is { } path
            ? FileErrors.Named(path, () => PointCloud.Load(path, new() { Format = request.Format }, interruption.Token)) : null;
        if (points is not null)
        {
            CloudFiles.CheckDimensions((request.Source, source), (request.Points!, points));
        }

        (Coupling coupling, TimeSpan couplingTime) = request.Pairs is { } pairs ? (ReadPairs(pairs), TimeSpan.Zero) : Couple(source, target);
        Coupling directed = request.IsReversed ? coupling.Reverse() : coupling;
        long start = Stopwatch.GetTimestamp();
        (BarycentricImages images, PointCloud mapped) = Map(from, to, directed, points);
        TransferredLabels? labels = from.IsLabelled ? LabelTransfer.ToTargets(directed, from.Labels, to.Count) : null;
        TimeSpan mapTime = Stopwatch.GetElapsedTime(start);
        Write(mapped, labels);
        return new()
        {
            Engine = engine.Info,
            Request = request,
            Pairs = coupling.Count,
            Mapped = mapped,
            Unmapped = images.Unmapped.Length,
            Displacement = DisplacementOf(points ?? from, mapped),
            Labels = labels,
            Comparison = to.IsLabelled ? labels?.CompareWith(to.Labels) : null,
            LabelNames = from.LabelNames,
            Coupling = couplingTime,
            Mapping = mapTime,
        };
    }

    private PointCloud LoadCloud(string path, string? labelsPath)
    {
        PointCloudFileOptions options = new() { LabelColumn = request.LabelColumn, WeightColumn = request.WeightColumn, Format = request.Format };
        PointCloud cloud = FileErrors.Named(path, () => PointCloud.Load(path, options, interruption.Token));
        if (labelsPath is null)
        {
            return cloud;
        }

        PointLabels labels = FileErrors.Named(labelsPath, () => PointLabels.Load(labelsPath));
        return labels.Count == cloud.Count
            ? cloud.WithLabels(labels)
            : throw new InputException($"{labelsPath} has {CloudFiles.Count(labels.Count, "label")}, {path} has {CloudFiles.Count(cloud.Count, "point")}");
    }

    private Coupling ReadPairs(string path) => FileErrors.Named(path, () =>
    {
        PairTable table = PairFile.Read(path, interruption.Token);
        return new Coupling(table.SourceRows, table.TargetRows, [], table.Masses);
    });

    private (Coupling Coupling, TimeSpan Time) Couple(PointCloud source, PointCloud target)
    {
        if (request.Coupling == MapCoupling.Match)
        {
            CloudFiles.CheckPoints((request.Source, source), (request.Target, target), "--by match needs as many");
            return Computed(() =>
            {
                MatchRun run = new(engine, phases, interruption);
                GlobalMatchingOptions options = new() { Cost = request.Cost, Seed = request.Pyramid.Seed };
                run.WarmUp(source, target, options);
                (GlobalMatch match, TimeSpan time) = run.Solve(source, target, options);
                return (match.ToCoupling(), time);
            });
        }

        EstimateRun.CheckRoom(engine, request.BatchSize, Math.Min(source.Count, target.Count));
        return Computed(() =>
        {
            EstimateRun run = new(engine, phases, interruption);
            MiniBatchOptions options = new() { Cost = request.Cost, Seed = request.Pyramid.Seed };
            run.WarmUp(source, target, request.Pyramid, request.BatchSize, options);
            (PyramidPair pyramid, TimeSpan building) = run.Build(source, target, request.Pyramid);
            using PyramidPair built = pyramid;
            (MiniBatchEstimate estimate, TimeSpan solving) = run.Pass(pyramid, request.BatchSize, options);
            return (estimate.Coupling, building + solving);
        });
    }

    private (Coupling Coupling, TimeSpan Time) Computed(Func<(Coupling Coupling, TimeSpan Time)> couple)
    {
        try
        {
            return couple();
        }
        catch (ArgumentException exception)
        {
            // Weights where a matching has none, or costs beyond what can be solved.
            throw new InputException($"{request.Source}, {request.Target}: {Failure.MessageOf(exception)}", exception);
        }
    }

    private (BarycentricImages Images, PointCloud Mapped) Map(PointCloud from, PointCloud to, Coupling coupling, PointCloud? points)
    {
        try
        {
            BarycentricImages images = BarycentricProjection.Project(engine, from, to, coupling);
            if (points is null)
            {
                return (images, images.Points);
            }

            phases.Begin("mapping", points.Count);
            Reports<OutOfSampleProgress> reports = new(progress => phases.Reach(progress.Points));
            return (images, OutOfSampleMap.Apply(engine, images, points, request.OutOfSample, reports, interruption.Token));
        }
        catch (ArgumentException exception)
        {
            // Rows that the clouds have not, or images too far away.
            throw new InputException($"{request.Pairs ?? request.Points ?? request.Source}: {Failure.MessageOf(exception)}", exception);
        }
    }

    private void Write(PointCloud mapped, TransferredLabels? labels)
    {
        phases.Begin("writing");
        if (request.Out is { } path)
        {
            CloudFiles.Write(path, mapped, interruption.Token);
        }

        if (request.LabelsOut is { } labelsPath)
        {
            FileErrors.Named(labelsPath, () => NpyWriter.Save(labelsPath, labels!.Labels, labels.Labels.Length));
        }
    }

    /// <summary>How far the points moved: the root of the mean of the squared distances.</summary>
    private static double DisplacementOf(PointCloud before, PointCloud after)
    {
        double sum = 0;
        for (int i = 0; i < before.Points.Length; i++)
        {
            double way = (double)after.Points[i] - before.Points[i];
            sum += way * way;
        }

        return Math.Sqrt(sum / before.Count);
    }
}
