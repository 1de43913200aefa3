using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot map</c>: takes points, and labels, from one cloud to another along a coupling of the two.</summary>
internal static class MapCommand
{
    public static Command Create(Interruption interruption)
    {
        Argument<string> source = new("SOURCE") { Description = $"The source cloud: {CloudFiles.Formats}." };
        Argument<string> target = new("TARGET") { Description = "The target cloud, of as many dimensions." };
        Option<string?> pairs = FileOption("--pairs", "PAIRS.npy|PAIRS.csv", "The coupling: what estimate, match or transport wrote.");
        Option<MapCoupling> coupling = ValueOptions.Choice<MapCoupling>("--by", "The coupling to compute, where there is no --pairs.");
        Option<PyramidScheme> scheme = ValueOptions.Choice<PyramidScheme>("--scheme", "Where the cells of the pyramid come from (batches).");
        Option<int> batchSize = ValueOptions.WholeNumber("--batch-size", 1, 256, "Pairs of a batch, each a problem of its own (batches).");
        Option<GroundDistance> distance = ValueOptions.Choice<GroundDistance>("--cost", "The ground distance of the coupling.");
        Option<double> exponent = ValueOptions.Exponent();
        Option<ulong> seed = ValueOptions.Seed("The seed of the coupling.");
        Option<bool> reverse = new("--reverse") { Description = "Map from the target to the source." };
        Option<string?> points = FileOption("--points", "POINTS", "The points to map, in place of the cloud's own.");
        Option<int> neighbours = ValueOptions.WholeNumber(
            "--neighbours", 1, 1, "The number of mapped points that a point of --points follows, at most 32.");
        Option<NeighbourWeights> weights = ValueOptions.Choice<NeighbourWeights>("--weights", "How much each of them counts.");
        Option<string?> sourceLabels = FileOption("--source-labels", "FILE", "One label a source point: they go along with the mass.");
        Option<string?> targetLabels = FileOption("--target-labels", "FILE", "One label a target point: what comes there is held against them.");
        Option<string?> labelColumn = FileOption("--label-column", "C", "The column of both clouds' files that holds labels.");
        Option<string?> weightColumn = FileOption("--weight-column", "C", "The column of both clouds' files that holds weights.");
        Option<PointCloudFormat> format = ValueOptions.Choice<PointCloudFormat>("--format", "What the clouds' files are.");
        Option<string?> output = FileOption("--out", "MAPPED.npy|MAPPED.csv", "Write the mapped points: float32 of shape (n, d), or a table.");
        Option<string?> labelsOut = FileOption("--labels-out", "LABELS.npy", "Write the labels that came along: int32 of shape (n,), -1 where none came.");
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("map", "Map points, and labels, from one cloud to another.")
        {
            source, target, pairs, coupling, scheme, batchSize, distance, exponent, seed, reverse, points, neighbours, weights, sourceLabels, targetLabels,
            labelColumn, weightColumn, format, output, labelsOut, engine, threads, json,
        };
        command.SetAction(result =>
        {
            if (result.GetValue(pairs) is not null && result.GetResult(coupling) is { Implicit: false })
            {
                throw new InputException("--pairs and --by are both given: the coupling is read or computed");
            }

            if (result.GetValue(neighbours) > OutOfSampleOptions.MostNeighbours)
            {
                throw new InputException($"--neighbours: {result.GetValue(neighbours)} is more than {OutOfSampleOptions.MostNeighbours}");
            }

            if (result.GetValue(pairs) is not null)
            {
                RefuseAny(result, "of a coupling that is computed, and --pairs reads one", scheme, batchSize, distance, exponent);
            }
            else if (result.GetValue(coupling) == MapCoupling.Match)
            {
                RefuseAny(result, "of batches, which --by match has none of", scheme, batchSize);
            }

            if (result.GetValue(points) is null)
            {
                RefuseAny(result, "of --points, which is not given", neighbours, weights);
            }

            MapRequest request = new()
            {
                Source = result.GetRequiredValue(source),
                Target = result.GetRequiredValue(target),
                Pairs = result.GetValue(pairs),
                Coupling = result.GetValue(coupling),
                Pyramid = new() { Scheme = result.GetValue(scheme), Seed = result.GetValue(seed) },
                BatchSize = result.GetValue(batchSize),
                Cost = new(result.GetValue(distance), result.GetValue(exponent)),
                IsReversed = result.GetValue(reverse),
                Points = result.GetValue(points),
                OutOfSample = new() { Neighbours = result.GetValue(neighbours), Weights = result.GetValue(weights) },
                SourceLabels = result.GetValue(sourceLabels),
                TargetLabels = result.GetValue(targetLabels),
                LabelColumn = result.GetValue(labelColumn),
                WeightColumn = result.GetValue(weightColumn),
                Format = result.GetValue(format),
                Out = result.GetValue(output),
                LabelsOut = result.GetValue(labelsOut),
            };
            return Run(request, (result.GetValue(engine), result.GetValue(threads)), result.GetValue(json), interruption);
        });
        return command;
    }

    /// <summary>Refuses options that are given where they mean nothing.</summary>
    private static void RefuseAny(ParseResult result, string reason, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (result.GetResult(option) is { Implicit: false })
            {
                throw new InputException($"{option.Name}: an option {reason}");
            }
        }
    }

    private static Option<string?> FileOption(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    private static int Run(MapRequest request, (EngineKind? Kind, int? Threads) machine, bool json, Interruption interruption)
    {
        CheckNames(request);
        using ComputeEngine engine = SharedOptions.CreateEngine(machine.Kind, machine.Threads);
        MapReport report = Terminal.WithProgress(phases => new MapRun(request, engine, phases, interruption).Run());
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }

    private static void CheckNames(MapRequest request)
    {
        GivenFiles.CheckNames(
            ("SOURCE", request.Source), ("TARGET", request.Target), ("--pairs", request.Pairs), ("--points", request.Points),
            ("--source-labels", request.SourceLabels), ("--target-labels", request.TargetLabels),
            ("--out", request.Out), ("--labels-out", request.LabelsOut));

        foreach ((string name, string? value) in new[] { ("--label-column", request.LabelColumn), ("--weight-column", request.WeightColumn) })
        {
            if (value is { Length: 0 })
            {
                throw new InputException($"{name}: the column's name is empty");
            }
        }

        if (request.LabelColumn is not null && (request.SourceLabels ?? request.TargetLabels) is not null)
        {
            throw new InputException("--label-column and files of labels are both given: labels come from one place");
        }

        if (request.LabelColumn is null)
        {
            (string from, string? labels) = request.IsReversed ? ("--target-labels", request.TargetLabels) : ("--source-labels", request.SourceLabels);
            if (labels is null && (request.LabelsOut ?? request.SourceLabels ?? request.TargetLabels) is not null)
            {
                throw new InputException($"{from} is missing: these are the labels that go along");
            }
        }

        if (request.Pairs is { } pairs && !PairFile.IsName(pairs))
        {
            throw new InputException($"{pairs}: --pairs reads files that end in .npy or .csv");
        }

        ReadOnlySpan<string?> inputs = [request.Source, request.Target, request.Pairs, request.Points, request.SourceLabels, request.TargetLabels];
        if (request.Out is { } path)
        {
            if (!CloudFiles.IsName(path))
            {
                throw new InputException($"{path}: --out writes files that end in .npy or .csv");
            }

            OutputFile.Check(path, "--out", inputs);
        }

        if (request.LabelsOut is { } labelsPath)
        {
            if (!CloudFiles.IsNpy(labelsPath))
            {
                throw new InputException($"{labelsPath}: --labels-out writes files that end in .npy");
            }

            OutputFile.Check(labelsPath, "--labels-out", [.. inputs, request.Out]);
        }
    }
}
