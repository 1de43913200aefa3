namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches multi-marginal transport: a group a problem.</summary>
internal sealed partial class IlgpuMultiMarginal(IlgpuEngine engine) : IMultiMarginalKernels;
