namespace PyramidOT.Engines.Host;

/// <summary>The range cost.</summary>
internal sealed unsafe partial class HostMultiMarginal
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
        float* from = engine.PointerTo(histograms, problems.Elements);
        float* at = engine.PointerTo(positions, positions.Length);
        float* to = gradients.IsEmpty ? null : engine.PointerTo(gradients, problems.Elements);
        fixed (double* value = values)
        {
            Range(problems, from, at, positions.Length, ties, TieRules.Tolerance32, value, to);
        }
    }

    /// <summary>The same in float64, on the caller's own memory.</summary>
    /// <inheritdoc cref="IMultiMarginalKernels.Range"/>
    internal void Range(
        MarginalLayout problems,
        ReadOnlySpan<double> histograms,
        ReadOnlySpan<double> positions,
        TieRule ties,
        Span<double> values,
        Span<double> gradients)
    {
        MultiMarginalArguments.Check(problems, positions.Length, ties, values.Length);
        Require(histograms.Length, problems.Elements, nameof(histograms));
        if (!gradients.IsEmpty)
        {
            Require(gradients.Length, problems.Elements, nameof(gradients));
        }

        fixed (double* from = histograms, at = positions, value = values, to = gradients)
        {
            Range(problems, from, at, positions.Length, ties, TieRules.Tolerance64, value, to);
        }
    }

    private static void Require(int length, long expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"The buffer has {length} elements where {expected} are expected.", name);
        }
    }

    private void Range<T>(
        MarginalLayout problems, T* histograms, T* positions, long positionCount, TieRule ties, double tolerance, double* values, T* gradients)
        where T : unmanaged
    {
        bool shared = MultiMarginalArguments.AreShared(problems, positionCount);
        double operations = problems.Count == 0 ? 0 : 4.0 * problems.Elements / problems.Count;
        workers.For(problems.Count, operations, (start, end, scratch) =>
        {
            for (int b = start; b < end; b++)
            {
                scratch.Reset();
                long first = problems.ElementOffsets[b];
                T* own = positionCount == 0 ? null : positions + (shared ? 0 : problems.BinOffsets[b]);
                values[b] = RangeDistance.Solve(
                    histograms + first, problems.HistogramsOf(b), problems.BinsOf(b), own, ties, tolerance, gradients == null ? null : gradients + first, scratch);
            }
        });
    }
}
