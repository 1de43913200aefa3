using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace PyramidOT.Data;

/// <summary>
/// The elements of a Fortran-order file in C order: a gather from a memory-mapped file, so that a few rows can be read
/// without passing through the whole file, and pages that several rows share are read from the disk once.
/// </summary>
internal sealed unsafe class NpyFortranView : IDisposable
{
    /// <summary>
    /// Rows and columns of the blocks that are moved at once. What is adjacent in the file lies rows apart in C order: 16
    /// elements of 4 bytes are a cache line, so a block uses whole lines on both sides.
    /// </summary>
    private const int Tile = 16;

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _dataOffset;
    private readonly long[] _shape;

    /// <summary>Distances in the file, in elements, between neighbours along each dimension.</summary>
    private readonly long[] _strides;

    /// <summary>The elements that share one value of the first index: a "row" below.</summary>
    private readonly long _rowLength;

    public NpyFortranView(SafeFileHandle file, NpyHeader header)
    {
        _shape = [.. header.Shape];
        _strides = new long[_shape.Length];
        long stride = 1;
        for (int k = 0; k < _shape.Length; k++)
        {
            _strides[k] = stride;
            stride *= _shape[k];
        }

        _rowLength = header.ElementCount / _shape[0];
        _dataOffset = header.DataOffset;
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            long length = header.DataOffset + (header.ElementCount * header.ElementType.SizeInBytes());
            _view = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _map.Dispose();
            throw;
        }
    }

    /// <summary>Copies elements as they stand in the file, bytes unswapped. The caller has checked the range.</summary>
    /// <typeparam name="T">A type of the file's element size.</typeparam>
    /// <param name="start">The first element, counted in C order.</param>
    /// <param name="destination">Where they go, in C order.</param>
    public void Copy<T>(long start, Span<T> destination)
        where T : unmanaged
    {
        byte* pointer = null;

        // The pointer is held for this call only, so that another thread's Dispose waits for it rather than unmapping the memory.
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        try
        {
            byte* data = pointer + _view.PointerOffset + _dataOffset;
            (long row, long column) = Math.DivRem(start, _rowLength);
            while (!destination.IsEmpty)
            {
                // Whole rows go several at a time; the rest of a row that was begun, or the beginning of one, goes alone.
                int rows = column == 0 ? (int)Math.Clamp(destination.Length / _rowLength, 1, Tile) : 1;
                int width = (int)Math.Min(_rowLength - column, destination.Length);
                CopyRows(data, row, rows, column, width, destination);
                destination = destination[(rows * width)..];
                row += rows;
                column = 0;
            }
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }

    private void CopyRows<T>(byte* data, long row, int rows, long column, int width, Span<T> destination)
        where T : unmanaged
    {
        Span<long> index = stackalloc long[_shape.Length];
        Span<long> offsets = stackalloc long[Tile];
        long offset = Locate(column, index);
        for (int c = 0; c < width; c += Tile)
        {
            int columns = Math.Min(Tile, width - c);
            for (int q = 0; q < columns; q++)
            {
                offsets[q] = offset;
                offset = Advance(offset, index);
            }

            for (int r = 0; r < rows; r++)
            {
                Span<T> target = destination.Slice((r * width) + c, columns);
                for (int q = 0; q < target.Length; q++)
                {
                    // Old writers padded the header to 16 bytes or not at all, so that elements may lie unaligned.
                    target[q] = Unsafe.ReadUnaligned<T>(data + ((offsets[q] + row + r) * sizeof(T)));
                }
            }
        }
    }

    /// <summary>Splits a position within a row into indices of all dimensions but the first; returns its offset in the file.</summary>
    private long Locate(long column, Span<long> index)
    {
        long offset = 0;
        for (int k = _shape.Length - 1; k > 0; k--)
        {
            (column, index[k]) = Math.DivRem(column, _shape[k]);
            offset += index[k] * _strides[k];
        }

        return offset;
    }

    /// <summary>Steps to the next position within a row, last index fastest.</summary>
    private long Advance(long offset, Span<long> index)
    {
        for (int k = _shape.Length - 1; k > 0; k--)
        {
            offset += _strides[k];
            if (++index[k] < _shape[k])
                break;
            offset -= _shape[k] * _strides[k];
            index[k] = 0;
        }

        return offset;
    }
}
