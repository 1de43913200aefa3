using PyramidOT.Bench.Instances;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Bench.Accuracy;

/// <summary>Points, costs and clustering.</summary>
internal static partial class AccuracyCases
{
    private const string Relative = "relative";
    private const string OfNorm = "of the largest";

    private static IEnumerable<AccuracyCase> Points()
    {
        foreach (int d in new[] { 2, 100 })
        {
            float[] x = Normal(300, d, 1);
            yield return new("points", $"squared norms, d = {d}", Relative, engine =>
            {
                using EngineBuffer<float> points = engine.Upload(x);
                using EngineBuffer<float> norms = engine.Allocate<float>(300);
                engine.Points.SquaredNorms(points, d, norms);
                return Worst.Relative([.. x.Chunk(d).Select(row => row.Sum(value => (double)value * value))], Worst.Wide(Read(norms)));
            });
        }
    }

    private static IEnumerable<AccuracyCase> Costs()
    {
        (string Name, Func<int, int, ulong, float[]> Draw)[] kinds = [("normal", Normal), ("1,000 from the origin, deviation 0.1", Far)];
        foreach ((string name, Func<int, int, ulong, float[]> draw) in kinds)
        {
            foreach (int d in new[] { 2, 100 })
            {
                yield return Cost(GroundCost.SquaredEuclidean, "squared Euclidean", name, d, draw);
            }
        }

        foreach (GroundCost cost in new GroundCost[]
        {
            new(GroundDistance.Euclidean, 1), new(GroundDistance.Euclidean, 2.5), new(GroundDistance.Manhattan, 1), new(GroundDistance.Chebyshev, 1), new(GroundDistance.Cosine, 1),
        })
        {
            yield return Cost(cost, cost.Exponent == 1 ? $"{cost.Distance}" : $"{cost.Distance}^{cost.Exponent}", "normal", 100, Normal);
        }

        yield return new("costs", "gradients of pairs, squared Euclidean, normal, d = 100", OfNorm, Gradients);
    }

    private static AccuracyCase Cost(GroundCost cost, string costName, string cloudName, int d, Func<int, int, ulong, float[]> draw) =>
        new("costs", $"{costName}, {cloudName}, d = {d}", Relative, engine =>
        {
            const int Rows = 120;
            const int Columns = 130;
            float[] x = draw(Rows, d, 2);
            float[] y = draw(Columns, d, 3);
            using EngineBuffer<float> source = engine.Upload(x);
            using EngineBuffer<float> target = engine.Upload(y);
            using EngineBuffer<float> costs = engine.Allocate<float>(Rows * Columns);
            engine.Costs.Pairwise(BatchLayout.Uniform(1, Rows, Columns), source, target, d, cost, costs);
            double[] expected = Array.ConvertAll(ReferenceCosts.Grounds(cost.Distance, x, y, d), ground => ReferenceCosts.Power(ground, cost.Exponent));
            return Worst.Relative(expected, Worst.Wide(Read(costs)));
        });

    private static double Gradients(ComputeEngine engine)
    {
        const int Pairs = 200;
        const int D = 100;
        float[] x = Normal(Pairs, D, 4);
        float[] y = Normal(Pairs, D, 5);
        int[] each = [.. Enumerable.Range(0, Pairs)];
        using EngineBuffer<float> source = engine.Upload(x);
        using EngineBuffer<float> target = engine.Upload(y);
        using EngineBuffer<int> rows = engine.Upload(each);
        using EngineBuffer<float> weights = engine.Upload(Enumerable.Repeat(1f, Pairs).ToArray());
        using EngineBuffer<float> inX = engine.Allocate<float>(x.Length);
        engine.Costs.PairedGradients(source, rows, target, rows, D, GroundCost.SquaredEuclidean, weights, inX, default);
        float[] actual = Read(inX);
        return each.Max(i => Worst.OfLargest(
            ReferenceGradients.Of(GroundCost.SquaredEuclidean, 1, x.AsSpan(i * D, D), y.AsSpan(i * D, D)).InX, Worst.Wide(actual[(i * D)..((i + 1) * D)])));
    }

    private static IEnumerable<AccuracyCase> Clustering()
    {
        foreach ((string name, int d, Func<int, int, ulong, float[]> draw) in new (string, int, Func<int, int, ulong, float[]>)[]
        {
            ("normal", 2, Normal), ("normal", 100, Normal), ("1,000 from the origin, deviation 0.1", 100, Far),
        })
        {
            const int Count = 500;
            const int Centres = 60;
            BatchLayout cells = BatchLayout.Uniform(1, Count, Centres);
            float[] x = draw(Count, d, 6);
            float[] centres = draw(Centres, d, 7);
            yield return new("clustering", $"nearest centre: how much farther than the nearest, {name}, d = {d}", Relative, engine =>
            {
                (int[] nearest, _) = Nearest(engine);
                double[] taken = [.. nearest.Select((centre, i) => ReferenceClustering.Squared(x, i, centres, centre, d))];
                return Worst.Relative(ReferenceClustering.Nearest(cells, x, d, centres).SquaredDistances, taken);
            });
            yield return new("clustering", $"squared distance to it, {name}, d = {d}", Relative, engine =>
            {
                (int[] nearest, float[] distances) = Nearest(engine);
                return Worst.Relative([.. nearest.Select((centre, i) => ReferenceClustering.Squared(x, i, centres, centre, d))], Worst.Wide(distances));
            });
            yield return new("clustering", $"means, {name}, d = {d}", OfNorm, engine =>
            {
                int[] nearest = ReferenceClustering.Nearest(cells, x, d, centres).Nearest;
                using EngineBuffer<float> points = engine.Upload(x);
                using EngineBuffer<int> children = engine.Upload(nearest);
                using EngineBuffer<float> moved = engine.Upload(centres);
                using EngineBuffer<int> counts = engine.Allocate<int>(Centres);
                engine.Clustering.UpdateCentres(cells, points, default, d, children, moved, counts);
                return Worst.OfLargest(ReferenceClustering.Means(x, d, nearest, centres).Means, Worst.Wide(Read(moved)));
            });

            (int[] Nearest, float[] SquaredDistances) Nearest(ComputeEngine engine)
            {
                using EngineBuffer<float> points = engine.Upload(x);
                using EngineBuffer<float> among = engine.Upload(centres);
                using EngineBuffer<int> nearest = engine.Allocate<int>(Count);
                using EngineBuffer<float> distances = engine.Allocate<float>(Count);
                engine.Clustering.NearestCentre(cells, points, default, d, among, nearest, distances);
                return (nearest.ToArray(), Read(distances));
            }
        }
    }
}
