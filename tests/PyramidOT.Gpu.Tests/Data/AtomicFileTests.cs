using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class AtomicFileTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Commit_makes_the_file_appear_and_replaces_an_old_one(bool isOldThere)
    {
        string path = _folder.PathOf("a.csv");
        if (isOldThere)
            File.WriteAllText(path, "an old and longer text");
        using (AtomicFile file = AtomicFile.Create(path))
        {
            file.Stream.Write("new"u8);
            Assert.Equal(isOldThere, File.Exists(path));
            file.Commit();
            Assert.Equal("new", File.ReadAllText(path));
        }

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["a.csv"], _folder.FileNames);
    }

    [Fact]
    public void Dispose_without_Commit_leaves_nothing()
    {
        using (AtomicFile file = AtomicFile.Create(_folder.PathOf("a.csv")))
        {
            file.Stream.Write("half"u8);
            file.Dispose();
            Assert.Throws<ObjectDisposedException>(file.Commit);
        }

        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void Commit_happens_once()
    {
        using AtomicFile file = AtomicFile.Create(_folder.PathOf("a.csv"));
        file.Commit();
        Assert.Throws<InvalidOperationException>(file.Commit);
        Assert.Throws<ObjectDisposedException>(() => file.Stream.WriteByte(1));
    }

    [Fact]
    public void Commit_that_fails_leaves_nothing()
    {
        string path = _folder.PathOf("a.csv");
        using (AtomicFile file = AtomicFile.Create(path))
        {
            // A folder of this name appears in the meantime: the move cannot succeed.
            Directory.CreateDirectory(path);
            Assert.True(Record.Exception(file.Commit) is IOException or UnauthorizedAccessException);
        }

        Assert.Equal(["a.csv"], _folder.FileNames);
        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public void Create_refuses_a_folder_by_name()
    {
        Assert.Equal($"{_folder.Root}: is a folder, not a file", Assert.Throws<IOException>(() => AtomicFile.Create(_folder.Root)).Message);
        Assert.Throws<IOException>(() => AtomicFile.Create(_folder.PathOf("new") + Path.DirectorySeparatorChar));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void Create_names_the_file_when_its_folder_is_not_there()
    {
        string path = Path.Combine(_folder.Root, "nowhere", "a.csv");
        Assert.Equal($"{path}: its folder does not exist", Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Create(path)).Message);
    }

    [Fact]
    public void Create_names_the_file_when_its_folder_may_not_be_written_to()
    {
        // For the superuser, too, files cannot be made there.
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/sys"))
            return;
        Exception refusal = Assert.ThrowsAny<Exception>(() => AtomicFile.Create("/sys/pyramidot.csv"));
        Assert.True(refusal is UnauthorizedAccessException or IOException);
    }

    [Fact]
    public void Create_accepts_a_bare_name_and_a_long_one()
    {
        string path = _folder.PathOf(new string('n', 255));
        using AtomicFile file = AtomicFile.Create(path);
        file.Commit();
        Assert.True(File.Exists(path));

        using AtomicFile bare = AtomicFile.Create($"{Guid.NewGuid()}.csv");
        Assert.Equal(Path.GetFileName(bare.FilePath), bare.FilePath);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Commit_goes_through_a_symbolic_link(bool isOldThere)
    {
        if (OperatingSystem.IsWindows())
            return; // Links need a privilege there.

        string path = _folder.PathOf("a.csv");
        string link = _folder.PathOf("link.csv");
        File.CreateSymbolicLink(link, "a.csv");
        if (isOldThere)
            File.WriteAllText(path, "old");
        using (AtomicFile file = AtomicFile.Create(link))
        {
            file.Stream.Write("new"u8);
            file.Commit();
        }

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal("a.csv", new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Devices_are_written_directly_and_stay()
    {
        if (OperatingSystem.IsWindows())
            return;

        string link = _folder.PathOf("null");
        File.CreateSymbolicLink(link, "/dev/null");
        foreach (string path in new[] { "/dev/null", link })
        {
            using (AtomicFile file = AtomicFile.Create(path))
            {
                file.Stream.Write("away"u8);
                file.Commit();
            }

            Assert.Empty(File.ReadAllBytes("/dev/null"));
        }
    }

    [Fact]
    public void Two_writers_of_one_name_do_not_meet()
    {
        string path = _folder.PathOf("a.csv");
        using AtomicFile first = AtomicFile.Create(path);
        using AtomicFile second = AtomicFile.Create(path);
        first.Stream.Write("first"u8);
        second.Stream.Write("second"u8);
        second.Commit();
        first.Commit();
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal(["a.csv"], _folder.FileNames);
    }
}
