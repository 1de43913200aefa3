using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PyramidOT.Data;

/// <summary>
/// IDX files, the format of MNIST (LeCun, Cortes, Burges): two zero bytes, a byte for the type, one for the number of
/// dimensions, the extents as big-endian int32, and the elements, big-endian, last index fastest. Gzipped ones too.
/// </summary>
internal sealed class IdxFile : IDisposable
{
    /// <summary>A multiple of all element sizes.</summary>
    private const int ScratchBytes = 1 << 16;

    /// <summary>Deflate packs 1,032 bytes into one at the best: a gzip file shorter than that is cut short, whatever is in it.</summary>
    private const long BestPacking = 1032;

    private readonly string _path;
    private readonly Stream _stream;
    private readonly byte _type;
    private readonly int[] _extents;

    private IdxFile(string path, Stream stream, bool isGzipped)
    {
        (_path, _stream) = (path, stream);
        Span<byte> start = stackalloc byte[4];
        Fill(start);
        if (start is not [0, 0, 0x08 or 0x09 or 0x0B or 0x0C or 0x0D or 0x0E, > 0 and < 32])
            throw new PointFileException(path, $"is not an IDX file: it begins with {Convert.ToHexString(start)}");
        _type = start[2];
        _extents = new int[start[3]];
        Int128 bytes = ElementBytes;
        for (int k = 0; k < _extents.Length; k++)
        {
            Fill(start);
            _extents[k] = BinaryPrimitives.ReadInt32BigEndian(start);
            if (_extents[k] < 1)
                throw new PointFileException(path, _extents[k] == 0 ? "is empty: an extent is 0" : $"has a damaged IDX header: the extent {_extents[k]}");
            bytes *= _extents[k];
        }

        if (bytes / ElementBytes > Array.MaxLength)
            throw new PointFileException(path, $"has {ShapeText} numbers, more than one array can hold ({Array.MaxLength})");

        // Before anything is allocated: a damaged header may promise gigabytes.
        long header = 4 + (4 * _extents.Length);
        long length = new FileInfo(path).Length;
        if (isGzipped ? bytes / BestPacking > length : bytes != length - header)
        {
            throw new PointFileException(
                path, $"is damaged or cut short: {ShapeText} elements of {ElementBytes} bytes are promised, the file has {length} bytes");
        }
    }

    /// <summary>Number of items: the first extent.</summary>
    private int Count => _extents[0];

    private int ElementBytes => _type switch { 0x08 or 0x09 => 1, 0x0B => 2, 0x0C or 0x0D => 4, _ => 8 };

    private string ShapeText => string.Join(" x ", _extents);

    public static PointCloud Load(string path, bool isGzipped, CancellationToken cancellation)
    {
        using IdxFile file = Open(path, isGzipped);
        if (file._extents.Length == 1 && file._type < 0x0D)
            throw new PointFileException(path, $"holds {file.Count} labels, one integer an item, and no points");
        float[] points = GC.AllocateUninitializedArray<float>(file._extents.Aggregate(1, (product, extent) => product * extent));
        file.ReadInto(points, cancellation);
        int dimensions = points.Length / file.Count;
        return PointCloud.Adopt(
            points,
            dimensions,
            refuse: bad => new PointFileException(
                path, $"number {bad % dimensions} of item {bad / dimensions} is {PointCheck.Text(points[bad])} as float32; coordinates are finite"));
    }

    public static PointLabels LoadLabels(string path, bool isGzipped, CancellationToken cancellation)
    {
        using IdxFile file = Open(path, isGzipped);
        if (file._extents.Length != 1 || file._type >= 0x0D)
            throw new PointFileException(path, $"holds {file.ShapeText} numbers; labels are one integer an item");
        int[] labels = new int[file.Count];
        file.ReadInto(labels, cancellation);
        return new(labels);
    }

    public void Dispose() => _stream.Dispose();

    private static IdxFile Open(string path, bool isGzipped)
    {
        Stream stream = PointFile.Open(path, isGzipped);
        try
        {
            return new IdxFile(path, stream, isGzipped);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads all elements, and makes sure that nothing follows them.</summary>
    private void ReadInto<T>(Span<T> destination, CancellationToken cancellation)
        where T : unmanaged
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(ScratchBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<T> piece = destination[..Math.Min(ScratchBytes / ElementBytes, destination.Length)];
                Span<byte> stored = scratch.AsSpan(0, piece.Length * ElementBytes);
                Fill(stored);
                if (typeof(T) == typeof(int))
                    ToIntegers(stored, MemoryMarshal.Cast<T, int>(piece));
                else
                    ToSingles(stored, MemoryMarshal.Cast<T, float>(piece));
                destination = destination[piece.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        if (_stream.ReadByte() >= 0)
            throw new PointFileException(_path, $"has more data than the {ShapeText} elements that its header promises");
    }

    private void ToIntegers(ReadOnlySpan<byte> stored, Span<int> wanted)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            wanted[i] = _type switch
            {
                0x08 => stored[i],
                0x09 => (sbyte)stored[i],
                0x0B => BinaryPrimitives.ReadInt16BigEndian(stored[(2 * i)..]),
                _ => BinaryPrimitives.ReadInt32BigEndian(stored[(4 * i)..]),
            };
        }
    }

    private void ToSingles(ReadOnlySpan<byte> stored, Span<float> wanted)
    {
        switch (_type)
        {
            case 0x08:
                TensorPrimitives.ConvertTruncating(stored, wanted);
                TensorPrimitives.Divide(wanted, 255, wanted);
                break;
            case 0x0D:
                for (int i = 0; i < wanted.Length; i++)
                    wanted[i] = BinaryPrimitives.ReadSingleBigEndian(stored[(4 * i)..]);
                break;
            case 0x0E:
                for (int i = 0; i < wanted.Length; i++)
                    wanted[i] = (float)BinaryPrimitives.ReadDoubleBigEndian(stored[(8 * i)..]);
                break;
            default:
                Span<int> integers = MemoryMarshal.Cast<float, int>(wanted);
                ToIntegers(stored, integers);
                for (int i = 0; i < wanted.Length; i++)
                    wanted[i] = integers[i];
                break;
        }
    }

    private void Fill(Span<byte> bytes)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new PointFileException(_path, "is cut short");
    }
}
