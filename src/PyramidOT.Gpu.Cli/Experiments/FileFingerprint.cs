using System.Security.Cryptography;

namespace PyramidOT.Cli.Experiments;

/// <summary>Tells one content of a file from another, for the settings of trials that depend on it.</summary>
internal static class FileFingerprint
{
    private const int Digits = 16;

    /// <summary>The first digits of the content's SHA-256.</summary>
    /// <param name="path">The file, as the user named it.</param>
    /// <exception cref="InputException">It cannot be read; the message names it.</exception>
    public static string Of(string path) => FileErrors.Named(path, () =>
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..Digits];
    });
}
