using System.Numerics;
using PyramidOT.Kernels;

namespace PyramidOT.Pyramids;

/// <summary>
/// Divides by a randomly shifted grid: a cube around both clouds is halved in one coordinate after the other, again and again. Halvings
/// that leave a cell's points together are passed over at once, found from the box around them; so each round divides every cell
/// whose points are not all equal, however far they lie down the grid.
/// </summary>
internal sealed class GridDivider : IDivider
{
    private const int Bits = 52;
    private const ulong ShiftStream = 0x7368696674;

    private readonly PyramidBuilder _builder;
    private readonly double[] _origin;
    private readonly double _scale;

    public GridDivider(PyramidBuilder builder, ReadOnlySpan<float> lows, ReadOnlySpan<float> highs)
    {
        _builder = builder;
        _origin = new double[lows.Length];
        double extent = 0;
        for (int k = 0; k < lows.Length; k++)
        {
            extent = Math.Max(extent, (double)highs[k] - lows[k]);
        }

        // The cube is twice as wide as the data, so that a shift by up to their width keeps them inside.
        for (int k = 0; k < lows.Length; k++)
        {
            _origin[k] = lows[k] - (extent * CounterRandom.Uniform(builder.Options.Seed, ShiftStream, (ulong)k));
        }

        _scale = extent == 0 ? 0 : (1L << Bits) / (2 * extent);
    }

    public void Divide(DivisionRound round)
    {
        int d = _builder.Dimensions;
        Array.Fill(round.Children, 2);
        (float[] lows, float[] highs) = Bounds(round.SourceLayout, _builder.Source, round.SourceOrder);
        (float[] targetLows, float[] targetHighs) = Bounds(round.TargetLayout, _builder.Target, round.TargetOrder);
        int[] coordinates = new int[round.Count];
        float[] thresholds = new float[round.Count];
        for (int i = 0; i < round.Count; i++)
        {
            for (int k = i * d; k < (i + 1) * d; k++)
            {
                lows[k] = Math.Min(lows[k], targetLows[k]);
                highs[k] = Math.Max(highs[k], targetHighs[k]);
            }

            (coordinates[i], thresholds[i]) = FirstDivision(lows.AsSpan(i * d, d), highs.AsSpan(i * d, d));
        }

        using EngineBuffer<int> coordinate = _builder.Engine.Upload(coordinates);
        using EngineBuffer<float> threshold = _builder.Engine.Upload(thresholds);
        _builder.Engine.Cells.Halve(round.SourceLayout, _builder.Source.Points, round.SourceOrder, d, coordinate, threshold, round.SourceChild);
        _builder.Engine.Cells.Halve(round.TargetLayout, _builder.Target.Points, round.TargetOrder, d, coordinate, threshold, round.TargetChild);
    }

    public bool CanRetry(DivisionRound round, int cell) => false;

    private (float[] Lows, float[] Highs) Bounds(BatchLayout cells, CloudSide side, EngineBuffer<int> order)
    {
        using EngineBuffer<float> lows = _builder.Engine.Allocate<float>((long)cells.Count * _builder.Dimensions);
        using EngineBuffer<float> highs = _builder.Engine.Allocate<float>(lows.Length);
        _builder.Engine.Cells.Bounds(cells, side.Points, order, _builder.Dimensions, lows, highs);
        return (lows.ToArray(), highs.ToArray());
    }

    /// <summary>The first halving that divides a box.</summary>
    /// <returns>Its coordinate and threshold, with low &lt; threshold &lt;= high; a threshold of infinity where the box is a point.</returns>
    private (int Coordinate, float Threshold) FirstDivision(ReadOnlySpan<float> lows, ReadOnlySpan<float> highs)
    {
        int best = -1;
        int bestBit = -1;
        int widest = 0;
        for (int k = 0; k < lows.Length; k++)
        {
            // The highest bit in which two places differ says at which halving of this coordinate they part.
            ulong apart = Place(lows[k], k) ^ Place(highs[k], k);
            int bit = apart == 0 ? -1 : BitOperations.Log2(apart);
            (best, bestBit) = bit > bestBit ? (k, bit) : (best, bestBit);
            widest = highs[k] - lows[k] > highs[widest] - lows[widest] ? k : widest;
        }

        if (best < 0)
        {
            // Finer than the grid goes: half-way, or nothing to divide.
            return lows[widest] < highs[widest] ? (widest, Between(lows[widest], highs[widest], float.NaN)) : (0, float.PositiveInfinity);
        }

        ulong line = (Place(highs[best], best) >> bestBit) << bestBit;
        return (best, Between(lows[best], highs[best], _origin[best] + (line / _scale)));
    }

    private ulong Place(float x, int coordinate) => (ulong)Math.Clamp((x - _origin[coordinate]) * _scale, 0, (1L << Bits) - 1);

    /// <summary>A threshold as float32, so that both ends of a box come to lie on different sides of it.</summary>
    private static float Between(float low, float high, double threshold)
    {
        float rounded = (float)threshold;
        rounded = rounded < threshold ? MathF.BitIncrement(rounded) : rounded;
        if (rounded > low && rounded <= high)
        {
            return rounded;
        }

        float middle = (float)(((double)low + high) / 2);
        return middle > low ? middle : high;
    }
}
