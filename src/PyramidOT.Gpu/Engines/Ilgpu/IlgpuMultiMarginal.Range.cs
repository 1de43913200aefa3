using PyramidOT.Engines.Host;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The range cost.</summary>
internal sealed partial class IlgpuMultiMarginal
{
    public void Range(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TieRule ties,
        Span<double> values,
        EngineView<float> gradients)
    {
        MultiMarginalArguments.Check(problems, positions.Length, ties, values.Length);
        _ = engine.ViewOf(histograms, problems.Elements);

        // On the host, until the kernels stand.
        using HostEngine host = new(new());
        using EngineBuffer<float> from = host.Upload(histograms.ToArray());
        using EngineBuffer<float> at = host.Upload(positions.ToArray());
        using EngineBuffer<float> to = host.Allocate<float>(gradients.Length);
        host.MultiMarginal.Range(problems, from, at, ties, values, to);
        gradients.Upload(to.ToArray());
    }
}
