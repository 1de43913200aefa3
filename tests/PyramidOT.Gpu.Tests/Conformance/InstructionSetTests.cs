using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace PyramidOT.Tests.Conformance;

/// <summary>
/// The Host passes the conformance suite with narrower vectors too. Which ones it uses is settled when a process starts, so each run is
/// a child process: the test runner itself, on this very assembly, with one of the runtime's switches set to 0.
/// </summary>
public class InstructionSetTests
{
    // A child takes seconds; one that hangs must not hang the tests.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    // What the reduced suite has at the least: a filter that matches nothing would succeed too.
    private const int FewestTests = 300;

    [ParentOnX86Fact]
    public void The_suite_passes_without_Avx512() => RunChild(InstructionSetChild.Avx512);

    [ParentOnX86Fact]
    public void The_suite_passes_without_Avx2() => RunChild(InstructionSetChild.Avx2);

    private static void RunChild(string variable)
    {
        string folder = Directory.CreateTempSubdirectory("conformance-").FullName;
        try
        {
            string report = Path.Combine(folder, "report.trx");
            (int exitCode, string output) = RunTests(variable, report);
            Assert.True(File.Exists(report), $"With {variable}=0 the test runner wrote no report. Exit code {exitCode}, output:\n{output}");

            XElement[] results = [.. XDocument.Load(report).Descendants().Where(element => element.Name.LocalName == "UnitTestResult")];
            string[] failures = [.. results.Where(result => Outcome(result) != "Passed").Select(Describe)];
            Assert.True(failures.Length == 0, $"With {variable}=0, {failures.Length} of {results.Length} tests failed:\n{string.Join('\n', failures)}");
            Assert.True(exitCode == 0, $"With {variable}=0 the test runner ended with exit code {exitCode}:\n{output}");
            Assert.True(results.Length >= FewestTests, $"With {variable}=0 only {results.Length} tests were run.");

            // And they ran without the instructions: the child checks that itself.
            Assert.Single(results, result => Name(result).EndsWith(nameof(InstructionSetSwitchTests.The_switch_took_effect), StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int ExitCode, string Output) RunTests(string variable, string report)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        string[] arguments =
        [
            "vstest",
            typeof(InstructionSetTests).Assembly.Location,
            $"--TestCaseFilter:FullyQualifiedName~{typeof(InstructionSetTests).Namespace}&FullyQualifiedName!~{typeof(InstructionSetTests).FullName}",
            $"--logger:trx;LogFileName={report}",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment[variable] = "0";
        start.Environment[InstructionSetChild.Variable] = variable;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"With {variable}=0 the tests did not end.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }

    private static string Name(XElement result) => (string?)result.Attribute("testName") ?? "";

    private static string? Outcome(XElement result) => (string?)result.Attribute("outcome");

    private static string Describe(XElement result)
    {
        string? message = result.Descendants().FirstOrDefault(element => element.Name.LocalName == "Message")?.Value;
        return $"{Outcome(result)}: {Name(result)}: {message?.ReplaceLineEndings(" ")}";
    }

    /// <summary>A fact of parents, where the switches mean something.</summary>
    private sealed class ParentOnX86FactAttribute : FactAttribute
    {
        public ParentOnX86FactAttribute()
        {
            if (InstructionSetChild.IsCurrent)
            {
                Skip = "A child has no children.";
            }
            else if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.X86))
            {
                Skip = "AVX is x86's; this process runs on another architecture.";
            }
        }
    }
}
