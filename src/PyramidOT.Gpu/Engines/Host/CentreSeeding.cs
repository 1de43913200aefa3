using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>k-means++ on a sample of one cell's points (Arthur and Vassilvitskii, SODA 2007).</summary>
internal static unsafe class CentreSeeding<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    public static bool Run(in HostClustering.Cells cells, int cell, int sampleSize, ulong seed, HostScratch scratch)
    {
        int centres = cells.Layout.ColumnsOf(cell);
        if (centres == 0)
        {
            return true;
        }

        int d = cells.Dimensions;
        int points = cells.Layout.RowsOf(cell);
        long firstPoint = cells.Layout.RowOffsets[cell];
        int sample = Math.Min(sampleSize, points);
        ulong stream = (ulong)cell;

        // The draws of a cell: one a sampled point, then one a centre.
        float** sampled = (float**)scratch.Take<nint>(sample);
        double* distances = scratch.Take<double>(sample);
        for (int i = 0; i < sample; i++)
        {
            int pick = points <= sampleSize ? i : CounterRandom.Below(points, seed, stream, (ulong)i);
            sampled[i] = cells.Point(firstPoint + pick);
            distances[i] = double.PositiveInfinity;
        }

        float* centre = cells.Centres + (cells.Layout.ColumnOffsets[cell] * d);
        int chosen = CounterRandom.Below(sample, seed, stream, (ulong)sample);
        for (int c = 0; ; c++)
        {
            new ReadOnlySpan<float>(sampled[chosen], d).CopyTo(new(centre + ((long)c * d), d));
            if (c + 1 == centres)
            {
                return true;
            }

            double total = 0;
            for (int i = 0; i < sample; i++)
            {
                distances[i] = Math.Min(distances[i], ExactDistance<D, W>.Squared(sampled[i], sampled[chosen], d));
                total += distances[i];
            }

            chosen = Choose(distances, sample, total, CounterRandom.Uniform(seed, stream, (ulong)(sample + c) + 1));
        }
    }

    /// <summary>The point at which the running sum of weights passes a part of the total.</summary>
    private static int Choose(double* weights, int count, double total, double uniform)
    {
        if (total == 0)
        {
            // Every point is a centre already: any of them again.
            return (int)(uniform * count);
        }

        double left = uniform * total;
        int last = 0;
        for (int i = 0; i < count; i++)
        {
            if (weights[i] > 0)
            {
                last = i;
                left -= weights[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last;
    }
}
