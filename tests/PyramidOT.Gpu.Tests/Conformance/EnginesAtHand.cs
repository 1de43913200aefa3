using PyramidOT.Engines.Ilgpu;
using PyramidOT.Kernels;

namespace PyramidOT.Tests.Conformance;

/// <summary>
/// The engines that the conformance suite runs on. A new one joins by one line in the table below; the tests are written once, over
/// the names. Each engine is made when a test first asks for it, shared by all tests, and disposed after the last one.
/// </summary>
public sealed class EnginesAtHand : IDisposable
{
    // Three threads on purpose: parts of a batch that do not divide evenly, and more threads than many machines have cores.
    private static readonly Entry[] s_engines =
    [
        new("host, 1 thread", EngineKind.Host, () => Host(1)),
        new("host, 2 threads", EngineKind.Host, () => Host(2)) { IsForChildren = false },
        new("host, 3 threads", EngineKind.Host, () => Host(3)),

        // One lane is run natively; of a warp, of several warps, and of warps as NVIDIA has them, each lane is interpreted.
        Accelerator(groupSize: 1, warpSize: 1),
        Accelerator(groupSize: 4, warpSize: 4),

        // A barrier of ILGPU's CPU accelerator takes a millisecond where a group has many threads: larger groups are the simulator's.
        .. KernelBuild.HasIlgpu ? [] : new[] { Accelerator(groupSize: 16, warpSize: 4), Accelerator(groupSize: 64, warpSize: 32) },
        .. Device(EngineKind.Cuda),
        .. Device(EngineKind.OpenCL),
    ];

    private readonly Dictionary<string, ComputeEngine> _made = [];
    private readonly Lock _lock = new();

    /// <summary>All engines, for theories.</summary>
    public static TheoryData<string> All => [.. Names];

    /// <summary>The names of all engines; in a child that has other instructions, of those that it concerns.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. s_engines.Where(entry => entry.IsForChildren || !InstructionSetChild.IsCurrent).Select(entry => entry.Name)];

    /// <summary>The names of the engines that large cases do not take minutes on.</summary>
    public static IReadOnlyList<string> SwiftNames { get; } = [.. Names.Where(name => !IsInterpreted(name))];

    /// <summary>The names of the Host's engines, which check what a device cannot.</summary>
    public static IReadOnlyList<string> HostNames { get; } = [.. Names.Where(name => Find(name).Kind == EngineKind.Host)];

    /// <summary>The engine of a name.</summary>
    public ComputeEngine this[string name]
    {
        get
        {
            lock (_lock)
            {
                if (!_made.TryGetValue(name, out ComputeEngine? engine))
                {
                    engine = Find(name).Make();
                    _made.Add(name, engine);
                }

                return engine;
            }
        }
    }

    /// <summary>
    /// Whether an engine gets fewer and smaller cases: those that are slow by nature, and all in a child process, which repeats
    /// the suite with other instructions.
    /// </summary>
    public static bool IsReduced(string name) =>
        InstructionSetChild.IsCurrent || Find(name).IsSlow;

    /// <summary>
    /// Whether an engine does everything lane by lane, a hundred times slower than a processor would: it gets one kind of data in four,
    /// each shape of a group other ones, and no large cases.
    /// </summary>
    public static bool IsInterpreted(string name) => Find(name).IsInterpreted;

    /// <summary>Which of several kinds of data an interpreted engine begins with.</summary>
    public static int TurnOf(string name) => Array.FindIndex(s_engines, entry => entry.Name == name);

    public void Dispose()
    {
        foreach (ComputeEngine engine in _made.Values)
        {
            engine.Dispose();
        }

        _made.Clear();
    }

    private static ComputeEngine Host(int threads) => ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = threads });

    private static Entry Accelerator(int groupSize, int warpSize)
    {
        IlgpuShape shape = new(groupSize, warpSize);
        return new($"cpu-accelerator, {shape}", EngineKind.CpuAccelerator, () => IlgpuEngine.CreateCpu(shape, new()))
        {
            IsSlow = true,
            IsInterpreted = groupSize > 1,
        };
    }

    // A GPU of this machine, where there is one that this build can use.
    private static IEnumerable<Entry> Device(EngineKind kind) =>
        !InstructionSetChild.IsCurrent && ComputeEngine.Discover().Any(engine => engine.Kind == kind && engine.IsAvailable)
            ? [new(kind.ToName(), kind, () => ComputeEngine.Create(new() { Kind = kind }))]
            : [];

    private static Entry Find(string name) => s_engines.Single(entry => entry.Name == name);

    private sealed record Entry(string Name, EngineKind Kind, Func<ComputeEngine> Make)
    {
        /// <summary>Whether cases must be few and small.</summary>
        public bool IsSlow { get; init; }

        /// <summary>Whether each lane of a group is interpreted by itself.</summary>
        public bool IsInterpreted { get; init; }

        /// <summary>Whether a child with other instructions tests it: the Host only, and not in every shape.</summary>
        public bool IsForChildren { get; init; } = Kind == EngineKind.Host;
    }
}

/// <summary>One collection for all conformance tests, so that xunit makes one <see cref="EnginesAtHand"/> for them and disposes it.</summary>
[CollectionDefinition(nameof(EnginesAtHand))]
public sealed class SharedEngines : ICollectionFixture<EnginesAtHand>;
