namespace PyramidOT.Cli;

/// <summary>The names of files on a command line.</summary>
internal static class GivenFiles
{
    /// <summary>Refuses empty names.</summary>
    /// <param name="files">Each argument or option with the file that it names; null where it was not given.</param>
    /// <exception cref="InputException">A name is empty.</exception>
    public static void CheckNames(params ReadOnlySpan<(string Name, string? File)> files)
    {
        foreach ((string name, string? file) in files)
        {
            if (file is { Length: 0 })
            {
                throw new InputException($"{name}: the file name is empty");
            }
        }
    }
}
