namespace PyramidOT.Engines;

/// <summary>The checks of soft histograms that all engines share.</summary>
internal static class HistogramArguments
{
    /// <summary>Refuses sizes and options that are out of range.</summary>
    public static void Check(HistogramShape shape, SoftHistogramOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        ArgumentOutOfRangeException.ThrowIfNegative(shape.Samples, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Features, 1, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Groups, 1, nameof(shape));
        if ((long)shape.Groups * options.Bins > int.MaxValue / 2)
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, $"The bins of a feature's histograms, {shape.Groups} x {options.Bins}, are too many.");
        }
    }

    /// <summary>Refuses to number the groups where there is none.</summary>
    public static void CheckKnown(long known)
    {
        if (known is < 1 or > int.MaxValue)
        {
            throw new ArgumentException($"There are {known} labels of groups; at least 1 is expected.", nameof(known));
        }
    }

    /// <summary>The refusal of an activation.</summary>
    /// <param name="position">Its position among all activations.</param>
    /// <param name="features">Activations of a sample.</param>
    /// <param name="value">The activation.</param>
    /// <param name="name">What the caller calls the activations.</param>
    public static ArgumentException RefusedActivation(long position, int features, float value, string name) => new(
        $"The activation of sample {position / features}, feature {position % features} is {value}; a finite number is expected.", name);
}
