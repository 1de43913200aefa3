namespace PyramidOT.Cli;

/// <summary>Checks of multi-marginal transport.</summary>
internal sealed partial class BenchChecks
{
    // Shares of a charge are float32 on devices, and a gradient adds up one a cut.
    private const double ChargeTolerance = 1e-5;

    private void MultiMarginal()
    {
        (int Histograms, int Bins)[] shapes = [(0, 3), (1, 9), (2, 1), (3, 7), (10, 100), (33, 32), (50, 50), (65, 34), (130, 10), (quick ? 5 : 300, quick ? 70 : 700)];
        MarginalLayout problems = MarginalLayout.Ragged([.. shapes.Select(shape => shape.Histograms)], [.. shapes.Select(shape => shape.Bins)]);

        // Whole numbers: sums are exact, and ties are ties on both sides.
        float[] masses = Array.ConvertAll(BenchClouds.Below(6, (int)problems.Elements, 81), mass => (float)mass);
        float[] positions = new float[problems.Bins];
        int[] steps = BenchClouds.Below(5, positions.Length, 82);
        for (int i = 1; i < positions.Length; i++)
        {
            positions[i] = positions[i - 1] + 0.3f + steps[i];
        }

        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            double? tolerance = ties == TieRule.FirstLast ? null : ChargeTolerance;
            Compare($"multi-marginal, range, {ties}, values", SumTolerance, at => Range(at, [], ties).Values);
            Compare($"multi-marginal, range, {ties}, gradients", tolerance, at => Range(at, [], ties).Gradients, scale: 1);
            Compare($"multi-marginal, range of positions, {ties}, values", SumTolerance, at => Range(at, positions, ties).Values);
            Compare($"multi-marginal, range of positions, {ties}, gradients", ChargeTolerance, at => Range(at, positions, ties).Gradients, scale: 1);
        }

        (float[] Values, float[] Gradients) Range(ComputeEngine at, float[] places, TieRule ties)
        {
            using EngineBuffer<float> from = at.Upload(masses);
            using EngineBuffer<float> where = at.Upload(places);
            using EngineBuffer<float> to = at.Allocate<float>(masses.Length);
            double[] values = new double[problems.Count];
            at.MultiMarginal.Range(problems, from, where, ties, values, to);
            return (Array.ConvertAll(values, value => (float)value), to.ToArray());
        }
    }
}
