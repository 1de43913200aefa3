using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using PyramidOT.Cli;
using PyramidOT.Cli.Experiments;
using PyramidOT.Cli.Experiments.Trees;
using PyramidOT.Tests.Cli.Pages;

namespace PyramidOT.Tests.Cli.Experiments;

/// <summary>What the command refuses, and a run of several experiments. All of them are run by the checks outside.</summary>
public sealed class ReproduceCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reproduce-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_experiment_that_is_not_known_is_refused() =>
        CommandRun.Of("reproduce", "gravity", "--out", "nowhere").AssertRefused("'gravity' is not an experiment; ", "mmot", " and all are");

    [Fact]
    public void A_second_experiment_is_refused() =>
        CommandRun.Of("reproduce", "figure2", "figure3", "--out", "nowhere").AssertRefused("'figure3' is one argument too many");

    [Fact]
    public void No_seeds_are_refused() =>
        CommandRun.Of("reproduce", "mmot", "--out", "nowhere", "--seeds", "0").AssertRefused("--seeds: '0' is not a whole number from 1");

    [Fact]
    public void Names_of_experiments_and_their_options_are_all_different()
    {
        Assert.Distinct(Experiment.All.Select(experiment => experiment.Name).Append("all").Append("index"));
        Assert.Distinct(Experiment.All.SelectMany(experiment => experiment.Options).Distinct().Select(option => option.Name));
    }

    [Fact]
    public void An_index_leads_to_all_pages_and_a_second_run_keeps_the_trials()
    {
        ReproduceReport report = Run();
        XDocument index = PageChecks.Read(report.Index!);
        string[] links = [.. index.Descendants().Attributes("href").Select(link => link.Value)];

        Assert.Equal(["figure2.html", "figure2.md", "figure2-steps.csv", "figure3.html", "figure3.md", "figure3-plans.csv"], links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(_folder.FullName, link)), link));
        Assert.Equal(2, index.Descendants().Count(element => element.Name.LocalName == "svg"));
        Assert.Equal((9, 0), (report.Experiments[1].Trials.Count, report.Experiments[1].Trials.KeptCount));

        ReproduceReport again = Run();
        Assert.Equal((9, 9), (again.Experiments[1].Trials.Count, again.Experiments[1].Trials.KeptCount));
        Assert.Equal(report.Experiments[1].Result.Tables.Single().Rows, again.Experiments[1].Result.Tables.Single().Rows);
        Assert.Contains("9 of them were kept from an earlier run.", File.ReadAllText(Path.Combine(_folder.FullName, "figure3.md")), StringComparison.Ordinal);

        JsonElement json = JsonOf(again);
        Assert.Equal(report.Index, json.GetProperty("index").GetString());
        Assert.Equal(["figure2", "figure3"], json.GetProperty("experiments").EnumerateArray().Select(experiment => experiment.GetProperty("experiment").GetString()));
        Assert.Equal([0, 9], json.GetProperty("experiments").EnumerateArray().Select(experiment => experiment.GetProperty("keptTrials").GetInt32()));
    }

    private ReproduceReport Run()
    {
        using Interruption interruption = new();
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        ReproduceRun run = new(new([new OrderExperiment(), new CouplingExperiment()], _folder.FullName) { IsEverything = true, IsQuick = true, Seed = 4 }, interruption);
        run.Check();
        return run.Do(engine);
    }

    private static JsonElement JsonOf(ReproduceReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            report.WriteJson(json);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement.Clone();
    }
}
