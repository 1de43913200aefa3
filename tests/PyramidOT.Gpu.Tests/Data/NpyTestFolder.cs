using System.Buffers.Binary;
using System.Text;

namespace PyramidOT.Tests.Data;

/// <summary>A temporary folder, and .npy files put together byte by byte, without the writer under test.</summary>
internal sealed class NpyTestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("npy-tests-").FullName;

    /// <summary>The files in the folder, temporary ones included.</summary>
    public string[] FileNames => [.. Directory.GetFileSystemEntries(Root).Select(entry => Path.GetFileName(entry)).Order()];

    public static byte[] Bytes(string headerText, ReadOnlySpan<byte> data, int version = 1, Encoding? encoding = null)
    {
        byte[] text = (encoding ?? Encoding.UTF8).GetBytes(headerText);
        byte[] length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }

    public static string HeaderText(string descr, string shape, bool isFortranOrder = false) =>
        $"{{'descr': '{descr}', 'fortran_order': {(isFortranOrder ? "True" : "False")}, 'shape': {shape}, }}\n";

    /// <summary>The elements as bytes, in the order that the sign of <paramref name="descr"/> says.</summary>
    public static byte[] Data(string descr, params IEnumerable<double> values)
    {
        return [.. values.SelectMany(value =>
        {
            byte[] element = descr[1..] switch
            {
                "f4" => BitConverter.GetBytes((float)value),
                "f8" => BitConverter.GetBytes(value),
                "i4" => BitConverter.GetBytes((int)value),
                _ => BitConverter.GetBytes((long)value),
            };
            return descr[0] == '>' == BitConverter.IsLittleEndian ? element.Reverse() : element;
        })];
    }

    public string PathOf(string name) => Path.Combine(Root, name);

    public string Write(ReadOnlySpan<byte> bytes, string name = "a.npy")
    {
        string path = PathOf(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string headerText, ReadOnlySpan<byte> data, int version = 1) => Write(Bytes(headerText, data, version));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
