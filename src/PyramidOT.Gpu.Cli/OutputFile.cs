using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>Makes sure before the work that its output can be written after it.</summary>
internal static class OutputFile
{
    /// <summary>Checks a name that the user gave for an output.</summary>
    /// <param name="path">The name.</param>
    /// <param name="option">The option that gave it.</param>
    /// <param name="inputs">The files that the verb reads, which an output must not replace; null for none.</param>
    /// <exception cref="InputException">The folder is not there or may not be written to, or the name is empty, a folder's or an input's.</exception>
    public static void Check(string path, string option, params ReadOnlySpan<string?> inputs)
    {
        if (path.Length == 0)
        {
            throw new InputException($"{option}: the file name is empty");
        }

        // As the file systems of these do by default.
        bool ignoresCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        string final = FinalPath(path);
        foreach (string? input in inputs)
        {
            if (input is { Length: > 0 }
                && string.Equals(final, FinalPath(input), ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                throw new InputException($"{path}: {option} names the input itself");
            }
        }

        // A temporary file that is begun and given up again: nothing else tells reliably whether a folder can be written to.
        FileErrors.Named(path, () => AtomicFile.Create(path).Dispose());
    }

    /// <summary>The full path behind all symbolic links, folders' included.</summary>
    private static string FinalPath(string path)
    {
        string full = Path.GetFullPath(path);
        string final = Path.GetPathRoot(full)!;
        try
        {
            foreach (string name in full[final.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                FileInfo entry = new(Path.Join(final, name));
                final = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? entry.FullName;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A loop of links, say. Opening the file will say so.
            return full;
        }

        return final;
    }
}
