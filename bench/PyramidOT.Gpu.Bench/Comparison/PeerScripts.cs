using System.Text.Json;
using PyramidOT.Data;

namespace PyramidOT.Bench.Comparison;

/// <summary>Runs the peers' scripts, each call in a process of its own.</summary>
internal sealed class PeerScripts
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Python? _python;
    private readonly string _scripts;
    private readonly string? _missing;
    private readonly SortedDictionary<string, string> _versions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _blas = new(StringComparer.Ordinal);

    /// <param name="scripts">The folder of the scripts; null takes those that were built with the bench.</param>
    /// <param name="python">The interpreter; null looks for one.</param>
    public PeerScripts(string? scripts, string? python)
    {
        _scripts = scripts ?? Path.Combine(AppContext.BaseDirectory, "peers");
        _python = Python.Find(python);
        _missing = _python is null ? $"no NumPy in {python ?? "any Python found"}" : null;
    }

    /// <summary>Interpreter, versions and BLAS of the peers that ran so far.</summary>
    public string Description
    {
        get
        {
            if (_missing is not null)
            {
                return $"not installed ({_missing})";
            }

            if (_versions.Count == 0)
            {
                return "none ran";
            }

            string versions = string.Join(", ", _versions.Select(version => $"{version.Key} {version.Value}"));
            string blas = _blas.Count > 0 ? string.Join(", ", _blas) : "unknown";
            return $"{versions}; BLAS: {blas}; one thread";
        }
    }

    /// <summary>Lets a peer solve a workload.</summary>
    /// <param name="call">What to run.</param>
    /// <param name="folder">The folder of the instances, which receives the results too.</param>
    /// <param name="effort">How long to measure.</param>
    public PeerReport Run(PeerCall call, string folder, Effort effort)
    {
        string results = Path.Combine(folder, "results.npy");
        if (_python is null)
        {
            return new() { Missing = _missing };
        }

        (int exitCode, string output, string errors) = _python.Run(
        [
            Path.Combine(_scripts, call.Script),
            call.Method,
            .. call.Files.Select(file => Path.Combine(folder, file)),
            "--results", results,
            "--rounds", $"{effort.Rounds}",
            "--seconds", $"{effort.RoundSeconds}",
        ]);
        if (exitCode != 0)
        {
            return new() { Failure = $"{call.Script} {call.Method} ended with exit code {exitCode}: {ChildProcess.LastLine(errors)}" };
        }

        try
        {
            // The last line, because libraries print what they like when they are imported.
            PeerReport report = JsonSerializer.Deserialize<PeerReport>(ChildProcess.LastLine(output), s_json)!;
            foreach ((string product, string version) in report.Versions)
            {
                _versions[product] = version;
            }

            if (report.Blas is not null)
            {
                _blas.Add(report.Blas);
            }

            return report.Seconds is null ? report : report with { Results = ReadResults(results) };
        }
        catch (JsonException exception)
        {
            return new() { Failure = $"{call.Script} {call.Method} printed no report: {exception.Message}" };
        }
    }

    private static double[] ReadResults(string file)
    {
        using NpyReader reader = NpyReader.Open(file);
        double[] results = new double[reader.Header.ElementCount];
        reader.ReadDoubles(0, results);
        return results;
    }
}
