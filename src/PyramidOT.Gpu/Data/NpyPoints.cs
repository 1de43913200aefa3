using System.Buffers;
using System.Numerics.Tensors;

namespace PyramidOT.Data;

/// <summary>Points and labels of .npy files. The elements go straight into the array that the cloud keeps.</summary>
internal static class NpyPoints
{
    /// <summary>64 MiB of float32: after each piece a cancelled read ends.</summary>
    private const int PieceLength = 1 << 24;

    /// <summary>Integers that are converted at a time.</summary>
    private const int ScratchLength = 1 << 13;

    /// <summary>Reads (n, d) or (n,) numbers as points.</summary>
    public static PointCloud Load(string path, CancellationToken cancellation)
    {
        using NpyReader reader = NpyReader.Open(path);
        NpyHeader header = reader.Header;
        (long count, long dimensions) = header.Shape.Length switch
        {
            1 => (header.Shape[0], 1),
            2 => (header.Shape[0], header.Shape[1]),
            _ => throw new PointFileException(path, $"points have the shape (n, d), or (n,) on a line; the file's is {header.ShapeText}"),
        };
        if (count == 0 || dimensions == 0)
            throw new PointFileException(path, $"has no points: its shape is {header.ShapeText}");
        if (header.ElementCount > Array.MaxLength)
        {
            throw new PointFileException(
                path, $"{header.ShapeText} has {header.ElementCount} numbers, more than one array can hold ({Array.MaxLength})");
        }

        float[] points = GC.AllocateUninitializedArray<float>((int)header.ElementCount);
        for (int start = 0; start < points.Length; start += Math.Min(PieceLength, points.Length - start))
        {
            cancellation.ThrowIfCancellationRequested();
            Span<float> piece = points.AsSpan(start, Math.Min(PieceLength, points.Length - start));
            if (header.ElementType is NpyElementType.Int32 or NpyElementType.Int64)
                ReadIntegers(reader, start, piece);
            else
                reader.ReadSingles(start, piece);
        }

        return PointCloud.Adopt(
            points,
            (int)dimensions,
            refuse: bad => new PointFileException(path, $"the element at {header.IndexText(bad)} is {PointCheck.Text(points[bad])}; coordinates are finite"));
    }

    /// <summary>Reads (n,) or (n, 1) integers as labels.</summary>
    public static PointLabels LoadLabels(string path)
    {
        using NpyReader reader = NpyReader.Open(path);
        NpyHeader header = reader.Header;
        if (header.Shape.Length is not (1 or 2) || (header.Shape.Length == 2 && header.Shape[1] != 1))
            throw new PointFileException(path, $"labels have the shape (n,); the file's is {header.ShapeText}");
        if (header.ElementCount == 0)
            throw new PointFileException(path, "has no labels");
        if (header.ElementCount > Array.MaxLength)
            throw new PointFileException(path, $"{header.ShapeText} has more labels than one array can hold ({Array.MaxLength})");
        if (header.ElementType is NpyElementType.Float32 or NpyElementType.Float64)
            throw new PointFileException(path, $"holds {header.ElementType.NumPyName()}; labels are int32 or int64");

        int[] labels = new int[header.ElementCount];
        reader.ReadInt32(0, labels);
        return new(labels);
    }

    /// <summary>Rounded to the nearest float32, which has whole numbers up to 16,777,216 exactly.</summary>
    private static void ReadIntegers(NpyReader reader, long start, Span<float> destination)
    {
        long[] rented = ArrayPool<long>.Shared.Rent(ScratchLength);
        try
        {
            while (!destination.IsEmpty)
            {
                Span<long> integers = rented.AsSpan(0, Math.Min(ScratchLength, destination.Length));
                reader.ReadInt64(start, integers);
                TensorPrimitives.ConvertTruncating<long, float>(integers, destination);
                start += integers.Length;
                destination = destination[integers.Length..];
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }
}
