namespace PyramidOT.Data;

/// <summary>
/// A file of points, weights or labels that cannot be read: it is not there, may not be read, is not in the format, is damaged or
/// cut short, or holds a value that is not accepted. The message is one line that begins with the file's path, and names
/// line and column (of text, counted from 1) or index (of arrays, counted from 0).
/// </summary>
public sealed class PointFileException : IOException
{
    /// <summary>Creates the exception for a file.</summary>
    /// <param name="filePath">The file, as the caller named it.</param>
    /// <param name="problem">What is wrong with it, and what was expected, in one line without the path.</param>
    /// <param name="innerException">The exception that revealed it, if one did.</param>
    public PointFileException(string filePath, string problem, Exception? innerException = null)
        : base($"{filePath}: {problem}", innerException) => FilePath = filePath;

    /// <summary>The file that could not be read, as the caller named it.</summary>
    public string FilePath { get; }
}
