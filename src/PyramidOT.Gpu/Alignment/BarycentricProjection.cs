using System.Numerics.Tensors;
using PyramidOT.Alignment;

namespace PyramidOT;

/// <summary>
/// The map that a coupling P makes of its plan: the image of source point i is the mean of the target points that its mass goes to,
/// T(x_i) = sum over j of P_ij y_j / sum over j of P_ij. For the squared Euclidean cost that is the point at the least mean cost from them.
/// </summary>
/// <remarks>
/// A one-to-one matching takes each point onto its partner exactly. For the other direction take <see cref="Coupling.Reverse"/>.
/// </remarks>
public static class BarycentricProjection
{
    /// <summary>Maps the points of the source.</summary>
    /// <param name="engine">Whose threads compute. Clouds and images are the host's, and each number is touched once or twice, so no device is asked.</param>
    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud, of as many dimensions.</param>
    /// <param name="coupling">Pairs of points of the two, of any masses.</param>
    /// <returns>
    /// The images, summed in float64. A point without mass stays where it is, and <see cref="BarycentricImages.Unmapped"/> lists it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Numbers of dimensions differ, a pair names a point that there is not (the message says which), a mass is NaN, infinite or negative, or the masses
    /// of a point add up to infinity.
    /// </exception>
    public static BarycentricImages Project(ComputeEngine engine, PointCloud source, PointCloud target, Coupling coupling)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(coupling);
        int d = source.Dimensions;
        if (target.Dimensions != d)
        {
            throw new ArgumentException($"The target has {target.Dimensions} dimensions where the source has {d}.", nameof(target));
        }

        CouplingRows rows = CouplingRows.OfSources(coupling, source.Count, target.Count);
        float[] images = GC.AllocateUninitializedArray<float>(source.Points.Length);
        double cells = Math.Max(1, (double)coupling.Count / source.Count);
        engine.ForOnHost(source.Count, 4 * cells * d, (start, end) =>
        {
            double[] sum = new double[d];
            double[] wide = new double[d];
            for (int i = start; i < end; i++)
            {
                Span<float> image = images.AsSpan(i * d, d);
                ReadOnlySpan<int> partners = rows.PartnersOf(i);
                if (rows.Totals[i] == 0)
                {
                    source[i].CopyTo(image);
                }
                else if (partners.Length == 1)
                {
                    target[partners[0]].CopyTo(image);
                }
                else
                {
                    Mean(rows, i, target, sum, wide);
                    TensorPrimitives.ConvertTruncating<double, float>(sum, image);
                }
            }
        });
        return new(source, source.Moved(images), rows.Totals);
    }

    private static void Mean(CouplingRows rows, int point, PointCloud target, double[] sum, double[] wide)
    {
        Array.Clear(sum);
        ReadOnlySpan<int> partners = rows.PartnersOf(point);
        for (int k = 0; k < partners.Length; k++)
        {
            TensorPrimitives.ConvertTruncating(target[partners[k]], (Span<double>)wide);
            TensorPrimitives.MultiplyAdd(wide, rows.ShareOf(point, k), sum, sum);
        }
    }
}
