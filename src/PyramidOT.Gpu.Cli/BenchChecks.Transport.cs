namespace PyramidOT.Cli;

/// <content>Exact and entropic transport.</content>
internal sealed partial class BenchChecks
{
    // A solver stops where it is this close, on either side after iterations of its own. Values are off by the square of that at best, costs by a multiple.
    private const double SinkhornError = 1e-6;
    private const double SinkhornTolerance = 2e-5;

    // Promised to 1e-4 of the sum of the terms' magnitudes on either side.
    private const double PlanGradientTolerance = 2e-4;

    private void Transport(string name, BatchLayout problems)
    {
        // Random points of random weights have one best plan, by far, against rounding.
        float[] costs = CostsOf(problems, 20, 71);
        (float[] rowWeights, float[] columnWeights) = BenchMasses.Random(problems, alone: 0, 73);
        Compare($"{name}, plans", null, at => Solve(at, result => Plans(problems, result)));
        Compare($"{name}, status", null, at => Solve(at, result => result.Status.ToArray()));
        Compare($"{name}, costs", CostTolerance, at => Solve(at, result => Singles(result.Primal)));
        Compare($"{name}, dual values", CostTolerance, at => Solve(at, result => Singles(result.Dual)));

        T Solve<T>(ComputeEngine at, Func<TransportBuffers, T> read)
        {
            using EngineBuffer<float> c = at.Upload(costs);
            using EngineBuffer<float> a = at.Upload(rowWeights);
            using EngineBuffer<float> b = at.Upload(columnWeights);
            using TransportBuffers result = new(at, problems);
            at.Transport.Solve(problems, c, a, b, result);
            return read(result);
        }
    }

    private void Sinkhorn(string name, BatchLayout problems)
    {
        const int Dimensions = 3;
        float[] costs = CostsOf(problems, Dimensions, 81);
        (float[] rowWeights, float[] columnWeights) = BenchMasses.Random(problems, alone: 1, 83);
        foreach (double? penalty in new double?[] { null, 1 })
        {
            SinkhornSettings settings = new() { Epsilon = 0.05, IsRelativeEpsilon = true, Tolerance = SinkhornError, MarginalPenalty = penalty };
            string kind = penalty is null ? name : $"{name}, unbalanced";
            Compare($"{kind}, status", null, at => Solve(at, result => result.Status.ToArray()));
            Compare($"{kind}, costs", SinkhornTolerance, at => Solve(at, result => Singles(result.TransportCost)));
            Compare($"{kind}, values", SinkhornTolerance, at => Solve(at, result => Singles(result.Primal)));
            Compare($"{kind}, dual values", SinkhornTolerance, at => Solve(at, result => Singles(result.Dual)));

            T Solve<T>(ComputeEngine at, Func<SinkhornBuffers, T> read)
            {
                using EngineBuffer<float> c = at.Upload(costs);
                using EngineBuffer<float> a = at.Upload(rowWeights);
                using EngineBuffer<float> b = at.Upload(columnWeights);
                using SinkhornBuffers result = new(at, problems);
                at.Sinkhorn.Solve(problems, c, a, b, settings, result);
                return read(result);
            }
        }

        float[] source = BenchClouds.Normal(problems.Rows * Dimensions, 85);
        float[] target = BenchClouds.Normal(problems.Columns * Dimensions, 86);
        float[] plans = Array.ConvertAll(BenchClouds.Normal(problems.Costs, 87), Math.Abs);
        Compare($"{name}, plan gradients", PlanGradientTolerance, at =>
        {
            using EngineBuffer<float> p = at.Upload(plans);
            using EngineBuffer<float> x = at.Upload(source);
            using EngineBuffer<float> y = at.Upload(target);
            using EngineBuffer<float> inX = at.Allocate<float>(x.Length);
            using EngineBuffer<float> inY = at.Allocate<float>(y.Length);
            at.Sinkhorn.PlanGradients(problems, p, x, y, Dimensions, GroundCost.SquaredEuclidean, inX, inY);
            return (float[])[.. inX.ToArray(), .. inY.ToArray()];
        }, scale: 1);
    }

    /// <summary>Squared Euclidean costs between normal points, the same ones for both engines.</summary>
    private float[] CostsOf(BatchLayout problems, int dimensions, ulong seed)
    {
        using EngineBuffer<float> x = host.Upload(BenchClouds.Normal(problems.Rows * dimensions, seed));
        using EngineBuffer<float> y = host.Upload(BenchClouds.Normal(problems.Columns * dimensions, seed + 1));
        using EngineBuffer<float> costs = host.Allocate<float>(problems.Costs);
        host.Costs.Pairwise(problems, x, y, dimensions, GroundCost.SquaredEuclidean, costs);
        return costs.ToArray();
    }

    /// <summary>The cells of all plans as row, column, mass, in order: engines may list them in any.</summary>
    private static double[] Plans(BatchLayout problems, TransportBuffers result)
    {
        int[] rows = result.CellRows.ToArray();
        int[] columns = result.CellColumns.ToArray();
        double[] masses = result.CellMasses.ToArray();
        int[] counts = result.CellCounts.ToArray();
        List<double> plans = [];
        for (int b = 0; b < problems.Count; b++)
        {
            int first = (int)(problems.RowOffsets[b] + problems.ColumnOffsets[b]);
            IEnumerable<int> cells = Enumerable.Range(first, counts[b]).OrderBy(cell => rows[cell]).ThenBy(cell => columns[cell]);
            plans.AddRange(cells.SelectMany(cell => new[] { rows[cell], columns[cell], masses[cell] }));
        }

        return [.. plans];
    }

    private static float[] Singles(EngineBuffer<double> values) => Array.ConvertAll(values.ToArray(), value => (float)value);
}
