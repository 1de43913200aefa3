using System.Globalization;
using System.Xml.Linq;
using PyramidOT.Cli;
using PyramidOT.Cli.Experiments;
using PyramidOT.Tests.Cli.Pages;

namespace PyramidOT.Tests.Cli.Experiments;

/// <summary>A quick run of an experiment and its files, which are checked for what all experiments' files must have.</summary>
internal sealed class QuickRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiment-tests-");

    /// <param name="experiment">The experiment.</param>
    /// <param name="seedCount">The number of seeds; the first one is 3.</param>
    /// <param name="arguments">Options of its own.</param>
    public QuickRun(Experiment experiment, int seedCount = 1, params string[] arguments)
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });
        ExperimentContext context = new(engine, 3, IsQuick: true, new Phases(null), CancellationToken.None)
        {
            Patience = 0,
            SeedCount = seedCount,
            Choices = ExperimentChoices.Of(experiment.Options, arguments),
        };
        experiment.Check(context.Choices);
        Result = experiment.Run(context);
        Files = new ExperimentFiles(_folder.FullName, experiment.Name).Write(Result, "Made by a test <&>.");
        Page = PageChecks.Read(Files[0]);
        CheckTables();
    }

    /// <summary>What was found.</summary>
    public ExperimentResult Result { get; }

    /// <summary>The files, the page first.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The page.</summary>
    public XDocument Page { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The rows of a table, with all digits.</summary>
    public string[][] Rows(string table) =>
        [.. Result.Tables.Single(other => other.Name == table).Rows.Select(row => row.Select(cell => cell.Exact).ToArray())];

    /// <summary>A number as it stands in a table.</summary>
    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Texts of a class of elements of the page's pictures.</summary>
    public string[] Texts(string look) =>
        [.. Page.Descendants().Where(element => element.Name.LocalName == "text" && (string?)element.Attribute("class") == look).Select(element => element.Value)];

    /// <summary>The number of the page's pictures.</summary>
    public int PictureCount => Page.Descendants().Count(element => element.Name.LocalName == "svg");

    private void CheckTables()
    {
        Assert.NotEmpty(Result.Tables);
        string text = File.ReadAllText(Files[1]);
        Assert.EndsWith("Made by a test <&>.\n", text, StringComparison.Ordinal);
        foreach (ExperimentTable table in Result.Tables)
        {
            Assert.NotEmpty(table.Rows);
            Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
            Assert.Equal(!table.IsForFileOnly, text.Contains($"| {string.Join(" | ", table.Columns)} |", StringComparison.Ordinal));
            string[] lines = File.ReadAllLines(Files.Single(file => file.EndsWith($"-{table.Name}.csv", StringComparison.Ordinal)));
            Assert.Equal(table.Rows.Count + 1, lines.Length);
        }
    }
}
