using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace PyramidOT.Data;

/// <summary>
/// The rows of a text file, one after the other, their fields as UTF-8 without quotes and the white space around them. Lines that are
/// blank or begin with # are passed over.
/// </summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>A row is looked at in full, so that it must fit in memory; no row of numbers comes near this.</summary>
    private const int LongestRow = 1 << 28;

    private const int LongestExcerpt = 40;

    private readonly string _path;
    private readonly CsvReader _reader;

    /// <summary>Where a space separates, and so do several: the fields that are not empty. Else null.</summary>
    private readonly List<int>? _filled;

    private CsvRows(string path, CsvReader reader, char delimiter)
    {
        (_path, _reader) = (path, reader);
        _filled = delimiter == ' ' ? [] : null;
    }

    /// <summary>Number of fields of the row.</summary>
    public int Count => _filled?.Count ?? _reader.FieldCount;

    /// <summary>A field of the row, until the next one is read.</summary>
    public ReadOnlySpan<byte> this[int field] => _reader.GetSpan(_filled is null ? field : _filled[field]);

    public static CsvRows Open(string path, bool isGzipped, char delimiter) =>
        new(path, CsvReader.Create(PointFile.Open(path, isGzipped), Options(delimiter)), delimiter);

    /// <summary>The rules of the reader that all files are read by, also while the delimiter is still looked for.</summary>
    public static CsvReaderOptions Options(char delimiter) => new()
    {
        Separator = delimiter,
        HasHeader = false,
        CommentPrefix = '#',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MaxRecordSize = LongestRow,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Read()
    {
        if (!_reader.Read())
            return false;
        if (_filled is not null)
        {
            _filled.Clear();
            for (int i = 0; i < _reader.FieldCount; i++)
            {
                if (!_reader.IsEmpty(i))
                    _filled.Add(i);
            }
        }

        return true;
    }

    /// <summary>All fields of the row.</summary>
    public string[] ToTexts()
    {
        string[] texts = new string[Count];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetString(this[i]);
        return texts;
    }

    /// <summary>A field as a number.</summary>
    /// <exception cref="PointFileException">It is none, or none that is finite in float32.</exception>
    public float Number(int field)
    {
        if (TryNumber(this[field], out float number) && float.IsFinite(number))
            return number;
        throw NotANumber(field, "float32 (at most 3.4028235E+38)");
    }

    /// <summary>A field as a number of float64.</summary>
    /// <exception cref="PointFileException">It is none, or none that is finite.</exception>
    public double WideNumber(int field)
    {
        if (double.TryParse(this[field], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return number;
        throw NotANumber(field, "float64");
    }

    /// <summary>A field as text.</summary>
    /// <exception cref="PointFileException">It is not UTF-8: labels of another encoding would be mixed up.</exception>
    public ReadOnlySpan<byte> Text(int field) =>
        Utf8.IsValid(this[field]) ? this[field] : throw Problem(field, $"{Excerpt(this[field])} is not UTF-8 text");

    /// <summary>Reads a number of the invariant culture: NaN and infinity too.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out float number) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>An error at a field of the row, both counted from 1 as editors do.</summary>
    public PointFileException Problem(int field, string problem) => new(_path, $"line {_reader.LineNumber}, column {field + 1}: {problem}");

    /// <summary>An error of the row.</summary>
    public PointFileException Problem(string problem) => new(_path, $"line {_reader.LineNumber}: {problem}");

    public void Dispose() => _reader.Dispose();

    private PointFileException NotANumber(int field, string type)
    {
        ReadOnlySpan<byte> text = this[field];
        if (text.IsEmpty)
            return Problem(field, "the field is empty; a number is expected");
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double wide))
            return Problem(field, $"{Excerpt(text)} is not a number");

        // A double that overflows has digits; the words for infinity and NaN have none.
        bool isOverflow = !double.IsNaN(wide) && text.ContainsAnyInRange((byte)'0', (byte)'9');
        return Problem(field, $"{Excerpt(text)} {(isOverflow ? $"does not fit {type}" : "is not a finite number")}");
    }

    /// <summary>Text from the file in quotes, made fit for one line of a message.</summary>
    private static string Excerpt(ReadOnlySpan<byte> field)
    {
        string text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, 4 * LongestExcerpt)]);
        bool isLong = text.Length > LongestExcerpt;
        return $"'{string.Concat(text.Take(LongestExcerpt).Select(c => char.IsControl(c) ? '?' : c))}{(isLong ? "..." : "")}'";
    }
}
