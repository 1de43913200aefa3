using PyramidOT.Bench.Instances;
using PyramidOT.Kernels;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Bench.Accuracy;

/// <summary>Assignment, transport and Sinkhorn.</summary>
internal static partial class AccuracyCases
{
    private static IEnumerable<AccuracyCase> Solvers()
    {
        foreach (PointDistribution distribution in new[] { PointDistribution.Normal, PointDistribution.Clustered })
        {
            const int Problems = 5;
            const int Size = 100;
            float[] costs = CostMatrices.Draw(distribution, Problems, Size, 8);
            BatchLayout layout = BatchLayout.Uniform(Problems, Size, Size);
            string name = $"{Size} x {Size}, {distribution.ToString().ToLowerInvariant()}";
            yield return new("assignment", $"cost, {name}", Relative, engine => Worst.Relative(
                [.. costs.Chunk(Size * Size).Select(problem => ReferenceAssignment.Hungarian(problem, Size, Size))],
                [.. LinearAssignment.SolveBatch(engine, costs, layout).Select(solution => solution.Cost)]));
            yield return new("assignment", $"gap between cost and duals, {name}", Relative, engine =>
                LinearAssignment.SolveBatch(engine, costs, layout).Max(solution => Math.Abs(solution.Gap) / solution.Cost));
        }

        const int Rows = 40;
        const int Columns = 50;
        float[] plane = CostMatrices.Draw(PointDistribution.Normal, 1, Rows, Columns, 2, 9);

        // Masses in whole parts of 1,024, so that float32 holds them and totals are equal.
        long[] rowMasses = Split(Rows, 10);
        long[] columnMasses = Split(Columns, 11);
        float[] rowWeights = Array.ConvertAll(rowMasses, mass => mass / 1024f);
        float[] columnWeights = Array.ConvertAll(columnMasses, mass => mass / 1024f);
        yield return new("transport", $"cost, {Rows} x {Columns}, random weights", Relative, engine => Worst.Relative(
            [ReferenceTransport.ShortestPaths(plane, rowMasses, columnMasses) / 1024],
            [ExactTransport.Solve(engine, plane, rowWeights, columnWeights).Value]));
        yield return new("transport", "largest error of a marginal", "of the mass", engine =>
        {
            double[] sums = new double[Rows + Columns];
            foreach (TransportCell cell in ExactTransport.Solve(engine, plane, rowWeights, columnWeights).Plan)
            {
                sums[cell.Row] += cell.Mass;
                sums[Rows + cell.Column] += cell.Mass;
            }

            return Worst.Absolute(Worst.Wide(rowWeights.Concat(columnWeights)), sums);
        });

        double mean = plane.Average(cost => (double)cost);
        foreach (double share in new[] { 0.1, 0.01 })
        {
            SinkhornSettings settings = new() { Epsilon = share * mean };
            double[] a = Worst.Wide(rowWeights);
            double[] b = Worst.Wide(columnWeights);
            yield return new("Sinkhorn", $"entropic value, epsilon {share} of the mean cost, stopped at 1e-6", Relative, engine =>
            {
                double[] plan = ReferenceSinkhorn.Plan(plane, a, b, settings.Epsilon);
                double value = ReferenceSinkhorn.Value(plane, plan, a, b, settings.Epsilon, double.PositiveInfinity);
                return Worst.Relative([value], [Sinkhorn.Solve(engine, plane, Rows, Columns, settings, rowWeights, columnWeights).Value]);
            });
            yield return new("Sinkhorn", $"plan, epsilon {share} of the mean cost, stopped at 1e-6", "of the mass, L1", engine =>
            {
                double[] plan = ReferenceSinkhorn.Plan(plane, a, b, settings.Epsilon);
                SinkhornSolution solution = Sinkhorn.Solve(engine, plane, Rows, Columns, settings, rowWeights, columnWeights, withPlan: true);
                return plan.Zip(solution.Plan!, (expected, actual) => Math.Abs(expected - actual)).Sum();
            });
        }
    }

    // 1,024 parts of mass, thrown one by one.
    private static long[] Split(int places, ulong seed)
    {
        long[] masses = new long[places];
        for (ulong part = 0; part < 1024; part++)
        {
            masses[CounterRandom.Below(places, seed, 0, part)]++;
        }

        return masses;
    }
}
