namespace PyramidOT.Engines.Host;

/// <summary>The multi-marginal family of the Host: a problem a thread.</summary>
internal sealed unsafe partial class HostMultiMarginal(HostEngine engine, HostWorkers workers) : IMultiMarginalKernels;
