using System.Reflection;

namespace PyramidOT.Cli;

/// <summary>The version and the commit that this build was made from.</summary>
internal sealed record ProductVersion(string Version, string? Commit)
{
    /// <summary>This build's. The compiler got both in one text, <c>VERSION+COMMIT</c>, without a commit where there was no repository.</summary>
    public static ProductVersion Current { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2) switch
        {
            [string version, string commit] => new(version, commit),
            [string version, ..] => new(version, null),
            _ => new("unknown", null),
        };

    /// <summary>Both, for people.</summary>
    public override string ToString() => Commit is null ? $"pyramidot {Version}" : $"pyramidot {Version} ({Commit})";
}
