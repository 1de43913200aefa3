using PyramidOT.Engines;

namespace PyramidOT.Tests.Engines;

public class CudaProbeTests
{
    [Fact]
    public void Find_without_library_says_so()
    {
        DeviceSearch search = CudaProbe.Find((out string reason) =>
        {
            reason = "library libcuda.so.1 not found: no NVIDIA driver";
            return null;
        });

        Assert.Null(search.Device);
        Assert.Equal("library libcuda.so.1 not found: no NVIDIA driver", search.Reason);
    }

    [Theory]
    [InlineData(100, null, "the driver reports no device")]
    [InlineData(999, null, "cuInit failed with code 999")]
    [InlineData(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "cuInit failed with code 803 (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH)")]
    public void Find_where_initialization_fails_gives_the_code_and_calls_nothing_else(int code, string? name, string expected)
    {
        FakeDriver driver = new() { InitCode = code, ErrorName = name };

        Assert.Equal(expected, Find(driver).Reason);
        Assert.Equal(["Initialize"], driver.Calls);
    }

    [Fact]
    public void Find_without_device_says_so() => Assert.Equal("the driver reports no device", Find(new()).Reason);

    [Fact]
    public void Find_where_counting_fails_gives_the_code() =>
        Assert.Equal("cuDeviceGetCount failed with code 3", Find(new() { CountCode = 3 }).Reason);

    [Fact]
    public void Find_takes_the_first_of_two_devices()
    {
        DeviceSearch search = Find(new()
        {
            Devices = [new("NVIDIA H100", 85_000_000_000, 132, 9, 0), new("NVIDIA T4", 16_000_000_000, 40, 7, 5)],
        });

        Assert.Null(search.Reason);
        Assert.Equal(
            new FoundDevice("NVIDIA H100") { MemoryBytes = 85_000_000_000, Units = 132, Lanes = 132 * 128, InstructionSet = "sm_80" },
            search.Device);
    }

    [Theory]
    [InlineData(6, 0, 64, "sm_60")]
    [InlineData(6, 1, 128, "sm_61")]
    [InlineData(7, 5, 64, "sm_75")]
    [InlineData(8, 6, 128, "sm_80")]
    public void Find_knows_lanes_and_target_of_a_compute_capability(int major, int minor, int lanes, string target)
    {
        FoundDevice device = Find(new() { Devices = [new("GPU", 1, 1, major, minor)] }).Device!;

        Assert.Equal(lanes, device.Lanes);
        Assert.Equal(target, device.InstructionSet);
    }

    [Fact]
    public void Find_leaves_out_what_the_driver_does_not_tell()
    {
        DeviceSearch search = Find(new() { Devices = [new("", 0, 0, 0, 0)], DetailCode = 1 });

        Assert.Equal(new FoundDevice("an NVIDIA GPU without a name"), search.Device);
    }

    [Fact]
    public void Find_turns_an_exception_into_a_reason()
    {
        DeviceSearch search = CudaProbe.Find((out string reason) => throw new BadImageFormatException("wrong\nformat."));

        Assert.Equal("the NVIDIA driver failed: wrong format", search.Reason);
    }

    [Fact]
    public void Find_on_this_machine_gives_a_device_or_a_reason()
    {
        DeviceSearch search = CudaProbe.Find();

        Assert.True(search.Device is null != search.Reason is null);
    }

    private static DeviceSearch Find(FakeDriver driver) => CudaProbe.Find((out string reason) =>
    {
        reason = "";
        return driver;
    });

    private sealed record FakeDevice(string Name, long Memory, int Multiprocessors, int Major, int Minor);

    private sealed class FakeDriver : ICudaDriver
    {
        // Handles need not be ordinals.
        private const int FirstHandle = 40;

        public int InitCode { get; init; }

        public int CountCode { get; init; }

        public int DetailCode { get; init; }

        public string? ErrorName { get; init; }

        public FakeDevice[] Devices { get; init; } = [];

        public List<string> Calls { get; } = [];

        public int Initialize()
        {
            Calls.Add(nameof(Initialize));
            return InitCode;
        }

        public int CountDevices(out int count)
        {
            Calls.Add(nameof(CountDevices));
            count = Devices.Length;
            return CountCode;
        }

        public int GetDevice(int ordinal, out int device)
        {
            device = FirstHandle + ordinal;
            return ordinal < Devices.Length ? 0 : 101;
        }

        public int GetName(int device, out string name)
        {
            name = Devices[device - FirstHandle].Name;
            return DetailCode;
        }

        public int GetMemory(int device, out long bytes)
        {
            bytes = Devices[device - FirstHandle].Memory;
            return DetailCode;
        }

        public int GetAttribute(int device, int attribute, out int value)
        {
            FakeDevice fake = Devices[device - FirstHandle];
            value = attribute switch
            {
                16 => fake.Multiprocessors,
                75 => fake.Major,
                76 => fake.Minor,
                _ => throw new ArgumentOutOfRangeException(nameof(attribute)),
            };
            return DetailCode;
        }

        public string? NameOf(int code) => ErrorName;
    }
}
