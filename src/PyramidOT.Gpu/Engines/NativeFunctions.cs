using System.Runtime.InteropServices;
using System.Text;

namespace PyramidOT.Engines;

/// <summary>Finds a driver's library and its functions without ever throwing, so that a missing driver is a reason and not an error.</summary>
internal static class NativeFunctions
{
    /// <summary>
    /// Loads the first library of a list that is there. It stays loaded: drivers start threads of their own and do not bear to be unloaded.
    /// </summary>
    /// <param name="names">File names or paths, best first.</param>
    /// <param name="library">The library's handle.</param>
    /// <param name="found">The name that was found.</param>
    /// <returns>Whether one was found.</returns>
    public static bool TryLoadFirst(ReadOnlySpan<string> names, out nint library, out string found)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                found = name;
                return true;
            }
        }

        library = 0;
        found = "";
        return false;
    }

    /// <summary>Finds functions by name.</summary>
    /// <param name="library">A library's handle.</param>
    /// <param name="names">The functions' names.</param>
    /// <param name="addresses">Receives the addresses, in the same order.</param>
    /// <param name="missing">The first function that is not there.</param>
    /// <returns>Whether all are there.</returns>
    public static bool TryFind(nint library, ReadOnlySpan<string> names, Span<nint> addresses, out string missing)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (!NativeLibrary.TryGetExport(library, names[i], out addresses[i]) || addresses[i] == 0)
            {
                missing = names[i];
                return false;
            }
        }

        missing = "";
        return true;
    }

    /// <summary>Text of a driver: up to the first zero byte, without control characters and spaces around it.</summary>
    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        return string.Concat(text.Where(c => !char.IsControl(c))).Trim();
    }
}
