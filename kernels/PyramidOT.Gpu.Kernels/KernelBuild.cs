namespace PyramidOT.Kernels;

/// <summary>What the kernels of this build were compiled against.</summary>
public static class KernelBuild
{
    /// <summary>The version of ILGPU and ILGPU.Algorithms that the kernels are written for.</summary>
    public const string IlgpuVersion = "1.5.3";

    /// <summary>
    /// Whether the kernels were compiled against ILGPU itself. Where the package sources do not serve it, they are
    /// compiled against the simulator, which has no CUDA and no OpenCL.
    /// </summary>
#if HAS_ILGPU
    public const bool HasIlgpu = true;
#else
    public const bool HasIlgpu = false;
#endif
}
