using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PyramidOT.Data;

/// <summary>
/// Writes a .npy file piece by piece: format version 1.0, C order, the machine's byte order (little-endian but for a few
/// machines), data aligned to 64 bytes. The file appears under its name when <see cref="Complete"/> is called; disposed before
/// that, it leaves nothing behind.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    /// <summary>The data begins at a multiple of this, as NumPy does it, so that a mapped file can be read with SIMD.</summary>
    private const int Alignment = 64;

    /// <summary>The most elements that are written in one go: their bytes must fit the length of a span.</summary>
    private const int LargestPiece = 1 << 26;

    private readonly AtomicFile _file;
    private readonly NpyElementType _elementType;
    private readonly string _shapeText;

    private NpyWriter(AtomicFile file, NpyElementType elementType, ReadOnlySpan<long> shape, long elementCount)
    {
        _file = file;
        _elementType = elementType;
        _shapeText = NpyHeader.FormatShape(shape);
        ElementCount = elementCount;
    }

    /// <summary>The number of elements that the shape asks for.</summary>
    public long ElementCount { get; }

    /// <summary>The number of elements written so far.</summary>
    public long WrittenCount { get; private set; }

    /// <summary>Begins a file of a given type and shape.</summary>
    /// <param name="path">The file's name. An existing file of this name is replaced when the new one is complete.</param>
    /// <param name="elementType">The type of the elements; only values of this type can be written.</param>
    /// <param name="shape">The extents, each at least 0; none for a single number (a 0-dimensional array).</param>
    /// <returns>The writer, to be disposed.</returns>
    /// <exception cref="ArgumentException">
    /// There are more than <see cref="NpyHeader.MaxDimensions"/> dimensions, or more elements than a file can hold; or the path is empty.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative, or the type is not one of the enumeration.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static NpyWriter Create(string path, NpyElementType elementType, params ReadOnlySpan<long> shape)
    {
        long count = CheckShape(elementType, shape);
        AtomicFile file = AtomicFile.Create(path);
        try
        {
            file.Stream.Write(MakeHeader(elementType, shape));
            return new NpyWriter(file, elementType, shape, count);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a whole array.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="int"/> or <see cref="long"/>.</typeparam>
    /// <param name="path">The file's name. An existing file of this name is replaced.</param>
    /// <param name="data">All elements in C order.</param>
    /// <param name="shape">The extents, each at least 0; none for a single number (a 0-dimensional array).</param>
    /// <exception cref="ArgumentException">
    /// <typeparamref name="T"/> is another type; or the shape does not ask for as many elements as there are; or as for <see cref="Create"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save<T>(string path, ReadOnlySpan<T> data, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        NpyElementType type = NpyElementTypeFacts.Of<T>()
            ?? throw new ArgumentException($"{typeof(T)} cannot be written; float, double, int and long can.", nameof(data));
        if (CheckShape(type, shape) != data.Length)
            throw new ArgumentException($"{data.Length} elements do not fill the shape {NpyHeader.FormatShape(shape)}.", nameof(shape));

        using NpyWriter writer = Create(path, type, shape);
        writer.WriteElements(data);
        writer.Complete();
    }

    /// <summary>Writes the next elements of a float32 file, in C order.</summary>
    /// <param name="values">The elements.</param>
    /// <exception cref="InvalidOperationException">
    /// The file is of another type, is complete, or has no room in its shape for so many elements.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public void Write(ReadOnlySpan<float> values) => WriteElements(values);

    /// <summary>Writes the next elements of a float64 file, in C order.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{float})"/>
    public void Write(ReadOnlySpan<double> values) => WriteElements(values);

    /// <summary>Writes the next elements of an int32 file, in C order.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{float})"/>
    public void Write(ReadOnlySpan<int> values) => WriteElements(values);

    /// <summary>Writes the next elements of an int64 file, in C order.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{float})"/>
    public void Write(ReadOnlySpan<long> values) => WriteElements(values);

    /// <summary>Gives the file its name, now that all elements are written. Nothing can be written afterwards.</summary>
    /// <exception cref="InvalidOperationException">Elements are missing, or the file is complete already.</exception>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    /// <exception cref="IOException">The last bytes cannot be written, or the file cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">The existing file may not be replaced.</exception>
    public void Complete()
    {
        if (WrittenCount < ElementCount)
        {
            throw new InvalidOperationException(
                $"{_file.FilePath}: {WrittenCount} of the {ElementCount} elements of shape {_shapeText} are written.");
        }

        _file.Commit();
    }

    /// <summary>Closes the file and, unless it is complete, removes it.</summary>
    public void Dispose() => _file.Dispose();

    private void WriteElements<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (NpyElementTypeFacts.Of<T>() != _elementType)
            throw new InvalidOperationException($"{_file.FilePath}: {typeof(T).Name} values for a file of {_elementType.NumPyName()}.");
        if (values.Length > ElementCount - WrittenCount)
        {
            throw new InvalidOperationException(
                $"{_file.FilePath}: {values.Length} elements after {WrittenCount} are more than the shape {_shapeText} has ({ElementCount}).");
        }

        while (!values.IsEmpty)
        {
            ReadOnlySpan<T> piece = values[..Math.Min(LargestPiece, values.Length)];
            _file.Stream.Write(MemoryMarshal.AsBytes(piece));
            values = values[piece.Length..];
            WrittenCount += piece.Length;
        }
    }

    private static long CheckShape(NpyElementType elementType, ReadOnlySpan<long> shape)
    {
        if (!Enum.IsDefined(elementType))
            throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "Not an element type of .npy files.");
        if (shape.Length > NpyHeader.MaxDimensions)
            throw new ArgumentException($"{shape.Length} dimensions; {NpyHeader.MaxDimensions} at most.", nameof(shape));
        foreach (long extent in shape)
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(shape));
        if (!NpyHeader.TryCount(shape, elementType, out long count))
            throw new ArgumentException($"The shape {NpyHeader.FormatShape(shape)} has more elements than a file can hold.", nameof(shape));
        return count;
    }

    /// <summary>
    /// Magic string, version, length and text. With at most 64 dimensions the text stays far below the 65,535 bytes of version
    /// 1.0, so that version 2.0 is never needed.
    /// </summary>
    private static byte[] MakeHeader(NpyElementType elementType, ReadOnlySpan<long> shape)
    {
        char order = BitConverter.IsLittleEndian ? '<' : '>';
        string text = $"{{'descr': '{order}{elementType.Code()}', 'fortran_order': False, 'shape': {NpyHeader.FormatShape(shape)}, }}";
        int textOffset = NpyHeader.Magic.Length + 2 + sizeof(ushort);

        // The text ends in a line feed, and the spaces before it bring the data to the alignment.
        int length = (textOffset + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[length];
        NpyHeader.Magic.CopyTo(header);
        header[NpyHeader.Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(textOffset - sizeof(ushort)), (ushort)(length - textOffset));
        header.AsSpan(textOffset).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(textOffset));
        header[^1] = (byte)'\n';
        return header;
    }
}
