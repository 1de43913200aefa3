using System.Globalization;
using PyramidOT.Cli;
using PyramidOT.Cli.Experiments;
using PyramidOT.Cli.Experiments.Labels;
using PyramidOT.Data;

namespace PyramidOT.Tests.Cli.Experiments;

public sealed class LabelExperimentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("label-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Generated_features_have_equal_classes_and_counterparts()
    {
        GeneratedFeatures features = new() { Points = 600, Classes = 6, Dimensions = 3, Deviation = 0.1, Shift = 0.5, Noise = 0.001 };
        LabelledPair pair = features.Draw(4);
        Assert.Equal(pair.Target.Points.ToArray(), features.Draw(4).Target.Points.ToArray());
        Assert.NotEqual(pair.Target.Points.ToArray(), features.Draw(5).Target.Points.ToArray());
        Assert.NotEqual(pair.Source.Labels.ToArray(), pair.Target.Labels.ToArray());
        Assert.All(Enumerable.Range(0, 6), label => Assert.Equal((100, 100), (pair.Source.Labels.Count(label), pair.Target.Labels.Count(label))));

        // All counterparts lie at the shift's length, 0.5 √3, and have the same label.
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        GlobalMatch match = GlobalMatching.Solve(engine, pair.Source, pair.Target, new() { Gap = 0 });
        Assert.Equal(0.5 * Math.Sqrt(3), match.Distance, 0.01);
        Assert.Equal(1, match.ToCoupling().LabelAgreement(pair.Source.Labels, pair.Target.Labels));
        LabelledPair others = (features with { Noise = null, Deviation = 0, Shift = 0 }).Draw(4);
        Assert.Equal(6, Enumerable.Range(0, 600).Select(i => (others.Source[i][0], others.Source.Labels[i])).Distinct().Count());
    }

    [Fact]
    public void Images_are_split_blurred_and_projected()
    {
        // One white pixel in the middle of each: blurred, its weight stays.
        float[] pixels = new float[40 * 121];
        int[] labels = new int[40];
        for (int i = 0; i < 40; i++)
        {
            pixels[(i * 121) + 60] = 200;
            labels[i] = i;
        }

        PointCloud images = new(pixels, 121, labels: labels);
        LabelledPair same = new DistortedImages(images, 20, AreSame: true, null).Draw(1);
        LabelledPair others = new DistortedImages(images, 20, AreSame: false, null).Draw(1);
        Assert.Equal(same.Source.Labels.ToArray(), others.Source.Labels.ToArray());
        Assert.Equal(same.Source.Labels.ToArray().Order(), same.Target.Labels.ToArray().Order());
        Assert.NotEqual(same.Source.Labels.ToArray(), same.Target.Labels.ToArray());
        Assert.Empty(others.Source.Labels.ToArray().Intersect(others.Target.Labels.ToArray()));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(1, same.Source[i].ToArray().Sum()));

        // Noise that is cut off at 0 has the mean 0.25 / √(2π); the blurred pixel is seen on the mean over the images.
        double[] mean = [.. Enumerable.Range(0, 121).Select(k => Enumerable.Range(0, 20).Average(i => same.Target[i][k]))];
        Assert.Equal(0.25 / Math.Sqrt(2 * Math.PI), mean.Average(), 0.02);
        Assert.All(same.Target.Points.ToArray(), x => Assert.InRange(x, 0, 1));
        LabelledPair projected = new DistortedImages(images, 20, AreSame: true, 7).Draw(1);
        Assert.Equal((7, 7), (projected.Source.Dimensions, projected.Target.Dimensions));
        Assert.Equal(same.Target.Labels.ToArray(), projected.Target.Labels.ToArray());
    }

    [Fact]
    public void The_nearest_mean_is_right_where_classes_are_apart()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        GeneratedFeatures features = new() { Points = 400, Classes = 4, Dimensions = 8, Deviation = 0.01, Shift = 0 };
        Assert.Equal((1, 1), NearestMean.Accuracy(engine, features.Draw(2), 2));

        // In the target all labels are moved on by one.
        LabelledPair pair = features.Draw(2);
        LabelledPair wrong = new(pair.Source, pair.Target.WithLabels([.. pair.Target.Labels.ToArray().Select(label => (label + 1) % 4)]));
        Assert.Equal((1, 0), NearestMean.Accuracy(engine, wrong, 2));

        // Of a single point one half is empty.
        PointCloud one = new([0f, 0f], 2, labels: [1]);
        Assert.All(Enumerable.Range(0, 8), seed => Assert.True(double.IsNaN(NearestMean.Accuracy(engine, new(one, one), (ulong)seed).Source)));
    }

    [Fact]
    public void Tables_have_ours_and_the_papers_rows_and_files_are_read()
    {
        // Labels by name, and sides of unequal numbers of points: no matching then.
        WriteFeatures("source", 60, 1);
        WriteFeatures("target", 45, 2);
        WriteImages(12);
        using QuickRun run = new(
            new LabelExperiment(), 1, "--features", PathOf("source.csv"), PathOf("target.csv"), "--feature-labels", PathOf("source.txt"), PathOf("target.txt"),
            "--labelled-images", PathOf("images"), PathOf("labels"), "--projection", "5");
        Assert.Equal((2 * 2) + 1 + 2, run.PictureCount);
        Assert.Equal(["nearest mean, source", "nearest mean, target"], run.Rows("features-reference").Select(row => row[0]));
        string[] features = Assert.Single(run.Rows("features"));
        Assert.Equal("10", features[0]);
        Assert.InRange(QuickRun.Number(features[2]), 0.9, 1);
        Assert.Contains("projected onto 5 random directions", run.Result.Sections[^1].Texts[0], StringComparison.Ordinal);

        // Six images a side: a single batch.
        Assert.Equal("6", Assert.Single(run.Rows("images"))[0]);
        Assert.Equal("6", Assert.Single(run.Rows("image-copies"))[0]);
        foreach (string name in new[] { "counterparts", "classes" })
        {
            string[][] rows = run.Rows(name);
            Assert.Equal(["10", "50", "200", "500", "1000", "2000"], rows.Select(row => row[0]));
            Assert.Equal(["0.006", "0.02", "0.06", "0.11", "0.16", "0.22"], rows.Select(row => row[2]));
            Assert.Equal("0.18", rows[0][5]);
            Assert.Equal("0.59", rows[5][8]);
            Assert.Equal((QuickRun.Number(rows[0][1]) / 0.006) - 1, QuickRun.Number(rows[0][3]), 1e-9);

            // Small batches off a pyramid agree far more often than random ones, and a single batch of all points is the matching.
            Assert.True(QuickRun.Number(rows[0][4]) > 2 * QuickRun.Number(rows[0][1]));
            string[][] references = run.Rows($"{name}-reference");
            Assert.All(new[] { 1, 4, 7 }, column => Assert.Equal(QuickRun.Number(references[0][1]), QuickRun.Number(rows[5][column]), 0.02));
            Assert.InRange(QuickRun.Number(references[1][1]), 0.6, 0.8);
            Assert.InRange(QuickRun.Number(references[2][1]), 0.4, 0.65);
            Assert.Equal(["0.68", "0.53"], references[1..].Select(row => row[2]));
            Assert.Equal((3 * 6) + 1, run.Rows($"{name}-all").Length);
        }

        // Random pairs of 40 classes: one in forty, and those that a batch of ten brings together besides.
        Assert.InRange(QuickRun.Number(run.Rows("classes")[0][1]), 1.0 / 40, 0.2);
    }

    [Fact]
    public void Files_that_do_not_fit_are_refused_before_any_work()
    {
        WriteFeatures("source", 6, 1);
        WriteFeatures("other", 7, 1);
        WriteImages(12);
        CommandRun.Of("reproduce", "table2", "--out", PathOf("source.csv")).AssertRefused("source.csv: is a file, not a folder");
        Refused("--features: one file is given; two are expected", "--features", PathOf("source.csv"));
        Refused("--features and --feature-labels go together", "--features", PathOf("source.csv"), PathOf("source.csv"));
        Refused("other.txt has 7 labels", "--features", PathOf("source.csv"), PathOf("source.csv"), "--feature-labels", PathOf("source.txt"), PathOf("other.txt"));
        Refused("--projection: there are no --labelled-images", "--projection", "3");
        Refused("source.csv: images of 2 pixels are not square", "--labelled-images", PathOf("source.csv"), PathOf("source.txt"));
        Refused("missing: no such file", "--labelled-images", PathOf("missing"), PathOf("labels"));

        void Refused(string part, params string[] arguments)
        {
            LabelExperiment experiment = new();
            Exception refusal = Assert.ThrowsAny<Exception>(() => experiment.Check(ExperimentChoices.Of(experiment.Options, arguments)));
            Assert.IsType<InputException>(refusal);
            Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Two classes far apart.</summary>
    private void WriteFeatures(string name, int count, int seed)
    {
        Random random = new(seed);
        File.WriteAllLines(PathOf(name + ".csv"), Enumerable.Range(0, count).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{(i % 3 == 0 ? 50 : 0) + random.NextDouble()},{random.NextDouble()}")));
        File.WriteAllLines(PathOf(name + ".txt"), Enumerable.Range(0, count).Select(i => i % 3 == 0 ? "far" : "near"));
    }

    /// <summary>IDX files of images of 3 x 3 bytes, and labels.</summary>
    private void WriteImages(int count)
    {
        byte[] size = [0, 0, 0, (byte)count];
        File.WriteAllBytes(PathOf("images"), [0, 0, 8, 3, .. size, 0, 0, 0, 3, 0, 0, 0, 3, .. Enumerable.Range(0, 9 * count).Select(i => (byte)(i * 37))]);
        File.WriteAllBytes(PathOf("labels"), [0, 0, 8, 1, .. size, .. Enumerable.Range(0, count).Select(i => (byte)(i % 2))]);
    }
}
