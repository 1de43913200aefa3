using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>A .npy file of float32 or float64, opened to be read into the memory of an engine.</summary>
internal sealed class FloatFile : IDisposable
{
    // 64 MiB: large enough that a file in Fortran order is gathered from few passes, small beside what is worth an engine.
    private const int ChunkElements = 1 << 24;

    private readonly NpyReader _reader;
    private readonly string _content;

    private FloatFile(NpyReader reader, string content)
    {
        _reader = reader;
        _content = content;
    }

    /// <summary>The file, as the user named it.</summary>
    public string FilePath => _reader.FilePath;

    /// <summary>Type and shape.</summary>
    public NpyHeader Header => _reader.Header;

    /// <summary>Opens a file and checks its type.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it holds, in the plural, for messages.</param>
    /// <exception cref="InputException">The file is not there, may not be read, or holds other numbers.</exception>
    /// <exception cref="NpyFormatException">The file is no .npy file, or is cut short.</exception>
    public static FloatFile Open(string path, string content)
    {
        NpyReader reader = FileErrors.Named(path, () => NpyReader.Open(path));
        if (reader.Header.ElementType is NpyElementType.Float32 or NpyElementType.Float64)
        {
            return new(reader, content);
        }

        reader.Dispose();
        throw new InputException($"{path}: {content} are float32 or float64; the file holds {reader.Header}");
    }

    /// <summary>Reads all elements into the memory of an engine, chunk by chunk, so that they are nowhere else as a whole.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="phases">Told what is done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="check">Looks at each chunk, and is told the position of its first element.</param>
    /// <exception cref="InputException">The elements do not fit in the engine's memory, or the file cannot be read.</exception>
    /// <exception cref="NpyFormatException">A float64 does not fit float32, or the file became shorter.</exception>
    public EngineBuffer<float> Load(
        ComputeEngine engine, Phases phases, CancellationToken cancellation, Action<ReadOnlySpan<float>, long>? check = null)
    {
        long count = Header.ElementCount;
        EngineBuffer<float> elements;
        float[] chunk;
        try
        {
            chunk = GC.AllocateUninitializedArray<float>((int)Math.Min(count, ChunkElements));
            elements = engine.Allocate<float>(count);
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
                check?.Invoke(chunk.AsSpan(0, length), start);
                elements.Upload(chunk.AsSpan(0, length), start);
                phases.Reach(start + length);
            }

            return elements;
        }
        catch
        {
            elements.Dispose();
            throw;
        }
    }

    /// <summary>The refusal of a file that is too large for an engine.</summary>
    public InputException DoesNotFit(ComputeEngine engine, Exception? cause = null) => new(
        $"{FilePath}: {_content} of shape {Header.ShapeText} do not fit in the memory of the {engine.Info.Kind.ToName()} engine", cause);

    public void Dispose() => _reader.Dispose();
}
