namespace PyramidOT.Engines;

/// <summary>What every engine asks of the arguments of <see cref="ICandidateKernels"/>.</summary>
internal static class CandidateArguments
{
    private const int LeastCapacity = 4;
    private const int MostCapacity = 64;

    public static void Check(BatchLayout problems, float factor, int capacity)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, LeastCapacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MostCapacity);
        if (!float.IsFinite(factor))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor is a finite number.");
        }

        CheckColumns(problems);
    }

    /// <summary>Refuses rows without columns.</summary>
    public static void CheckColumns(BatchLayout problems)
    {
        for (int b = 0; b < problems.Count; b++)
        {
            if (problems.RowsOf(b) > 0 && problems.ColumnsOf(b) == 0)
            {
                throw new ArgumentException($"Problem {b} has {problems.RowsOf(b)} rows but no column.", nameof(problems));
            }
        }
    }
}
