using PyramidOT.Tests.Conformance;

namespace PyramidOT.Bench.Accuracy;

/// <summary>What a user gets in the end: an estimate, a matching.</summary>
internal static partial class AccuracyCases
{
    private static IEnumerable<AccuracyCase> Whole()
    {
        const int Count = 500;
        const int D = 100;
        (PointCloud source, PointCloud target) = SampleClouds.Mixture(Count, D, 50, seed: 21);
        yield return new("estimate", $"pooled cost against that of its coupling, N = {Count}, d = {D}, batches of 100", Relative, engine =>
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, source, target, new() { Seed = 7 });
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize: 100);
            return Worst.Relative([Mean(estimate.Coupling.SourceRows, estimate.Coupling.TargetRows)], [estimate.PooledCost]);
        });
        yield return new("global matching", $"cost against that of its pairs, N = {Count}, d = {D}", Relative, engine =>
        {
            GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0 });
            return Worst.Relative([Mean([.. Enumerable.Range(0, Count)], match.TargetOf)], [match.Cost]);
        });
        yield return new("global matching", $"proven optimum against the least distance, N = {Count}, d = {D}", Relative, engine =>
        {
            double[] costs = Array.ConvertAll(
                ReferenceCosts.Grounds(GroundDistance.Euclidean, source.Points.ToArray(), target.Points.ToArray(), D), ground => ground * ground);

            // The reference takes float32 costs, which the distance feels as half their error.
            double least = ReferenceAssignment.Hungarian(Array.ConvertAll(costs, cost => (float)cost), Count, Count) / Count;
            GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0 });
            return Worst.Relative([Math.Sqrt(least)], [match.Distance]);
        });

        double Mean(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
        {
            double sum = 0;
            for (int i = 0; i < from.Length; i++)
            {
                sum += ReferenceCosts.SquaredEuclidean(source.Points.Slice(from[i] * D, D), target.Points.Slice(to[i] * D, D));
            }

            return sum / from.Length;
        }
    }
}
