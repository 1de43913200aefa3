using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>Errors of the file system, told as <c>FILE: what is wrong</c> with the name that the user gave.</summary>
internal static class FileErrors
{
    /// <summary>Does something with a file.</summary>
    /// <exception cref="InputException">The file system refused.</exception>
    public static T Named<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {Describe(path, exception)}", exception);
        }
    }

    /// <inheritdoc cref="Named{T}"/>
    public static void Named(string path, Action work) => Named(path, () =>
    {
        work();
        return true;
    });

    private static string Describe(string path, Exception exception)
    {
        // Messages that begin with the name are the library's own, and good as they are.
        if (exception.Message.StartsWith(path + ": ", StringComparison.Ordinal))
        {
            return exception.Message[(path.Length + 2)..];
        }

        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => "no such file",
            PathTooLongException => "the name is too long",
            _ when Directory.Exists(path) => "is a folder, not a file",
            UnauthorizedAccessException => "access is denied",
            _ => exception.Message,
        };
    }
}
