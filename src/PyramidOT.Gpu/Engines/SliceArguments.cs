namespace PyramidOT.Engines;

/// <summary>The checks of transport on lines that all engines share.</summary>
internal static class SliceArguments
{
    /// <summary>The number of directions, or of lines.</summary>
    /// <param name="directions">K x d numbers.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="name">What the caller calls the directions.</param>
    public static int DirectionCount(EngineView<float> directions, int dimensions, string name)
    {
        long count = KernelArguments.RowCount(directions, dimensions, name);
        return count <= int.MaxValue ? (int)count : throw new ArgumentException($"There are {count} directions; at most {int.MaxValue} are expected.", name);
    }

    /// <summary>The number of points of a cloud, which is small enough for a line.</summary>
    public static int PointCount(EngineView<float> points, int dimensions, string name)
    {
        long count = KernelArguments.RowCount(points, dimensions, name);
        return count <= int.MaxValue ? (int)count : throw new ArgumentException($"There are {count} points; at most {int.MaxValue} are expected.", name);
    }

    /// <summary>The number of lines, each with a number for each point.</summary>
    public static int LineCount(EngineView<float> slopes, int points, string name)
    {
        if (points == 0 ? !slopes.IsEmpty : slopes.Length % points != 0 || slopes.Length / points > int.MaxValue)
        {
            throw new ArgumentException($"The buffer has {slopes.Length} elements, which is no whole number of lines of {points}.", name);
        }

        return points == 0 ? 0 : (int)(slopes.Length / points);
    }

    /// <summary>Refuses room for other than a number for each line and coordinate.</summary>
    public static void RequireMoments(ReadOnlySpan<double> moments, int lines, int dimensions, int points)
    {
        // Without points there is no telling how many lines there are.
        if (points == 0 ? moments.Length % dimensions != 0 : moments.Length != (long)lines * dimensions)
        {
            throw new ArgumentException($"There is room for {moments.Length} numbers where {(long)lines * dimensions} are expected.", nameof(moments));
        }
    }

    /// <summary>Whether one segment's masses are those of all.</summary>
    /// <exception cref="ArgumentException">There are neither as many masses as rows nor as many as each segment has rows.</exception>
    public static bool AreShared(BatchLayout segments, EngineView<long> masses)
    {
        if (masses.Length == segments.Rows)
        {
            return false;
        }

        if (masses.Length != segments.MaxRows || (long)segments.MaxRows * segments.Count != segments.Rows)
        {
            throw new ArgumentException(
                $"The buffer has {masses.Length} elements where {segments.Rows} are expected, or one segment's where all are alike.", nameof(masses));
        }

        return true;
    }

    /// <summary>Refuses lines that cannot be solved.</summary>
    /// <returns>Whether positions have masses of their own.</returns>
    public static bool CheckLines(BatchLayout problems, LineSide source, LineSide target, double exponent, int costs)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(exponent >= 1) || double.IsInfinity(exponent))
        {
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent is a finite number, at least 1.");
        }

        if (costs != problems.Count)
        {
            throw new ArgumentException($"There is room for {costs} costs where {problems.Count} are expected.", nameof(costs));
        }

        for (int line = 0; line < problems.Count; line++)
        {
            if ((problems.RowsOf(line) == 0) != (problems.ColumnsOf(line) == 0))
            {
                throw new ArgumentException(
                    $"Line {line} has {problems.RowsOf(line)} source positions and {problems.ColumnsOf(line)} target positions.", nameof(problems));
            }
        }

        if (source.Ends.IsEmpty != target.Ends.IsEmpty)
        {
            string name = source.Ends.IsEmpty ? nameof(source) : nameof(target);
            throw new ArgumentException("Running sums of mass are given for the other side only.", name);
        }

        return !source.Ends.IsEmpty;
    }
}
