namespace PyramidOT.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>The work is done.</summary>
    public const int Done = 0;

    /// <summary>The command itself failed.</summary>
    public const int Fault = 1;

    /// <summary>The command line, a file or the environment is not as it must be, or an engine that was asked for is not there.</summary>
    public const int BadInput = 2;

    /// <summary>Cancelled by Ctrl+C: 128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;
}
