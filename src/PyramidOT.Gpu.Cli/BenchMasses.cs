using PyramidOT.Kernels;

namespace PyramidOT.Cli;

/// <summary>Weights of transport problems for <c>bench</c>: the same ones for a seed on every machine.</summary>
internal static class BenchMasses
{
    // Of that many points, one weighs nothing.
    private const int PointsPerZero = 4;

    /// <summary>Random weights, of sum 1 on both sides of a problem; some are 0.</summary>
    /// <param name="problems">The shapes.</param>
    /// <param name="alone">What a point weighs that has none on the other side.</param>
    /// <param name="seed">The seed.</param>
    public static (float[] Rows, float[] Columns) Random(BatchLayout problems, float alone, ulong seed)
    {
        float[] rows = new float[problems.Rows];
        float[] columns = new float[problems.Columns];
        for (int b = 0; b < problems.Count; b++)
        {
            bool isAlone = problems.RowsOf(b) == 0 || problems.ColumnsOf(b) == 0;
            Fill(rows.AsSpan((int)problems.RowOffsets[b], problems.RowsOf(b)), isAlone ? alone : null, seed, 2 * (ulong)b);
            Fill(columns.AsSpan((int)problems.ColumnOffsets[b], problems.ColumnsOf(b)), isAlone ? alone : null, seed, (2 * (ulong)b) + 1);
        }

        return (rows, columns);
    }

    private static void Fill(Span<float> weights, float? all, ulong seed, ulong stream)
    {
        if (all is { } weight)
        {
            weights.Fill(weight);
            return;
        }

        double total = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            total += At(i);
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(At(i) / total);
        }

        // The first always weighs something, so that not all are 0.
        double At(int i) => i % PointsPerZero == PointsPerZero - 1 ? 0 : 0.1 + CounterRandom.Uniform(seed, stream, (ulong)i);
    }
}
