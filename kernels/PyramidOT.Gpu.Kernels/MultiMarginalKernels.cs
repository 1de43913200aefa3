namespace PyramidOT.Kernels;

/// <summary>Multi-marginal transport between the histograms of each problem of a batch.</summary>
public static partial class MultiMarginalKernels;
