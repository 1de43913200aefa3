namespace PyramidOT.Tests.MultiMarginal;

/// <summary>
/// The walk by its events: all breakpoints of all cumulative masses, sorted by mass, then histogram, then bin. Histograms may have different
/// numbers of bins.
/// </summary>
internal sealed record EventSortedWalk(double Value, double[][] Duals, List<(int[] Cell, double Mass)> Plan)
{
    public static EventSortedWalk Solve(double[][] histograms, double[]? positions, Func<double[], double> cost)
    {
        int d = histograms.Length;
        double Position(int bin) => positions is null ? bin : positions[bin];
        List<(double Mass, int Histogram, int Bin)> events = [];
        double total = 0;
        for (int j = 0; j < d; j++)
        {
            double sum = 0;
            for (int k = 0; k < histograms[j].Length; k++)
            {
                sum += histograms[j][k];
                if (k < histograms[j].Length - 1)
                {
                    events.Add((sum, j, k));
                }
            }

            total = Math.Max(total, sum);
        }

        events.Sort();
        int[] at = new int[d];
        double[] x = [.. Enumerable.Repeat(Position(0), d)];
        double[][] duals = [.. histograms.Select(histogram => new double[histogram.Length])];
        List<(int[], double)> plan = [];
        double value = 0;
        double done = 0;
        double here = cost(x);
        foreach ((double mass, int j, int k) in events)
        {
            value += here * (mass - done);
            plan.Add(([.. at], mass - done));
            done = mass;
            at[j] = k + 1;
            x[j] = Position(k + 1);
            double next = cost(x);
            duals[j][k + 1] = duals[j][k] + (next - here);
            here = next;
        }

        plan.Add(([.. at], total - done));
        return new(value + (here * (total - done)), duals, [.. plan.Where(cell => cell.Item2 > 1e-12)]);
    }
}
