namespace ILGPU;

/// <summary>Strides in one dimension. Only the dense one is here.</summary>
public static class Stride1D
{
    public readonly struct Dense : IStride1D
    {
        public Index1D StrideExtent => new(1);

        public int XStride => 1;

        public int ComputeElementIndex(Index1D index) => index;

        public long ComputeElementIndex(LongIndex1D index) => index;
    }
}
