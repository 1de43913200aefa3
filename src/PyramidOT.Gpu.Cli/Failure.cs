using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>Turns what went wrong into one line on stderr and an exit code.</summary>
internal static class Failure
{
    /// <summary>The variable that, set to anything but 0, adds the stack trace to the line.</summary>
    public const string TraceVariable = "PYRAMIDOT_TRACE";

    /// <summary>Reports an exception that ended the command.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception)
    {
        (int code, string message) = exception switch
        {
            OperationCanceledException => (ExitCodes.Cancelled, "cancelled"),
            InputException or NpyFormatException or PointFileException or EngineUnavailableException => (ExitCodes.BadInput, exception.Message),
            IOException or UnauthorizedAccessException => (ExitCodes.BadInput, exception.Message),
            OutOfMemoryException => (ExitCodes.Fault, $"out of memory: {exception.Message}"),
            _ => (ExitCodes.Fault, $"internal error ({exception.GetType().Name}): {exception.Message} ({TraceVariable}=1 shows where)"),
        };
        Report(message);
        if (Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } trace && trace != "0")
        {
            Console.Error.WriteLine(exception);
        }

        return code;
    }

    /// <summary>Writes one line on stderr.</summary>
    public static void Report(string message) => Console.Error.WriteLine($"pyramidot: {ToOneLine(message)}");

    /// <summary>An <see cref="ArgumentException"/>'s message without the parameter's name, which says nothing to who called a command.</summary>
    public static string MessageOf(ArgumentException exception)
    {
        string suffix = $" (Parameter '{exception.ParamName}')";
        return exception.Message.EndsWith(suffix, StringComparison.Ordinal) ? exception.Message[..^suffix.Length] : exception.Message;
    }

    // File names may hold line breaks and escape sequences; a terminal must not see them.
    private static string ToOneLine(string message) =>
        string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c)).Trim();
}
