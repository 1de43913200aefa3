namespace PyramidOT.Cli;

/// <content>Exact and entropic transport, transport on lines and of many histograms at once.</content>
internal sealed partial class BenchTimes
{
    private void Transport(int count, int n)
    {
        BatchLayout problems = BatchLayout.Uniform(count, n, n);
        using EngineBuffer<float> costs = CostsOf(problems, 100, 14);
        (float[] rows, float[] columns) = BenchMasses.Random(problems, alone: 0, 16);
        using EngineBuffer<float> rowWeights = engine.Upload(rows);
        using EngineBuffer<float> columnWeights = engine.Upload(columns);
        using TransportBuffers result = new(engine, problems);
        Time(
            $"transport {count} x {n} x {n}, random weights",
            count / 1000.0,
            "thousand problems/s",
            () => engine.Transport.Solve(problems, costs, rowWeights, columnWeights, result));
    }

    private void Sinkhorn(int count, int n, double epsilon)
    {
        BatchLayout problems = BatchLayout.Uniform(count, n, n);
        using EngineBuffer<float> costs = CostsOf(problems, 3, 17);
        using SinkhornBuffers result = new(engine, problems);
        SinkhornSettings settings = new() { Epsilon = epsilon, IsRelativeEpsilon = true };
        Time(
            $"sinkhorn {count} x {n} x {n}, epsilon = {epsilon} of the mean cost",
            count / 1000.0,
            "thousand problems/s",
            () => engine.Sinkhorn.Solve(problems, costs, default, default, settings, result));
    }

    private void Lines(int count, int points, int dimensions)
    {
        BatchLayout lines = BatchLayout.Uniform(count, points, points);
        using EngineBuffer<float> source = Cloud(1, points, dimensions, clustered: false, 19);
        using EngineBuffer<float> directions = Cloud(1, count, dimensions, clustered: false, 20);
        using EngineBuffer<float> projections = engine.Allocate<float>(lines.Rows);
        using EngineBuffer<float> sorted = engine.Allocate<float>(lines.Rows);
        using EngineBuffer<float> others = engine.Upload(BenchClouds.Normal(lines.Rows, 21));
        using EngineBuffer<float> sortedOthers = engine.Allocate<float>(lines.Rows);
        double[] costs = new double[count];
        engine.Slices.Sort(lines, others, sortedOthers, default);
        string shape = $"{count} x {points}";
        Time($"project {shape}, d = {dimensions}", 2e-12 * lines.Rows * dimensions, "TFLOP/s (2 a coordinate)", () =>
            engine.Slices.Project(source, dimensions, directions, projections));
        Time($"sort {shape}", 1e-9 * lines.Rows, "billion numbers/s", () => engine.Slices.Sort(lines, projections, sorted, default));
        Time($"lines {shape}, p = 2", 8e-9 * lines.Rows, "GB/s", () =>
            engine.Slices.Transport(lines, new() { Positions = sorted }, new() { Positions = sortedOthers }, 2, costs));
    }

    private void Range(int count, int histograms, int bins)
    {
        MarginalLayout problems = MarginalLayout.Uniform(count, histograms, bins);
        using EngineBuffer<float> masses = engine.Upload(Array.ConvertAll(BenchClouds.Normal(problems.Elements, 22), Math.Abs));
        using EngineBuffer<float> gradients = engine.Allocate<float>(problems.Elements);
        double[] values = new double[count];
        Time(
            $"multi-marginal, range, {count} x {histograms} x {bins}, with gradients",
            8e-9 * problems.Elements,
            "GB/s",
            () => engine.MultiMarginal.Range(problems, masses, default, TieRule.FirstLast, values, gradients));
    }

    private EngineBuffer<float> CostsOf(BatchLayout problems, int dimensions, ulong seed)
    {
        using EngineBuffer<float> source = engine.Upload(BenchClouds.Normal(problems.Rows * dimensions, seed));
        using EngineBuffer<float> target = engine.Upload(BenchClouds.Normal(problems.Columns * dimensions, seed + 1));
        EngineBuffer<float> costs = engine.Allocate<float>(problems.Costs);
        engine.Costs.Pairwise(problems, source, target, dimensions, GroundCost.SquaredEuclidean, costs);
        engine.Synchronize();
        return costs;
    }
}
