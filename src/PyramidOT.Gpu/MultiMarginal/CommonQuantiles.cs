using System.Collections;

namespace PyramidOT;

/// <summary>
/// The parts of the mass in which no histogram's quantile function changes: where in each histogram the part lies, and how much it is. The
/// array of bins is one and the same for all parts.
/// </summary>
/// <param name="rows">Histograms of one mass, one behind the other.</param>
/// <param name="count">Their number.</param>
internal sealed class CommonQuantiles(double[] rows, int count) : IEnumerable<(int[] Bins, double Mass)>
{
    public IEnumerator<(int[] Bins, double Mass)> GetEnumerator()
    {
        int last = (rows.Length / count) - 1;
        int[] bins = new int[count];
        double[] left = new double[count];
        for (int j = 0; j < count; j++)
        {
            left[j] = rows[j * (last + 1)];
        }

        // Each step ends one bin. The last bins never end: rounding is left over there.
        for (int step = 0; step <= count * last; step++)
        {
            int next = -1;
            for (int j = 0; j < count; j++)
            {
                next = bins[j] < last && (next < 0 || left[j] < left[next]) ? j : next;
            }

            double mass = next < 0 ? Math.Max(0, left.Min()) : left[next];
            if (mass > 0)
            {
                yield return (bins, mass);
            }

            for (int j = 0; j < count; j++)
            {
                left[j] = Math.Max(0, left[j] - mass);
            }

            if (next >= 0)
            {
                bins[next]++;
                left[next] = rows[(next * (last + 1)) + bins[next]];
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
