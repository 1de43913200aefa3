namespace PyramidOT.Bench.Comparison;

/// <summary>A folder that is removed at the end, also when Ctrl+C is the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("pyramidot-bench-").FullName;
        Console.CancelKeyPress += OnCancel;
    }

    public string Path { get; }

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancel;
        Remove();
    }

    private void OnCancel(object? sender, ConsoleCancelEventArgs arguments) => Remove();

    private void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
