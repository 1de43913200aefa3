using System.Buffers.Binary;
using System.IO.Compression;

namespace PyramidOT.Data;

/// <summary>
/// Unpacks a gzip file, and notices at its end if it was cut short. The runtime's stream takes the end of the file for the end of the
/// data, wherever it is: half a file would go for a whole one.
/// </summary>
internal sealed class GzipReadStream : Stream
{
    private readonly GZipStream _unpacking;

    /// <summary>The last four bytes of the file: the length of the data modulo 2^32 (RFC 1952).</summary>
    private readonly uint _promisedLength;

    private uint _length;

    /// <summary>Takes over a file that stands at its beginning.</summary>
    /// <exception cref="InvalidDataException">The file is shorter than any gzip file.</exception>
    public GzipReadStream(FileStream file)
    {
        const int ShortestFile = 18;
        if (file.Length < ShortestFile)
            throw new InvalidDataException("A gzip file has a header, data and a checksum.");
        Span<byte> end = stackalloc byte[sizeof(uint)];
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        file.Position = 0;
        _promisedLength = BinaryPrimitives.ReadUInt32LittleEndian(end);
        _unpacking = new GZipStream(file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The data is damaged, or ends early.</exception>
    public override int Read(Span<byte> buffer)
    {
        int read = _unpacking.Read(buffer);
        _length += (uint)read;
        if (read == 0 && buffer.Length > 0 && _length != _promisedLength)
            throw new InvalidDataException("The data does not have the length that the end of the file tells.");
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacking.Dispose();
        base.Dispose(disposing);
    }
}
