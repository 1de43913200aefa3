using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>A .npy file of cost matrices, opened and found to be of a shape and a type that can be solved.</summary>
internal sealed class CostFile : IDisposable
{
    private readonly FloatFile _file;

    private CostFile(FloatFile file, int problems, int rows, int columns)
    {
        _file = file;
        Problems = problems;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>The file, as the user named it.</summary>
    public string FilePath => _file.FilePath;

    /// <summary>Number of matrices.</summary>
    public int Problems { get; }

    /// <summary>Rows of each.</summary>
    public int Rows { get; }

    /// <summary>Columns of each.</summary>
    public int Columns { get; }

    /// <summary>Opens a file and checks type and shape.</summary>
    /// <exception cref="InputException">The file is not there, may not be read, or has a type or shape that is not accepted.</exception>
    /// <exception cref="NpyFormatException">The file is no .npy file, or is cut short.</exception>
    public static CostFile Open(string path)
    {
        FloatFile file = FloatFile.Open(path, "costs");
        try
        {
            NpyHeader header = file.Header;
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

            return new(file, (int)problems, (int)rows, (int)columns);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes sure that costs and results have room. Asked before any of it is allocated: systems promise memory that they do not
    /// have, and end the process when it is used.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="bytesOfProblem">What weights and results of one problem take.</param>
    /// <exception cref="InputException">They have not.</exception>
    public void CheckRoom(ComputeEngine engine, Int128 bytesOfProblem)
    {
        // Beside the costs: offsets, values and status, and their copies for the report.
        if (((Int128)_file.Header.ElementCount * sizeof(float)) + (Problems * (bytesOfProblem + 64)) > engine.Info.MemoryBytes)
        {
            throw _file.DoesNotFit(engine);
        }
    }

    /// <inheritdoc cref="FloatFile.Load"/>
    public EngineBuffer<float> Load(ComputeEngine engine, Phases phases, CancellationToken cancellation) => _file.Load(engine, phases, cancellation);

    public void Dispose() => _file.Dispose();
}
