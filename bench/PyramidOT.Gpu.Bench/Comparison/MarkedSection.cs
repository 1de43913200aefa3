namespace PyramidOT.Bench.Comparison;

/// <summary>The part of a document that the bench writes: what stands between two marks, comments that nobody sees.</summary>
/// <param name="name">The name of the part, which its marks bear: several can stand in one document.</param>
internal sealed class MarkedSection(string name)
{
    private readonly string _begin = $"<!-- {name}: begin -->";
    private readonly string _end = $"<!-- {name}: end -->";

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>What <c>compare-pyramids</c> writes.</summary>
    public static MarkedSection Pyramids { get; } = new("bench pyramids");

    /// <summary>What <c>compare-transport</c> writes.</summary>
    public static MarkedSection Transport { get; } = new("bench transport");

    /// <summary>What <c>compare-mmot</c> writes.</summary>
    public static MarkedSection MultiMarginal { get; } = new("bench mmot");

    /// <summary>What <c>accuracy</c> writes.</summary>
    public static MarkedSection Accuracy { get; } = new("bench accuracy");

    /// <summary>What <c>compare-flow</c> writes.</summary>
    public static MarkedSection Flow { get; } = new("bench flow");

    /// <summary>What <c>compare-match</c> writes.</summary>
    public static MarkedSection Matching { get; } = new("bench match");

    /// <summary>Why a file has no such part; null where it has.</summary>
    public string? FaultOf(string file) =>
        !File.Exists(file) ? $"There is no file {file}." : TryFind(File.ReadAllText(file), out _, out _) ? null : $"{file} has no line {_begin} before a line {_end}.";

    /// <summary>Puts a text between the marks.</summary>
    public void Replace(string file, string section)
    {
        string text = File.ReadAllText(file);
        if (!TryFind(text, out int begin, out int end))
        {
            throw new InvalidDataException(FaultOf(file));
        }

        File.WriteAllText(file, $"{text[..begin]}\n\n{section.Trim('\n')}\n\n{text[end..]}");
    }

    private bool TryFind(string text, out int begin, out int end)
    {
        begin = text.IndexOf(_begin, StringComparison.Ordinal);
        end = begin < 0 ? -1 : text.IndexOf(_end, begin, StringComparison.Ordinal);
        begin += _begin.Length;
        return end >= 0;
    }
}
