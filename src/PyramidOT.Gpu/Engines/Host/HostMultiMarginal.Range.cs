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
        bool isStreamed = problems.Elements * sizeof(T) * (gradients == null ? 1 : 2) >= StreamedMemory.LeastBytes;
        double operations = problems.Count == 0 ? 0 : 4.0 * problems.Elements / problems.Count;
        workers.For(problems.Count, operations, (start, end, scratch) =>
        {
            ReadOnlySpan<long> offsets = problems.ElementOffsets;
            for (int b = start; b < end; b++)
            {
                scratch.Reset();
                long first = offsets[b];
                long bytes = (offsets[b + 1] - first) * sizeof(T);
                if (isStreamed && b + 1 < end)
                {
                    StreamedMemory.Fetch(histograms + offsets[b + 1], (offsets[b + 2] - offsets[b + 1]) * sizeof(T));
                }

                bool isCopied = isStreamed && gradients != null && bytes <= StreamedMemory.MostAtATime;
                T* own = positionCount == 0 ? null : positions + (shared ? 0 : problems.BinOffsets[b]);
                T* to = gradients == null ? null : isCopied ? (T*)scratch.Take<byte>(bytes) : gradients + first;
                values[b] = RangeDistance.Solve(
                    histograms + first, problems.HistogramsOf(b), problems.BinsOf(b), own, ties, tolerance, to, scratch);
                if (isCopied)
                {
                    StreamedMemory.Copy(to, gradients + first, bytes);
                }
            }

            StreamedMemory.End();
        });
    }
}
