using System.Globalization;
using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>
/// Features of classes in two domains: normal around the means of their classes, and all moved by the same vector in the target. Class means are
/// uniform in a cube of side 2; every class has as many points.
/// </summary>
internal sealed record GeneratedFeatures
{
    private const ulong Means = 0;
    private const ulong Direction = 1;
    private const ulong SourceNoise = 2;
    private const ulong TargetNoise = 3;
    private const ulong Order = 4;

    /// <summary>Points of each domain, a multiple of the number of classes.</summary>
    public required int Points { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Number of coordinates.</summary>
    public required int Dimensions { get; init; }

    /// <summary>The deviation of a class in each coordinate.</summary>
    public required double Deviation { get; init; }

    /// <summary>The length of the way from domain to domain, as a multiple of the root of the number of coordinates.</summary>
    public required double Shift { get; init; }

    /// <summary>
    /// The deviation of what is added to each source point to make its counterpart in the target; null where target points are drawn by themselves,
    /// of the same classes.
    /// </summary>
    public double? Noise { get; init; }

    /// <summary>All numbers, to tell these features from others.</summary>
    public string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"generated, n {Points}, classes {Classes}, d {Dimensions}, deviation {Deviation}, shift {Shift}, noise {Noise}");

    /// <summary>What they are, for people.</summary>
    public string Text
    {
        get
        {
            string how = Noise is { } noise
                ? $"Target points are the source's own with noise of deviation {ExperimentCell.Of(noise).Text}, in another order: so each has a counterpart, as in the paper, whose target are the source's own images, distorted."
                : "Target points are drawn by themselves, of the same classes: none has a counterpart.";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Points:N0} points a side, {Classes:N0} classes of {Points / Classes}, {Dimensions} coordinates; class means uniform in a cube of side 2, deviation {Deviation} around them, and a shift of length {Shift * Math.Sqrt(Dimensions):0.##} from the source's domain to the target's. {how}");
        }
    }

    /// <summary>Draws both clouds, labelled by class.</summary>
    public LabelledPair Draw(ulong seed)
    {
        int d = Dimensions;
        float[] source = new float[Points * d];
        float[] target = new float[source.Length];
        int[] sourceLabels = new int[Points];
        int[] targetLabels = new int[Points];
        double[] way = [.. Enumerable.Range(0, d).Select(k => CounterNormal.At(seed, Direction, (ulong)k))];
        double length = Math.Sqrt(way.Sum(x => x * x));

        // The target's rows in an order of their own: places tell nothing of counterparts.
        int[] places = [.. Enumerable.Range(0, Points).OrderBy(i => CounterRandom.Bits(seed, Order, (ulong)i))];
        Parallel.For(0, Points, i =>
        {
            int label = i % Classes;
            int place = places[i];
            (sourceLabels[i], targetLabels[place]) = (label, label);
            for (int k = 0; k < d; k++)
            {
                double mean = (2 * CounterRandom.Uniform(seed, Means, (ulong)((label * d) + k))) - 1;
                double x = mean + (Deviation * CounterNormal.At(seed, SourceNoise, (ulong)((i * (long)d) + k)));
                double other = CounterNormal.At(seed, TargetNoise, (ulong)((i * (long)d) + k));
                source[(i * d) + k] = (float)x;
                target[(place * d) + k] = (float)((Noise is { } noise ? x + (noise * other) : mean + (Deviation * other)) + (Shift * Math.Sqrt(d) * way[k] / length));
            }
        });
        return new(new(source, d, labels: sourceLabels), new(target, d, labels: targetLabels));
    }
}
