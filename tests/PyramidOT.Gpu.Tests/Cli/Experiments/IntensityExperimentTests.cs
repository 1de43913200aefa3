using PyramidOT.Cli;
using PyramidOT.Cli.Experiments;
using PyramidOT.Cli.Experiments.Intensities;

namespace PyramidOT.Tests.Cli.Experiments;

public sealed class IntensityExperimentTests : IDisposable
{
    private const int Side = 32;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("intensity-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Surrogates_are_positive_of_the_mean_of_the_benchmark_and_smooth()
    {
        float[] image = SurrogateImage.Draw(4, 0, Side);
        Assert.Equal(image, SurrogateImage.Draw(4, 0, Side));
        Assert.NotEqual(image, SurrogateImage.Draw(4, 1, Side));
        Assert.NotEqual(image, SurrogateImage.Draw(5, 0, Side));
        Assert.Equal(Side * Side, image.Length);
        Assert.Equal(1e5, image.Average(x => (double)x), 1);
        Assert.All(image, x => Assert.True(x > 0));
        double step = Enumerable.Range(0, image.Length - 1).Where(i => (i + 1) % Side != 0).Average(i => Math.Abs(image[i + 1] - image[i]));
        double apart = Enumerable.Range(0, image.Length / 2).Average(i => Math.Abs(image[i] - image[(i * 7919) % image.Length]));
        Assert.True(step < 0.3 * apart, $"Neighbours differ by {step}, any two by {apart}.");
    }

    [Fact]
    public void Pooled_estimates_are_bounds_and_the_paper_stands_beside()
    {
        using QuickRun run = new(new IntensityExperiment());
        string[][] rows = run.Rows("estimates");

        Assert.Equal(9, rows.Length);
        Assert.All(rows, row => Assert.InRange(QuickRun.Number(row[3]), 1 - 1e-5, double.MaxValue));
        Assert.Equal(["25639.1", "18636.8", "17690.5", "19076.4", "17987.6", "14654.8", "19210.4", "17969.4", "14616.7"], run.Rows("paper").Select(row => row[2]));

        // What the paper's random row gives for the exact distance, by hand: 17690.5² - (18636.8² - 17690.5²) / 9.
        Assert.Equal(25639.1 / 17581.7, QuickRun.Number(run.Rows("paper")[0][3]), 1e-4);

        // Batches at random leave several times as much as those off a pyramid.
        string[][] flows = run.Rows("alignment");
        Assert.Equal([0.88, 0.99, 0.99], flows.Select(row => QuickRun.Number(row[6])));
        Assert.All(flows, row => Assert.True(QuickRun.Number(row[4]) < QuickRun.Number(row[3]) && QuickRun.Number(row[3]) < QuickRun.Number(row[1])));
        Assert.True(QuickRun.Number(flows[1][4]) < 0.5 * QuickRun.Number(flows[0][4]), $"{flows[1][4]} is left beside {flows[0][4]}.");
        string[][] passes = run.Rows("alignment-passes");
        Assert.Equal(51, passes.Length);
        Assert.Equal(flows.Select(row => row[4]), passes[^1][1..]);
        Assert.Contains(run.Result.Introduction, text => text.Contains("because no files were given", StringComparison.Ordinal));
    }

    /// <summary>Images of the benchmark, which are not part of the project: without them there is nothing to test.</summary>
    [Fact]
    public void Images_of_the_benchmark_align_as_the_paper_tells()
    {
        if (Find("data32_1001.csv") is not { } first || Find("data32_1002.csv") is not { } second)
        {
            return;
        }

        using QuickRun run = new(new IntensityExperiment(), 1, "--images", first, second);
        string[][] flows = run.Rows("alignment");

        // 26,953 and the reductions of 96% and 99% were found independently, by sorting and by other code.
        Assert.All(flows, row => Assert.InRange(QuickRun.Number(row[1]), 26952, 26954));
        Assert.InRange(QuickRun.Number(flows[0][5]), 0.95, 0.975);
        Assert.All(flows.Skip(1), row => Assert.InRange(QuickRun.Number(row[5]), 0.985, 0.995));
        Assert.InRange(QuickRun.Number(run.Rows("estimates")[0][4]), 31500, 33500);
    }

    [Fact]
    public void Files_are_read_and_told()
    {
        string first = Write("first.csv", 5);
        string second = Write("second.csv", 9);
        using QuickRun run = new(new IntensityExperiment(), 1, "--images", first, second);

        // Of 36 pixels, batches of 100 and of 1,000 are the whole problem.
        Assert.All(run.Rows("estimates").Where(row => row[1] != "10"), row => Assert.Equal(1, QuickRun.Number(row[3]), 1e-5));
        Assert.Contains("first.csv (36 pixels) and second.csv (36 pixels)", run.Result.Introduction[0], StringComparison.Ordinal);
        Assert.NotEqual(FileFingerprint.Of(first), FileFingerprint.Of(second));
        Assert.Equal(FileFingerprint.Of(first), FileFingerprint.Of(Write("copy.csv", 5)));
    }

    [Fact]
    public void Files_that_are_no_images_are_refused_before_any_work()
    {
        CommandRun.Of("reproduce", "table1", "--out", "nowhere", "--images", "a.csv").AssertRefused("--images: one file is given; two are expected");
        CommandRun.Of("reproduce", "all", "--out", "nowhere", "--images", "a.csv", "b.csv").AssertRefused("a.csv: no such file");
        CommandRun.Of("reproduce", "mmot", "--out", "nowhere", "--images", "a.csv", "b.csv").AssertRefused("--images: an option of table1, which mmot does not have");
        string ragged = Path.Combine(_folder.FullName, "ragged.csv");
        File.WriteAllText(ragged, "1,2\n3\n");
        Assert.Contains("ragged.csv: line 2", Assert.ThrowsAny<Exception>(() => Check(ragged, ragged)).Message, StringComparison.Ordinal);
        Assert.Contains("no distance is between them", Assert.Throws<InputException>(() => Check(Write("one.csv", 5), Write("other.csv", 5))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists("nowhere"));

        static void Check(params string[] files)
        {
            IntensityExperiment experiment = new();
            experiment.Check(ExperimentChoices.Of(experiment.Options, ["--images", .. files]));
        }
    }

    private static string? Find(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Join(folder.FullName, "shared", "data", "dotmark", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private string Write(string name, int seed)
    {
        Random random = new(seed);
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, Enumerable.Range(0, 6).Select(_ => string.Join(',', Enumerable.Range(0, 6).Select(_ => random.Next(200_000)))));
        return path;
    }
}
