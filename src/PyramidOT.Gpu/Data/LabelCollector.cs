using System.Globalization;
using System.Text;

namespace PyramidOT.Data;

/// <summary>
/// Labels as they come in from text. Each distinct text is kept once and numbered; only at the end is it known whether all of them are
/// numbers.
/// </summary>
internal sealed class LabelCollector
{
    private const int StackChars = 256;

    private readonly Dictionary<string, int> _idOf = new(StringComparer.Ordinal);
    private readonly List<int> _ids = [];

    /// <summary>Number of labels so far.</summary>
    public int Count => _ids.Count;

    /// <summary>Adds the label that a field holds.</summary>
    /// <exception cref="PointFileException">It is empty, or not UTF-8.</exception>
    public void Add(CsvRows rows, int field)
    {
        ReadOnlySpan<byte> text = rows.Text(field);
        if (text.IsEmpty)
            throw rows.Problem(field, "the label is empty");

        // There are never more characters than bytes.
        Span<char> characters = text.Length <= StackChars ? stackalloc char[StackChars] : new char[text.Length];
        Add(characters[..Encoding.UTF8.GetChars(text, characters)]);
    }

    /// <summary>
    /// The labels: numbers, where all texts are whole numbers of int32 (also when written 3.0 or 1e2); else names in ordinal order.
    /// </summary>
    /// <param name="firstMayBeHeader">Whether the first label is left out where it is no number and all others are whole ones.</param>
    public PointLabels ToLabels(bool firstMayBeHeader = false)
    {
        string[] texts = new string[_idOf.Count];
        foreach ((string text, int id) in _idOf)
            texts[id] = text;

        int?[] numbers = Array.ConvertAll(texts, WholeNumber);
        bool areNumbers = Array.TrueForAll(numbers, number => number is not null);

        // The first label has id 0.
        bool isHeader = firstMayBeHeader && !areNumbers && Count > 1
            && !double.TryParse(texts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && _ids.LastIndexOf(0) == 0 && numbers.AsSpan(1).IndexOf((int?)null) < 0;
        if (areNumbers || isHeader)
            return new([.. _ids.Skip(isHeader ? 1 : 0).Select(id => numbers[id]!.Value)]);

        string[] names = [.. texts.Order(StringComparer.Ordinal)];
        int[] rank = new int[names.Length];
        for (int i = 0; i < names.Length; i++)
            rank[_idOf[names[i]]] = i;
        return new([.. _ids.Select(id => rank[id])], names);
    }

    private void Add(ReadOnlySpan<char> text)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _idOf.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out int id))
        {
            id = _idOf.Count;
            lookup[text] = id;
        }

        _ids.Add(id);
    }

    private static int? WholeNumber(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double wide)
            && wide is >= int.MinValue and <= int.MaxValue && wide == Math.Floor(wide) ? (int)wide
        : null;
}
