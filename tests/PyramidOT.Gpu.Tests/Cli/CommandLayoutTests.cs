using System.Reflection;
using System.Text.Json;
using PyramidOT.Kernels;

namespace PyramidOT.Tests.Cli;

/// <summary>What the tests of the command rely on: that it lies beside them, and how its runtime is set up.</summary>
public class CommandLayoutTests
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    [Fact]
    public void Command_lies_beside_the_tests()
    {
        Assert.True(File.Exists(Path.Combine(s_folder, "pyramidot.dll")));
        Assert.True(File.Exists(Path.Combine(s_folder, "pyramidot.deps.json")));
        Assert.True(File.Exists(Path.Combine(s_folder, "pyramidot.runtimeconfig.json")));
    }

    [Fact]
    public void Command_runs_with_one_heap_no_collector_thread_and_invariant_culture()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, "pyramidot.runtimeconfig.json")));
        JsonElement properties = config.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.False(properties.GetProperty("System.GC.Server").GetBoolean());
        Assert.False(properties.GetProperty("System.GC.Concurrent").GetBoolean());
        Assert.True(properties.GetProperty("System.Globalization.Invariant").GetBoolean());
        Assert.False(properties.TryGetProperty("System.Runtime.TieredPGO", out _), "tiered PGO is left at its default, on");
    }

    [Fact]
    public void Command_and_kernels_tell_the_same_version()
    {
        string command = AssemblyName.GetAssemblyName(Path.Combine(s_folder, "pyramidot.dll")).Version!.ToString();
        string kernels = typeof(KernelBuild).Assembly.GetName().Version!.ToString();

        Assert.Equal(kernels, command);
    }

    [Fact]
    public void Kernels_carry_the_simulator_exactly_where_ilgpu_is_not_in_the_build()
    {
        bool simulator = File.Exists(Path.Combine(s_folder, "PyramidOT.Gpu.Simulator.dll"));

        Assert.Equal(!KernelBuild.HasIlgpu, simulator);
    }
}
