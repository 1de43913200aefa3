namespace PyramidOT.Tests.Conformance;

/// <summary>Pairs of rows of two clouds, for the operations on single pairs: all of them in some order, some twice, and equal points too.</summary>
internal sealed class Pairs
{
    private Pairs(float[] source, int[] sourceRows, float[] target, int[] targetRows, int dimensions)
    {
        Source = source;
        SourceRows = sourceRows;
        Target = target;
        TargetRows = targetRows;
        Dimensions = dimensions;
    }

    /// <summary>Coordinates around vector widths, and around the numbers of lanes that share a pair on a device.</summary>
    public static IReadOnlyList<int> AllDimensions { get; } =
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 17, 23, 31, 32, 33, 47, 63, 64, 65, 100, 127, 128, 129, 130];

    public float[] Source { get; }

    public int[] SourceRows { get; }

    public float[] Target { get; }

    public int[] TargetRows { get; }

    public int Dimensions { get; }

    public int Count => SourceRows.Length;

    /// <summary>
    /// Random pairs of random points. Of seven targets one is a copy of a source, and of five pairs one pairs such copies; some repeat.
    /// </summary>
    public static Pairs Make(CloudKind kind, int sources, int targets, int count, int dimensions, int seed)
    {
        (float[] source, float[] target) = Clouds.Pair(kind, sources, targets, dimensions, seed);
        for (int b = 0; b < targets; b += 7)
        {
            source.AsSpan(b % sources * dimensions, dimensions).CopyTo(target.AsSpan(b * dimensions));
        }

        Draws draws = new(seed + 1);
        int[] sourceRows = new int[count];
        int[] targetRows = new int[count];
        for (int i = 0; i < count; i++)
        {
            targetRows[i] = i % 5 == 4 ? draws.Below((targets + 6) / 7) * 7 : draws.Below(targets);
            sourceRows[i] = i % 5 == 4 ? targetRows[i] % sources : draws.Below(sources);
        }

        return new(source, sourceRows, target, targetRows, dimensions);
    }

    /// <summary>Row i of one cloud with row i of the other.</summary>
    public static Pairs InOrder(float[] source, float[] target, int dimensions)
    {
        int[] rows = [.. Enumerable.Range(0, source.Length / dimensions)];
        return new(source, rows, target, rows, dimensions);
    }

    /// <summary>The same clouds with other pairs.</summary>
    public Pairs With(int[] sourceRows, int[] targetRows) => new(Source, sourceRows, Target, targetRows, Dimensions);

    /// <summary>The source point of a pair.</summary>
    public ReadOnlySpan<float> SourceOf(int pair) => Source.AsSpan(SourceRows[pair] * Dimensions, Dimensions);

    /// <summary>The target point of a pair.</summary>
    public ReadOnlySpan<float> TargetOf(int pair) => Target.AsSpan(TargetRows[pair] * Dimensions, Dimensions);

    /// <summary>The true ground distances.</summary>
    public double[] Grounds(GroundDistance distance) =>
        [.. Enumerable.Range(0, Count).Select(i => ReferenceCosts.Ground(distance, SourceOf(i), TargetOf(i)))];

    /// <summary>The costs that an engine gives.</summary>
    public float[] Costs(ComputeEngine engine, GroundCost cost) =>
        CostRun.Paired(engine, Source, SourceRows, Target, TargetRows, Dimensions, cost);

    /// <summary>The gradients that an engine gives; those in the targets only where wanted.</summary>
    public (float[] Source, float[] Target) Gradients(ComputeEngine engine, GroundCost cost, float[] weights, bool wantsTarget = true)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, Source);
        using Guarded<int> a = Guarded<int>.Of(engine, SourceRows);
        using Guarded<float> y = Guarded<float>.Of(engine, Target);
        using Guarded<int> b = Guarded<int>.Of(engine, TargetRows);
        using Guarded<float> w = Guarded<float>.Of(engine, weights);
        using Guarded<float> gradientX = Guarded<float>.Output(engine, (long)Count * Dimensions);
        using Guarded<float> gradientY = Guarded<float>.Output(engine, wantsTarget ? (long)Count * Dimensions : 0);
        engine.Costs.PairedGradients(x.View, a.View, y.View, b.View, Dimensions, cost, w.View, gradientX.View, gradientY.View);
        return (gradientX.ToArray(), gradientY.ToArray());
    }
}
