using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Soft histograms. A group counts the samples of its blocks in shared memory, for a tile of features; then the blocks are added up. Counts are whole
/// numbers, of 2^-23 of a sample, so atomic additions in any order give the same result.
/// </summary>
public static partial class HistogramKernels
{
    // A sample in the units that are counted.
    private const float Unit = 1 << 23;

    /// <summary>
    /// Counts samples. Launch: a group of any size for each range of each tile of each block, ranges first, blocks last;
    /// <see cref="LaunchSizes.HistogramBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="rule">How samples are spread over the bins.</param>
    /// <param name="cut">The sizes, and how they are cut.</param>
    /// <param name="activations">N x F numbers.</param>
    /// <param name="groups">The group of each sample; samples of no group are left out.</param>
    /// <param name="sums">Receives the counts: block by block, feature by feature, group by group, bin by bin.</param>
    public static void Count(HistogramRule rule, HistogramCut cut, ArrayView<float> activations, ArrayView<int> groups, ArrayView<ulong> sums)
    {
        ArrayView<uint> shared = SharedPlaces.Dynamic().Cast<uint>();
        int perFeature = cut.Groups * rule.Bins;
        int tileAndBlock = Grid.IdxX / cut.Ranges;
        int firstEntry = (Grid.IdxX - (tileAndBlock * cut.Ranges)) * cut.RangeEntries;
        int entries = XMath.Min(cut.RangeEntries, perFeature - firstEntry);
        int block = tileAndBlock / cut.Tiles;
        int firstFeature = (tileAndBlock - (block * cut.Tiles)) << cut.FeatureShift;
        int features = XMath.Min(1 << cut.FeatureShift, cut.Features - firstFeature);
        long start = block * cut.SamplesPerBlock;
        long end = XMath.Min(cut.Samples, start + cut.SamplesPerBlock);
        for (int i = Group.IdxX; i < features * entries; i += Group.DimX)
        {
            shared[i] = 0;
        }

        Group.Barrier();
        for (long first = start; first < end; first += LaunchSizes.HistogramSamples)
        {
            int elements = (int)XMath.Min(end - first, (long)LaunchSizes.HistogramSamples) << cut.FeatureShift;
            for (int e = Group.IdxX; e < elements; e += Group.DimX)
            {
                long sample = first + (e >> cut.FeatureShift);
                int feature = e & ((1 << cut.FeatureShift) - 1);
                int group = groups[sample];
                if (feature < features && group >= 0 && group < cut.Groups)
                {
                    float activation = activations[(sample * cut.Features) + firstFeature + feature];
                    HistogramRange range = new()
                    {
                        Counts = shared,
                        Place = feature * entries,
                        Bin = (group * rule.Bins) - firstEntry,
                        Count = entries,
                    };
                    Count(rule, rule.PlaceOf(activation).Place, range);
                }
            }

            Group.Barrier();

            // Emptied before the counts could leave 32 bits.
            for (int i = Group.IdxX; i < features * entries; i += Group.DimX)
            {
                int feature = i / entries;
                long to = ((((long)block * cut.Features) + firstFeature + feature) * perFeature) + firstEntry + (i - (feature * entries));
                sums[to] = (first == start ? 0UL : sums[to]) + shared[i];
                shared[i] = 0;
            }

            Group.Barrier();
        }
    }

    /// <summary>
    /// Adds up the counts of all blocks, and divides them by their total. Launch: any number of groups of any size, a lane a histogram; no shared memory.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cut">The sizes.</param>
    /// <param name="counts">The samples of each group.</param>
    /// <param name="sums">What <see cref="Count(HistogramRule, HistogramCut, ArrayView{float}, ArrayView{int}, ArrayView{ulong})"/> gave; those of the first block become the sums of all.</param>
    /// <param name="histograms">Receives F x G x n numbers.</param>
    /// <param name="totals">Receives F x G numbers.</param>
    public static void Finish(
        HistogramRule rule, HistogramCut cut, ArrayView<int> counts, ArrayView<ulong> sums, ArrayView<float> histograms, ArrayView<float> totals)
    {
        long step = histograms.Length;
        for (long histogram = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; histogram < totals.Length; histogram += (long)Grid.DimX * Group.DimX)
        {
            long first = histogram * rule.Bins;
            bool isThere = counts[histogram % cut.Groups] > 0;
            ulong total = 0;
            for (int k = 0; isThere && k < rule.Bins; k++)
            {
                ulong sum = 0;
                for (int block = 0; block < cut.Blocks; block++)
                {
                    sum += sums[(block * step) + first + k];
                }

                sums[first + k] = sum;
                total += sum;
            }

            float divisor = ((float)(long)total / Unit) + (rule.Bins * rule.Epsilon);
            totals[histogram] = isThere ? divisor : 0;
            for (int k = 0; k < rule.Bins; k++)
            {
                histograms[first + k] = isThere ? (((float)(long)sums[first + k] / Unit) + rule.Epsilon) / divisor : 0;
            }
        }
    }

    /// <summary>
    /// Finds the first activation of a sample in a group that is NaN or infinite. Launch: any number of groups of any size;
    /// <see cref="LaunchSizes.FindBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TLanes">How lanes talk.</typeparam>
    /// <param name="activations">N x F numbers.</param>
    /// <param name="features">F.</param>
    /// <param name="groups">The group of each sample.</param>
    /// <param name="groupCount">G.</param>
    /// <param name="first">One number, which a launcher sets to <see cref="long.MaxValue"/>; receives the position if there is one.</param>
    public static void FindBadActivation<TLanes>(
        ArrayView<float> activations, int features, ArrayView<int> groups, int groupCount, ArrayView<long> first)
        where TLanes : struct, IGroupLanes
    {
        ulong least = long.MaxValue;
        long count = activations.Length;
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < count; i += (long)Grid.DimX * Group.DimX)
        {
            if (!(XMath.Abs(activations[i]) <= float.MaxValue))
            {
                int group = groups[i / features];
                bool isTaken = group >= 0 && group < groupCount;
                least = isTaken && (ulong)i < least ? (ulong)i : least;
            }
        }

        least = GroupMath.Minimum<TLanes>(least, SharedPlaces.Dynamic().Cast<ulong>(), 0);
        if (Group.IdxX == 0 && least != long.MaxValue)
        {
            TLanes.Lower(first, (long)least);
        }
    }

    /// <summary>
    /// The group of each sample: where its label stands among the known ones, or -1. Launch: any number of groups of any size, a lane a sample;
    /// <see cref="LaunchSizes.EncodeBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="known">The known ones, ascending.</param>
    /// <param name="groups">Receives the groups; may be the labels themselves.</param>
    /// <param name="counts">The samples of each group, added to.</param>
    public static void Encode(ArrayView<int> labels, ArrayView<int> known, ArrayView<int> groups, ArrayView<int> counts)
    {
        // A few groups are counted in shared memory first: all samples of a group would wait for one number.
        int own = known.IntLength <= LaunchSizes.EncodeCounters ? known.IntLength : 0;
        ArrayView<int> shared = SharedPlaces.Dynamic().Cast<int>();
        for (int g = Group.IdxX; g < own; g += Group.DimX)
        {
            shared[g] = 0;
        }

        Group.Barrier();
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < labels.Length; i += (long)Grid.DimX * Group.DimX)
        {
            int label = labels[i];
            int low = 0;
            int high = known.IntLength - 1;
            while (low < high)
            {
                int middle = low + ((high - low) >> 1);
                if (known[middle] < label)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            bool isKnown = known[low] == label;
            groups[i] = isKnown ? low : -1;
            if (isKnown)
            {
                if (own > 0)
                {
                    Atomic.Add(ref shared[low], 1);
                }
                else
                {
                    Atomic.Add(ref counts[low], 1);
                }
            }
        }

        Group.Barrier();
        for (int g = Group.IdxX; g < own; g += Group.DimX)
        {
            int count = shared[g];
            if (count > 0)
            {
                Atomic.Add(ref counts[g], count);
            }
        }
    }

    /// <summary>Counts one sample of one feature.</summary>
    private static void Count(HistogramRule rule, float place, HistogramRange range)
    {
        if (rule.Form == HistogramRule.Triangles)
        {
            SampleSegment segment = rule.SegmentOf(place);
            uint upper = (uint)(segment.Fraction * Unit);
            range.Add(rule.LowerBin(segment.Segment), (uint)Unit - upper);
            range.Add(rule.UpperBin(segment.Segment), upper);
            return;
        }

        int middle = rule.MiddleBin(place);
        int first = rule.FirstBin(middle);
        if (rule.Form == HistogramRule.Logistic)
        {
            float left = 1;
            for (int j = 0; j < rule.Width; j++)
            {
                float right = j + 1 < rule.Width ? rule.LogisticOf(place, first + j + 1).Place : 0;
                range.Add(first + j, (uint)((left - right) * Unit));
                left = right;
            }

            return;
        }

        float sum = 0;
        for (int j = 0; j < rule.Width; j++)
        {
            sum += rule.GaussianOf(place, middle, first + j);
        }

        float scale = Unit / sum;
        for (int j = 0; j < rule.Width; j++)
        {
            range.Add(first + j, (uint)(rule.GaussianOf(place, middle, first + j) * scale));
        }
    }
}

/// <summary>The sizes of soft histograms, and how a device's groups share them.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct HistogramCut
{
    /// <summary>Number of samples N.</summary>
    public long Samples;

    /// <summary>Samples of a block, a multiple of <see cref="LaunchSizes.HistogramSamples"/>.</summary>
    public long SamplesPerBlock;

    /// <summary>Number of blocks.</summary>
    public int Blocks;

    /// <summary>Number of features F.</summary>
    public int Features;

    /// <summary>Number of groups G.</summary>
    public int Groups;

    /// <summary>Features of a tile, as a power of two.</summary>
    public int FeatureShift;

    /// <summary>Number of tiles of features.</summary>
    public int Tiles;

    /// <summary>Bins of a feature, those of all groups, that are counted at a time.</summary>
    public int RangeEntries;

    /// <summary>How many times as many a feature has, rounded up.</summary>
    public int Ranges;
}

/// <summary>The counters of one feature and group in shared memory.</summary>
internal struct HistogramRange
{
    /// <summary>All counters of the tile.</summary>
    public ArrayView<uint> Counts;

    /// <summary>Where the feature's begin.</summary>
    public int Place;

    /// <summary>Where the group's first bin stands among the feature's counters; it may lie outside.</summary>
    public int Bin;

    /// <summary>Counters of a feature.</summary>
    public int Count;

    /// <summary>Adds to a bin. One that lies outside (-1), or that another group counts, gets nothing.</summary>
    public readonly void Add(int bin, uint units)
    {
        int at = Bin + bin;
        if (bin >= 0 && at >= 0 && at < Count && units > 0)
        {
            Atomic.Add(ref Counts[Place + at], units);
        }
    }
}
