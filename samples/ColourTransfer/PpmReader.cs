namespace ColourTransfer;

/// <summary>
/// Reads PPM files, binary (P6) and text (P3), of 8 or 16 bits: a format so simple that the sample needs no library for pictures, and one
/// that others convert to and from.
/// </summary>
internal sealed class PpmReader
{
    private readonly byte[] _bytes;
    private int _place;

    private PpmReader(byte[] bytes) => _bytes = bytes;

    /// <exception cref="InvalidDataException">The bytes are no PPM file; the message says why.</exception>
    public static PpmImage Read(byte[] bytes) => new PpmReader(bytes).Read();

    private PpmImage Read()
    {
        bool isText = _bytes.AsSpan().StartsWith("P3"u8);
        if (!isText && !_bytes.AsSpan().StartsWith("P6"u8))
        {
            throw new InvalidDataException("is no PPM file: it begins with neither P3 nor P6");
        }

        _place = 2;
        int width = Number("the width", 1, 1 << 15);
        int height = Number("the height", 1, 1 << 15);
        int most = Number("the largest value", 1, ushort.MaxValue);
        if (3L * width * height > Array.MaxLength)
        {
            throw new InvalidDataException($"has {width} x {height} pixels, more than fit in an array");
        }

        // A single white space ends the head of a binary file: what follows may look like white space and is none.
        _place++;
        byte[] colours = new byte[3 * width * height];
        int bytesPerValue = most > byte.MaxValue ? 2 : 1;
        if (!isText && _bytes.Length - (long)_place < (long)bytesPerValue * colours.Length)
        {
            throw new InvalidDataException("is cut short");
        }

        for (int i = 0; i < colours.Length; i++)
        {
            int value = isText ? Number("a colour", 0, most) : Binary(bytesPerValue);
            colours[i] = value <= most
                ? (byte)(((value * byte.MaxValue) + (most / 2)) / most)
                : throw new InvalidDataException($"has a colour of {value}, where {most} is the most");
        }

        return new(width, height, colours);
    }

    private int Binary(int bytes)
    {
        int value = _bytes[_place++];
        return bytes == 1 ? value : (value << 8) | _bytes[_place++];
    }

    /// <summary>The next number, behind white space and comments, which go from # to the end of their line.</summary>
    private int Number(string what, int least, int most)
    {
        bool isComment = false;
        while (_place < _bytes.Length && (isComment || _bytes[_place] is (byte)'#' or (byte)' ' or (>= 9 and <= 13)))
        {
            isComment = _bytes[_place] is (byte)'#' || (isComment && _bytes[_place] is not (10 or 13));
            _place++;
        }

        int start = _place;
        int value = 0;
        while (_place < _bytes.Length && _bytes[_place] is >= (byte)'0' and <= (byte)'9' && value <= ushort.MaxValue)
        {
            value = (10 * value) + (_bytes[_place++] - '0');
        }

        return _place > start && value >= least && value <= most
            ? value
            : throw new InvalidDataException($"has no number from {least} to {most} for {what}");
    }
}
