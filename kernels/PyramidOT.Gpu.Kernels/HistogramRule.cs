using System.Runtime.InteropServices;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// How samples are spread over the bins of a soft histogram, as engines compute it. A sample has a place, counted in bins from the first node (or,
/// for <see cref="Logistic"/>, from the first edge). With triangles the place lies in a segment between two nodes, which share the sample; the other forms
/// have a window of bins around it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct HistogramRule
{
    /// <summary>Triangles around nodes.</summary>
    public const int Triangles = 0;

    /// <summary>Gaussians around nodes, divided by their sum.</summary>
    public const int Gaussian = 1;

    /// <summary>Differences of logistic functions at edges.</summary>
    public const int Logistic = 2;

    // A sample that far from the bins is as good as infinitely far; products of such places stay finite.
    private const float Farthest = 1e15f;

    // exp(-87) is among the least normal numbers of float32, and as good as 0 beside 1.
    private const float LargestExponent = 87;

    /// <summary><see cref="Triangles"/>, <see cref="Gaussian"/> or <see cref="Logistic"/>.</summary>
    public int Form;

    /// <summary>Number of bins n.</summary>
    public int Bins;

    /// <summary>1 where samples go through the logistic function, else 0.</summary>
    public int IsSquashed;

    /// <summary>Where the range begins, for samples that are not squashed.</summary>
    public float Low;

    /// <summary>Bins a unit of the sample, or of the squashed sample.</summary>
    public float Scale;

    /// <summary>What is taken off the place.</summary>
    public float Shift;

    /// <summary>The segment that begins at node 0. With 2, there are segments on both ends that lie outside, and mass there is lost.</summary>
    public int Offset;

    /// <summary>Number of segments.</summary>
    public int Segments;

    /// <summary>Bins that a window reaches to either side.</summary>
    public int Reach;

    /// <summary>Bins of a window: 2 <see cref="Reach"/> + 1, or all where there are fewer.</summary>
    public int Width;

    /// <summary>1 / (2 b^2) for Gaussians of deviation b, 1 / t for logistic functions of width t.</summary>
    public float Steepness;

    /// <summary>What is added to the count of each bin, in samples.</summary>
    public float Epsilon;

    /// <summary>Where the places of triangles end below: that of the first segment.</summary>
    public readonly float LeastPlace => -Offset;

    /// <summary>Where the places of triangles end above: that of the last segment.</summary>
    public readonly float LargestPlace => Segments - 1 - Offset;

    /// <summary>Numbers a histogram has in the table of slopes: one a segment, or one a bin.</summary>
    public readonly int TableWidth => Form == Triangles ? Segments : Bins;

    /// <summary>The bin of a segment's lower node; -1 where it lies outside.</summary>
    public readonly int LowerBin(int segment) => Bin(segment - Offset);

    /// <summary>The bin of a segment's upper node; -1 where it lies outside.</summary>
    public readonly int UpperBin(int segment) => Bin(segment - Offset + 1);

    /// <summary>A sample's place, and the derivative of it in the sample.</summary>
    internal readonly SamplePlace PlaceOf(float sample)
    {
        if (IsSquashed != 0)
        {
            float exponential = XMath.Exp(-XMath.Min(XMath.Abs(sample), LargestExponent));
            float larger = 1 / (1 + exponential);
            float squashed = sample < 0 ? exponential * larger : larger;
            return new() { Place = (Scale * squashed) - Shift, Slope = Scale * exponential * larger * larger };
        }

        float place = ((sample - Low) * Scale) - Shift;
        return new() { Place = XMath.Max(-Farthest, XMath.Min(Farthest, place)), Slope = Scale };
    }

    /// <summary>The segment of a place that lies between the ends.</summary>
    internal readonly SampleSegment SegmentOf(float place)
    {
        float clamped = XMath.Max(LeastPlace, XMath.Min(LargestPlace, place));
        float node = XMath.Floor(clamped);
        return new() { Segment = (int)node + Offset, Fraction = clamped - node };
    }

    /// <summary>The bin in the middle of a place's window, where the window were not cut at the ends.</summary>
    internal readonly int MiddleBin(float place)
    {
        float nearest = XMath.Floor(Form == Gaussian ? place + 0.5f : place);
        return (int)XMath.Max(0f, XMath.Min(Bins - 1f, nearest));
    }

    /// <summary>The first bin of the window around a bin: windows are as wide at the ends.</summary>
    internal readonly int FirstBin(int middle) => XMath.Max(0, XMath.Min(Bins - Width, middle - Reach));

    /// <summary>The Gaussian of a bin, divided by that of the middle bin.</summary>
    internal readonly float GaussianOf(float place, int middle, int bin)
    {
        // (place - bin)^2 - (place - middle)^2 as a product, which does not cancel for places far away.
        float exponent = (middle - bin) * ((2 * place) - bin - middle) * Steepness;
        return XMath.Exp(-XMath.Min(exponent, LargestExponent));
    }

    /// <summary>The logistic function at an edge, and its derivative in the place.</summary>
    internal readonly SamplePlace LogisticOf(float place, int edge)
    {
        float distance = (place - edge) * Steepness;
        float exponential = XMath.Exp(-XMath.Min(XMath.Abs(distance), LargestExponent));
        float larger = 1 / (1 + exponential);
        return new() { Place = distance < 0 ? exponential * larger : larger, Slope = Steepness * exponential * larger * larger };
    }

    private readonly int Bin(int node)
    {
        if (Offset == 1)
        {
            return node < 0 ? 0 : node >= Bins ? Bins - 1 : node;
        }

        return node < 0 || node >= Bins ? -1 : node;
    }
}

/// <summary>A number that depends on a sample, and its derivative.</summary>
internal struct SamplePlace
{
    /// <summary>The number.</summary>
    public float Place;

    /// <summary>Its derivative.</summary>
    public float Slope;
}

/// <summary>Where a place lies between two nodes.</summary>
internal struct SampleSegment
{
    /// <summary>The segment.</summary>
    public int Segment;

    /// <summary>What the upper node has of the sample, from 0 to 1.</summary>
    public float Fraction;
}
