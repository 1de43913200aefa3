using PyramidOT.Pyramids;

namespace PyramidOT.Alignment;

/// <summary>The pyramid of a flow, built anew when it is time.</summary>
internal sealed class FlowTree(FlowClouds clouds, GradientFlowOptions options) : IDisposable
{
    private int _built = -1;

    /// <summary>The pyramid, from the first <see cref="Refresh"/> on.</summary>
    public PyramidPair Pyramid { get; private set; } = null!;

    /// <summary>Whether the pass is the first one of a pyramid.</summary>
    public bool IsDue(int pass) => options.Interval == 0 ? pass == 0 : pass % options.Interval == 0;

    /// <summary>The seed of a pass's order of pairs.</summary>
    public ulong OrderSeed(int pass) => FlowSeeds.Order(options.Seed, options.Order == FlowOrder.Fixed ? BuiltAt(pass) : pass);

    /// <summary>Builds the pyramid where it is time.</summary>
    public void Refresh(int pass, CancellationToken cancellation)
    {
        if (!IsDue(pass) || _built == pass)
        {
            return;
        }

        Build(pass, cancellation);
        if (options.Interval > 1)
        {
            clouds.Keep();
        }
    }

    /// <summary>What the points were when the pyramid in use was built; empty where that is known without.</summary>
    public float[] Save(int nextPass) => options.Interval > 1 && !IsDue(nextPass) ? clouds.Kept ?? [] : [];

    /// <summary>Builds the pyramid that was in use.</summary>
    public void Restore(int pass, float[] built, CancellationToken cancellation)
    {
        if (IsDue(pass))
        {
            return;
        }

        float[] now = clouds.Points.ToArray();
        clouds.Points.Upload(options.Interval == 0 ? clouds.Source.Points : built);
        Build(BuiltAt(pass), cancellation);
        if (options.Interval > 1)
        {
            clouds.Keep();
        }

        clouds.Points.Upload(now);
    }

    public void Dispose() => Pyramid?.Dispose();

    private int BuiltAt(int pass) => options.Interval == 0 ? 0 : pass - (pass % options.Interval);

    private void Build(int pass, CancellationToken cancellation)
    {
        PyramidPair pyramid = clouds.Build(options.Pyramid with { Seed = FlowSeeds.Pyramid(options.Seed, pass) }, cancellation);
        Pyramid?.Dispose();
        Pyramid = pyramid;
        _built = pass;
    }
}
