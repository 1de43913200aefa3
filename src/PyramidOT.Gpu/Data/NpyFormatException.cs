namespace PyramidOT.Data;

/// <summary>
/// A .npy file that cannot be read: not in the format, damaged, cut short, or holding a type or a value that is not
/// accepted. The message is one line that begins with the file's path.
/// </summary>
public sealed class NpyFormatException : FormatException
{
    /// <summary>Creates the exception for a file.</summary>
    /// <param name="filePath">The file, as the caller named it.</param>
    /// <param name="problem">What is wrong with it, and what was expected, in one line without the path.</param>
    /// <param name="innerException">The exception that revealed it, if one did.</param>
    public NpyFormatException(string filePath, string problem, Exception? innerException = null)
        : base($"{filePath}: {problem}", innerException) => FilePath = filePath;

    /// <summary>The file that could not be read, as the caller named it.</summary>
    public string FilePath { get; }
}
