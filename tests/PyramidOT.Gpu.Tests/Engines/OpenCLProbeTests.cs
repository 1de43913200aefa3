using System.Text;
using PyramidOT.Engines;

namespace PyramidOT.Tests.Engines;

public class OpenCLProbeTests
{
    private const ulong Cpu = 2;
    private const ulong Gpu = 4;

    [Fact]
    public void Find_without_library_says_so()
    {
        DeviceSearch search = OpenCLProbe.Find((out string reason) =>
        {
            reason = "library libOpenCL.so.1 not found: no OpenCL";
            return null;
        });

        Assert.Equal("library libOpenCL.so.1 not found: no OpenCL", search.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1001)]
    public void Find_without_platform_says_so(int code) =>
        Assert.Equal("no OpenCL platform: the library is there, but no driver", Find(new() { PlatformCode = code }).Reason);

    [Fact]
    public void Find_where_platforms_fail_gives_the_code() =>
        Assert.Equal("clGetPlatformIDs failed with code -6", Find(new() { PlatformCode = -6 }).Reason);

    [Fact]
    public void Find_on_an_empty_platform_says_so() =>
        Assert.Equal("no device on any OpenCL platform", Find(new() { Platforms = [[]] }).Reason);

    [Fact]
    public void Find_with_CPU_devices_alone_names_them()
    {
        DeviceSearch search = Find(new() { Platforms = [[new("pthread-skylake", Cpu, "OpenCL 3.0 pocl") { GenericAddressSpace = true }]] });

        Assert.Null(search.Device);
        Assert.Equal("no GPU, only CPU devices (pthread-skylake)", search.Reason);
    }

    [Theory]
    [InlineData("OpenCL 1.2 CUDA", true, "1.2")]
    [InlineData("OpenCL 3.0 CUDA", false, "3.0")]
    [InlineData("OpenCL 3.0 CUDA", null, "3.0")]
    public void Find_refuses_a_GPU_without_generic_address_space(string version, bool? support, string shown)
    {
        DeviceSearch search = Find(new() { Platforms = [[new("Old GPU", Gpu, version) { GenericAddressSpace = support }]] });

        Assert.Null(search.Device);
        Assert.Equal($"Old GPU (OpenCL {shown}) has no generic address space", search.Reason);
    }

    [Theory]
    [InlineData("OpenCL 2.0 AMD-APP (3302.6)", null)]
    [InlineData("OpenCL 2.1", false)]
    [InlineData("OpenCL 3.0 NEO", true)]
    public void Find_takes_a_GPU_with_generic_address_space(string version, bool? support)
    {
        DeviceSearch search = Find(new() { Platforms = [[new("GPU", Gpu, version) { GenericAddressSpace = support, Memory = 1L << 33, Units = 60 }]] });

        Assert.Null(search.Reason);
        Assert.Equal(new FoundDevice("GPU") { MemoryBytes = 1L << 33, Units = 60, InstructionSet = version[.."OpenCL x.y".Length] }, search.Device);
    }

    [Fact]
    public void Find_passes_over_what_cannot_be_used()
    {
        // A driver without devices, one that fails, a CPU, an old GPU; then two that serve.
        DeviceSearch search = Find(new()
        {
            Platforms =
            [
                [],
                null,
                [new("CPU", Cpu, "OpenCL 3.0"), new("Old GPU", Gpu, "OpenCL 1.2")],
                [new("First", Gpu, "OpenCL 2.0"), new("Second", Gpu, "OpenCL 2.0")],
            ],
        });

        Assert.Equal("First", search.Device!.Name);
    }

    [Fact]
    public void Find_tells_of_a_failing_platform_where_no_other_has_a_GPU() =>
        Assert.Equal("clGetDeviceIDs failed with code -6", Find(new() { Platforms = [null, []] }).Reason);

    [Theory]
    [InlineData("")]
    [InlineData("OpenCL")]
    [InlineData("3.0")]
    [InlineData("OpenCL x.y")]
    [InlineData("OpenCL 3")]
    public void Find_refuses_a_version_that_cannot_be_read(string version) =>
        Assert.Equal($"GPU has a version that cannot be read: '{version}'", Find(new() { Platforms = [[new("GPU", Gpu, version)]] }).Reason);

    [Fact]
    public void Find_refuses_a_device_that_is_not_available() =>
        Assert.Equal("GPU is not available now", Find(new() { Platforms = [[new("GPU", Gpu, "OpenCL 2.0") { IsAvailable = false }]] }).Reason);

    [Fact]
    public void Find_turns_an_exception_into_a_reason()
    {
        DeviceSearch search = OpenCLProbe.Find((out string reason) => throw new DllNotFoundException("gone."));

        Assert.Equal("OpenCL failed: gone", search.Reason);
    }

    [Fact]
    public void Find_on_this_machine_gives_a_device_or_a_reason()
    {
        DeviceSearch search = OpenCLProbe.Find();

        Assert.True(search.Device is null != search.Reason is null);
    }

    private static DeviceSearch Find(FakeLibrary library) => OpenCLProbe.Find((out string reason) =>
    {
        reason = "";
        return library;
    });

    private sealed record FakeDevice(string Name, ulong Type, string Version)
    {
        public bool IsAvailable { get; init; } = true;

        public bool? GenericAddressSpace { get; init; }

        public long? Memory { get; init; }

        public int? Units { get; init; }
    }

    private sealed class FakeLibrary : IOpenCLLibrary
    {
        // Device d of platform p has the handle 100 (p + 1) + d + 1.
        public FakeDevice[]?[] Platforms { get; init; } = [];

        public int PlatformCode { get; init; }

        public int GetPlatforms(out nint[] platforms)
        {
            platforms = [.. Enumerable.Range(1, Platforms.Length).Select(p => (nint)(100 * p))];
            return PlatformCode;
        }

        public int GetDevices(nint platform, ulong type, out nint[] devices)
        {
            FakeDevice[]? fakes = Platforms[((int)platform / 100) - 1];
            devices = [.. Enumerable.Range(1, fakes?.Length ?? 0).Select(d => platform + d)];
            return fakes is null ? -6 : fakes.Length == 0 ? -1 : 0;
        }

        public int GetInfo(nint device, uint parameter, out byte[] value)
        {
            FakeDevice fake = Platforms[((int)device / 100) - 1]![((int)device % 100) - 1];
            byte[]? bytes = parameter switch
            {
                0x1000 => BitConverter.GetBytes(fake.Type),
                0x1002 => fake.Units is { } units ? BitConverter.GetBytes((uint)units) : null,
                0x101F => fake.Memory is { } memory ? BitConverter.GetBytes((ulong)memory) : null,
                0x1027 => BitConverter.GetBytes(fake.IsAvailable ? 1u : 0u),
                0x102B => Encoding.UTF8.GetBytes(fake.Name + '\0'),
                0x102F => Encoding.UTF8.GetBytes(fake.Version + '\0'),
                0x1069 => fake.GenericAddressSpace is { } support ? BitConverter.GetBytes(support ? 1u : 0u) : null,
                _ => throw new ArgumentOutOfRangeException(nameof(parameter)),
            };
            value = bytes ?? [];
            return bytes is null ? -30 : 0;
        }
    }
}
