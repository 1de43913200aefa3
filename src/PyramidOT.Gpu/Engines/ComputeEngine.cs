using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyramidOT.Engines;
using PyramidOT.Engines.Host;

namespace PyramidOT;

/// <summary>
/// A machine that computes: it owns memory, in which data stays between calls, and offers kernel families, each of which works on a
/// whole batch of problems in one call. All that stands above the families is written once and runs on any engine. Calls to one
/// engine may come from several threads; a buffer must not be written by two calls at once.
/// </summary>
public abstract class ComputeEngine : IDisposable
{
    /// <summary>The environment variable that names the engine which <see cref="Create"/> takes when options do not.</summary>
    public const string EnvironmentVariable = "PYRAMIDOT_ENGINE";

    // Half of what a long counts, so that sizes can be rounded up.
    private const long MostBytes = long.MaxValue / 2;

    private readonly MemoryPool _pool;
    private bool _disposed;

    /// <summary>Prepares the pool of an engine.</summary>
    /// <param name="info">What the engine is.</param>
    /// <param name="options">The options that it was made with.</param>
    protected ComputeEngine(EngineInfo info, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(options);
        Info = info;
        Logger = options.Logger ?? NullLogger.Instance;
        _pool = new(AllocateMemory, options.PooledBytes ?? ((info.MemoryBytes ?? (1L << 30)) / 4));
    }

    /// <summary>What the engine is: kind, device, memory, lanes.</summary>
    public EngineInfo Info { get; }

    /// <summary>Operations on point rows.</summary>
    public abstract IPointKernels Points { get; }

    /// <summary>Pairwise costs.</summary>
    public abstract ICostKernels Costs { get; }

    /// <summary>Nearest centre, centre update, seeding.</summary>
    public abstract IClusteringKernels Clustering { get; }

    /// <summary>Boxes, halves, radii and sorting of the cells of a tree.</summary>
    public abstract ICellKernels Cells { get; }

    /// <summary>Projections, sorting, and transport on lines.</summary>
    public abstract ISliceKernels Slices { get; }

    /// <summary>The linear assignment problem.</summary>
    public abstract IAssignmentKernels Assignment { get; }

    /// <summary>Exact transport between weighted rows and columns.</summary>
    public abstract ITransportKernels Transport { get; }

    /// <summary>Entropic optimal transport.</summary>
    public abstract ISinkhornKernels Sinkhorn { get; }

    /// <summary>Soft histograms.</summary>
    public abstract IHistogramKernels Histograms { get; }

    /// <summary>Multi-marginal transport between histograms.</summary>
    public abstract IMultiMarginalKernels MultiMarginal { get; }

    /// <summary>Bytes of buffers that are in use: 0 when all are disposed.</summary>
    internal long RentedBytes => _pool.RentedBytes;

    /// <summary>Where the engine reports.</summary>
    protected ILogger Logger { get; }

    /// <summary>Makes an engine: the one that the options or <c>PYRAMIDOT_ENGINE</c> choose, else the best there is.</summary>
    /// <param name="options">Kind, threads, pool and logger; null takes the defaults.</param>
    /// <exception cref="EngineUnavailableException">The engine that was asked for is not there; the message says why.</exception>
    /// <exception cref="ArgumentException">
    /// The variable <c>PYRAMIDOT_ENGINE</c> holds no engine's name, or an option is out of its range.
    /// </exception>
    public static ComputeEngine Create(EngineOptions? options = null) => EngineCatalogue.Create(options ?? new());

    /// <summary>Looks for every kind of engine, and says of each missing one why it is missing. Best first.</summary>
    public static IReadOnlyList<EngineInfo> Discover() => EngineCatalogue.Discover();

    /// <summary>Makes a buffer with any content.</summary>
    /// <param name="length">Number of elements, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The engine's memory has no room; the message says how much was asked for.</exception>
    public EngineBuffer<T> Allocate<T>(long length)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > MostBytes / Unsafe.SizeOf<T>())
        {
            throw new InsufficientMemoryException($"No engine has room for {length} elements of {Unsafe.SizeOf<T>()} bytes.");
        }

        long bytes = length * Unsafe.SizeOf<T>();
        return new(this, _pool.Rent(bytes), length, _pool.Return);
    }

    /// <summary>Makes a buffer that holds a copy of the caller's elements.</summary>
    /// <exception cref="OutOfMemoryException">The engine's memory has no room; the message says how much was asked for.</exception>
    public EngineBuffer<T> Upload<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        EngineBuffer<T> buffer = Allocate<T>(source.Length);
        buffer.Upload(source);
        return buffer;
    }

    /// <inheritdoc cref="Upload{T}(ReadOnlySpan{T})"/>
    public EngineBuffer<T> Upload<T>(T[] source)
        where T : unmanaged => Upload((ReadOnlySpan<T>)source);

    /// <summary>
    /// Puts elements that are only read within an engine's reach: a copy of them, or, where the engine computes on the caller's own
    /// memory, the elements in place. They must not change until the buffer is disposed, and nothing may be written to it.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The engine's memory has no room; the message says how much was asked for.</exception>
    public virtual EngineBuffer<T> Place<T>(ReadOnlyMemory<T> source)
        where T : unmanaged => Upload(source.Span);

    /// <summary>Gives the memory of freed buffers, which the engine keeps for reuse, back to the system.</summary>
    public void TrimMemory() => _pool.Trim();

    /// <summary>
    /// Waits until all work that was started is done. Downloads wait by themselves; this is for measuring.
    /// </summary>
    public abstract void Synchronize();

    /// <summary>Frees the engine's resources. Dispose its buffers first.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _pool.Dispose();
            Dispose(disposing: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Does work that every engine leaves to the host: on one thread, or on the threads of an engine that has them.</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="operationsPerItem">About how many scalar operations an item takes.</param>
    /// <param name="body">Receives first item and end of consecutive ranges.</param>
    internal virtual void ForOnHost(int count, double operationsPerItem, Action<int, int> body) => body(0, count);

    /// <summary>Frees what the kind of engine holds; the pool is empty by then.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Makes a block of engine memory.</summary>
    /// <param name="bytes">Its size, at least 1.</param>
    /// <exception cref="OutOfMemoryException">There is no room; the message says how much was asked for.</exception>
    protected abstract EngineMemory AllocateMemory(long bytes);
}
