namespace PyramidOT.Engines;

/// <summary>A batch cut into consecutive parts, where an engine has no room to work on all of it at once.</summary>
internal static class BatchParts
{
    /// <summary>Works on a whole batch, or where memory is lacking on halves of it, and halves of those, down to single problems.</summary>
    /// <param name="layout">The batch.</param>
    /// <param name="work">What is done, for the message.</param>
    /// <param name="run">
    /// Does it for a part. Throws <see cref="OutOfMemoryException"/> before it has done anything that must not be done twice.
    /// </param>
    /// <exception cref="InsufficientMemoryException">There is no room for a single problem.</exception>
    public static void Run(BatchLayout layout, string work, Action<BatchPart> run) => Run(new BatchPart(layout, 0, 0, 0, 0), work, run);

    /// <summary>The same for consecutive problems of a batch.</summary>
    /// <param name="part">The problems.</param>
    /// <param name="work">What is done, for the message.</param>
    /// <param name="run">Does it for a part.</param>
    /// <exception cref="InsufficientMemoryException">There is no room for a single problem.</exception>
    public static void Run(BatchPart part, string work, Action<BatchPart> run)
    {
        try
        {
            run(part);
            return;
        }
        catch (OutOfMemoryException exception)
        {
            if (part.Layout.Count <= 1)
            {
                throw new InsufficientMemoryException($"{work}: there is no room even for problem {part.FirstProblem} alone. {exception.Message}", exception);
            }
        }

        int half = part.Layout.Count / 2;
        Run(Cut(part, 0, half), work, run);
        Run(Cut(part, half, part.Layout.Count), work, run);
    }

    /// <summary>Problems of a part, from one on and before another, both counted within it.</summary>
    public static BatchPart Cut(BatchPart part, int first, int end)
    {
        BatchLayout whole = part.Layout;
        if (first == 0 && end == whole.Count)
        {
            return part;
        }

        return new(
            BatchLayout.FromOffsets(Rebased(whole.RowOffsets[first..(end + 1)]), Rebased(whole.ColumnOffsets[first..(end + 1)])),
            part.FirstProblem + first,
            part.FirstRow + whole.RowOffsets[first],
            part.FirstColumn + whole.ColumnOffsets[first],
            part.FirstCost + whole.CostOffsets[first]);
    }

    private static long[] Rebased(ReadOnlySpan<long> offsets)
    {
        long[] rebased = offsets.ToArray();
        for (int i = 0; i < rebased.Length; i++)
        {
            rebased[i] -= offsets[0];
        }

        return rebased;
    }
}

/// <summary>Consecutive problems of a batch, and where they begin in it.</summary>
/// <param name="Layout">The shapes of the part.</param>
/// <param name="FirstProblem">The part's first problem in the batch.</param>
/// <param name="FirstRow">Its first row.</param>
/// <param name="FirstColumn">Its first column.</param>
/// <param name="FirstCost">Its first cost.</param>
internal readonly record struct BatchPart(BatchLayout Layout, int FirstProblem, long FirstRow, long FirstColumn, long FirstCost);
