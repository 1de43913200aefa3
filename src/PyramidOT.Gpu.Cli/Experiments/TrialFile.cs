using System.Buffers;
using System.Text.Json;
using PyramidOT.Data;

namespace PyramidOT.Cli.Experiments;

/// <summary>What a trial's numbers depend on.</summary>
/// <param name="Run">Engine and sizes, as <see cref="TrialFile.NameOfRun"/> tells them.</param>
/// <param name="Part">The part of the experiment.</param>
/// <param name="Setting">The setting, as text.</param>
/// <param name="Seed">The seed.</param>
internal readonly record struct TrialKey(string Run, string Part, string Setting, ulong Seed);

/// <summary>A trial that is done.</summary>
/// <param name="Time">How long it took.</param>
/// <param name="Numbers">What it found.</param>
internal sealed record FinishedTrial(TimeSpan Time, TrialNumbers Numbers);

/// <summary>
/// The finished trials of an experiment: lines of JSON, the first of which names the build that found them. Another build may find other numbers,
/// and begins anew. The file is written anew with each trial, so that whenever a run ends, all that it finished is there.
/// </summary>
internal sealed class TrialFile
{
    private readonly string _path;
    private readonly string _build;
    private readonly Dictionary<TrialKey, FinishedTrial> _trials = [];

    private TrialFile(string path, string build) => (_path, _build) = (path, build);

    /// <summary>Number of trials.</summary>
    public int Count => _trials.Count;

    /// <summary>Reads what is there.</summary>
    /// <param name="path">The file's name.</param>
    /// <param name="build">The name of this build.</param>
    /// <returns>The trials; none where there is no such file, where it is another build's, or where it cannot be understood.</returns>
    /// <exception cref="InputException">It is there and cannot be read.</exception>
    public static TrialFile Open(string path, string build)
    {
        TrialFile file = new(path, build);
        if (File.Exists(path))
        {
            string[] lines = FileErrors.Named(path, () => File.ReadAllLines(path));
            try
            {
                file.Read(lines);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
            {
                // Not this class's, or touched by other hands: nothing in it is to be trusted.
                file._trials.Clear();
            }
        }

        return file;
    }

    /// <summary>Engine and sizes, for <see cref="TrialKey.Run"/>.</summary>
    public static string NameOfRun(EngineInfo engine, bool isQuick) =>
        $"{(isQuick ? "quick" : "full")}, {engine.Kind.ToName()} ({engine.Name}, {engine.InstructionSet}, {engine.Units} units)";

    /// <summary>A trial that is done; null where it is not.</summary>
    public FinishedTrial? Find(TrialKey key) => _trials.GetValueOrDefault(key);

    /// <summary>Adds a trial and writes the file.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Add(TrialKey key, FinishedTrial trial)
    {
        _trials.Add(key, trial);
        FileErrors.Named(_path, () =>
        {
            using AtomicFile file = AtomicFile.Create(_path);
            WriteLine(file.Stream, json => json.WriteString("build", _build));
            foreach ((TrialKey other, FinishedTrial finished) in _trials)
            {
                WriteLine(file.Stream, json => Write(json, other, finished));
            }

            file.Commit();
        });
    }

    private void Read(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument document = JsonDocument.Parse(lines[i]);
            JsonElement line = document.RootElement;
            if (i == 0)
            {
                if (line.GetProperty("build").GetString() != _build)
                {
                    return;
                }

                continue;
            }

            TrialNumbers numbers = [];
            foreach (JsonProperty row in line.GetProperty("numbers").EnumerateObject())
            {
                numbers.Add(row.Name, row.Value.EnumerateArray().Select(number => number.ValueKind is JsonValueKind.Null ? double.NaN : number.GetDouble()));
            }

            TrialKey key = new(
                line.GetProperty("run").GetString()!,
                line.GetProperty("part").GetString()!,
                line.GetProperty("setting").GetString()!,
                line.GetProperty("seed").GetUInt64());
            _trials.Add(key, new(TimeSpan.FromSeconds(line.GetProperty("seconds").GetDouble()), numbers));
        }
    }

    private static void Write(Utf8JsonWriter json, TrialKey key, FinishedTrial trial)
    {
        json.WriteString("run", key.Run);
        json.WriteString("part", key.Part);
        json.WriteString("setting", key.Setting);
        json.WriteNumber("seed", key.Seed);
        json.WriteNumber("seconds", trial.Time.TotalSeconds);
        json.WriteStartObject("numbers");
        foreach ((string name, double[] row) in trial.Numbers)
        {
            json.WriteNumbers(name, row);
        }

        json.WriteEndObject();
    }

    private static void WriteLine(Stream stream, Action<Utf8JsonWriter> writeProperties)
    {
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }

        stream.Write(line.WrittenSpan);
        stream.WriteByte((byte)'\n');
    }
}
