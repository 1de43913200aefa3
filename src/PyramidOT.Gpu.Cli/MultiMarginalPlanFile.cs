using CsvHelper;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The file that <c>mmot --plan</c> names: a table of problem, the bin in each histogram, and mass, in the order of the walk.</summary>
internal static class MultiMarginalPlanFile
{
    private static readonly CsvWriterOptions s_options = new() { NewLine = "\n" };

    /// <summary>Writes the file; on failure or cancellation there is none, and one that was there before stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="histograms">Histograms of each problem.</param>
    /// <param name="plans">A plan a problem.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static void Write(string path, int histograms, IReadOnlyList<MarginalPlan> plans, CancellationToken cancellation) =>
        FileErrors.Named(path, () =>
        {
            using AtomicFile file = AtomicFile.Create(path);
            using (CsvWriter writer = CsvWriter.Create(file.Stream, s_options, leaveOpen: true))
            {
                writer.WriteRecord(["problem", .. Enumerable.Range(0, histograms).Select(histogram => $"bin{histogram}"), "mass"]);
                for (int problem = 0; problem < plans.Count; problem++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Write(writer, problem, plans[problem]);
                }
            }

            cancellation.ThrowIfCancellationRequested();
            file.Commit();
        });

    private static void Write(CsvWriter writer, int problem, MarginalPlan plan)
    {
        for (int cell = 0; cell < plan.Count; cell++)
        {
            writer.WriteField(problem, default);
            foreach (int bin in plan.BinsOf(cell))
            {
                writer.WriteField(bin, default);
            }

            writer.WriteField(plan.Masses[cell], "R");
            writer.EndRecord();
        }
    }
}
