using PyramidOT.Engines;
using PyramidOT.Transport;

namespace PyramidOT;

/// <summary>
/// The sliced Wasserstein distance: the mean over all directions of the transport between the clouds' projections, which on a line has a
/// closed form. Estimated from random directions; for points of any weights, with its gradient, and with the largest distance along a line
/// that was found. O(K (n + m) (d + log(n + m))).
/// </summary>
public sealed partial class SlicedWasserstein
{
    /// <summary>Evaluates the distance between two clouds.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud, of as many dimensions.</param>
    /// <param name="options">Directions, exponent, and what is wanted; null takes 100 directions, p = 2 and no gradient.</param>
    /// <param name="cancellation">Ends the work between waves of directions.</param>
    /// <exception cref="ArgumentException">
    /// The dimensions differ, or the points are so far apart that costs leave the range of numbers.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="InsufficientMemoryException">The engine has no room even for one direction.</exception>
    public static SlicedDistance Evaluate(
        ComputeEngine engine, PointCloud source, PointCloud target, SlicedOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        options ??= new();
        options.Check();
        if (source.Dimensions != target.Dimensions)
        {
            throw new ArgumentException($"The target has {target.Dimensions} dimensions, the source {source.Dimensions}.", nameof(target));
        }

        using EngineBuffer<float> x = engine.Place(source.PointMemory);
        using EngineBuffer<float> y = engine.Place(target.PointMemory);
        using EngineBuffer<float> sourceGradient = engine.Allocate<float>(options.WithGradient ? x.Length : 0);
        using EngineBuffer<float> targetGradient = engine.Allocate<float>(options.WithGradient ? y.Length : 0);
        SlicedDistance distance = Evaluate(
            engine, x, y, source.Dimensions, options, sourceGradient, targetGradient, source.Weights, target.Weights, cancellation);
        return !options.WithGradient ? distance : new(distance.P, distance.DirectionCostArray)
        {
            MaxSliced = distance.MaxSliced,
            MaxDirection = distance.MaxDirection,
            SourceGradient = sourceGradient.ToArray(),
            TargetGradient = targetGradient.ToArray(),
        };
    }

    /// <summary>Evaluates the distance between two clouds that lie on the engine, for training loops: the gradient stays there too.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="source">n x d finite numbers, at least one row.</param>
    /// <param name="target">m x d finite numbers, at least one row.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="options">As for clouds; gradients are computed where there is room for them.</param>
    /// <param name="sourceGradient">Receives the gradient of <see cref="SlicedDistance.Cost"/> in the source points, n x d numbers; or empty.</param>
    /// <param name="targetGradient">Receives that in the target points, m x d numbers; or empty.</param>
    /// <param name="sourceWeights">One finite number of at least 0 a source point, not all 0, of any sum; empty where all weigh the same.</param>
    /// <param name="targetWeights">Likewise for the target.</param>
    /// <param name="cancellation">Ends the work between waves of directions.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit each other, there is no point, a number is no weight, or a cost along a direction is not finite: some point is not, or
    /// the points are too far apart.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or <paramref name="dimensions"/> below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="InsufficientMemoryException">The engine has no room even for one direction.</exception>
    public static SlicedDistance Evaluate(
        ComputeEngine engine,
        EngineView<float> source,
        EngineView<float> target,
        int dimensions,
        SlicedOptions? options = null,
        EngineView<float> sourceGradient = default,
        EngineView<float> targetGradient = default,
        ReadOnlySpan<double> sourceWeights = default,
        ReadOnlySpan<double> targetWeights = default,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        options ??= new();
        options.Check();
        int sourceCount = CheckPoints(source, dimensions, sourceGradient, sourceWeights, nameof(source), nameof(sourceGradient), nameof(sourceWeights));
        int targetCount = CheckPoints(target, dimensions, targetGradient, targetWeights, nameof(target), nameof(targetGradient), nameof(targetWeights));
        bool isWeighted = !sourceWeights.IsEmpty || !targetWeights.IsEmpty;
        SlicedClouds clouds = new()
        {
            Shapes = BatchLayout.Uniform(1, sourceCount, targetCount),
            Source = source,
            Target = target,
            Dimensions = dimensions,
            SourceMasses = isWeighted ? Masses(sourceCount, sourceWeights, "the source", nameof(sourceWeights)) : [],
            TargetMasses = isWeighted ? Masses(targetCount, targetWeights, "the target", nameof(targetWeights)) : [],
        };
        double[] costs = Average(engine, clouds, options, sourceGradient, targetGradient, cancellation);
        (float[] direction, double cost) = Largest(engine, clouds, options, costs, cancellation);
        return new(options.P, costs) { MaxSliced = SlicedDistance.Root(cost, options.P), MaxDirection = direction };
    }

    /// <summary>The costs along all directions, those of all problems along the first one first, and the mean of their gradients.</summary>
    private static double[] Average(
        ComputeEngine engine,
        in SlicedClouds clouds,
        SlicedOptions options,
        EngineView<float> sourceGradient,
        EngineView<float> targetGradient,
        CancellationToken cancellation)
    {
        bool withGradient = !sourceGradient.IsEmpty || !targetGradient.IsEmpty;
        sourceGradient.Clear();
        targetGradient.Clear();
        double[] costs = new double[checked(options.Projections * clouds.Shapes.Count)];
        using SliceWaves waves = SliceWaves.Create(engine, clouds, options.P, options.Projections, withGradient);
        float[] directions = new float[waves.Capacity * clouds.Dimensions];
        for (int first = 0; first < options.Projections; first += waves.Capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(waves.Capacity, options.Projections - first);
            Span<float> wave = directions.AsSpan(0, count * clouds.Dimensions);
            SliceDirections.Draw(engine, options.Seed, first, clouds.Dimensions, directions.AsMemory(0, wave.Length));
            waves.Evaluate(wave, costs.AsSpan(first * clouds.Shapes.Count, count * clouds.Shapes.Count));
            if (withGradient)
            {
                waves.AddGradients(count, 1f / options.Projections, sourceGradient, targetGradient);
            }
        }

        return costs;
    }

    /// <summary>The line of the largest cost that is found.</summary>
    private static (float[] Direction, double Cost) Largest(
        ComputeEngine engine, in SlicedClouds clouds, SlicedOptions options, double[] costs, CancellationToken cancellation)
    {
        // The first of equal ones: a stable order, so that a seed has one answer.
        int[] best = [.. Enumerable.Range(0, costs.Length).OrderByDescending(k => costs[k]).Take(Math.Max(1, options.AscentStarts))];
        int dimensions = clouds.Dimensions;
        float[] largest = new float[dimensions];
        SliceDirections.Draw(options.Seed, best[0], dimensions, largest);
        double cost = costs[best[0]];
        if (options.AscentStarts == 0 || options.AscentSteps == 0 || dimensions == 1)
        {
            return (largest, cost);
        }

        using SliceWaves waves = SliceWaves.Create(engine, clouds, options.P, best.Length, withSlopes: true);
        SliceAscent ascent = new(waves, dimensions);
        for (int first = 0; first < best.Length; first += waves.Capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] starts = new float[Math.Min(waves.Capacity, best.Length - first) * dimensions];
            for (int k = 0; k * dimensions < starts.Length; k++)
            {
                SliceDirections.Draw(options.Seed, best[first + k], dimensions, starts.AsSpan(k * dimensions, dimensions));
            }

            (float[] direction, double reached) = ascent.Climb(starts, options.AscentSteps);
            (largest, cost) = reached > cost ? (direction, reached) : (largest, cost);
        }

        return (largest, cost);
    }

    private static int CheckPoints(
        EngineView<float> points,
        int dimensions,
        EngineView<float> gradient,
        ReadOnlySpan<double> weights,
        string pointsName,
        string gradientName,
        string weightsName)
    {
        int count = SliceArguments.PointCount(points, dimensions, pointsName);
        if (count == 0)
        {
            throw new ArgumentException("There is no point.", pointsName);
        }

        if (!gradient.IsEmpty && gradient.Length != points.Length)
        {
            throw new ArgumentException($"The buffer has {gradient.Length} elements where {points.Length} are expected.", gradientName);
        }

        return weights.IsEmpty || weights.Length == count
            ? count
            : throw new ArgumentException($"{weights.Length} weights for {count} points.", weightsName);
    }

    private static long[] Masses(int count, ReadOnlySpan<double> weights, string whose, string name)
    {
        long[] masses = new long[count];
        if (weights.IsEmpty)
        {
            LineMasses.Share(masses);
        }
        else
        {
            LineMasses.Share(weights, LineMasses.Total(weights, whose, name), masses);
        }

        return masses;
    }
}
