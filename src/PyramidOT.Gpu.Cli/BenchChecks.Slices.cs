using PyramidOT.Engines;

namespace PyramidOT.Cli;

/// <summary>Checks of transport on lines.</summary>
internal sealed partial class BenchChecks
{
    // Projections are sums of products: relative to their terms, which are of some units.
    private const double ProjectionTolerance = 1e-5;

    private void Slices()
    {
        foreach (int dimensions in new[] { 2, 17, 100 })
        {
            const int Count = 300;
            const int Directions = 20;
            float[] points = BenchClouds.Normal(Count * dimensions, 71);
            float[] directions = BenchClouds.Normal(Directions * dimensions, 72);
            float[] slopes = BenchClouds.Normal(Count * Directions, 73);
            Compare($"projections, d = {dimensions}", ProjectionTolerance, at =>
            {
                using EngineBuffer<float> x = at.Upload(points);
                using EngineBuffer<float> along = at.Upload(directions);
                using EngineBuffer<float> to = at.Allocate<float>(Count * Directions);
                at.Slices.Project(x, dimensions, along, to);
                return to.ToArray();
            }, scale: dimensions);
            Compare($"gradients of lines, d = {dimensions}", ProjectionTolerance, at =>
            {
                using EngineBuffer<float> from = at.Upload(slopes);
                using EngineBuffer<float> along = at.Upload(directions);
                using EngineBuffer<float> to = at.Upload(points);
                at.Slices.BackProject(from, along, dimensions, 0.5f, to);
                return to.ToArray();
            }, scale: Directions);
            Compare($"moments, d = {dimensions}", ProjectionTolerance, at =>
            {
                using EngineBuffer<float> x = at.Upload(points);
                using EngineBuffer<float> from = at.Upload(slopes);
                double[] moments = new double[Directions * dimensions];
                at.Slices.Moments(x, dimensions, from, moments);
                return Array.ConvertAll(moments, value => (float)value);
            }, scale: Count);
        }

        Lines();
    }

    private void Lines()
    {
        BatchLayout lines = Layout([(1, 1), (3, 7), (0, 0), (33, 17), (16, 16), (2, 129), (40, 1), (300, 300), (quick ? 2100 : 20_000, quick ? 2050 : 30_000)]);
        float[] source = BenchClouds.Normal(lines.Rows, 74);
        float[] target = BenchClouds.Normal(lines.Columns, 75);
        double[] sourceWeights = Masses(lines.RowOffsets, 76);
        double[] targetWeights = Masses(lines.ColumnOffsets, 77);
        Compare("sorting", null, at => Sort(at).Sorted);
        Compare("sorting, places", null, at => Sort(at).Places);
        foreach (double exponent in new[] { 1, 2, 2.5 })
        {
            Transport1DOptions options = new() { P = exponent, WithGradient = true };
            Compare($"lines, costs, p = {exponent}", CostTolerance, at => Array.ConvertAll(
                [.. Transport1D.SolveBatch(at, source, target, lines, options: options)], solution => (float)solution.Value));
            Compare($"lines, weighted costs, p = {exponent}", CostTolerance, at => Array.ConvertAll(
                [.. Transport1D.SolveBatch(at, source, target, lines, sourceWeights, targetWeights, options)], solution => (float)solution.Value));
            Compare($"lines, slopes, p = {exponent}", ProjectionTolerance, at => (float[])
            [
                .. Transport1D.SolveBatch(at, source, target, lines, sourceWeights, targetWeights, options)
                    .SelectMany(solution => solution.SourceGradient.Concat(solution.TargetGradient)),
            ], scale: 1);
        }

        (float[] Sorted, int[] Places) Sort(ComputeEngine at)
        {
            using EngineBuffer<float> keys = at.Upload(source);
            using EngineBuffer<float> sorted = at.Allocate<float>(lines.Rows);
            using EngineBuffer<int> places = at.Allocate<int>(lines.Rows);
            at.Slices.Sort(lines, keys, sorted, places);
            return (sorted.ToArray(), places.ToArray());
        }
    }

    // Of total 1 on each line, some of them 0.
    private static double[] Masses(ReadOnlySpan<long> offsets, ulong seed)
    {
        int[] draws = BenchClouds.Below(5, (int)offsets[^1], seed);
        double[] masses = new double[draws.Length];
        for (int line = 0; line + 1 < offsets.Length; line++)
        {
            double sum = 0;
            for (long i = offsets[line]; i < offsets[line + 1]; i++)
            {
                masses[i] = draws[i] + (i == offsets[line] ? 1 : 0);
                sum += masses[i];
            }

            for (long i = offsets[line]; i < offsets[line + 1]; i++)
            {
                masses[i] /= sum;
            }
        }

        return masses;
    }
}
