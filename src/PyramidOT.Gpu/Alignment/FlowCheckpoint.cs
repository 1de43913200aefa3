using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PyramidOT.Data;

namespace PyramidOT.Alignment;

/// <summary>A flow's state in a file: points, what the next passes depend on, and what was told so far.</summary>
/// <remarks>
/// Little-endian: magic, version, hash of the clouds, hash of the options that bits depend on, the parts, and a hash of all of it. Numbers of passes and
/// residuals are no part of the options: a flow may go on for longer.
/// </remarks>
internal sealed class FlowCheckpoint
{
    private const int Version = 1;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private static readonly byte[] s_magic = "PYOTFLOW"u8.ToArray();

    private readonly string _path;
    private readonly FlowClouds _clouds;
    private readonly GradientFlowOptions _options;
    private readonly byte[] _cloudsHash;
    private readonly byte[] _optionsHash;

    public FlowCheckpoint(string path, FlowClouds clouds, GradientFlowOptions options)
    {
        (_path, _clouds, _options) = (path, clouds, options);
        _cloudsHash = HashOf(clouds);
        _optionsHash = HashOf(clouds.Engine.Info.Kind, options);
    }

    /// <summary>Writes the state; the file is the old one or the new one, never a part.</summary>
    public void Write(FlowRecord record, FlowMemory memory)
    {
        using MemoryStream content = new();
        using BinaryWriter writer = new(content, Encoding.UTF8, leaveOpen: true);
        writer.Write(s_magic);
        writer.Write(Version);
        writer.Write(_cloudsHash);
        writer.Write(_optionsHash);
        WriteArray<float>(writer, _clouds.Points.ToArray());
        WriteArray<float>(writer, memory.Built);
        WriteArray<int>(writer, memory.Targets);
        WriteArray<double>(writer, memory.Potentials);
        writer.Write(memory.SolvedBatches);
        writer.Write(memory.KeptBatches);
        WriteArray<double>(writer, [.. record.Losses]);
        WriteArray<long>(writer, [.. record.Times.Select(time => time.Ticks)]);
        WriteArray<int>(writer, [.. record.Residuals.Select(residual => residual.Pass)]);
        WriteArray<double>(writer, [.. record.Residuals.Select(residual => residual.Distance)]);
        WriteArray<double>(writer, [.. record.Residuals.Select(residual => residual.LowerBound)]);
        WriteArray<int>(writer, [.. record.Residuals.Select(residual => (int)residual.Kind)]);
        writer.Flush();
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        using AtomicFile file = AtomicFile.Create(_path);
        file.Stream.Write(bytes);
        file.Stream.Write(SHA256.HashData(bytes));
        file.Commit();
    }

    /// <summary>Reads the state; null where there is no file.</summary>
    /// <exception cref="FlowCheckpointException">The file is no checkpoint, is damaged, or belongs to another flow.</exception>
    public (FlowRecord Record, float[] Points, FlowMemory Memory)? Read()
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(_path);
        if (bytes.Length < s_magic.Length || !bytes.AsSpan(0, s_magic.Length).SequenceEqual(s_magic))
        {
            throw Refusal("is no checkpoint of a flow");
        }

        int end = bytes.Length - HashBytes;
        if (end < s_magic.Length + sizeof(int) || !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            throw Refusal("is damaged, or was written by another version");
        }

        using BinaryReader reader = new(new MemoryStream(bytes, s_magic.Length, end - s_magic.Length));
        int version = reader.ReadInt32();
        if (version != Version)
        {
            throw Refusal($"has version {version}; this program reads version {Version}");
        }

        Compare(reader.ReadBytes(HashBytes), _cloudsHash, "is of a flow between other clouds");
        Compare(reader.ReadBytes(HashBytes), _optionsHash, "is of a flow with other options, or on another engine");
        float[] points = ReadArray<float>(reader);
        FlowMemory memory = new()
        {
            Built = ReadArray<float>(reader),
            Targets = ReadArray<int>(reader),
            Potentials = ReadArray<double>(reader),
            SolvedBatches = reader.ReadInt64(),
            KeptBatches = reader.ReadInt64(),
        };
        FlowRecord record = new()
        {
            Losses = [.. ReadArray<double>(reader)],
            Times = [.. ReadArray<long>(reader).Select(ticks => new TimeSpan(ticks))],
            Residuals = ReadResiduals(reader),
        };
        Check(record);
        return (record, points, memory);
    }

    /// <summary>Refuses a state that is past what is wanted now.</summary>
    private void Check(FlowRecord record)
    {
        if (record.Passes > _options.Passes)
        {
            throw Refusal($"is of pass {record.Passes}, beyond the {_options.Passes} wanted");
        }

        foreach (int pass in _options.ResidualAt.Order())
        {
            if (pass < record.Passes && !record.Residuals.Exists(residual => residual.Pass == pass))
            {
                throw Refusal($"is of pass {record.Passes}, and the residual after pass {pass} was not measured");
            }
        }
    }

    private FlowCheckpointException Refusal(string reason) => new($"{_path}: the file {reason}; remove it, or choose another name.");

    private void Compare(ReadOnlySpan<byte> found, ReadOnlySpan<byte> wanted, string reason)
    {
        if (!found.SequenceEqual(wanted))
        {
            throw Refusal(reason);
        }
    }

    private static List<FlowResidual> ReadResiduals(BinaryReader reader)
    {
        int[] passes = ReadArray<int>(reader);
        double[] distances = ReadArray<double>(reader);
        double[] bounds = ReadArray<double>(reader);
        int[] kinds = ReadArray<int>(reader);
        return [.. passes.Select((pass, k) => new FlowResidual(pass, distances[k], bounds[k], (FlowResidualKind)kinds[k]))];
    }

    private static byte[] HashOf(FlowClouds clouds)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PointCloud cloud in new[] { clouds.Source, clouds.Target })
        {
            ReadOnlySpan<int> shape = [cloud.Count, cloud.Dimensions, cloud.Weights.Length, cloud.Labels.Length];
            hash.AppendData(MemoryMarshal.AsBytes(shape));
            hash.AppendData(MemoryMarshal.AsBytes(cloud.Points));
            hash.AppendData(MemoryMarshal.AsBytes(cloud.Weights));
            hash.AppendData(MemoryMarshal.AsBytes(cloud.Labels));
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', cloud.LabelNames)));
        }

        return hash.GetHashAndReset();
    }

    private static byte[] HashOf(EngineKind engine, GradientFlowOptions options)
    {
        GradientFlowOptions relevant = options with
        {
            Passes = 0, ResidualAt = [], ResidualGap = options.Coupling == FlowCoupling.Global ? options.ResidualGap : 0, Checkpoint = null, CheckpointEvery = default,
            Pyramid = options.Pyramid with { Seed = 0 }, RebuildEvery = options.Interval, Solver = null,
        };
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            // Records write their numbers by the culture in use.
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return SHA256.HashData(Encoding.UTF8.GetBytes($"{engine} {relevant} {DescriptionOf(options.Solver)}"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static string DescriptionOf(TransportSolver? solver) => solver switch
    {
        null => "exact, 1",
        ExactTransport exact => $"exact, {exact.MassShare}",
        Sinkhorn sinkhorn => $"{sinkhorn.Settings}, {sinkhorn.IsDebiased}",
        SlicedWasserstein sliced => sliced.Description,
        _ => solver.GetType().Name,
    };

    private static void WriteArray<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    private static T[] ReadArray<T>(BinaryReader reader)
        where T : unmanaged
    {
        T[] values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
