namespace PyramidOT.Tests.MiniBatches;

/// <summary>Entropic transport between small clouds in float64, by Sinkhorn's iteration as the textbook has it.</summary>
internal static class DoubleEntropic
{
    /// <summary>The least of sum P c + epsilon KL(P | ab') over the plans.</summary>
    public static double Of(double[] x, double[] a, double[] y, double[] b, int dimensions, GroundCost cost, double epsilon)
    {
        double[] costs = DoubleLoss.Costs(x, y, dimensions, cost);
        double[] f = new double[a.Length];
        double[] g = new double[b.Length];
        for (int round = 0; round < 2000; round++)
        {
            for (int i = 0; i < a.Length; i++)
            {
                f[i] = -epsilon * Math.Log(b.Select((mass, j) => mass * Math.Exp((g[j] - costs[(i * b.Length) + j]) / epsilon)).Sum());
            }

            double change = 0;
            for (int j = 0; j < b.Length; j++)
            {
                double next = -epsilon * Math.Log(a.Select((mass, i) => mass * Math.Exp((f[i] - costs[(i * b.Length) + j]) / epsilon)).Sum());
                change = Math.Max(change, Math.Abs(next - g[j]));
                g[j] = next;
            }

            if (change < 1e-14)
            {
                break;
            }
        }

        return a.Zip(f, (mass, potential) => mass * potential).Sum() + b.Zip(g, (mass, potential) => mass * potential).Sum();
    }

    /// <summary>The debiased divergence.</summary>
    public static double Divergence(double[] x, double[] a, double[] y, double[] b, int dimensions, GroundCost cost, double epsilon) =>
        Of(x, a, y, b, dimensions, cost, epsilon) - (0.5 * (Of(x, a, x, a, dimensions, cost, epsilon) + Of(y, b, y, b, dimensions, cost, epsilon)));
}
