using System.Text.Json;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>A file that was written.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Type">The type of its elements, as NumPy calls it.</param>
/// <param name="Shape">Its extents.</param>
internal sealed record WrittenFile(string Path, string Type, params long[] Shape)
{
    /// <summary>Writes it as a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("path", Path);
        json.WriteString("type", Type);
        json.WriteStartArray("shape");
        foreach (long extent in Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Type} ({string.Join(", ", Shape)}{(Shape.Length == 1 ? "," : "")})";
}

/// <summary>The files that <c>generate --out</c> names: two clouds, and their labels where they have any.</summary>
internal sealed class SampleFiles(string prefix)
{
    private readonly string _source = prefix + "-source.npy";
    private readonly string _target = prefix + "-target.npy";
    private readonly string _sourceLabels = prefix + "-source-labels.npy";
    private readonly string _targetLabels = prefix + "-target-labels.npy";

    /// <summary>Makes sure before the work that the files can be written after it.</summary>
    /// <exception cref="InputException">They cannot.</exception>
    public void Check()
    {
        if (prefix.Length == 0)
        {
            throw new InputException("--out: the prefix is empty");
        }

        foreach (string path in new[] { _source, _target, _sourceLabels, _targetLabels })
        {
            OutputFile.Check(path, "--out");
        }
    }

    /// <summary>Writes the files. None gets its name before all are complete.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public IReadOnlyList<WrittenFile> Write(PointCloud source, PointCloud target, CancellationToken cancellation)
    {
        List<WrittenFile> written = [];
        List<(string Path, NpyWriter Writer)> open = [];
        try
        {
            Add(_source, NpyElementType.Float32, writer => writer.Write(source.Points), source.Count, source.Dimensions);
            Add(_target, NpyElementType.Float32, writer => writer.Write(target.Points), target.Count, target.Dimensions);
            if (!source.Labels.IsEmpty)
            {
                Add(_sourceLabels, NpyElementType.Int32, writer => writer.Write(source.Labels), source.Count);
                Add(_targetLabels, NpyElementType.Int32, writer => writer.Write(target.Labels), target.Count);
            }

            cancellation.ThrowIfCancellationRequested();
            foreach ((string path, NpyWriter writer) in open)
            {
                FileErrors.Named(path, writer.Complete);
            }

            return written;
        }
        finally
        {
            foreach ((_, NpyWriter writer) in open)
            {
                writer.Dispose();
            }
        }

        void Add(string path, NpyElementType type, Action<NpyWriter> write, params long[] shape)
        {
            cancellation.ThrowIfCancellationRequested();
            FileErrors.Named(path, () =>
            {
                NpyWriter writer = NpyWriter.Create(path, type, shape);
                open.Add((path, writer));
                write(writer);
            });
            written.Add(new(path, type is NpyElementType.Float32 ? "float32" : "int32", shape));
        }
    }
}
