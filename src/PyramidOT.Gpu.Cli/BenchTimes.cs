using System.Diagnostics;

namespace PyramidOT.Cli;

/// <summary>
/// Times of <c>bench</c>: the data lies on the device, everything is compiled, and a repetition ends when its results are there.
/// </summary>
internal sealed partial class BenchTimes(ComputeEngine engine, bool quick, Phases phases, Interruption interruption)
{
    private const int MostRepetitions = 200;

    // Sizes of a quick run are for engines that run kernels as an interpreter would.
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(1);

    private readonly List<BenchTime> _times = [];

    /// <summary>Times all families.</summary>
    public IReadOnlyList<BenchTime> Run()
    {
        if (quick)
        {
            Assignment(20, 10, clustered: false);
            Assignment(2, 40, clustered: true);
            Costs(1, 64, 16);
            Nearest(500, 8, 3);
            Cells(20, 30, 3);
            Transport(4, 12);
            Sinkhorn(4, 12, 0.1);
            Lines(10, 100, 3);
            Range(20, 4, 16);
            return _times;
        }

        foreach (bool clustered in new[] { false, true })
        {
            Assignment(1000, 10, clustered);
            Assignment(500, 100, clustered);
            Assignment(208, 300, clustered);
            Assignment(20, 1000, clustered);
        }

        Costs(20, 1000, 100);
        Costs(1000, 100, 3);
        Nearest(1 << 20, 8, 3);
        Nearest(1 << 20, 16, 3);
        Nearest(1 << 18, 16, 64);
        Nearest(1 << 18, 128, 64);
        Nearest(1 << 18, 256, 100);
        Points(1 << 20, 16);
        Cells(1, 1 << 20, 16);
        Cells(1 << 12, 1 << 8, 16);
        Cells(1 << 18, 1 << 2, 16);
        Pairs(1 << 20, 16);
        Pairs(1 << 18, 100);
        Transport(500, 100);
        Transport(208, 300);
        Transport(20, 1000);
        foreach (double epsilon in new[] { 0.1, 0.01 })
        {
            Sinkhorn(1000, 16, epsilon);
            Sinkhorn(500, 100, epsilon);
            Sinkhorn(20, 1000, epsilon);
        }

        Lines(100, 10_000, 100);
        Lines(10_000, 100, 16);
        Range(20_000, 10, 100);
        Range(8_000, 50, 50);
        return _times;
    }

    private void Assignment(int count, int n, bool clustered)
    {
        const int Dimensions = 100;
        BatchLayout problems = BatchLayout.Uniform(count, n, n);
        using EngineBuffer<float> costs = engine.Allocate<float>(problems.Costs);
        using (EngineBuffer<float> source = Cloud(count, n, Dimensions, clustered, 1))
        using (EngineBuffer<float> target = Cloud(count, n, Dimensions, clustered, 2))
        {
            engine.Costs.Pairwise(problems, source, target, Dimensions, GroundCost.SquaredEuclidean, costs);
            engine.Synchronize();
        }

        using AssignmentBuffers result = new(engine, problems);
        Time(
            $"assign {count} x {n} x {n}, {(clustered ? "clustered" : "normal")}",
            count / 1000.0,
            "thousand problems/s",
            () => engine.Assignment.Solve(problems, costs, result));
    }

    private void Costs(int count, int n, int dimensions)
    {
        BatchLayout problems = BatchLayout.Uniform(count, n, n);
        using EngineBuffer<float> source = Cloud(count, n, dimensions, clustered: false, 3);
        using EngineBuffer<float> target = Cloud(count, n, dimensions, clustered: false, 4);
        using EngineBuffer<float> costs = engine.Allocate<float>(problems.Costs);

        // A difference, a product and a sum a coordinate, of which the last two are one operation to a GPU: counted as two, as peaks are.
        Time(
            $"costs {count} x {n} x {n}, d = {dimensions}",
            2e-12 * problems.Costs * dimensions,
            "TFLOP/s (2 a coordinate)",
            () => engine.Costs.Pairwise(problems, source, target, dimensions, GroundCost.SquaredEuclidean, costs));
    }

    private void Nearest(int points, int centres, int dimensions)
    {
        BatchLayout cells = BatchLayout.Uniform(1, points, centres);
        using EngineBuffer<float> cloud = Cloud(1, points, dimensions, clustered: false, 5);
        using EngineBuffer<float> means = Cloud(1, centres, dimensions, clustered: false, 6);
        using EngineBuffer<int> nearest = engine.Allocate<int>(points);
        using EngineBuffer<float> distances = engine.Allocate<float>(points);
        using EngineBuffer<int> counts = engine.Allocate<int>(centres);
        bool isMemoryBound = centres <= 16;
        double work = isMemoryBound ? 4e-9 * points * (dimensions + 2) : 2e-12 * points * centres * dimensions;
        Time(
            $"nearest of {centres}, {points} points, d = {dimensions}",
            work,
            isMemoryBound ? "GB/s" : "TFLOP/s (2 a coordinate)",
            () => engine.Clustering.NearestCentre(cells, cloud, default, dimensions, means, nearest, distances));
        Time(
            $"update {centres} centres, {points} points, d = {dimensions}",
            4e-9 * points * (dimensions + 1),
            "GB/s",
            () => engine.Clustering.UpdateCentres(cells, cloud, default, dimensions, nearest, means, counts));
    }

    private void Points(int points, int dimensions)
    {
        using EngineBuffer<float> cloud = Cloud(1, points, dimensions, clustered: false, 7);
        using EngineBuffer<float> gathered = engine.Allocate<float>((long)points * dimensions);
        using EngineBuffer<float> norms = engine.Allocate<float>(points);
        using EngineBuffer<int> rows = engine.Upload(BenchClouds.Below(points, points, 8));
        double gigabytes = 4e-9 * points * dimensions;
        Time($"gather {points} rows, d = {dimensions}", 2 * gigabytes, "GB/s", () => engine.Points.Gather(cloud, dimensions, rows, gathered));
        using EngineBuffer<int> numbers = engine.Allocate<int>(points);
        Time($"gather {points} numbers", 12e-9 * points, "GB/s", () => engine.Points.Gather(rows, rows, numbers));
        Time($"norms of {points} rows, d = {dimensions}", gigabytes, "GB/s", () => engine.Points.SquaredNorms(cloud, dimensions, norms));
    }

    private void Cells(int count, int points, int dimensions)
    {
        const int Children = 8;
        BatchLayout cells = BatchLayout.Uniform(count, points, Children);
        BatchLayout halves = BatchLayout.Uniform(count, points, 2);
        int rows = count * points;
        int[] children = BenchClouds.Below(Children, rows, 9);
        for (int i = 0; i < rows; i++)
        {
            children[i] += i / points * Children;
        }

        using EngineBuffer<float> cloud = Cloud(1, rows, dimensions, clustered: false, 10);
        using EngineBuffer<float> centres = Cloud(1, count, dimensions, clustered: false, 11);
        using EngineBuffer<int> order = engine.Upload(BenchClouds.Below(rows, rows, 12));
        using EngineBuffer<int> child = engine.Upload(children);
        using EngineBuffer<int> partitioned = engine.Allocate<int>(rows);
        using EngineBuffer<int> counts = engine.Allocate<int>(cells.Columns);
        using EngineBuffer<float> lows = engine.Allocate<float>((long)count * dimensions);
        using EngineBuffer<float> highs = engine.Allocate<float>((long)count * dimensions);
        using EngineBuffer<int> coordinates = engine.Upload(BenchClouds.Below(dimensions, count, 13));
        using EngineBuffer<float> radii = engine.Allocate<float>(count);
        string shape = $"{count} x {points} points";
        double gigabytes = 4e-9 * rows * (dimensions + 1);
        Time($"partition {shape}", 12e-9 * rows, "GB/s", () => engine.Cells.Partition(cells, order, child, partitioned, counts));
        Time($"boxes of {shape}, d = {dimensions}", gigabytes, "GB/s", () => engine.Cells.Bounds(cells, cloud, order, dimensions, lows, highs));
        Time($"halve {shape}, d = {dimensions}", 12e-9 * rows, "GB/s", () =>
            engine.Cells.Halve(halves, cloud, order, dimensions, coordinates, centres.Slice(0, count), child));
        Time($"radii of {shape}, d = {dimensions}", gigabytes, "GB/s", () =>
            engine.Cells.Radii(cells, cloud, order, dimensions, centres, GroundDistance.Euclidean, radii));
    }

    private void Pairs(int pairs, int dimensions)
    {
        using EngineBuffer<float> source = Cloud(1, pairs, dimensions, clustered: false, 9);
        using EngineBuffer<float> target = Cloud(1, pairs, dimensions, clustered: false, 10);
        using EngineBuffer<int> rows = engine.Upload(BenchClouds.Below(pairs, pairs, 11));
        using EngineBuffer<int> partners = engine.Upload(BenchClouds.Below(pairs, pairs, 12));
        using EngineBuffer<float> weights = engine.Upload(BenchClouds.Normal(pairs, 13));
        using EngineBuffer<float> costs = engine.Allocate<float>(pairs);
        using EngineBuffer<float> gradients = engine.Allocate<float>((long)pairs * dimensions);
        double gigabytes = 4e-9 * pairs * dimensions;
        foreach (double exponent in new[] { 1, 2 })
        {
            GroundCost cost = new(GroundDistance.Euclidean, exponent);
            Time(
                $"paired costs, {cost}, {pairs} pairs, d = {dimensions}",
                2 * gigabytes,
                "GB/s",
                () => engine.Costs.Paired(source, rows, target, partners, dimensions, cost, costs));
            Time(
                $"paired gradients, {cost}, {pairs} pairs, d = {dimensions}",
                3 * gigabytes,
                "GB/s",
                () => engine.Costs.PairedGradients(source, rows, target, partners, dimensions, cost, weights, gradients, default));
        }
    }

    private EngineBuffer<float> Cloud(int count, int points, int dimensions, bool clustered, ulong seed) => engine.Upload(
        clustered ? BenchClouds.Clustered(count, points, dimensions, seed) : BenchClouds.Normal((long)count * points * dimensions, seed));

    private void Time(string name, double work, string unit, Action action)
    {
        phases.Begin(name);
        Repeat(s_warmUp, atLeast: quick ? 1 : 3, action);
        List<double> times = Repeat(s_time, atLeast: quick ? 1 : 5, action);
        times.Sort();
        double median = (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
        _times.Add(new(name, median, times[0], times.Count, 1e3 * work / median, unit));
    }

    private List<double> Repeat(TimeSpan time, int atLeast, Action action)
    {
        List<double> times = [];
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < atLeast || (!quick && times.Count < MostRepetitions && Stopwatch.GetElapsedTime(begin) < time))
        {
            interruption.Abandonable(() =>
            {
                engine.Synchronize();
                long start = Stopwatch.GetTimestamp();
                action();
                engine.Synchronize();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            });
        }

        return times;
    }
}
