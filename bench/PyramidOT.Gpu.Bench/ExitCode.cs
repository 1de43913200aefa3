namespace PyramidOT.Bench;

/// <summary>What the verbs return to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A result is wrong, or a peer failed.</summary>
    public const int WrongResult = 1;

    public const int BadUsage = 2;
}
