namespace PyramidOT.Bench.Pyramids;

/// <summary>
/// What pyramids are held against, on two cores of a CPU: the goals of the project's second milestone. They were set on an Intel Xeon of
/// family 6, model 207 with AVX-512.
/// </summary>
internal static class PyramidTargets
{
    /// <summary>The instance that the steps' times are set for.</summary>
    public static PyramidInstance Steps { get; } = new(Points: 10_000, Dimensions: 100);

    /// <summary>The instance that time and memory of a full estimate are set for.</summary>
    public static PyramidInstance Full { get; } = new(Points: 1_000_000, Dimensions: 16);

    /// <summary>The build of both sides.</summary>
    public const double BuildSeconds = 0.1;

    /// <summary>One order of all pairs.</summary>
    public const double OrderSeconds = 0.005;

    /// <summary>All that comes after the build.</summary>
    public const double SolveSeconds = 0.02;

    /// <summary>Build and all that comes after it.</summary>
    public const double FullSeconds = 8;

    /// <summary>The most memory that the process may have taken by then.</summary>
    public const double FullBytes = 1.5e9;
}
