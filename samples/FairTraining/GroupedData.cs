using PyramidOT.Data;
using PyramidOT.Kernels;

namespace FairTraining;

/// <summary>Samples with a label, 0 or 1, and a group each.</summary>
/// <param name="Inputs">Samples x <see cref="Width"/> numbers, a sample a row.</param>
/// <param name="Labels">The label of each sample.</param>
/// <param name="Groups">The group of each sample, from 0.</param>
/// <param name="GroupCount">Number of groups.</param>
internal sealed record GroupedData(float[] Inputs, int[] Labels, int[] Groups, int GroupCount)
{
    /// <summary>Inputs of a sample.</summary>
    public const int Width = 8;

    /// <summary>Number of samples.</summary>
    public int Count => Labels.Length;

    /// <summary>
    /// Draws samples whose groups differ: group g of d stands at s = 2 g / (d - 1) - 1, which moves both the label and inputs 4 to 6, so that a network
    /// that wants to be right learns the group. The label is 1 where z0 + z1²/2 + s/2 + noise is above 1/2; inputs 0 to 3 tell z0 and z1, input 7 nothing.
    /// Groups are of unequal size, as 2 d - g.
    /// </summary>
    /// <param name="groups">Number of groups d, at least 2.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="seed">The same seed draws the same samples.</param>
    /// <param name="part">Which part of the seed's samples: 0 to train on, 1 to test with.</param>
    public static GroupedData Draw(int groups, int samples, ulong seed, int part)
    {
        float[] inputs = new float[samples * Width];
        int[] labels = new int[samples];
        int[] groupOf = new int[samples];
        int shares = Enumerable.Range(0, groups).Sum(g => (2 * groups) - g);
        for (int i = 0; i < samples; i++)
        {
            ulong stream = ((ulong)i * 2) + (ulong)part;
            int left = CounterRandom.Below(shares, seed, stream, 0);
            int group = 0;
            while (left >= (2 * groups) - group)
            {
                left -= (2 * groups) - group++;
            }

            ulong next = 0;
            double Normal() => CounterNormal.At(seed, stream, next++);
            double stands = (2.0 * group / (groups - 1)) - 1;
            double z0 = Normal();
            double z1 = Normal();
            labels[i] = z0 + (z1 * z1 / 2) + (0.5 * stands) + (0.5 * Normal()) > 0.5 ? 1 : 0;
            groupOf[i] = group;
            ReadOnlySpan<double> means = [z0, z0, z1, z1, stands, stands, -stands, 0];
            for (int k = 0; k < Width; k++)
            {
                inputs[(i * Width) + k] = (float)(means[k] + (0.7 * Normal()));
            }
        }

        return new(inputs, labels, groupOf, groups);
    }
}
