using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyramidOT.Data;

/// <summary>
/// Reads a .npy file piece by piece, so that the file may be larger than memory. Elements come in C (row-major) order,
/// last index fastest, and in the machine's byte order, whatever the file's order is.
/// </summary>
/// <remarks>
/// Reads from several threads at once are fine. A Fortran-order file is memory-mapped: no other program may shorten it
/// while it is open.
/// </remarks>
public sealed class NpyReader : IDisposable
{
    /// <summary>Scratch memory of a conversion: it stays in the first or second level cache.</summary>
    private const int ScratchBytes = 1 << 16;

    /// <summary>The most elements that are taken in one go: their bytes must fit the length of a span.</summary>
    private const int LargestPiece = 1 << 26;

    private readonly SafeFileHandle _file;

    /// <summary>Null where the file's elements already lie in C order.</summary>
    private readonly NpyFortranView? _fortran;

    private NpyReader(string path, SafeFileHandle file, NpyHeader header)
    {
        FilePath = path;
        Header = header;
        _file = file;

        // With fewer than two dimensions longer than 1, both orders are the same.
        if (header.IsFortranOrder && header.ElementCount > 0 && header.Shape.Count(extent => extent > 1) > 1)
            _fortran = new NpyFortranView(file, header);
    }

    private delegate void PieceConverter<TStored, TWanted>(ReadOnlySpan<TStored> stored, Span<TWanted> wanted, long start);

    /// <summary>The file, as the caller named it.</summary>
    public string FilePath { get; }

    /// <summary>The array's element type, order and shape.</summary>
    public NpyHeader Header { get; }

    /// <summary>Opens a file, reads its header, and checks that the file is long enough for the data it promises.</summary>
    /// <param name="path">The .npy file. Bytes after the data are ignored, as NumPy does.</param>
    /// <returns>The reader, to be disposed.</returns>
    /// <exception cref="NpyFormatException">The file is not a .npy file (but a folder, say), is damaged or cut short, or holds a type that is not accepted.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static NpyReader Open(string path)
    {
        SafeFileHandle file = NpyHeader.Open(path);
        try
        {
            return new NpyReader(path, file, NpyHeader.Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole array of float32 or float64 into memory.</summary>
    /// <param name="path">The .npy file.</param>
    /// <param name="header">The array's header: its shape says how the result is to be understood.</param>
    /// <returns>All elements in C order.</returns>
    /// <exception cref="NpyFormatException">
    /// As for <see cref="Open"/> and <see cref="ReadSingles"/>; or there are more elements than one array can hold.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static float[] LoadSingles(string path, out NpyHeader header)
    {
        using NpyReader reader = Open(path);
        header = reader.Header;

        // Before the allocation: a wrong file should be told so, not run out of memory.
        reader.CheckFloats();
        if (header.ElementCount > Array.MaxLength)
        {
            throw new NpyFormatException(
                path, $"{header.ShapeText} has {header.ElementCount} elements, more than one array can hold ({Array.MaxLength}); read it in pieces");
        }

        float[] elements = GC.AllocateUninitializedArray<float>((int)header.ElementCount);
        reader.ReadSingles(0, elements);
        return elements;
    }

    /// <summary>Reads consecutive elements of a float32 or float64 file as float32.</summary>
    /// <param name="start">The first element to read, counted in C order from 0.</param>
    /// <param name="destination">Filled with the elements from there on. NaN and infinities are passed on; float64 is rounded to nearest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file does not have all of these elements.</exception>
    /// <exception cref="NpyFormatException">
    /// The file holds integers; or a finite float64 is too large for float32 (the message names its index); or the file became shorter.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public void ReadSingles(long start, Span<float> destination)
    {
        CheckRange(start, destination.Length);
        CheckFloats();
        if (Header.ElementType == NpyElementType.Float32)
            ReadStored(start, destination);
        else
            ReadConverted<double, float>(start, destination, Narrow);
    }

    /// <summary>Reads consecutive elements of a float32 or float64 file as float64.</summary>
    /// <param name="start">The first element to read, counted in C order from 0.</param>
    /// <param name="destination">Filled with the elements from there on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file does not have all of these elements.</exception>
    /// <exception cref="NpyFormatException">The file holds integers, or became shorter.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public void ReadDoubles(long start, Span<double> destination)
    {
        CheckRange(start, destination.Length);
        CheckFloats();
        if (Header.ElementType == NpyElementType.Float64)
            ReadStored(start, destination);
        else
            ReadConverted<float, double>(start, destination, static (stored, wanted, _) => TensorPrimitives.ConvertTruncating(stored, wanted));
    }

    /// <summary>Reads consecutive elements of an int32 or int64 file as int32.</summary>
    /// <param name="start">The first element to read, counted in C order from 0.</param>
    /// <param name="destination">Filled with the elements from there on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file does not have all of these elements.</exception>
    /// <exception cref="NpyFormatException">
    /// The file holds floats; or an int64 does not fit int32 (the message names its index); or the file became shorter.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public void ReadInt32(long start, Span<int> destination)
    {
        CheckRange(start, destination.Length);
        CheckIntegers();
        if (Header.ElementType == NpyElementType.Int32)
            ReadStored(start, destination);
        else
            ReadConverted<long, int>(start, destination, Narrow);
    }

    /// <summary>Reads consecutive elements of an int32 or int64 file as int64.</summary>
    /// <param name="start">The first element to read, counted in C order from 0.</param>
    /// <param name="destination">Filled with the elements from there on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file does not have all of these elements.</exception>
    /// <exception cref="NpyFormatException">The file holds floats, or became shorter.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public void ReadInt64(long start, Span<long> destination)
    {
        CheckRange(start, destination.Length);
        CheckIntegers();
        if (Header.ElementType == NpyElementType.Int64)
            ReadStored(start, destination);
        else
            ReadConverted<int, long>(start, destination, static (stored, wanted, _) => TensorPrimitives.ConvertTruncating(stored, wanted));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _fortran?.Dispose();
        _file.Dispose();
    }

    /// <summary>Reads elements of the file's own type, straight into the caller's memory.</summary>
    private void ReadStored<T>(long start, Span<T> destination)
        where T : unmanaged
    {
        for (; !destination.IsEmpty; start += LargestPiece)
        {
            Span<T> piece = destination[..Math.Min(LargestPiece, destination.Length)];
            destination = destination[piece.Length..];
            if (_fortran is not null)
            {
                _fortran.Copy(start, piece);
            }
            else
            {
                Span<byte> bytes = MemoryMarshal.AsBytes(piece);
                if (NpyHeader.Fill(_file, bytes, Header.DataOffset + (start * Unsafe.SizeOf<T>())) < bytes.Length)
                    throw new NpyFormatException(FilePath, "became shorter while it was read");
            }

            if (Header.IsBigEndian == BitConverter.IsLittleEndian)
                ReverseEndianness(piece);
        }
    }

    private void ReadConverted<TStored, TWanted>(long start, Span<TWanted> destination, PieceConverter<TStored, TWanted> convert)
        where TStored : unmanaged
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(ScratchBytes);
        try
        {
            Span<TStored> scratch = MemoryMarshal.Cast<byte, TStored>(rented.AsSpan(0, ScratchBytes));
            while (!destination.IsEmpty)
            {
                Span<TStored> stored = scratch[..Math.Min(scratch.Length, destination.Length)];
                ReadStored(start, stored);
                convert(stored, destination[..stored.Length], start);
                start += stored.Length;
                destination = destination[stored.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Narrow(ReadOnlySpan<double> stored, Span<float> wanted, long start)
    {
        TensorPrimitives.ConvertTruncating(stored, wanted);

        // A double that does not fit turns infinite. Infinities are looked for by their bits, which is vectorised, and only
        // where there are any are they compared with what the file says.
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(wanted);
        int i = bits.IndexOfAny(0x7F80_0000u, 0xFF80_0000u);
        for (; (uint)i < (uint)stored.Length; i++)
        {
            if (float.IsInfinity(wanted[i]) && double.IsFinite(stored[i]))
                throw DoesNotFit(start + i, stored[i].ToString("R", CultureInfo.InvariantCulture), "float32 (at most 3.4028235E+38)");
        }
    }

    private void Narrow(ReadOnlySpan<long> stored, Span<int> wanted, long start)
    {
        for (int i = 0; i < stored.Length; i++)
        {
            wanted[i] = (int)stored[i];
            if (wanted[i] != stored[i])
                throw DoesNotFit(start + i, stored[i].ToString(CultureInfo.InvariantCulture), "int32 (-2147483648 to 2147483647)");
        }
    }

    private NpyFormatException DoesNotFit(long element, string value, string type) =>
        new(FilePath, $"the element at {Header.IndexText(element)} is {value}, which does not fit {type}");

    private static void ReverseEndianness<T>(Span<T> elements)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(int))
        {
            Span<int> words = MemoryMarshal.Cast<T, int>(elements);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else
        {
            Span<long> words = MemoryMarshal.Cast<T, long>(elements);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    private void CheckRange(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        if (start > Header.ElementCount - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"{length} elements from {start} on were asked for; {FilePath} has {Header.ElementCount}.");
        }
    }

    private void CheckFloats()
    {
        if (Header.ElementType is not (NpyElementType.Float32 or NpyElementType.Float64))
            throw new NpyFormatException(FilePath, $"holds {Header.ElementType.NumPyName()}; float32 or float64 is needed here");
    }

    private void CheckIntegers()
    {
        if (Header.ElementType is not (NpyElementType.Int32 or NpyElementType.Int64))
            throw new NpyFormatException(FilePath, $"holds {Header.ElementType.NumPyName()}; int32 or int64 is needed here");
    }
}
