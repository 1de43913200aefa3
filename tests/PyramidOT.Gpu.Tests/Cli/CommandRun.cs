using System.Diagnostics;
using System.Text.Json;

namespace PyramidOT.Tests.Cli;

/// <summary>One run of the command as a child process, to its end.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    // A child that hangs must not hang the tests; none takes more than seconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>The lines on stderr.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs <c>pyramidot ARGUMENTS</c>, without the variables of the command that the tests themselves were given.</summary>
    public static CommandRun Of(params string[] arguments) => In(null, [], arguments);

    /// <summary>Runs the command with environment variables set.</summary>
    public static CommandRun With((string Name, string Value) variable, params string[] arguments) => In(null, [variable], arguments);

    /// <summary>Runs the command in a folder.</summary>
    /// <param name="folder">The working directory; null takes the tests' own.</param>
    /// <param name="variables">Environment variables to set.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="meanwhile">Called with the process as soon as it is started.</param>
    public static CommandRun In(string? folder, (string Name, string Value)[] variables, string[] arguments, Action<Process>? meanwhile = null)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "pyramidot.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("PYRAMIDOT_ENGINE");
        start.Environment.Remove("PYRAMIDOT_TRACE");
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        meanwhile?.Invoke(process);
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"pyramidot {string.Join(' ', arguments)} did not end.");
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>The JSON object on stdout, after a check that the run succeeded and wrote nothing else.</summary>
    public JsonElement Json()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        using JsonDocument document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Checks that the run was refused: exit code 2, nothing on stdout, one line on stderr.</summary>
    /// <param name="parts">What the line must name.</param>
    public void AssertRefused(params string[] parts)
    {
        Assert.Equal("", Output);
        string line = Assert.Single(ErrorLines);
        Assert.StartsWith("pyramidot: ", line, StringComparison.Ordinal);
        Assert.EndsWith("\n", Error, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.Equal(2, ExitCode);
    }
}
