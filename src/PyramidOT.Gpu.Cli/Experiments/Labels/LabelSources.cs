using System.CommandLine;

namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>The data of table 2: generated ones always, and what the user's files hold.</summary>
internal static class LabelSources
{
    // Images a side of a quick run, at the most.
    private const int QuickImages = 2000;

    private static readonly Option<string[]> s_features = Files("--features", "SOURCE TARGET", "table2: features of two domains, .npy of shape (n, d) or .csv.");
    private static readonly Option<string[]> s_labels = Files("--feature-labels", "SOURCE TARGET", "table2: one label a point of --features.");
    private static readonly Option<string[]> s_images = Files(
        "--labelled-images", "IMAGES LABELS", "table2: square images and a label each, IDX files as those of Fashion-MNIST. The target is blurred copies.");

    private static readonly Option<int?> s_projection = ValueOptions.OptionalNumber(
        "--projection", 1, "table2: project the images onto so many random directions, in place of their pixels.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> Options { get; } = [s_features, s_labels, s_images, s_projection];

    /// <summary>Reads what the user named.</summary>
    /// <exception cref="InputException">Files are missing, cannot be read, or do not fit each other.</exception>
    public static IReadOnlyList<LabelData> Of(ExperimentChoices choices, bool isQuick)
    {
        string[] features = choices.ValueOf(s_features) ?? [];
        string[] labels = choices.ValueOf(s_labels) ?? [];
        string[] images = choices.ValueOf(s_images) ?? [];
        CheckTwo(s_features, features);
        CheckTwo(s_labels, labels);
        CheckTwo(s_images, images);
        if (features.Length != labels.Length)
        {
            throw new InputException($"{s_features.Name} and {s_labels.Name} go together: one of them is not given");
        }

        if (images.Length == 0 && choices.ValueOf(s_projection) is not null)
        {
            throw new InputException($"{s_projection.Name}: there are no {s_images.Name} to project");
        }

        return
        [
            Generated(isQuick, areSame: true), Generated(isQuick, areSame: false),
            .. features.Length == 0 ? [] : new[] { FromFiles(features, labels) },
            .. images.Length == 0 ? [] : FromImages(images, choices.ValueOf(s_projection), isQuick),
        ];
    }

    private static LabelData Generated(bool isQuick, bool areSame)
    {
        // Classes as large as the paper's. Deviation and shift were chosen once, so that the nearest mean is about as often right as the paper's network.
        double deviation = isQuick ? 0.74 : 0.48;
        GeneratedFeatures features = new()
        {
            Points = isQuick ? 2000 : 50_000,
            Classes = isQuick ? 40 : 1000,
            Dimensions = 16,
            Deviation = deviation,
            Shift = (isQuick, areSame) switch { (true, true) => 0.5, (true, false) => 0.53, (false, true) => 0.2, _ => 0.28 },
            Noise = areSame ? deviation / 2 : null,
        };
        return new(areSame ? "counterparts" : "classes", features.Draw)
        {
            Heading = areSame ? "Generated features: the target are copies of the source's points" : "Generated features: the target are other points",
            Text = features.Text,
            Fingerprint = features.Fingerprint,
            Points = (features.Points, features.Points),
            IsBesidePaper = true,
        };
    }

    private static LabelData FromFiles(string[] features, string[] labels)
    {
        PointCloud source = Load(features[0], labels[0]);
        PointCloud target = Load(features[1], labels[1]);
        if (source.Dimensions != target.Dimensions)
        {
            throw new InputException($"{features[1]} has {target.Dimensions} dimensions, {features[0]} has {source.Dimensions}");
        }

        (source, target) = PointCloud.AlignLabels(source, target);
        LabelledPair pair = new(source, target);
        return new("features", _ => pair)
        {
            Heading = "Features from files",
            Text = $"{Path.GetFileName(features[0])} ({source.Count:N0} points) and {Path.GetFileName(features[1])} ({target.Count:N0}), {source.Dimensions} coordinates, "
                + $"{source.Labels.ToArray().Distinct().Count():N0} classes in the source. Seeds draw pyramids, orders and the classifier's half.",
            Fingerprint = string.Join(' ', features.Concat(labels).Select(FileFingerprint.Of)),
            Points = (source.Count, target.Count),
        };
    }

    private static LabelData[] FromImages(string[] files, int? projection, bool isQuick)
    {
        PointCloud images = Load(files[0], files[1]);
        if (DistortedImages.SideOf(images) == 0)
        {
            throw new InputException($"{files[0]}: images of {images.Dimensions} pixels are not square");
        }

        if (images.Count < 4)
        {
            throw new InputException($"{files[0]} has {images.Count} images; 4 are needed at least");
        }

        string fingerprint = string.Join(' ', files.Select(FileFingerprint.Of));
        return [.. new[] { true, false }.Select(areSame =>
        {
            DistortedImages distorted = new(images, Math.Min(images.Count / 2, isQuick ? QuickImages : int.MaxValue), areSame, projection);
            return new LabelData(areSame ? "image-copies" : "images", distorted.Draw)
            {
                Heading = areSame ? "Images: blurred and noisy copies of the same" : "Images: blurred and noisy copies of others",
                Text = $"{Path.GetFileName(files[0])}: {distorted.Text}",
                Fingerprint = $"{fingerprint}, {distorted.Points} {(areSame ? "same" : "others")}, projection {projection}",
                Points = (distorted.Points, distorted.Points),
            };
        })];
    }

    private static PointCloud Load(string path, string labelsPath)
    {
        PointCloud cloud = FileErrors.Named(path, () => PointCloud.Load(path));
        PointLabels labels = FileErrors.Named(labelsPath, () => PointLabels.Load(labelsPath));
        return labels.Count == cloud.Count
            ? cloud.WithLabels(labels)
            : throw new InputException($"{labelsPath} has {labels.Count} labels, {path} has {cloud.Count} points");
    }

    private static void CheckTwo(Option<string[]> option, string[] files)
    {
        if (files.Length == 1)
        {
            throw new InputException($"{option.Name}: one file is given; two are expected");
        }
    }

    private static Option<string[]> Files(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description, Arity = new(1, 2), AllowMultipleArgumentsPerToken = true };
}
