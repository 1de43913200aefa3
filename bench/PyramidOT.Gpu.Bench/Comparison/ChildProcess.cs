using System.ComponentModel;
using System.Diagnostics;

namespace PyramidOT.Bench.Comparison;

/// <summary>Runs programs to their end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromMinutes(30);

    /// <summary>Starts a program and waits.</summary>
    /// <returns>The exit code, -1 where it could not be started or took too long; and what it printed.</returns>
    public static (int ExitCode, string Output, string Errors) Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_timeLimit))
            {
                process.Kill(entireProcessTree: true);
                return (-1, "", $"took more than {s_timeLimit.TotalMinutes} minutes");
            }

            return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception exception)
        {
            return (-1, "", exception.Message);
        }
    }

    /// <summary>How to start this very program once more.</summary>
    public static ProcessStartInfo OfThisProgram(params IReadOnlyList<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new NotSupportedException("The system does not tell the path of this program.");

        // `dotnet PROGRAM.dll` is a process of the host, which wants to be told the program.
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new(program, isHost ? [typeof(ChildProcess).Assembly.Location, .. arguments] : arguments);
    }

    /// <summary>The last line of what a program printed: where reports stand, and the sense of a stack trace.</summary>
    public static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
