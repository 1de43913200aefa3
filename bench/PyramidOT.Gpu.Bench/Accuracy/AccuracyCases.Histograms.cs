using PyramidOT.Bench.Instances;
using PyramidOT.Kernels;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Bench.Accuracy;

/// <summary>Transport on lines, multi-marginal transport and soft histograms.</summary>
internal static partial class AccuracyCases
{
    private static IEnumerable<AccuracyCase> Lines()
    {
        const int Count = 300;
        const int Directions = 20;
        const int D = 100;
        float[] x = Normal(Count, D, 12);
        float[] along = Normal(Directions, D, 13);
        yield return new("slices", $"projections, d = {D}", "of both lengths", engine =>
        {
            using EngineBuffer<float> points = engine.Upload(x);
            using EngineBuffer<float> directions = engine.Upload(along);
            using EngineBuffer<float> to = engine.Allocate<float>(Count * Directions);
            engine.Slices.Project(points, D, directions, to);
            float[] actual = Read(to);
            double worst = 0;
            for (int at = 0; at < actual.Length; at++)
            {
                float[] direction = along[(at / Count * D)..((at / Count * D) + D)];
                float[] point = x[(at % Count * D)..((at % Count * D) + D)];
                double expected = direction.Zip(point, (u, v) => (double)u * v).Sum();
                worst = Math.Max(worst, Math.Abs(actual[at] - expected) / (Length(direction) * Length(point)));
            }

            return worst;
        });

        float[] source = Normal(Count, 1, 14);
        float[] target = Normal(Count + 57, 1, 15);
        double[] sourceWeights = [.. Split(Count, 16).Select(mass => mass / 1024.0)];
        double[] targetWeights = [.. Split(Count + 57, 17).Select(mass => mass / 1024.0)];
        foreach (double p in new[] { 1, 2, 2.5 })
        {
            yield return new("slices", $"weighted cost on a line, {Count} x {Count + 57}, p = {p}", Relative, engine => Worst.Relative(
                [ReferenceLines.Cost(source, sourceWeights, target, targetWeights, p)],
                [Transport1D.Solve(engine, source, target, sourceWeights, targetWeights, new() { P = p }).Value]));
        }
    }

    private static IEnumerable<AccuracyCase> Histograms()
    {
        foreach ((int d, int n) in new[] { (10, 100), (50, 50), (4, 2000) })
        {
            float[] masses = Instances.Histograms.Draw(d, n, 18);
            MarginalHistograms histograms = MarginalHistograms.Create(masses, MarginalLayout.Uniform(1, d, n));
            yield return new("multi-marginal", $"range cost, {d} x {n}", Relative, engine => Worst.Relative(
                [ReferenceRange.Solve(histograms.Masses.ToArray(), d, n, [], TieRule.FirstLast, 0).Value], MultiMarginalTransport.Solve(engine, histograms).Values.ToArray()));
            yield return new("multi-marginal", $"gap between value and duals, {d} x {n}", Relative, engine =>
            {
                MultiMarginalResult result = MultiMarginalTransport.Solve(engine, histograms);
                return result.GapOf(0) / result.Values[0];
            });
        }

        const int Features = 7;
        const int Samples = 500;
        const int Groups = 4;
        float[] activations = Normal(Samples, Features, 19);
        int[] groups = [.. Enumerable.Range(0, Samples).Select(i => CounterRandom.Below(Groups, 20, 0, (ulong)i))];
        foreach (SoftHistogramKind kind in Enum.GetValues<SoftHistogramKind>())
        {
            SoftHistogramOptions options = new() { Kind = kind, Bins = 10, Squash = true };
            yield return new("histograms", $"{kind}, {Samples} samples, {Groups} groups, 10 bins", "a share", engine =>
            {
                float[] actual = new float[Features * Groups * options.Bins];
                using SoftHistograms histograms = new(engine, Features, Groups, options);
                histograms.Forward(activations, groups, actual);
                double[] expected =
                [
                    .. Enumerable.Range(0, Features).SelectMany(feature => Enumerable.Range(0, Groups).SelectMany(
                        group => ReferenceHistograms.Of(options, ReferenceHistograms.Samples(activations, Features, groups, feature, group))!)),
                ];
                return Worst.Absolute(expected, Worst.Wide(actual));
            });
            yield return new("histograms", $"regularizer's loss, {kind}", Relative, engine =>
            {
                using MultiMarginalRegularizer loss = new(engine, Features, new() { Histograms = options });
                return Worst.Relative([ReferenceHistograms.Loss(options, Worst.Wide(activations), Features, groups)], [loss.Evaluate(activations, groups, default)]);
            });
        }
    }

    private static double Length(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));
}
