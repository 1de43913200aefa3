namespace PyramidOT.Data;

/// <summary>What the file format and the runtime call each <see cref="NpyElementType"/>, and how large it is.</summary>
internal static class NpyElementTypeFacts
{
    /// <summary>The types that are accepted, for error messages.</summary>
    public const string Accepted = "float32, float64, int32 or int64 (f4, f8, i4 or i8, in either byte order)";

    public static int SizeInBytes(this NpyElementType type) =>
        type is NpyElementType.Float32 or NpyElementType.Int32 ? 4 : 8;

    /// <summary>NumPy's name of the type: <c>float32</c>.</summary>
    public static string NumPyName(this NpyElementType type) => type switch
    {
        NpyElementType.Float32 => "float32",
        NpyElementType.Float64 => "float64",
        NpyElementType.Int32 => "int32",
        NpyElementType.Int64 => "int64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type of .npy files."),
    };

    /// <summary>The type's code in a <c>descr</c>, without the byte order: <c>f4</c>.</summary>
    public static string Code(this NpyElementType type) => type switch
    {
        NpyElementType.Float32 => "f4",
        NpyElementType.Float64 => "f8",
        NpyElementType.Int32 => "i4",
        NpyElementType.Int64 => "i8",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type of .npy files."),
    };

    /// <summary>The element type that stores <typeparamref name="T"/>, or null where none does.</summary>
    public static NpyElementType? Of<T>() =>
        typeof(T) == typeof(float) ? NpyElementType.Float32
        : typeof(T) == typeof(double) ? NpyElementType.Float64
        : typeof(T) == typeof(int) ? NpyElementType.Int32
        : typeof(T) == typeof(long) ? NpyElementType.Int64
        : null;

    /// <summary>Reads a <c>descr</c> such as <c>&lt;f4</c>; false where it names a type that is not accepted.</summary>
    public static bool TryParse(ReadOnlySpan<char> descr, out NpyElementType type, out bool isBigEndian)
    {
        // Without a sign the order is the machine's own, as with '='. '|' ("has no byte order") fits one-byte types only,
        // and none of those is accepted.
        isBigEndian = !BitConverter.IsLittleEndian;
        if (descr is ['<' or '>' or '=', ..])
        {
            isBigEndian = descr[0] == '=' ? isBigEndian : descr[0] == '>';
            descr = descr[1..];
        }

        switch (descr)
        {
            case "f4":
                type = NpyElementType.Float32;
                return true;
            case "f8":
                type = NpyElementType.Float64;
                return true;
            case "i4":
                type = NpyElementType.Int32;
                return true;
            case "i8":
                type = NpyElementType.Int64;
                return true;
            default:
                type = default;
                return false;
        }
    }

    /// <summary>A plain word for the kinds of data that NumPy can store and this library does not read.</summary>
    public static string DescribeUnaccepted(ReadOnlySpan<char> descr)
    {
        ReadOnlySpan<char> code = descr is ['<' or '>' or '=' or '|', ..] ? descr[1..] : descr;
        return code switch
        {
            ['O', ..] => "Python objects",
            ['S' or 'a' or 'U', ..] => "strings",
            ['V', ..] => "raw bytes",
            ['c', ..] => "complex numbers",
            ['b', ..] or ['?', ..] => "booleans",
            ['u', ..] => "unsigned integers",
            ['M' or 'm', ..] => "dates or durations",
            "f2" => "half-precision floats",
            ['f', ..] => "floats of another size",
            ['i', ..] => "integers of another size",
            _ => "an unknown type",
        };
    }
}
