using System.Numerics;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>The greedy walk.</summary>
internal sealed unsafe partial class HostMultiMarginal
{
    // About how many operations a histogram takes at each step: the next event, and the cost.
    private const double StepOperations = 4;

    public void Walk<TCost, TSteps>(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TCost cost,
        TieRule ties,
        Span<double> values,
        Span<double> dualValues,
        EngineView<float> gradients,
        MarginalSteps steps)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        MultiMarginalArguments.CheckWalk(problems, positions.Length, ties, values.Length, dualValues.Length, steps);
        float* from = engine.PointerTo(histograms, problems.Elements);
        float* at = engine.PointerTo(positions, positions.Length);
        float* to = gradients.IsEmpty ? null : engine.PointerTo(gradients, problems.Elements);
        int* movers = steps.Movers.IsEmpty ? null : engine.PointerTo(steps.Movers, problems.Elements);
        double* masses = movers == null ? null : engine.PointerTo(steps.Masses, problems.Elements);
        fixed (double* value = values, dual = dualValues)
        {
            WalkData<float> data = new()
            {
                Masses = from, Positions = at, PositionCount = positions.Length, Values = value, DualValues = dual, Gradients = to, Movers = movers, CellMasses = masses,
            };
            Walk<float, TCost, TSteps>(problems, data, cost, ties, TieRules.Tolerance32);
        }
    }

    /// <summary>The same in float64, on the caller's own memory.</summary>
    /// <inheritdoc cref="IMultiMarginalKernels.Walk"/>
    internal void Walk<TCost, TSteps>(
        MarginalLayout problems,
        ReadOnlySpan<double> histograms,
        ReadOnlySpan<double> positions,
        TCost cost,
        TieRule ties,
        Span<double> values,
        Span<double> dualValues,
        Span<double> gradients,
        Span<int> movers,
        Span<double> cellMasses)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        MultiMarginalArguments.CheckWalk(problems, positions.Length, ties, values.Length, dualValues.Length, default);
        Require(histograms.Length, problems.Elements, nameof(histograms));
        if (!gradients.IsEmpty)
        {
            Require(gradients.Length, problems.Elements, nameof(gradients));
        }

        if (!movers.IsEmpty)
        {
            Require(movers.Length, problems.Elements, nameof(movers));
        }

        Require(cellMasses.Length, movers.Length, nameof(cellMasses));
        fixed (double* from = histograms, at = positions, value = values, dual = dualValues, to = gradients, masses = cellMasses)
        fixed (int* mover = movers)
        {
            WalkData<double> data = new()
            {
                Masses = from, Positions = at, PositionCount = positions.Length, Values = value, DualValues = dual, Gradients = to, Movers = mover, CellMasses = masses,
            };
            Walk<double, TCost, TSteps>(problems, data, cost, ties, TieRules.Tolerance64);
        }
    }

    private void Walk<T, TCost, TSteps>(MarginalLayout problems, WalkData<T> data, TCost cost, TieRule ties, double tolerance)
        where T : unmanaged, IFloatingPoint<T>
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        bool shared = MultiMarginalArguments.AreShared(problems, data.PositionCount);
        double operations = problems.Count == 0 ? 0 : StepOperations * problems.MaxHistograms * problems.Elements / problems.Count;
        workers.For(problems.Count, operations, (start, end, scratch) =>
        {
            for (int b = start; b < end; b++)
            {
                scratch.Reset();
                long first = problems.ElementOffsets[b];
                MarginalWalk<T, TCost, TSteps> walk = new()
                {
                    Masses = data.Masses + first,
                    Positions = data.PositionCount == 0 ? null : data.Positions + (shared ? 0 : problems.BinOffsets[b]),
                    Histograms = problems.HistogramsOf(b),
                    Bins = problems.BinsOf(b),
                    Cost = cost,
                    Gradients = data.Gradients == null ? null : data.Gradients + first,
                    Movers = data.Movers == null ? null : data.Movers + first,
                    CellMasses = data.CellMasses == null ? null : data.CellMasses + first,
                };
                (double value, double dual) = walk.Solve(ties, tolerance, scratch);
                data.Values[b] = value;
                if (data.DualValues != null)
                {
                    data.DualValues[b] = dual;
                }
            }
        });
    }

    /// <summary>The addresses of a batch.</summary>
    private readonly struct WalkData<T>
        where T : unmanaged
    {
        public T* Masses { get; init; }

        public T* Positions { get; init; }

        public long PositionCount { get; init; }

        public double* Values { get; init; }

        public double* DualValues { get; init; }

        public T* Gradients { get; init; }

        public int* Movers { get; init; }

        public double* CellMasses { get; init; }
    }
}
