using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>The weights of one side of all problems, rows or columns: those of a .npy file, or equal ones where none is named.</summary>
internal sealed class SideWeights : IDisposable
{
    private const int ChunkElements = 1 << 20;

    private readonly string _option;
    private readonly string _side;
    private readonly int _problems;
    private readonly int _count;
    private readonly FloatFile? _file;
    private readonly double[]? _totals;

    private SideWeights(string option, string side, int problems, int count, FloatFile? file)
    {
        _option = option;
        _side = side;
        _problems = problems;
        _count = count;
        _file = file;
        _totals = file is null ? null : new double[problems];
    }

    /// <summary>The file, as the user named it; null where weights are equal.</summary>
    public string? FilePath => _file?.FilePath;

    /// <summary>Opens the file, where there is one, and checks type and shape.</summary>
    /// <param name="option">The option that names the file.</param>
    /// <param name="path">The file; null for equal weights.</param>
    /// <param name="side">What a weight belongs to: a row, or a column.</param>
    /// <param name="problems">Number of problems.</param>
    /// <param name="count">Weights of each.</param>
    /// <exception cref="InputException">The file is not there, may not be read, or has a type or shape that does not fit.</exception>
    /// <exception cref="NpyFormatException">The file is no .npy file, or is cut short.</exception>
    public static SideWeights Open(string option, string? path, string side, int problems, int count)
    {
        if (path is null)
        {
            return new(option, side, problems, count, null);
        }

        FloatFile file = FloatFile.Open(path, "weights");
        ReadOnlySpan<long> shape = [.. file.Header.Shape];
        if (shape.SequenceEqual([problems, count]) || (problems == 1 && shape.SequenceEqual([count])))
        {
            return new(option, side, problems, count, file);
        }

        file.Dispose();
        string alone = problems == 1 ? $"({count},) or " : "";
        string many = problems == 1 ? "1 problem" : $"{problems} problems";
        throw new InputException(
            $"{path}: the {side} weights of {many} of {count} {side}s have the shape {alone}({problems}, {count}); the file's is {file.Header.ShapeText}");
    }

    /// <summary>Reads the weights into the memory of an engine, and adds them up.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="phases">Told what is done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="withEqual">Whether equal weights are written out; they are an empty buffer otherwise.</param>
    /// <exception cref="InputException">A weight is none, they do not fit in the engine's memory, or the file cannot be read.</exception>
    /// <exception cref="NpyFormatException">A float64 does not fit float32, or the file became shorter.</exception>
    public EngineBuffer<float> Load(ComputeEngine engine, Phases phases, CancellationToken cancellation, bool withEqual) =>
        _file is not null ? _file.Load(engine, phases, cancellation, Add)
        : withEqual ? Repeat(engine, 1f / _count)
        : engine.Allocate<float>(0);

    /// <summary>The weights of a problem, added up; known when they are loaded.</summary>
    public double TotalOf(int problem) => _totals is not null ? _totals[problem] : _count == 0 ? 0 : 1;

    /// <summary>Says what the weights of a problem add up to, and where they come from.</summary>
    public string Describe(int problem) => _file is not null ? $"{TotalOf(problem):G9} over its {_side}s ({FilePath})"
        : _count == 0 ? $"0 over its {_side}s (there are none)"
        : $"1 over its {_side}s (1/{_count} each: {_option} is not given)";

    /// <summary>Refuses problems whose weights are all 0.</summary>
    /// <exception cref="InputException">There is such a one.</exception>
    public void RefuseZeros()
    {
        if (_count > 0 && _totals is not null && Array.IndexOf(_totals, 0) is var problem and >= 0)
        {
            throw new InputException($"{FilePath}: the weights of problem {problem}'s {_side}s are all 0; at least one must be positive");
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Add(ReadOnlySpan<float> weights, long start)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            (long problem, long point) = Math.DivRem(start + i, _count);
            if (!(weights[i] >= 0 && weights[i] <= float.MaxValue))
            {
                throw new InputException(
                    $"{FilePath}: the weight of problem {problem}, {_side} {point} is {weights[i]}; a finite number of at least 0 is expected");
            }

            _totals![problem] += weights[i];
        }
    }

    private EngineBuffer<float> Repeat(ComputeEngine engine, float weight)
    {
        EngineBuffer<float> weights = engine.Allocate<float>((long)_problems * _count);
        float[] chunk = new float[(int)Math.Min(weights.Length, ChunkElements)];
        chunk.AsSpan().Fill(weight);
        for (long start = 0; start < weights.Length; start += chunk.Length)
        {
            weights.Upload(chunk.AsSpan(0, (int)Math.Min(chunk.Length, weights.Length - start)), start);
        }

        return weights;
    }
}
