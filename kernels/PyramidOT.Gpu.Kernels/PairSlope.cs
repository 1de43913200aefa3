using System.Runtime.InteropServices;

namespace PyramidOT.Kernels;

/// <summary>What all coordinates of one pair's gradient have in common.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PairSlope
{
    /// <summary>Numbers of 4 bytes of it.</summary>
    internal const int Words = 5;

    /// <summary>The factor w p g^(p-1) is this times 2^<see cref="Exponent"/>; 0 for equal points.</summary>
    public float Fraction;

    /// <summary>The exponent; 0 unless the factor is far from 1.</summary>
    public int Exponent;

    /// <summary>One over the distance, which is divided by 2^<see cref="Shift"/>. Euclidean only.</summary>
    public float Inverse;

    /// <summary>As <see cref="PointTile.ShiftOf"/> gives it.</summary>
    public int Shift;

    /// <summary>The first of the largest coordinates. Chebyshev only.</summary>
    public int Largest;
}
