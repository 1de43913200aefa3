namespace PyramidOT;

/// <summary>The kinds of machine that an engine can compute on.</summary>
public enum EngineKind
{
    /// <summary>The CPU, through SIMD code on all cores: the production path where there is no GPU.</summary>
    Host,

    /// <summary>An NVIDIA GPU, through ILGPU and CUDA.</summary>
    Cuda,

    /// <summary>A GPU, through ILGPU and OpenCL 2.0 or later.</summary>
    OpenCL,

    /// <summary>The very kernels that a GPU runs, on a debugging device of the CPU. Slow: for tests.</summary>
    CpuAccelerator,
}

/// <summary>The names that the command, <c>PYRAMIDOT_ENGINE</c> and JSON use for an <see cref="EngineKind"/>.</summary>
public static class EngineKindNames
{
    private static readonly (EngineKind Kind, string Name)[] s_names =
    [
        (EngineKind.Host, "host"),
        (EngineKind.Cuda, "cuda"),
        (EngineKind.OpenCL, "opencl"),
        (EngineKind.CpuAccelerator, "cpu-accelerator"),
    ];

    /// <summary>All names, in the order of <see cref="EngineKind"/>.</summary>
    public static IReadOnlyList<string> All { get; } = Array.ConvertAll(s_names, entry => entry.Name);

    /// <summary>The name of a kind: <c>host</c>, <c>cuda</c>, <c>opencl</c> or <c>cpu-accelerator</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a defined value.</exception>
    public static string ToName(this EngineKind kind)
    {
        foreach ((EngineKind candidate, string name) in s_names)
        {
            if (candidate == kind)
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an engine kind.");
    }

    /// <summary>Reads a name, ignoring case.</summary>
    /// <returns>Whether <paramref name="name"/> is the name of an engine kind.</returns>
    public static bool TryParse(string? name, out EngineKind kind)
    {
        foreach ((EngineKind candidate, string candidateName) in s_names)
        {
            if (string.Equals(candidateName, name, StringComparison.OrdinalIgnoreCase))
            {
                kind = candidate;
                return true;
            }
        }

        kind = default;
        return false;
    }
}
