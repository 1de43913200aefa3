namespace PyramidOT.Bench.Accuracy;

/// <summary>A result of an engine that is held against float64.</summary>
/// <param name="Family">The kernel family, or what stands above all of them.</param>
/// <param name="What">The result, and the data.</param>
/// <param name="Error">What its error is measured in.</param>
/// <param name="Worst">The largest error of an engine.</param>
internal sealed record AccuracyCase(string Family, string What, string Error, Func<ComputeEngine, double> Worst);
