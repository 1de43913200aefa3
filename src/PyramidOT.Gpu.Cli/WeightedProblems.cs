using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The files of a batch of transport problems: their costs, and the weights of rows and columns where they are not equal.</summary>
internal sealed class WeightedProblems : IDisposable
{
    private WeightedProblems(CostFile costs, SideWeights rows, SideWeights columns)
    {
        Costs = costs;
        Rows = rows;
        Columns = columns;
        Layout = BatchLayout.Uniform(costs.Problems, costs.Rows, costs.Columns);
    }

    /// <summary>The costs.</summary>
    public CostFile Costs { get; }

    /// <summary>The weights of the rows.</summary>
    public SideWeights Rows { get; }

    /// <summary>The weights of the columns.</summary>
    public SideWeights Columns { get; }

    /// <summary>The shapes.</summary>
    public BatchLayout Layout { get; }

    /// <summary>Opens the files, and makes sure that the output can be written after the work.</summary>
    /// <param name="request">Names them.</param>
    /// <param name="ending">How the output's name must end.</param>
    /// <exception cref="InputException">A name, type or shape is wrong.</exception>
    /// <exception cref="NpyFormatException">A file is no .npy file, or is cut short.</exception>
    public static WeightedProblems Open(WeightedRequest request, string ending)
    {
        CheckNames(request, ending);
        CostFile costs = CostFile.Open(request.Costs);
        SideWeights? rows = null;
        SideWeights? columns = null;
        try
        {
            rows = SideWeights.Open("--a", request.RowWeights, "row", costs.Problems, costs.Rows);
            columns = SideWeights.Open("--b", request.ColumnWeights, "column", costs.Problems, costs.Columns);
            if (request.Output is { } output)
            {
                OutputFile.Check(output, "--out", request.Costs, request.RowWeights, request.ColumnWeights);
            }

            return new(costs, rows, columns);
        }
        catch
        {
            columns?.Dispose();
            rows?.Dispose();
            costs.Dispose();
            throw;
        }
    }

    /// <summary>Refuses problems whose two sides do not weigh the same.</summary>
    /// <param name="mismatch">What the totals may differ by, as a part of the larger one.</param>
    /// <param name="wayOut">Added to the message: what else could be done.</param>
    /// <exception cref="InputException">There is such a one.</exception>
    public void RefuseOtherTotals(double mismatch, string wayOut = "")
    {
        for (int b = 0; b < Costs.Problems; b++)
        {
            double rows = Rows.TotalOf(b);
            double columns = Columns.TotalOf(b);
            if (!(Math.Abs(rows - columns) <= mismatch * Math.Max(rows, columns)))
            {
                throw new InputException(
                    $"{Rows.FilePath ?? Columns.FilePath ?? Costs.FilePath}: the weights of problem {b} sum up to {Rows.Describe(b)} and "
                    + $"{Columns.Describe(b)}; equal totals are expected, to within {mismatch:0.######} of them{wayOut}");
            }
        }
    }

    /// <summary>What the user is told where the solver refuses a number: mostly a cost, since weights are checked before.</summary>
    public InputException Refused(ArgumentException exception) => new(
        $"{exception.ParamName switch
        {
            "rowWeights" => Rows.FilePath,
            "columnWeights" => Columns.FilePath ?? Rows.FilePath,
            _ => null,
        } ?? Costs.FilePath}: {Failure.MessageOf(exception)}",
        exception);

    public void Dispose()
    {
        Columns.Dispose();
        Rows.Dispose();
        Costs.Dispose();
    }

    private static void CheckNames(WeightedRequest request, string ending)
    {
        GivenFiles.CheckNames(("COSTS.npy", request.Costs), ("--a", request.RowWeights), ("--b", request.ColumnWeights), ("--out", request.Output));

        // A table under a name that promises an array, or the other way round, would only be found out by whoever reads it.
        if (request.Output is { } output && !output.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{output}: --out writes a file that ends in {ending}");
        }
    }
}
