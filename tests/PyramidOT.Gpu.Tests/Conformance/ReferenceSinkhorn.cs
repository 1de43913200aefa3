namespace PyramidOT.Tests.Conformance;

/// <summary>Sinkhorn's iteration as it stands in the books: in the logarithms, in float64, one loop after the other.</summary>
internal static class ReferenceSinkhorn
{
    /// <summary>The plan of a problem, to 1e-12 or as far as so many iterations go.</summary>
    public static double[] Plan(float[] costs, double[] a, double[] b, double epsilon, double penalty = double.PositiveInfinity, int iterations = 100_000)
    {
        int n = a.Length;
        int m = b.Length;
        double lambda = double.IsPositiveInfinity(penalty) ? 1 : penalty / (penalty + epsilon);
        double[] f = new double[n];
        double[] g = new double[m];
        for (int k = 0; k < iterations; k++)
        {
            double change = 0;
            for (int i = 0; i < n; i++)
            {
                double next = -lambda * epsilon * LogSum(m, j => Math.Log(b[j]) + ((g[j] - costs[(i * m) + j]) / epsilon));
                change = Math.Max(change, a[i] > 0 ? Math.Abs(next - f[i]) : 0);
                f[i] = next;
            }

            for (int j = 0; j < m; j++)
            {
                g[j] = -lambda * epsilon * LogSum(n, i => Math.Log(a[i]) + ((f[i] - costs[(i * m) + j]) / epsilon));
            }

            if (change <= 1e-12 * epsilon)
            {
                break;
            }
        }

        return Plan(costs, a, b, f, g, epsilon);
    }

    /// <summary>The plan of potentials.</summary>
    public static double[] Plan(float[] costs, double[] a, double[] b, double[] f, double[] g, double epsilon)
    {
        double[] plan = new double[costs.Length];
        for (int p = 0; p < plan.Length; p++)
        {
            int i = p / b.Length;
            int j = p % b.Length;
            bool isAllowed = a[i] > 0 && b[j] > 0 && float.IsFinite(costs[p]);
            plan[p] = isAllowed ? a[i] * b[j] * Math.Exp((f[i] + g[j] - costs[p]) / epsilon) : 0;
        }

        return plan;
    }

    /// <summary>The value of a plan.</summary>
    public static double Value(float[] costs, double[] plan, double[] a, double[] b, double epsilon, double penalty)
    {
        double value = 0;
        double[] rows = new double[a.Length];
        double[] columns = new double[b.Length];
        for (int p = 0; p < plan.Length; p++)
        {
            int i = p / b.Length;
            int j = p % b.Length;
            rows[i] += plan[p];
            columns[j] += plan[p];
            value += (plan[p] > 0 ? plan[p] * costs[p] : 0) + (epsilon * Divergence(plan[p], a[i] * b[j]));
        }

        if (!double.IsPositiveInfinity(penalty))
        {
            value += penalty * rows.Select((mass, i) => Divergence(mass, a[i])).Sum();
            value += penalty * columns.Select((mass, j) => Divergence(mass, b[j])).Sum();
        }

        return value;
    }

    private static double Divergence(double p, double q) => p > 0 ? (p * Math.Log(p / q)) - p + q : q;

    private static double LogSum(int count, Func<int, double> exponent)
    {
        double[] exponents = [.. Enumerable.Range(0, count).Select(exponent)];
        double largest = exponents.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(exponents.Sum(e => Math.Exp(e - largest)));
    }
}
