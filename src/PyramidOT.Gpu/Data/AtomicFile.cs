namespace PyramidOT.Data;

/// <summary>
/// A file that appears under its name only when it is complete: it is written under a temporary name in the same folder
/// and moved into place by <see cref="Commit"/>. Disposed without a commit, it leaves nothing behind, and what stood under
/// the name before stays as it was.
/// </summary>
/// <remarks>
/// Readers see the old file or the new one, never a part. This holds for a program that fails or is cancelled; the data
/// is not forced onto the disk, so it is not a promise against a power cut. A symbolic link is followed: the file it points to
/// is replaced. Names under <c>/dev</c> and <c>/proc</c> (<c>/dev/null</c>, <c>/dev/stdout</c>) are not files that can be
/// replaced: they are written directly.
/// </remarks>
/// <example>
/// <code>
/// using AtomicFile file = AtomicFile.Create("pairs.csv");
/// using (var writer = new StreamWriter(file.Stream, leaveOpen: true))
///     writer.WriteLine("source,target");
/// file.Commit();
/// </code>
/// </example>
public sealed class AtomicFile : IDisposable
{
    /// <summary>Large enough that many small writes cost few calls of the system.</summary>
    private const int BufferBytes = 1 << 16;

    private readonly FileStream _stream;

    /// <summary>The name to move to: the caller's, links resolved.</summary>
    private readonly string _target;

    /// <summary>Null when the target is written directly, and once the file is moved or removed.</summary>
    private string? _temporary;

    private bool _isCommitted;

    private AtomicFile(string path, string target, string? temporary)
    {
        FilePath = path;
        _target = target;
        _temporary = temporary;

        // Where the target is a device it is there already, and must not be truncated or locked.
        _stream = temporary is null
            ? new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferBytes)
            : new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
    }

    /// <summary>The name that the file will have, as the caller gave it.</summary>
    public string FilePath { get; }

    /// <summary>What to write to. It belongs to this object: leave it open.</summary>
    public Stream Stream => _stream;

    /// <summary>Begins a file under a temporary name.</summary>
    /// <param name="path">The name that the file shall have. An existing file of this name will be replaced.</param>
    /// <returns>The file, to be disposed.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file's folder is not there, the name is a folder's, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static AtomicFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);

        // Devices first: /dev/stdout is itself a link, to something that has no usable name when it is a pipe.
        if (!IsDevice(target) && new FileInfo(target) is { LinkTarget: not null } link)
            target = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (IsDevice(target))
            return new AtomicFile(path, target, temporary: null);
        if (Directory.Exists(target) || Path.EndsInDirectorySeparator(target))
            throw new IOException($"{path}: is a folder, not a file");

        // The name begins with a dot, is short whatever the target's length, and is as good as unique. An error would name it
        // instead of the file that the user asked for, hence the new exceptions.
        string temporary = Path.Join(Path.GetDirectoryName(target), $".pyramidot-{Path.GetRandomFileName()}");
        try
        {
            return new AtomicFile(path, target, temporary);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new DirectoryNotFoundException($"{path}: its folder does not exist", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"{path}: its folder may not be written to", e);
        }
    }

    /// <summary>Closes the file and gives it its name. Nothing can be written afterwards.</summary>
    /// <exception cref="InvalidOperationException">The file is committed already.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    /// <exception cref="IOException">
    /// The last bytes cannot be written, or the file cannot be moved; <see cref="Dispose"/> then removes it.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The existing file may not be replaced.</exception>
    public void Commit()
    {
        if (_isCommitted)
            throw new InvalidOperationException($"{FilePath} is committed already.");
        ObjectDisposedException.ThrowIf(!_stream.CanWrite, this);
        _stream.Dispose();
        if (_temporary is not null)
            File.Move(_temporary, _target, overwrite: true);
        _temporary = null;
        _isCommitted = true;
    }

    /// <summary>Closes the file and, unless it is committed, removes it.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException) when (!_isCommitted)
        {
            // Its last bytes found no room: it is removed all the same, and the write that failed has been reported.
        }

        if (_temporary is null)
            return;
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder went away, or may no longer be written to: throwing here would hide what made the caller give up.
        }

        _temporary = null;
    }

    /// <summary>
    /// The runtime does not tell a device from a file, and moving a file over <c>/dev/null</c> would replace it for the
    /// whole machine. Shared memory under <c>/dev/shm</c> holds plain files.
    /// </summary>
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
