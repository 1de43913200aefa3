using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

// Costs of single pairs, and their gradients. Every row is read from wherever it lies and used once, so memory sets the pace and float64 costs
// nothing: no number has to be computed again.
internal sealed unsafe partial class HostCosts
{
    // Pairs of one part of a parallel loop: the loop counts in int, and so do blocks of pairs beyond 2^31.
    private const int PairsPerBlock = 256;

    public void Paired(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost,
        EngineView<float> costs)
    {
        PointPairs pairs = PairsOf(source, sourceRows, target, targetRows, dimensions, cost);
        float* results = engine.PointerTo(costs, pairs.Count);
        CheckRows(pairs);
        ForPairs(pairs, (start, end) =>
        {
            switch (SimdWidth.Floats)
            {
                case 16:
                    Costs<Doubles8, Vector512<double>>(pairs, start, end, results);
                    break;
                case 8:
                    Costs<Doubles4, Vector256<double>>(pairs, start, end, results);
                    break;
                default:
                    Costs<Doubles2, Vector128<double>>(pairs, start, end, results);
                    break;
            }
        });
    }

    public void PairedGradients(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost,
        EngineView<float> weights,
        EngineView<float> sourceGradients,
        EngineView<float> targetGradients)
    {
        PointPairs pairs = PairsOf(source, sourceRows, target, targetRows, dimensions, cost);
        GradientPlaces places = new()
        {
            Weights = engine.PointerTo(weights, pairs.Count),
            Source = engine.PointerTo(sourceGradients, pairs.Count * dimensions),
            Target = targetGradients.IsEmpty ? null : engine.PointerTo(targetGradients, pairs.Count * dimensions),
        };
        CheckRows(pairs);
        ForPairs(pairs, (start, end) =>
        {
            switch (SimdWidth.Floats)
            {
                case 16:
                    Gradients<Doubles8, Vector512<double>>(pairs, start, end, places);
                    break;
                case 8:
                    Gradients<Doubles4, Vector256<double>>(pairs, start, end, places);
                    break;
                default:
                    Gradients<Doubles2, Vector128<double>>(pairs, start, end, places);
                    break;
            }
        });
    }

    private PointPairs PairsOf(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost) => new()
        {
            SourceCount = KernelArguments.RowCount(source, dimensions, nameof(source)),
            TargetCount = KernelArguments.RowCount(target, dimensions, nameof(target)),
            Source = engine.PointerTo(source, source.Length),
            SourceRows = engine.PointerTo(sourceRows, sourceRows.Length),
            Target = engine.PointerTo(target, target.Length),
            TargetRows = engine.PointerTo(targetRows, sourceRows.Length),
            Count = sourceRows.Length,
            Dimensions = dimensions,
            Cost = cost,
        };

    private static void CheckRows(in PointPairs pairs)
    {
        HostEngine.CheckRows(pairs.SourceRows, pairs.Count, pairs.SourceCount, "sourceRows");
        HostEngine.CheckRows(pairs.TargetRows, pairs.Count, pairs.TargetCount, "targetRows");
    }

    private void ForPairs(in PointPairs pairs, Action<long, long> body)
    {
        long count = pairs.Count;
        int blocks = checked((int)((count + PairsPerBlock - 1) / PairsPerBlock));
        workers.For(blocks, (double)PairsPerBlock * pairs.Dimensions, (start, end, _) =>
            body((long)start * PairsPerBlock, Math.Min(count, (long)end * PairsPerBlock)));
    }

    private static void Costs<D, W>(in PointPairs pairs, long start, long end, float* costs)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        for (long i = start; i < end; i++)
        {
            costs[i] = (float)ExactDistance<D, W>.Cost(pairs.Cost, pairs.SourceOf(i), pairs.TargetOf(i), pairs.Dimensions);
        }
    }

    private static void Gradients<D, W>(in PointPairs pairs, long start, long end, in GradientPlaces places)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int d = pairs.Dimensions;
        for (long i = start; i < end; i++)
        {
            float* gradientX = places.Source + (i * d);
            float* gradientY = places.Target == null ? null : places.Target + (i * d);
            PairGradient<D, W>.Store(pairs.Cost, pairs.SourceOf(i), pairs.TargetOf(i), d, places.Weights[i], gradientX, gradientY);
        }
    }

    /// <summary>The pairs of one call.</summary>
    private readonly struct PointPairs
    {
        public required float* Source { get; init; }

        public required int* SourceRows { get; init; }

        public required long SourceCount { get; init; }

        public required float* Target { get; init; }

        public required int* TargetRows { get; init; }

        public required long TargetCount { get; init; }

        public required long Count { get; init; }

        public required int Dimensions { get; init; }

        public required GroundCost Cost { get; init; }

        /// <summary>The source point of a pair.</summary>
        public float* SourceOf(long pair) => Source + ((long)SourceRows[pair] * Dimensions);

        /// <summary>The target point of a pair.</summary>
        public float* TargetOf(long pair) => Target + ((long)TargetRows[pair] * Dimensions);
    }

    /// <summary>The weights of one call, and where its gradients go; no target gradients where that is null.</summary>
    private readonly struct GradientPlaces
    {
        public required float* Weights { get; init; }

        public required float* Source { get; init; }

        public required float* Target { get; init; }
    }
}
