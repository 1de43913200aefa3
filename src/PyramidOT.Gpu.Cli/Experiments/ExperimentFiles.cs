using System.Text;
using CsvHelper;
using PyramidOT.Cli.Pages;
using PyramidOT.Data;

namespace PyramidOT.Cli.Experiments;

/// <summary>The files of an experiment: a page with its pictures, its tables in Markdown, and a .csv file a table.</summary>
/// <param name="folder">The folder, which is there.</param>
/// <param name="name">What the files' names begin with.</param>
internal sealed class ExperimentFiles(string folder, string name)
{
    private static readonly CsvWriterOptions s_options = new() { NewLine = "\n" };

    /// <summary>The page.</summary>
    public string PagePath => PathOf(".html");

    /// <summary>The file of finished trials.</summary>
    public string TrialPath => PathOf("-trials.jsonl");

    /// <summary>Writes all files.</summary>
    /// <param name="result">What the experiment found.</param>
    /// <param name="origin">How it was made, for the end of page and text.</param>
    /// <returns>The files.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public IReadOnlyList<string> Write(ExperimentResult result, string origin)
    {
        List<string> written = [PagePath, PathOf(".md")];
        FileErrors.Named(PagePath, () => Page.Write(PagePath, ExperimentPage.Create(result, origin)));
        WriteFile(written[1], stream => stream.Write(Encoding.UTF8.GetBytes(ExperimentText.Create(result, origin))));
        foreach (ExperimentTable table in result.Tables)
        {
            string path = PathOf($"-{table.Name}.csv");
            WriteFile(path, stream => WriteTable(stream, table));
            written.Add(path);
        }

        return written;
    }

    private string PathOf(string ending) => Path.Combine(folder, name + ending);

    private static void WriteFile(string path, Action<Stream> write) => FileErrors.Named(path, () =>
    {
        using AtomicFile file = AtomicFile.Create(path);
        write(file.Stream);
        file.Commit();
    });

    private static void WriteTable(Stream stream, ExperimentTable table)
    {
        using CsvWriter writer = CsvWriter.Create(stream, s_options, leaveOpen: true);
        bool[] varies = [.. table.Columns.Select((_, i) => table.Rows.Any(row => row[i].Deviation is not null))];
        writer.WriteRecord([.. table.Columns.SelectMany((column, i) => varies[i] ? new[] { column, $"{column}, deviation" } : [column])]);
        foreach (IReadOnlyList<ExperimentCell> row in table.Rows)
        {
            writer.WriteRecord([.. row.SelectMany((cell, i) => varies[i] ? new[] { cell.Exact, cell.Deviation ?? "" } : [cell.Exact])]);
        }
    }
}
