using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

/// <summary>Offsets beyond 2^32 bytes and counts beyond 2^31 elements, in sparse files that take a few blocks on the disk.</summary>
public sealed class NpyLargeFileTests : IDisposable
{
    /// <summary>65,536 more than 2^31 float32 elements in 32,769 columns: 8.6 GB.</summary>
    private const long Rows = 65_536;
    private const long Columns = 32_769;

    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadSingles_reaches_the_end_of_a_file_of_8_gigabytes(bool isFortranOrder)
    {
        if (!HasRoomForSparseFile())
            return;

        string path = _folder.Write(NpyTestFolder.HeaderText("<f4", $"({Rows}, {Columns})", isFortranOrder), []);
        using (FileStream file = File.OpenWrite(path))
        {
            long dataOffset = file.Length;
            file.SetLength(dataOffset + (4 * Rows * Columns));
            Put(file, dataOffset, Place(Rows - 1, Columns - 1), 3.5f);
            Put(file, dataOffset, Place(Rows - 1, Columns - 3), 2.5f);
            Put(file, dataOffset, Place(Rows - 2, Columns - 1), 1.5f);
        }

        using NpyReader reader = NpyReader.Open(path);
        Assert.Equal(Rows * Columns, reader.Header.ElementCount);
        var last = new float[3];
        reader.ReadSingles((Rows * Columns) - 3, last);
        Assert.Equal([2.5f, 0, 3.5f], last);

        // Across the end of the row before the last.
        reader.ReadSingles(((Rows - 1) * Columns) - 2, last);
        Assert.Equal([0, 1.5f, 0], last);

        long Place(long row, long column) => isFortranOrder ? (column * Rows) + row : (row * Columns) + column;
    }

    private static void Put(FileStream file, long dataOffset, long place, float value)
    {
        file.Position = dataOffset + (4 * place);
        file.Write(BitConverter.GetBytes(value));
    }

    /// <summary>
    /// Windows would fill the file with zeros. Elsewhere a file system without sparse files would need all of the space, so
    /// that the test is left out where that is not free.
    /// </summary>
    private bool HasRoomForSparseFile() =>
        !OperatingSystem.IsWindows() && new DriveInfo(_folder.Root).AvailableFreeSpace > (4 * Rows * Columns) + (1L << 30);
}
