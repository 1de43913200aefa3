using Microsoft.Extensions.Logging;
using PyramidOT.Engines;

namespace PyramidOT.Tests.Engines;

public class EngineCatalogueTests
{
    [Theory]
    [InlineData(EngineKind.Host, EngineKind.Host)]
    [InlineData(EngineKind.OpenCL, EngineKind.Host, EngineKind.OpenCL)]
    [InlineData(EngineKind.Cuda, EngineKind.Host, EngineKind.OpenCL, EngineKind.Cuda)]
    [InlineData(EngineKind.Host, EngineKind.CpuAccelerator, EngineKind.Host)]
    public void Choose_takes_the_best_there_is(EngineKind expected, params EngineKind[] available) =>
        Assert.Equal(expected, Choose(new(), variable: null, available).Kind);

    [Theory]
    [InlineData("host", EngineKind.Host)]
    [InlineData("CUDA", EngineKind.Cuda)]
    [InlineData("opencl", EngineKind.OpenCL)]
    [InlineData("cpu-accelerator", EngineKind.CpuAccelerator)]
    [InlineData("", EngineKind.Cuda)]
    public void Choose_honours_the_variable(string variable, EngineKind expected) =>
        Assert.Equal(expected, Choose(new(), variable, Enum.GetValues<EngineKind>()).Kind);

    [Fact]
    public void Choose_prefers_the_options_to_the_variable() =>
        Assert.Equal(EngineKind.Host, Choose(new() { Kind = EngineKind.Host }, "nonsense", Enum.GetValues<EngineKind>()).Kind);

    [Theory]
    [InlineData("abacus")]
    [InlineData(" host")]
    public void Choose_refuses_a_variable_that_names_no_engine(string variable)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Choose(new(), variable, EngineKind.Host));

        Assert.Contains("PYRAMIDOT_ENGINE", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{variable}'", exception.Message, StringComparison.Ordinal);
        Assert.All(EngineKindNames.All, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(EngineKind.Cuda, null)]
    [InlineData(null, "cuda")]
    public void Choose_gives_the_reason_where_what_was_asked_for_is_missing(EngineKind? kind, string? variable)
    {
        EngineUnavailableException exception = Assert.Throws<EngineUnavailableException>(
            () => Choose(new() { Kind = kind }, variable, EngineKind.Host));

        Assert.Equal("The engine 'cuda' is not available: nobody brought it.", exception.Message);
        Assert.Equal(EngineKind.Cuda, exception.Engine.Kind);
    }

    [Fact]
    public void Choose_asks_only_of_kinds_that_matter()
    {
        List<EngineKind> asked = [];
        EngineInfo Describe(EngineKind kind)
        {
            asked.Add(kind);
            return new(kind, "device", IsAvailable: kind is EngineKind.OpenCL or EngineKind.Host);
        }

        EngineCatalogue.Choose(new() { Kind = EngineKind.Host }, null, Describe);
        Assert.Equal([EngineKind.Host], asked);

        asked.Clear();
        EngineCatalogue.Choose(new(), null, Describe);
        Assert.Equal([EngineKind.Cuda, EngineKind.OpenCL], asked);
    }

    [Fact]
    public void Choose_refuses_options_out_of_range()
    {
        Assert.Contains("Threads is 0", Refuse(new() { Threads = 0 }), StringComparison.Ordinal);
        Assert.Contains("PooledBytes is -1", Refuse(new() { PooledBytes = -1 }), StringComparison.Ordinal);
        Assert.Contains("Kind is 99", Refuse(new() { Kind = (EngineKind)99 }), StringComparison.Ordinal);

        static string Refuse(EngineOptions options) =>
            Assert.Throws<ArgumentException>(() => Choose(options, null, EngineKind.Host)).Message;
    }

    [Fact]
    public void Choose_logs_its_choice()
    {
        LogLines log = new();
        Choose(new() { Logger = log }, "host", EngineKind.Host);

        Assert.Equal(["Information: The engine is host, the device: as PYRAMIDOT_ENGINE asks."], log.Lines);
    }

    [Fact]
    public void DescribeDevice_without_device_passes_the_reason_on()
    {
        EngineInfo info = EngineCatalogue.DescribeDevice(EngineKind.Cuda, DeviceSearch.Missing("no driver"), (_, _) => null);

        Assert.Equal(new EngineInfo(EngineKind.Cuda, "cuda", IsAvailable: false) { Reason = "no driver" }, info);
    }

    [Fact]
    public void DescribeDevice_with_device_passes_an_objection_on()
    {
        FoundDevice device = new("NVIDIA H100") { MemoryBytes = 1, Units = 2, Lanes = 3, InstructionSet = "sm_80" };
        EngineInfo info = EngineCatalogue.DescribeDevice(EngineKind.Cuda, DeviceSearch.Found(device), (_, name) => $"{name} is there, but ILGPU is not in this build");

        Assert.Equal(
            new EngineInfo(EngineKind.Cuda, "NVIDIA H100", IsAvailable: false)
            {
                Reason = "NVIDIA H100 is there, but ILGPU is not in this build",
                MemoryBytes = 1,
                Units = 2,
                Lanes = 3,
                InstructionSet = "sm_80",
            },
            info);
    }

    [Fact]
    public void DescribeDevice_with_device_and_no_objection_is_available()
    {
        EngineInfo info = EngineCatalogue.DescribeDevice(EngineKind.OpenCL, DeviceSearch.Found(new("Arc") { Units = 2 }), (_, _) => null);

        Assert.Equal(new EngineInfo(EngineKind.OpenCL, "Arc", IsAvailable: true) { Units = 2 }, info);
    }

    [Fact]
    public void The_debugging_device_is_always_there()
    {
        EngineInfo info = Assert.Single(ComputeEngine.Discover(), engine => engine.Kind == EngineKind.CpuAccelerator);
        Assert.True(info.IsAvailable);
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.CpuAccelerator });
        Assert.Equal(info.Name, engine.Info.Name);
    }

    [Fact]
    public void Discover_lists_every_kind_best_first_with_reasons()
    {
        IReadOnlyList<EngineInfo> engines = ComputeEngine.Discover();

        Assert.Equal([EngineKind.Cuda, EngineKind.OpenCL, EngineKind.Host, EngineKind.CpuAccelerator], engines.Select(engine => engine.Kind));
        Assert.All(engines, engine => Assert.Equal(engine.IsAvailable, engine.Reason is null));
        EngineInfo host = Assert.Single(engines, engine => engine.Kind == EngineKind.Host);
        Assert.True(host.IsAvailable);
        Assert.True(host.MemoryBytes > 0);
        Assert.Equal(Environment.ProcessorCount, host.Units);
        Assert.True(host.Lanes >= host.Units);
        Assert.NotNull(host.InstructionSet);
    }

    [Fact]
    public void Create_makes_the_engine_that_the_options_name()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

        Assert.Equal(EngineKind.Host, engine.Info.Kind);
        Assert.Equal(1, engine.Info.Units);
    }

    private static EngineInfo Choose(EngineOptions options, string? variable, params EngineKind[] available) =>
        EngineCatalogue.Choose(options, variable, kind => available.Contains(kind)
            ? new(kind, "the device", IsAvailable: true)
            : new(kind, kind.ToName(), IsAvailable: false) { Reason = "nobody brought it" });

    private sealed class LogLines : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
