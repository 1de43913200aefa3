using System.Diagnostics;

namespace PyramidOT.Bench.Comparison;

/// <summary>A Python that the peers can run in, and the environment in which NumPy is at its best on one thread.</summary>
internal sealed class Python
{
    // The system's first: an interpreter that stands before it on the path often lacks the system's packages.
    private static readonly string[] s_candidates = ["/usr/bin/python3", "python3", "python"];

    private static readonly string[] s_threadVariables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    private Python(string command) => Command = command;

    /// <summary>The interpreter.</summary>
    public string Command { get; }

    /// <summary>
    /// The folder of OpenBLAS's libblas, where Debian keeps it; null where there is none. With it first in the loader's path NumPy uses OpenBLAS
    /// even where the system's choice is the reference BLAS, which is many times slower.
    /// </summary>
    public static string? OpenBlasFolder { get; } = FindOpenBlas();

    /// <summary>The first interpreter that has NumPy; null where none has.</summary>
    /// <param name="choice">The only one to try; null tries the usual ones.</param>
    public static Python? Find(string? choice) =>
        (choice is null ? s_candidates : [choice]).Select(command => new Python(command)).FirstOrDefault(python => python.Run("-c", "import numpy").ExitCode == 0);

    /// <summary>Runs the interpreter to its end.</summary>
    /// <returns>The exit code, -1 where it could not be started or took too long; and what it printed.</returns>
    public (int ExitCode, string Output, string Errors) Run(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Command, arguments);
        foreach (string variable in s_threadVariables)
        {
            start.Environment[variable] = "1";
        }

        // No cache of compiled scripts among the sources.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        if (OpenBlasFolder is not null)
        {
            string? others = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH");
            start.Environment["LD_LIBRARY_PATH"] = string.IsNullOrEmpty(others) ? OpenBlasFolder : $"{OpenBlasFolder}:{others}";
        }

        return ChildProcess.Run(start);
    }

    private static string? FindOpenBlas()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/usr/lib"))
        {
            return null;
        }

        return Directory.EnumerateDirectories("/usr/lib", "*-linux-*")
            .SelectMany(folder => new[] { "openblas-pthread", "openblas-openmp", "openblas-serial" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "libblas.so.3")));
    }
}
