using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PyramidOT.Data;

/// <summary>
/// The header of a .npy file: element type, order and shape of the one array that the file holds. Format versions 1.0,
/// 2.0 and 3.0 as written by NumPy (NumPy Enhancement Proposal 1), of Python 2 and 3.
/// </summary>
public sealed record NpyHeader
{
    /// <summary>The most dimensions an array may have, as in NumPy 2.</summary>
    public const int MaxDimensions = 64;

    /// <summary>The length of the magic string and the version.</summary>
    private const int PreambleLength = 8;

    /// <summary>
    /// Longer headers are refused before they are read. 64 dimensions take under 2,000 characters, so that only
    /// structured types, which are not accepted anyway, come near it.
    /// </summary>
    private const int MaxTextLength = 1 << 20;

    internal static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    internal NpyHeader(
        NpyElementType elementType, bool isBigEndian, bool isFortranOrder, ImmutableArray<long> shape, long elementCount, long dataOffset)
    {
        ElementType = elementType;
        IsBigEndian = isBigEndian;
        IsFortranOrder = isFortranOrder;
        Shape = shape;
        ElementCount = elementCount;
        DataOffset = dataOffset;
    }

    /// <summary>The type of the elements in the file.</summary>
    public NpyElementType ElementType { get; }

    /// <summary>Whether the elements' most significant byte comes first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Whether the first index changes fastest in the file (Fortran order) rather than the last one (C order).</summary>
    public bool IsFortranOrder { get; }

    /// <summary>The array's extents, each at least 0; empty for a single number (a 0-dimensional array).</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The product of the extents: 1 for a 0-dimensional array, 0 where an extent is 0.</summary>
    public long ElementCount { get; }

    /// <summary>Where the first element begins, in bytes from the start of the file.</summary>
    public long DataOffset { get; }

    /// <summary>The shape as Python writes it: <c>(3, 4)</c>, <c>(5,)</c>, <c>()</c>.</summary>
    public string ShapeText => FormatShape(Shape.AsSpan());

    /// <summary>Reads the header of a file and checks that the file is long enough for the data it promises.</summary>
    /// <param name="path">The .npy file.</param>
    /// <returns>The header.</returns>
    /// <exception cref="NpyFormatException">The file is not a .npy file (but a folder, say), is damaged or cut short, or holds a type that is not accepted.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static NpyHeader Read(string path)
    {
        using SafeFileHandle file = Open(path);
        return Read(file, path);
    }

    /// <summary>The multi-index of an element, for messages: element 7 of shape (3, 4) is <c>[1, 3]</c>.</summary>
    /// <param name="element">The element's position in C (row-major) order, from 0 to <see cref="ElementCount"/> - 1.</param>
    /// <returns>The indices in brackets, first dimension first; <c>[]</c> for a 0-dimensional array.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public string IndexText(long element)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(element);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(element, ElementCount);
        var indices = new string[Shape.Length];
        for (int k = Shape.Length - 1; k >= 0; k--)
        {
            (element, long index) = Math.DivRem(element, Shape[k]);
            indices[k] = index.ToString(CultureInfo.InvariantCulture);
        }

        return $"[{string.Join(", ", indices)}]";
    }

    /// <summary>Two headers are equal when all they say is equal, the shape extent by extent.</summary>
    /// <param name="other">The header to compare with.</param>
    /// <returns>Whether they are equal.</returns>
    public bool Equals(NpyHeader? other) =>
        other is not null && ElementType == other.ElementType && IsBigEndian == other.IsBigEndian
        && IsFortranOrder == other.IsFortranOrder && DataOffset == other.DataOffset
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(ElementType);
        hash.Add(IsBigEndian);
        hash.Add(IsFortranOrder);
        hash.Add(DataOffset);
        foreach (long extent in Shape)
            hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>Type, shape and layout in one line, for messages.</summary>
    /// <returns>For example <c>float32 (3, 4), little-endian, C order</c>.</returns>
    public override string ToString() =>
        $"{ElementType.NumPyName()} {ShapeText}, {(IsBigEndian ? "big" : "little")}-endian, {(IsFortranOrder ? "Fortran" : "C")} order";

    internal static string FormatShape(ReadOnlySpan<long> shape)
    {
        var text = new StringBuilder("(");
        for (int k = 0; k < shape.Length; k++)
            text.Append(k == 0 ? "" : ", ").Append(shape[k].ToString(CultureInfo.InvariantCulture));
        return text.Append(shape.Length == 1 ? ",)" : ")").ToString();
    }

    /// <summary>
    /// The number of elements of a shape; false where the elements' bytes would not fit an <see cref="Int64"/>. An extent
    /// of 0 makes an empty array however large the others are.
    /// </summary>
    internal static bool TryCount(ReadOnlySpan<long> shape, NpyElementType elementType, out long count)
    {
        count = shape.Contains(0) ? 0 : 1;
        foreach (long extent in shape)
        {
            Int128 product = (Int128)count * extent;
            if (product * elementType.SizeInBytes() > long.MaxValue)
                return false;
            count = (long)product;
        }

        return true;
    }

    /// <summary>Opens a file for reading; the system would say of a folder only that access to it is denied.</summary>
    internal static SafeFileHandle Open(string path) =>
        Directory.Exists(path) ? throw new NpyFormatException(path, "is a folder, not a .npy file") : File.OpenHandle(path);

    internal static NpyHeader Read(SafeFileHandle file, string path)
    {
        long fileLength;
        try
        {
            fileLength = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException e)
        {
            throw new NpyFormatException(path, "is a pipe or a terminal; a .npy file must lie on a disk: it is not read from front to back", e);
        }

        Span<byte> start = stackalloc byte[PreambleLength + sizeof(uint)];
        int got = Fill(file, start, 0);
        if (got < PreambleLength || !start.StartsWith(Magic))
            throw new NpyFormatException(path, DescribeStranger(start[..got], fileLength));

        (byte major, byte minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new NpyFormatException(path, $"has .npy format version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read");

        // The length is 2 bytes in version 1 and 4 bytes later; a short file shows in the comparison that follows.
        int textOffset = PreambleLength + (major == 1 ? sizeof(ushort) : sizeof(uint));
        if (got < textOffset)
            throw new NpyFormatException(path, $"is cut short in its header: {fileLength} bytes, at least {textOffset} were expected");
        uint textLength = major == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[PreambleLength..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[PreambleLength..]);
        if (textOffset + textLength > fileLength)
            throw new NpyFormatException(path, $"is cut short in its header: {fileLength} bytes, the header alone takes {textOffset + textLength}");
        if (textLength > MaxTextLength)
            throw new NpyFormatException(path, $"has a header of {textLength} bytes, which no array of numbers needs ({MaxTextLength} at most)");

        var bytes = new byte[textLength];
        if (Fill(file, bytes, textOffset) < bytes.Length)
            throw new NpyFormatException(path, "became shorter while it was read");
        string text = (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);

        NpyHeader header = new NpyHeaderParser(path, text).Parse(dataOffset: textOffset + textLength);
        long dataLength = header.ElementCount * header.ElementType.SizeInBytes();
        if (dataLength > fileLength - header.DataOffset)
        {
            throw new NpyFormatException(
                path,
                $"is cut short: {header.ElementType.NumPyName()} {header.ShapeText} takes {dataLength} bytes of data, "
                + $"{fileLength - header.DataOffset} are there");
        }

        return header;
    }

    /// <summary>Reads until the destination is full or the file ends, and returns the number of bytes read.</summary>
    internal static int Fill(SafeFileHandle file, Span<byte> destination, long offset)
    {
        int filled = 0;
        while (filled < destination.Length)
        {
            int read = RandomAccess.Read(file, destination[filled..], offset + filled);
            if (read == 0)
                break;
            filled += read;
        }

        return filled;
    }

    private static string DescribeStranger(ReadOnlySpan<byte> start, long fileLength) =>
        fileLength == 0 ? "is not a .npy file: it is empty"
        : start.StartsWith("PK\x03\x04"u8)
            ? "is not a .npy file but a zip archive (.npz?): unpack it and name one of its .npy files"
        : "is not a .npy file: it does not begin with \\x93NUMPY and a version";
}
