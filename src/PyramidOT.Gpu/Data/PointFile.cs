using CsvHelper;

namespace PyramidOT.Data;

/// <summary>What the first bytes of a file are.</summary>
internal enum PointFileContent
{
    /// <summary>No bytes at all.</summary>
    Nothing,

    /// <summary>Text, as far as can be seen.</summary>
    Text,

    /// <summary>NumPy's array.</summary>
    Npy,

    /// <summary>An IDX file.</summary>
    Idx,

    /// <summary>A zip archive, perhaps NumPy's .npz.</summary>
    Zip,

    /// <summary>Something else.</summary>
    Binary,
}

/// <summary>Opens files of points, tells what they are, and turns all that can go wrong into <see cref="PointFileException"/>.</summary>
internal static class PointFile
{
    private const int BufferBytes = 1 << 16;
    private const int SniffedBytes = 512;

    /// <summary>Runs a reader of a file.</summary>
    /// <exception cref="PointFileException">The reader found something wrong with the file, or the system with opening or reading it.</exception>
    public static T Named<T>(string path, Func<T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new PointFileException(path, "is a folder, not a file");
        try
        {
            return read();
        }
        catch (Exception exception) when (Describe(path, exception) is { } problem)
        {
            throw new PointFileException(path, problem, exception);
        }
    }

    /// <summary>Opens a file to be read from front to back, through gzip where <paramref name="isGzipped"/>.</summary>
    public static Stream Open(string path, bool isGzipped)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        try
        {
            if (!file.CanSeek)
                throw new PointFileException(path, "is a pipe or a terminal; a file on a disk is needed: its beginning is read twice");
            return isGzipped ? new BufferedStream(new GzipReadStream(file), BufferBytes) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Looks at the first bytes of a file, and at those behind the gzip if it is gzipped.</summary>
    public static PointFileContent Sniff(string path, out bool isGzipped)
    {
        Span<byte> start = stackalloc byte[SniffedBytes];
        int length;
        using (Stream file = Open(path, isGzipped: false))
            length = file.ReadAtLeast(start, SniffedBytes, throwOnEndOfStream: false);
        isGzipped = start[..length] is [0x1F, 0x8B, ..];
        if (isGzipped)
        {
            using Stream file = Open(path, isGzipped: true);
            length = file.ReadAtLeast(start, SniffedBytes, throwOnEndOfStream: false);
        }

        return Classify(start[..length]);
    }

    private static PointFileContent Classify(ReadOnlySpan<byte> start) =>
        start.IsEmpty ? PointFileContent.Nothing
        : start.StartsWith(NpyHeader.Magic) ? PointFileContent.Npy
        : start.StartsWith("PK\x03\x04"u8) ? PointFileContent.Zip
        : start is [0, 0, >= 8 and <= 14, > 0 and < 32, ..] ? PointFileContent.Idx

        // The byte order marks of UTF-16: with them, zeros are a part of text. Otherwise text has none of the first control characters.
        : start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || !start.ContainsAnyInRange<byte>(0, 6) ? PointFileContent.Text
        : PointFileContent.Binary;

    /// <summary>What an exception says about the file; null where it is not about the file.</summary>
    private static string? Describe(string path, Exception exception) => exception switch
    {
        PointFileException => null,
        NpyFormatException => exception.Message[(path.Length + 2)..],
        CsvFormatException csv => $"line {csv.LineNumber}: {DescribeQuotes(csv.Message)}",
        InvalidDataException => "is damaged, cut short or in several parts: its gzip data cannot be unpacked",
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        PathTooLongException => "the name is too long",
        UnauthorizedAccessException => "access is denied",
        IOException => exception.Message.ReplaceLineEndings(" "),
        _ => null,
    };

    /// <summary>The problem itself, from <c>Malformed CSV in record 2 (line 2): a quote inside an unquoted field (byte offset 5).</c></summary>
    private static string DescribeQuotes(string message)
    {
        int start = message.IndexOf("): ", StringComparison.Ordinal);
        int end = message.LastIndexOf(" (byte offset", StringComparison.Ordinal);
        return start >= 0 && end > start ? message[(start + 3)..end] : message.ReplaceLineEndings(" ");
    }
}
