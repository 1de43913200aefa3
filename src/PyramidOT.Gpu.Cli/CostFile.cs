using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>A .npy file of cost matrices, opened and found to be of a shape and a type that can be solved.</summary>
internal sealed class CostFile : IDisposable
{
    // 64 MiB: large enough that a file in Fortran order is gathered from few passes, small beside what is worth an engine.
    private const int ChunkElements = 1 << 24;

    private readonly NpyReader _reader;

    private CostFile(string path, NpyReader reader, int problems, int rows, int columns)
    {
        FilePath = path;
        Problems = problems;
        Rows = rows;
        Columns = columns;
        _reader = reader;
    }

    /// <summary>The file, as the user named it.</summary>
    public string FilePath { get; }

    /// <summary>Number of matrices.</summary>
    public int Problems { get; }

    /// <summary>Rows of each.</summary>
    public int Rows { get; }

    /// <summary>Columns of each.</summary>
    public int Columns { get; }

    /// <summary>Opens a file and checks type and shape.</summary>
    /// <exception cref="InputException">The file is not there, may not be read, or has a shape that is not accepted.</exception>
    /// <exception cref="NpyFormatException">The file is no .npy file of floats, or is cut short.</exception>
    public static CostFile Open(string path)
    {
        NpyReader reader = FileErrors.Named(path, () => NpyReader.Open(path));
        try
        {
            NpyHeader header = reader.Header;
            if (header.ElementType is not (NpyElementType.Float32 or NpyElementType.Float64))
            {
                throw new InputException($"{path}: costs are float32 or float64; the file holds {header}");
            }

            (long problems, long rows, long columns) = header.Shape.Length switch
            {
                2 => (1, header.Shape[0], header.Shape[1]),
                3 => (header.Shape[0], header.Shape[1], header.Shape[2]),
                _ => throw new InputException($"{path}: costs have the shape (n, m) or (problems, n, m); the file's is {header.ShapeText}"),
            };

            // One number a problem is kept in arrays, and the offsets have one more.
            if (problems >= Array.MaxLength || rows > int.MaxValue || columns > int.MaxValue)
            {
                throw new InputException($"{path}: each extent must be below {Array.MaxLength}; the shape is {header.ShapeText}");
            }

            return new(path, reader, (int)problems, (int)rows, (int)columns);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes sure that costs and results have room. Asked before any of it is allocated: systems promise memory that they do not
    /// have, and end the process when it is used.
    /// </summary>
    /// <exception cref="InputException">They have not.</exception>
    public void CheckRoom(ComputeEngine engine)
    {
        // The costs; permutation and duals; offsets, values and status, and their copies for the report.
        Int128 bytes = ((Int128)_reader.Header.ElementCount * sizeof(float))
            + ((Int128)Problems * ((Rows * 8L) + (Columns * 4L) + 64));
        if (bytes > engine.Info.MemoryBytes)
        {
            throw DoesNotFit(engine);
        }
    }

    /// <summary>Reads all costs into the memory of an engine, chunk by chunk, so that they are nowhere else as a whole.</summary>
    /// <exception cref="InputException">The costs do not fit in the engine's memory, or the file cannot be read.</exception>
    /// <exception cref="NpyFormatException">A float64 does not fit float32, or the file became shorter.</exception>
    public EngineBuffer<float> Load(ComputeEngine engine, Phases phases, CancellationToken cancellation)
    {
        long count = _reader.Header.ElementCount;
        EngineBuffer<float> costs;
        float[] chunk;
        try
        {
            chunk = GC.AllocateUninitializedArray<float>((int)Math.Min(count, ChunkElements));
            costs = engine.Allocate<float>(count);
        }
        catch (OutOfMemoryException exception)
        {
            throw DoesNotFit(engine, exception);
        }

        try
        {
            phases.Begin("reading", count);
            for (long start = 0; start < count; start += chunk.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                int length = (int)Math.Min(chunk.Length, count - start);
                FileErrors.Named(FilePath, () => _reader.ReadSingles(start, chunk.AsSpan(0, length)));
                costs.Upload(chunk.AsSpan(0, length), start);
                phases.Reach(start + length);
            }

            return costs;
        }
        catch
        {
            costs.Dispose();
            throw;
        }
    }

    public void Dispose() => _reader.Dispose();

    private InputException DoesNotFit(ComputeEngine engine, Exception? cause = null) => new(
        $"{FilePath}: costs of shape {_reader.Header.ShapeText} do not fit in the memory of the {engine.Info.Kind.ToName()} engine", cause);
}
