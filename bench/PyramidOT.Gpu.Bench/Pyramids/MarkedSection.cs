namespace PyramidOT.Bench.Pyramids;

/// <summary>The part of a document that the bench writes: what stands between two marks, comments that nobody sees.</summary>
internal static class MarkedSection
{
    private const string Begin = "<!-- bench pyramids: begin -->";
    private const string End = "<!-- bench pyramids: end -->";

    /// <summary>Why a file has no such part; null where it has.</summary>
    public static string? FaultOf(string file) =>
        !File.Exists(file) ? $"There is no file {file}." : TryFind(File.ReadAllText(file), out _, out _) ? null : $"{file} has no line {Begin} before a line {End}.";

    /// <summary>Puts a text between the marks.</summary>
    public static void Replace(string file, string section)
    {
        string text = File.ReadAllText(file);
        if (!TryFind(text, out int begin, out int end))
        {
            throw new InvalidDataException(FaultOf(file));
        }

        File.WriteAllText(file, $"{text[..begin]}\n\n{section.Trim('\n')}\n\n{text[end..]}");
    }

    private static bool TryFind(string text, out int begin, out int end)
    {
        begin = text.IndexOf(Begin, StringComparison.Ordinal);
        end = begin < 0 ? -1 : text.IndexOf(End, begin, StringComparison.Ordinal);
        begin += Begin.Length;
        return end >= 0;
    }
}
