using PyramidOT.Kernels;

namespace PyramidOT.Cli.Experiments;

/// <summary>Tells this build from every other: by version and commit, and by the code itself, which may have changed since.</summary>
internal static class ThisBuild
{
    /// <summary>The name.</summary>
    public static string Name { get; } =
        $"{ProductVersion.Current}, {string.Join(' ', new[] { typeof(ThisBuild), typeof(ComputeEngine), typeof(KernelBuild) }.Select(CodeOf))}";

    // Compilers write it from the content: the same sources give the same.
    private static string CodeOf(Type type) => type.Module.ModuleVersionId.ToString("N")[..8];
}
