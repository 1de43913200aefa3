using Microsoft.Extensions.Logging;
using PyramidOT.Engines.Host;
using PyramidOT.Engines.Ilgpu;

namespace PyramidOT.Engines;

/// <summary>Knows every kind of engine: finds out which are there, chooses one, makes it.</summary>
internal static class EngineCatalogue
{
    // Best first. Where no kind is asked for, the first one that is there is taken; the debugging device never is.
    private static readonly EngineKind[] s_candidates = [EngineKind.Cuda, EngineKind.OpenCL, EngineKind.Host];

    /// <inheritdoc cref="ComputeEngine.Create"/>
    public static ComputeEngine Create(EngineOptions options)
    {
        string? variable = Environment.GetEnvironmentVariable(ComputeEngine.EnvironmentVariable);
        Dictionary<EngineKind, EngineInfo> failed = [];
        while (true)
        {
            EngineInfo chosen = Choose(options, variable, kind => failed.GetValueOrDefault(kind) ?? Describe(kind, options));
            try
            {
                return chosen.Kind == EngineKind.Host ? new HostEngine(options) : IlgpuEngine.Create(chosen, options);
            }
            catch (EngineUnavailableException exception)
            {
                // A device that shows but cannot be opened is one that is not there: the next best is taken, if any will do.
                failed[chosen.Kind] = exception.Engine;
            }
        }
    }

    /// <inheritdoc cref="ComputeEngine.Discover"/>
    public static IReadOnlyList<EngineInfo> Discover()
    {
        EngineOptions options = new();
        return [.. s_candidates.Append(EngineKind.CpuAccelerator).Select(kind => Describe(kind, options))];
    }

    /// <summary>Checks the options and chooses an engine that is there.</summary>
    /// <param name="options">What the caller wants.</param>
    /// <param name="variable">The value of the environment variable; null or empty where it is unset.</param>
    /// <param name="describe">Finds out whether a kind is there. Asked only of the kinds that matter, since a driver takes its time.</param>
    /// <exception cref="ArgumentException">The variable holds no engine's name, or an option is out of its range.</exception>
    /// <exception cref="EngineUnavailableException">The engine that was asked for is not there.</exception>
    public static EngineInfo Choose(EngineOptions options, string? variable, Func<EngineKind, EngineInfo> describe)
    {
        Check(options);
        (EngineKind? asked, string origin) =
            options.Kind is not null ? (options.Kind, "as the options ask")
            : ParseVariable(variable) is { } named ? (named, $"as {ComputeEngine.EnvironmentVariable} asks")
            : ((EngineKind?)null, "the best there is");

        EngineInfo? missing = null;
        foreach (EngineKind kind in asked is null ? s_candidates : [asked.Value])
        {
            EngineInfo info = describe(kind);
            if (info.IsAvailable)
            {
                options.Logger?.LogInformation("The engine is {Kind}, {Name}: {Origin}.", kind.ToName(), info.Name, origin);
                return info;
            }

            options.Logger?.LogDebug("The engine {Kind} is not available: {Reason}.", kind.ToName(), info.Reason);
            missing = info;
        }

        throw new EngineUnavailableException(missing!);
    }

    /// <summary>What is known of a kind of engine that runs kernels on a device.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="search">What the search for such a device came to.</param>
    /// <param name="objection">What keeps a device of a kind and name from being used; null where nothing does.</param>
    public static EngineInfo DescribeDevice(EngineKind kind, DeviceSearch search, Func<EngineKind, string, string?> objection)
    {
        if (search.Device is not { } device)
        {
            return new(kind, kind.ToName(), IsAvailable: false) { Reason = search.Reason };
        }

        string? reason = objection(kind, device.Name);
        return new(kind, device.Name, IsAvailable: reason is null)
        {
            Reason = reason,
            MemoryBytes = device.MemoryBytes,
            Units = device.Units,
            Lanes = device.Lanes,
            InstructionSet = device.InstructionSet,
        };
    }

    private static EngineInfo Describe(EngineKind kind, EngineOptions options) => kind switch
    {
        EngineKind.Host => HostEngine.Describe(options),
        EngineKind.Cuda => DescribeDevice(kind, CudaProbe.Find(), IlgpuDevice.Objection),
        EngineKind.OpenCL => DescribeDevice(kind, OpenCLProbe.Find(), IlgpuDevice.Objection),
        EngineKind.CpuAccelerator => IlgpuEngine.DescribeCpu(IlgpuShape.Fastest),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an engine kind."),
    };

    private static EngineKind? ParseVariable(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        return EngineKindNames.TryParse(value, out EngineKind kind)
            ? kind
            : throw new ArgumentException(
                $"The environment variable {ComputeEngine.EnvironmentVariable} is '{value}'; it must be unset or one of "
                + $"{string.Join(", ", EngineKindNames.All)}.");
    }

    private static void Check(EngineOptions options)
    {
        if (options.Kind is { } kind && !Enum.IsDefined(kind))
        {
            throw new ArgumentException($"{nameof(EngineOptions.Kind)} is {kind}, which is not an engine kind.", nameof(options));
        }

        if (options.Threads < 1)
        {
            throw new ArgumentException($"{nameof(EngineOptions.Threads)} is {options.Threads}; at least 1 is expected.", nameof(options));
        }

        if (options.PooledBytes < 0)
        {
            throw new ArgumentException($"{nameof(EngineOptions.PooledBytes)} is {options.PooledBytes}; at least 0 is expected.", nameof(options));
        }
    }
}
