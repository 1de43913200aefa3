using PyramidOT.Alignment;

namespace PyramidOT;

/// <summary>How far a cloud is mapped.</summary>
/// <param name="Points">Points that are mapped.</param>
/// <param name="Total">All points.</param>
public readonly record struct OutOfSampleProgress(int Points, int Total);

/// <summary>
/// Takes a map that is known at some points to any others: x goes where its nearest sample points s_1 … s_k went,
/// T(x) = x + sum over j of w_j (T(s_j) - s_j), with weights w of sum 1 (Ferradans, Papadakis, Peyré and Aujol, SIAM J. Imaging Sciences 7, 2014, with k = 1).
/// </summary>
/// <remarks>A sample point itself has its own image for k = 1 or inverse distances, or that of the first of several equal ones (k = 1).</remarks>
public static class OutOfSampleMap
{
    /// <summary>Maps points. Sample points without image are no neighbours: the nearest of the others is taken.</summary>
    /// <param name="engine">Where to look for neighbours. Distances are Euclidean, and never stored all at once.</param>
    /// <param name="images">The map at the sample points.</param>
    /// <param name="points">The points to map, of as many dimensions.</param>
    /// <param name="options">How many neighbours count, and how; null takes the nearest alone.</param>
    /// <param name="progress">Told after each wave of points.</param>
    /// <param name="cancellation">Ends the work between two waves.</param>
    /// <returns>The mapped points, summed in float64, with the weights and labels of <paramref name="points"/>.</returns>
    /// <exception cref="ArgumentException">
    /// Numbers of dimensions differ, no sample point has an image, or a mapped point leaves the range of float32 (the message says which).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room for the points.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static PointCloud Apply(
        ComputeEngine engine,
        BarycentricImages images,
        PointCloud points,
        OutOfSampleOptions? options = null,
        IProgress<OutOfSampleProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        options.Check();
        PointCloud source = images.Source;
        int d = source.Dimensions;
        if (points.Dimensions != d)
        {
            throw new ArgumentException($"The points have {points.Dimensions} dimensions where the sample has {d}.", nameof(points));
        }

        int[] sample = MappedRows(images);
        if (sample.Length == 0)
        {
            throw new ArgumentException("No sample point has an image: the coupling is empty.", nameof(images));
        }

        int k = Math.Min(options.Neighbours, sample.Length);
        float[] mapped = GC.AllocateUninitializedArray<float>(points.Points.Length);
        using NeighbourSearch search = NeighbourSearch.Create(engine, PartOf(source, sample), points, k);
        for (int done = 0; done < points.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            (int start, int count) = (done, Math.Min(search.WaveRows, points.Count - done));
            search.Find(start, count, cancellation);
            engine.ForOnHost(count, 8.0 * k * d, (from, to) =>
            {
                double[] shares = new double[k];
                for (int i = from; i < to; i++)
                {
                    ReadOnlySpan<int> neighbours = search.NeighboursOf(i);
                    Share(options.Weights, search.SquaredDistancesOf(i), shares);
                    Move(points[start + i], neighbours, shares, mapped.AsSpan((start + i) * d, d));
                }
            });
            done += count;
            progress?.Report(new(done, points.Count));
        }

        return points.Moved(mapped, bad => new ArgumentException($"The image of row {bad / d} leaves the range of float32.", nameof(points)));

        void Move(ReadOnlySpan<float> x, ReadOnlySpan<int> neighbours, double[] shares, Span<float> result)
        {
            for (int c = 0; c < d; c++)
            {
                // Apart, so that a point that is its own neighbour gets its image exactly.
                double image = 0;
                double way = 0;
                for (int j = 0; j < neighbours.Length; j++)
                {
                    int row = sample[neighbours[j]];
                    image += shares[j] * images.Points[row][c];
                    way += shares[j] * ((double)x[c] - source[row][c]);
                }

                result[c] = (float)(options.TakeImages ? image : image + way);
            }
        }
    }

    private static int[] MappedRows(BarycentricImages images)
    {
        List<int> rows = new(images.Source.Count);
        for (int i = 0; i < images.Source.Count; i++)
        {
            if (images.Masses[i] > 0)
            {
                rows.Add(i);
            }
        }

        return [.. rows];
    }

    private static PointCloud PartOf(PointCloud cloud, int[] rows)
    {
        if (rows.Length == cloud.Count)
        {
            return cloud;
        }

        float[] part = new float[rows.Length * cloud.Dimensions];
        for (int i = 0; i < rows.Length; i++)
        {
            cloud[rows[i]].CopyTo(part.AsSpan(i * cloud.Dimensions));
        }

        return new(part, cloud.Dimensions);
    }

    private static void Share(NeighbourWeights weights, ReadOnlySpan<double> squaredDistances, double[] shares)
    {
        // The nearest comes first. Distances in units of its own, so that nothing leaves float64's range.
        double nearest = squaredDistances[0];
        double total = 0;
        for (int j = 0; j < shares.Length; j++)
        {
            double squared = squaredDistances[j];
            shares[j] = weights == NeighbourWeights.Equal || squared == nearest ? 1 : Math.Sqrt(nearest / squared);
            total += shares[j];
        }

        for (int j = 0; j < shares.Length; j++)
        {
            shares[j] /= total;
        }
    }
}
