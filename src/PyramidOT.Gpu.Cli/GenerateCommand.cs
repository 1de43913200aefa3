using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot generate</c>: writes a pair of sample clouds to try the other verbs on.</summary>
internal static class GenerateCommand
{
    public static Command Create(Interruption interruption)
    {
        Argument<SampleCloudKind> kind = ValueOptions.ChoiceArgument<SampleCloudKind>("KIND", "What the clouds look like.");
        Option<int> points = ValueOptions.WholeNumber("--points", 1, null, "Points of each cloud.");
        Option<int?> dimensions = ValueOptions.OptionalNumber(
            "--dims", 1, "Coordinates of a point. Default: those that the kind must have, else 2.");
        Option<ulong> seed = ValueOptions.Seed("The seed of all draws.");
        Option<int?> clusters = ValueOptions.OptionalNumber(
            "--clusters", 1, "Clusters of a mixture. Default: 10.");
        Option<string> prefix = new("--out")
        {
            HelpName = "PREFIX",
            Description = "Write PREFIX-source.npy and PREFIX-target.npy, and labels where the kind has any.",
            Required = true,
        };
        Option<bool> json = SharedOptions.Json();
        Command command = new("generate", "Write two sample clouds, made of a seed.") { kind, points, dimensions, seed, clusters, prefix, json };
        command.SetAction(result => Run(
            new(result.GetValue(kind), result.GetValue(points), result.GetValue(dimensions), result.GetValue(clusters), result.GetValue(seed)),
            result.GetRequiredValue(prefix),
            result.GetValue(json),
            interruption));
        return command;
    }

    private static int Run(SampleRequest request, string prefix, bool json, Interruption interruption)
    {
        SampleFiles files = new(prefix);
        files.Check();
        IReadOnlyList<WrittenFile> written = Terminal.WithProgress(phases =>
        {
            phases.Begin("drawing");
            PointCloud? source = null;
            PointCloud? target = null;
            interruption.Abandonable(() => (source, target) = request.Draw());
            phases.Begin("writing");
            return files.Write(source!, target!, interruption.Token);
        });
        StandardOutput.Write(
            json,
            writer =>
            {
                writer.WriteString("kind", ValueOptions.ToName(request.Kind));
                writer.WriteNumber("seed", request.Seed);
                writer.WriteStartArray("files");
                foreach (WrittenFile file in written)
                {
                    file.WriteJson(writer);
                }

                writer.WriteEndArray();
            },
            () =>
            {
                foreach (WrittenFile file in written)
                {
                    Console.Out.WriteLine(file);
                }
            });
        return ExitCodes.Done;
    }
}
