using System.Numerics.Tensors;

namespace PyramidOT.Alignment;

/// <summary>A flow's clouds on the engine: the source, which moves, and the target; and what they were when the pyramid was built.</summary>
internal sealed class FlowClouds : IDisposable
{
    private readonly EngineBuffer<float> _points;
    private readonly EngineBuffer<float> _target;
    private EngineBuffer<float>? _built;

    public FlowClouds(ComputeEngine engine, PointCloud source, PointCloud target)
    {
        (Engine, Source, Target) = (engine, source, target);
        _points = engine.Upload(source.Points);
        try
        {
            _target = engine.Place(target.PointMemory);
        }
        catch
        {
            _points.Dispose();
            throw;
        }
    }

    /// <summary>The sides of the box around two clouds.</summary>
    public static float[] SidesOf(PointCloud source, PointCloud target)
    {
        float[] low = source[0].ToArray();
        float[] high = source[0].ToArray();
        foreach (PointCloud cloud in new[] { source, target })
        {
            for (int i = 0; i < cloud.Count; i++)
            {
                TensorPrimitives.Min(low, cloud[i], low);
                TensorPrimitives.Max(high, cloud[i], high);
            }
        }

        TensorPrimitives.Subtract(high, low, high);
        return high;
    }

    /// <summary>Where the points are.</summary>
    public ComputeEngine Engine { get; }

    /// <summary>The source before it moved.</summary>
    public PointCloud Source { get; }

    /// <summary>The target.</summary>
    public PointCloud Target { get; }

    /// <summary>d.</summary>
    public int Dimensions => Source.Dimensions;

    /// <summary>The source points as they are now.</summary>
    public EngineView<float> Points => _points;

    /// <summary>The target points.</summary>
    public EngineView<float> TargetPoints => _target;

    /// <summary>Whether points carry masses.</summary>
    public bool IsUneven => Source.IsWeighted || Target.IsWeighted || Source.Count != Target.Count;

    /// <summary>The source points as they were at <see cref="Keep"/>; null where they were not kept.</summary>
    public float[]? Kept => _built?.ToArray();

    /// <summary>Keeps the source points as they are now.</summary>
    public void Keep()
    {
        _built ??= Engine.Allocate<float>(_points.Length);
        _built.View.CopyFrom(_points);
    }

    /// <summary>The moved source as a cloud.</summary>
    public PointCloud Moved()
    {
        PointCloud moved = new(_points.ToArray(), Dimensions);
        moved = Source.IsWeighted ? moved.WithWeights(Source.Weights) : moved;
        return Source.LabelNames.Count > 0 ? moved.WithLabels(new PointLabels(Source.Labels.ToArray(), [.. Source.LabelNames]))
            : Source.IsLabelled ? moved.WithLabels(Source.Labels.ToArray()) : moved;
    }

    /// <summary>A pyramid of the clouds as they are now. It reads the points where they are, also when they have moved on.</summary>
    public PyramidPair Build(PyramidOptions options, CancellationToken cancellation) =>
        PyramidPair.Build(Engine, _points, _target, Source, Target, options, cancellation);

    public void Dispose()
    {
        _points.Dispose();
        _target.Dispose();
        _built?.Dispose();
    }
}
