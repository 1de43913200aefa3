using System.Numerics.Tensors;
using PyramidOT.Engines;
using PyramidOT.Engines.Host;
using PyramidOT.Kernels;

namespace PyramidOT;

/// <summary>One call of the walk for a whole batch, on numbers in float64: what goes in, and room for what comes out.</summary>
internal sealed class MarginalWalkCall
{
    /// <summary>The histograms.</summary>
    public required MarginalHistograms Histograms { get; init; }

    /// <summary>The order of bins that are empty at once.</summary>
    public required TieRule Ties { get; init; }

    /// <summary>Receives a value a problem.</summary>
    public required double[] Values { get; init; }

    /// <summary>Receives a dual value a problem.</summary>
    public required double[] DualValues { get; init; }

    /// <summary>Receives a gradient a mass; or empty.</summary>
    public required double[] Gradients { get; init; }

    /// <summary>Receives the movers, as many as masses; or empty.</summary>
    public required int[] Movers { get; init; }

    /// <summary>Receives the masses of cells, likewise.</summary>
    public required double[] CellMasses { get; init; }

    /// <summary>Walks with a cost. The Host walks in float64; a device walks on float32 masses.</summary>
    public void Run<TCost, TSteps>(ComputeEngine engine, TCost cost)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        MarginalLayout layout = Histograms.Layout;
        if (engine.MultiMarginal is HostMultiMarginal host)
        {
            host.Walk<TCost, TSteps>(layout, Histograms.Masses, Histograms.Positions, cost, Ties, Values, DualValues, Gradients, Movers, CellMasses);
            return;
        }

        using EngineBuffer<float> from = Upload(engine, Histograms.Masses);
        using EngineBuffer<float> at = Upload(engine, Histograms.Positions);
        using EngineBuffer<float> to = engine.Allocate<float>(Gradients.Length);
        using EngineBuffer<int> movers = engine.Allocate<int>(Movers.Length);
        using EngineBuffer<double> masses = engine.Allocate<double>(CellMasses.Length);
        engine.MultiMarginal.Walk<TCost, TSteps>(
            layout, from, at, cost, Ties, Values, DualValues, to, new() { Movers = movers, Masses = masses });
        TensorPrimitives.ConvertTruncating<float, double>(to.ToArray(), Gradients);
        movers.Download(Movers);
        masses.Download(CellMasses);
    }

    private static EngineBuffer<float> Upload(ComputeEngine engine, ReadOnlySpan<double> numbers)
    {
        float[] rounded = new float[numbers.Length];
        TensorPrimitives.ConvertTruncating(numbers, rounded);
        return engine.Upload(rounded);
    }
}
