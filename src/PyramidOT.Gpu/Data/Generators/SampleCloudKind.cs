namespace PyramidOT;

/// <summary>The kinds of clouds that <see cref="SampleClouds"/> draws.</summary>
public enum SampleCloudKind
{
    /// <summary><see cref="SampleClouds.Mixture"/>.</summary>
    Mixture,

    /// <summary><see cref="SampleClouds.LabelledMixture"/>.</summary>
    LabelledMixture,

    /// <summary><see cref="SampleClouds.OverlappingMixture"/>.</summary>
    OverlappingMixture,

    /// <summary><see cref="SampleClouds.HalfMoons"/>.</summary>
    HalfMoons,

    /// <summary><see cref="SampleClouds.SCurve"/>.</summary>
    SCurve,

    /// <summary><see cref="SampleClouds.Checkerboard"/>.</summary>
    Checkerboard,

    /// <summary><see cref="SampleClouds.Rings"/>.</summary>
    Rings,

    /// <summary><see cref="SampleClouds.ShiftedSquares"/>.</summary>
    ShiftedSquares,

    /// <summary><see cref="SampleClouds.UniformSquares"/>.</summary>
    UniformSquares,
}

/// <summary>The names that the command uses for a <see cref="SampleCloudKind"/>, and what each kind can be asked for.</summary>
public static class SampleCloudKinds
{
    /// <summary>In the order of the enumeration.</summary>
    private static readonly (string Name, int? Dimensions, bool HasClusters)[] s_kinds =
    [
        ("mixture", null, true),
        ("labelled-mixture", null, true),
        ("overlapping-mixture", null, true),
        ("half-moons", 2, false),
        ("s-curve", 3, false),
        ("checkerboard", 2, false),
        ("rings", 2, false),
        ("shifted-squares", null, false),
        ("uniform-squares", null, false),
    ];

    /// <summary>All names, in the order of <see cref="SampleCloudKind"/>.</summary>
    public static IReadOnlyList<string> All { get; } = Array.ConvertAll(s_kinds, kind => kind.Name);

    /// <summary>The name of a kind: its words in lower case, joined by hyphens.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a defined value.</exception>
    public static string ToName(this SampleCloudKind kind) => Of(kind).Name;

    /// <summary>The number of coordinates of a kind; null where it may have any.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a defined value.</exception>
    public static int? FixedDimensions(this SampleCloudKind kind) => Of(kind).Dimensions;

    /// <summary>Whether the number of clusters of a kind can be chosen.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a defined value.</exception>
    public static bool HasClusters(this SampleCloudKind kind) => Of(kind).HasClusters;

    /// <summary>Reads a name, ignoring case.</summary>
    /// <returns>Whether <paramref name="name"/> is the name of a kind.</returns>
    public static bool TryParse(string? name, out SampleCloudKind kind)
    {
        int found = Array.FindIndex(s_kinds, candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
        kind = (SampleCloudKind)Math.Max(found, 0);
        return found >= 0;
    }

    private static (string Name, int? Dimensions, bool HasClusters) Of(SampleCloudKind kind) =>
        Enum.IsDefined(kind) ? s_kinds[(int)kind] : throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of sample clouds.");
}
