using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Transport on lines: what brings gradients on lines back to points in d dimensions, sorting, and the walk along two sorted sides. The way
/// there, a product of matrices, is <see cref="CostKernels.Pairwise"/> with <see cref="ScalarProduct"/>.
/// </summary>
public static partial class SliceKernels
{
    // Directions of a part of a sum.
    private const int PartDirections = 64;

    /// <summary>
    /// Adds to each point's gradient the factor times the sum over the lines of slope times direction. Launch: any number of groups of any
    /// size, a lane a coordinate of a point; no shared memory.
    /// </summary>
    /// <param name="slopes">K x n numbers.</param>
    /// <param name="directions">K x d numbers.</param>
    /// <param name="count">K.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="gradients">n x d numbers, added to.</param>
    public static void BackProject(
        ArrayView<float> slopes, ArrayView<float> directions, int count, int dimensions, float factor, ArrayView<float> gradients)
    {
        long points = gradients.Length / dimensions;
        for (long e = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; e < gradients.Length; e += (long)Grid.DimX * Group.DimX)
        {
            long point = e / dimensions;
            int coordinate = (int)(e - (point * dimensions));
            float sum = 0;
            for (int first = 0; first < count; first += PartDirections)
            {
                // In parts, as rounding errors that all go one way would add up.
                float part = 0;
                int last = XMath.Min(count, first + PartDirections);
                for (int k = first; k < last; k++)
                {
                    part += slopes[(k * points) + point] * directions[((long)k * dimensions) + coordinate];
                }

                sum += part;
            }

            gradients[e] += factor * sum;
        }
    }

    /// <summary>
    /// The sum of slope times point over one block of points for one line. Launch: a group for each line of each block, line by line within a
    /// block; group of any size, a lane a coordinate; no shared memory.
    /// </summary>
    /// <typeparam name="T">The number that sums are kept in.</typeparam>
    /// <typeparam name="TSummation">Its sums.</typeparam>
    /// <param name="points">n x d numbers.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="lines">K.</param>
    /// <param name="slopes">K x n numbers.</param>
    /// <param name="sums">Receives d numbers a group.</param>
    public static void Moments<T, TSummation>(ArrayView<float> points, int dimensions, int lines, ArrayView<float> slopes, ArrayView<T> sums)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        int block = Grid.IdxX / lines;
        int line = Grid.IdxX - (block * lines);
        long count = points.Length / dimensions;
        long first = (long)block * LaunchSizes.PointsPerMoment;
        long end = XMath.Min(count, first + LaunchSizes.PointsPerMoment);
        for (int c = Group.IdxX; c < dimensions; c += Group.DimX)
        {
            T sum = TSummation.From(0);
            for (long i = first; i < end; i++)
            {
                sum = TSummation.Add(sum, slopes[(line * count) + i] * points[(i * dimensions) + c]);
            }

            sums[((long)Grid.IdxX * dimensions) + c] = sum;
        }
    }
}
