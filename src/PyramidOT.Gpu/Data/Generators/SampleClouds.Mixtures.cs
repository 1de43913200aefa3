using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT;

public static partial class SampleClouds
{
    /// <summary>
    /// The paper's synthetic data (Pyramid Mini-Batch OT, section 5): each side is a mixture of Gaussians of its own. Centres are uniform in
    /// [-extent, extent]^d, each point chooses its component uniformly. Deviation 2 reproduces the distances that the paper prints; it does
    /// not tell the one it used.
    /// </summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="dimensions">Coordinates, at least 1; the paper has 100.</param>
    /// <param name="clusters">Components, at least 1; the paper has 10, 100 and 1000.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="deviation">The standard deviation of a component in each coordinate, from 0 to 1e15.</param>
    /// <param name="extent">Half the side of the box of the centres, from 0 to 1e15.</param>
    /// <returns>The clouds, labelled by component; the two sides' components have nothing to do with each other.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) Mixture(
        int points, int dimensions, int clusters, ulong seed, double deviation = 2, double extent = 10)
    {
        CheckMixture(points, dimensions, clusters, deviation, extent);
        return (
            DrawMixture(points, dimensions, Centres(clusters, dimensions, seed, SourceSide, extent), seed, SourceSide, deviation),
            DrawMixture(points, dimensions, Centres(clusters, dimensions, seed, TargetSide, extent), seed, TargetSide, deviation));
    }

    /// <summary>
    /// Two domains of the same classes, for the transfer of labels: the target's class means are the source's, all moved by the same
    /// vector, whose coordinates are normal with deviation <paramref name="shift"/>.
    /// </summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="dimensions">Coordinates, at least 1.</param>
    /// <param name="classes">Classes, at least 1; each point chooses one uniformly.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="deviation">The standard deviation of a class in each coordinate, from 0 to 1e15.</param>
    /// <param name="extent">Half the side of the box of the class means, from 0 to 1e15.</param>
    /// <param name="shift">The size of the domain's shift, from 0 to 1e15.</param>
    /// <returns>The clouds, labelled by class; the same number is the same class on both sides.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) LabelledMixture(
        int points, int dimensions, int classes, ulong seed, double deviation = 2, double extent = 10, double shift = 2)
    {
        CheckMixture(points, dimensions, classes, deviation, extent, nameof(classes));
        CheckLength(shift, nameof(shift));
        double[] source = Centres(classes, dimensions, seed, SourceSide, extent);
        double[] target = new double[source.Length];
        for (int i = 0; i < source.Length; i++)
            target[i] = source[i] + (shift * CounterNormal.At(seed, Stream(TargetSide, Purpose.Shift), (ulong)(i % dimensions)));
        return (
            DrawMixture(points, dimensions, source, seed, SourceSide, deviation),
            DrawMixture(points, dimensions, target, seed, TargetSide, deviation));
    }

    /// <summary>Two independent draws of one and the same mixture: clouds that overlap, where mini-batches along a pyramid do best.</summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="dimensions">Coordinates, at least 1.</param>
    /// <param name="clusters">Components, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="deviation">The standard deviation of a component in each coordinate, from 0 to 1e15.</param>
    /// <param name="extent">Half the side of the box of the centres, from 0 to 1e15.</param>
    /// <returns>The clouds, labelled by component; the same number is the same component on both sides.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) OverlappingMixture(
        int points, int dimensions, int clusters, ulong seed, double deviation = 2, double extent = 10)
    {
        CheckMixture(points, dimensions, clusters, deviation, extent);
        double[] centres = Centres(clusters, dimensions, seed, SourceSide, extent);
        return (
            DrawMixture(points, dimensions, centres, seed, SourceSide, deviation),
            DrawMixture(points, dimensions, centres, seed, TargetSide, deviation));
    }

    private static double[] Centres(int clusters, int dimensions, ulong seed, ulong side, double extent)
    {
        double[] centres = new double[clusters * dimensions];
        for (int i = 0; i < centres.Length; i++)
            centres[i] = extent * ((2 * Uniform(seed, side, Purpose.Centre, (ulong)i)) - 1);
        return centres;
    }

    private static PointCloud DrawMixture(int points, int dimensions, double[] centres, ulong seed, ulong side, double deviation)
    {
        int clusters = centres.Length / dimensions;
        return Draw(points, dimensions, isLabelled: true, (row, point) =>
        {
            int component = CounterRandom.Below(clusters, seed, Stream(side, Purpose.Component), row);
            Scatter(point, centres.AsSpan(component * dimensions, dimensions), deviation, seed, side, row);
            return component;
        });
    }

    private static void CheckMixture(
        int points, int dimensions, int clusters, double deviation, double extent, string clustersName = "clusters")
    {
        CheckSize(points, dimensions);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1, clustersName);
        if ((long)clusters * dimensions > Array.MaxLength)
            throw new ArgumentException($"{clusters} centres of {dimensions} coordinates are more numbers than one array can hold ({Array.MaxLength}).");
        CheckLength(deviation, nameof(deviation));
        CheckLength(extent, nameof(extent));
    }
}
