namespace PyramidOT.Tests.Conformance;

/// <summary>The steps of k-means in float64, by naive loops, cell by cell.</summary>
internal static class ReferenceClustering
{
    /// <summary>For each point the least squared distance to a centre of its cell, and the first centre that has it.</summary>
    public static (int[] Nearest, double[] SquaredDistances) Nearest(BatchLayout cells, float[] points, int dimensions, float[] centres)
    {
        int[] nearest = new int[cells.Rows];
        double[] distances = new double[cells.Rows];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            for (int i = (int)cells.RowOffsets[cell]; i < cells.RowOffsets[cell + 1]; i++)
            {
                distances[i] = double.PositiveInfinity;
                for (int j = (int)cells.ColumnOffsets[cell]; j < cells.ColumnOffsets[cell + 1]; j++)
                {
                    double distance = Squared(points, i, centres, j, dimensions);
                    if (distance < distances[i])
                    {
                        distances[i] = distance;
                        nearest[i] = j;
                    }
                }
            }
        }

        return (nearest, distances);
    }

    /// <summary>The squared distance between row i of a matrix and row j of another.</summary>
    public static double Squared(float[] points, int i, float[] centres, int j, int dimensions) =>
        ReferenceCosts.SquaredEuclidean(points.AsSpan(i * dimensions, dimensions), centres.AsSpan(j * dimensions, dimensions));

    /// <summary>The means of the points nearest to each centre, not rounded; a centre without points stays.</summary>
    public static (double[] Means, int[] Counts) Means(float[] points, int dimensions, int[] nearest, float[] centres)
    {
        double[] means = new double[centres.Length];
        int[] counts = new int[centres.Length / dimensions];
        for (int i = 0; i < nearest.Length; i++)
        {
            counts[nearest[i]]++;
            for (int k = 0; k < dimensions; k++)
            {
                means[(nearest[i] * dimensions) + k] += points[(i * dimensions) + k];
            }
        }

        for (int at = 0; at < means.Length; at++)
        {
            int count = counts[at / dimensions];
            means[at] = count == 0 ? centres[at] : means[at] / count;
        }

        return (means, counts);
    }
}
