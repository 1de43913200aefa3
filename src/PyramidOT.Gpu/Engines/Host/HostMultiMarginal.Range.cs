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
        where T : unmanaged, System.Numerics.IFloatingPoint<T>
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
                values[b] = Solve(
                    histograms + first, problems.HistogramsOf(b), problems.BinsOf(b), own, ties, tolerance, gradients == null ? null : gradients + first, scratch);
            }
        });
    }

    private static double Solve<T>(
        T* p, int d, int n, T* x, TieRule ties, double tolerance, T* gradient, HostScratch scratch)
        where T : unmanaged, System.Numerics.IFloatingPoint<T>
    {
        double* cumulative = scratch.Take<double>(d);
        double* slope = scratch.Take<double>(d);
        new Span<double>(cumulative, d).Clear();
        new Span<double>(slope, d).Clear();
        double total = 0;
        for (int k = 0; k < n && d > 0; k++)
        {
            total += double.CreateTruncating(p[k]);
        }

        tolerance *= total;
        double value = 0;
        for (int k = 0; k < n; k++)
        {
            double least = double.PositiveInfinity;
            double most = double.NegativeInfinity;
            int lowest = 0;
            int highest = 0;
            double check = 0;
            for (int j = 0; j < d; j++)
            {
                if (gradient != null)
                {
                    gradient[((long)j * n) + k] = T.CreateTruncating(slope[j]);
                }

                double f = cumulative[j] += double.CreateTruncating(p[((long)j * n) + k]);
                check += f;
                if (f < least)
                {
                    least = f;
                    lowest = j;
                }

                if (f >= most)
                {
                    most = f;
                    highest = j;
                }
            }

            double width = k == n - 1 ? 0 : x == null ? 1 : double.CreateTruncating(x[k + 1]) - double.CreateTruncating(x[k]);
            value += d == 0 ? 0 : (width * (most - least)) + (check - check);
            if (gradient == null || d == 0)
            {
                continue;
            }

            if (ties == TieRule.FirstLast)
            {
                slope[lowest] += width;
                slope[highest] -= width;
                continue;
            }

            int low = 0;
            int high = 0;
            for (int j = 0; j < d; j++)
            {
                low += cumulative[j] - least <= tolerance ? 1 : 0;
                high += most - cumulative[j] <= tolerance ? 1 : 0;
            }

            for (int j = 0; j < d; j++)
            {
                slope[j] += (cumulative[j] - least <= tolerance ? width / low : 0) - (most - cumulative[j] <= tolerance ? width / high : 0);
            }
        }

        return value;
    }
}
