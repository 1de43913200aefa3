using System.Collections.Immutable;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>Where devices are found. The simulator has CPU devices only.</summary>
public partial class Context : IDisposable
{
    private Context(Builder builder)
    {
        Properties = builder;
        Devices = [.. builder.Devices];
    }

    public event EventHandler<Accelerator>? AcceleratorCreated;

    public static string Version => "1.5.3";

    public ContextProperties Properties { get; }

    public ImmutableArray<Device> Devices { get; }

    public static Builder Create() => new();

    public static Context Create(Action<Builder> buildingCallback)
    {
        ArgumentNullException.ThrowIfNull(buildingCallback);
        Builder builder = new();
        buildingCallback(builder);
        return builder.ToContext();
    }

    public static Context CreateDefault() => Create(builder => builder.Default());

    public Device GetPreferredDevice(bool preferCPU) =>
        Devices.Length > 0 ? Devices[0] : throw new NotSupportedException("The context has no device.");

    public DeviceCollection<TDevice> GetDevices<TDevice>()
        where TDevice : Device => new([.. Devices.OfType<TDevice>()]);

    public TDevice GetDevice<TDevice>(int deviceIndex)
        where TDevice : Device => GetDevices<TDevice>()[deviceIndex];

    public ImmutableArray<Device>.Enumerator GetEnumerator() => Devices.GetEnumerator();

    public void Dispose() => GC.SuppressFinalize(this);

    internal void Announce(Accelerator accelerator) => AcceleratorCreated?.Invoke(this, accelerator);

    /// <summary>The devices of one kind.</summary>
    public readonly struct DeviceCollection<TDevice>
        where TDevice : Device
    {
        private readonly TDevice[] _devices;

        internal DeviceCollection(TDevice[] devices) => _devices = devices;

        public int Count => _devices?.Length ?? 0;

        public TDevice this[int deviceIndex] => _devices[deviceIndex];

        public Enumerator GetEnumerator() => new(_devices ?? []);

        /// <summary>Goes over the devices.</summary>
        public struct Enumerator
        {
            private readonly TDevice[] _devices;
            private int _at;

            internal Enumerator(TDevice[] devices)
            {
                _devices = devices;
                _at = -1;
            }

            public readonly TDevice Current => _devices[_at];

            public bool MoveNext() => ++_at < _devices.Length;
        }
    }
}
