using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PyramidOT.Bench.Comparison;

/// <summary>Describes the machine that the figures come from.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, clock, instruction set, operating system, runtime, library.</summary>
    public static string Describe(ComputeEngine engine)
    {
        string clock = Clock() is { } gigahertz ? $" at {gigahertz:0.0#} GHz (as the system reports)" : "";
        string cores = Environment.ProcessorCount == 1 ? "1 logical core" : $"{Environment.ProcessorCount} logical cores";
        return $"{Processor()}, {cores}{clock}, {engine.Info.InstructionSet}; {RuntimeInformation.OSDescription}; "
            + $"{RuntimeInformation.FrameworkDescription}; PyramidOT.Gpu {LibraryVersion()}";
    }

    /// <summary>Processes that wanted to run in the last minute, on average; null where the system does not tell.</summary>
    public static double? Load() =>
        FirstLine("/proc/loadavg")?.Split(' ') is [var load, ..] && double.TryParse(load, CultureInfo.InvariantCulture, out double value) ? value : null;

    private static string Processor()
    {
        string? name = CpuInfo("model name");
        if (name is null)
        {
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        }

        // Virtual machines tend to hide the name; family and model still tell what it is.
        return CpuInfo("cpu family") is { } family && CpuInfo("model") is { } model ? $"{name} (family {family}, model {model})" : name;
    }

    private static double? Clock()
    {
        if (double.TryParse(FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"), CultureInfo.InvariantCulture, out double kilohertz))
        {
            return kilohertz / 1e6;
        }

        return double.TryParse(CpuInfo("cpu MHz"), CultureInfo.InvariantCulture, out double megahertz) ? megahertz / 1e3 : null;
    }

    private static string LibraryVersion() =>
        typeof(ComputeEngine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of unknown version";

    private static string? CpuInfo(string key)
    {
        if (!File.Exists("/proc/cpuinfo"))
        {
            return null;
        }

        foreach (string line in File.ReadLines("/proc/cpuinfo"))
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value] && name == key)
            {
                return value;
            }
        }

        return null;
    }

    private static string? FirstLine(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
