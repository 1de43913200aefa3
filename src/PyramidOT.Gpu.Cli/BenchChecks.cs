namespace PyramidOT.Cli;

/// <summary>
/// Checks of <c>bench</c>: every kernel family on the engine and on the Host, on the same data. Sizes lie around the edges of tiles and
/// vectors; a run that is not quick adds some that leave shared memory.
/// </summary>
internal sealed partial class BenchChecks(ComputeEngine engine, ComputeEngine host, bool quick, Phases phases, Interruption interruption)
{
    // Relative. Costs and distances are promised to 1e-5 on either side, assignments to a gap of 2e-6.
    private const double DistanceTolerance = 2e-5;
    private const double CostTolerance = 4e-6;
    private const double SumTolerance = 1e-6;

    private static readonly (int Rows, int Columns)[] s_shapes =
        [(0, 0), (1, 1), (3, 7), (0, 5), (33, 17), (5, 0), (16, 16), (2, 129), (40, 1), (65, 64), (31, 100)];

    private readonly List<BenchCheck> _checks = [];

    /// <summary>Checks all families.</summary>
    public IReadOnlyList<BenchCheck> Run()
    {
        Points();
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            Costs(distance);
            PairedCosts(distance);
        }

        Clustering();
        Cells();
        Slices();
        Histograms();
        Assignments("assign, ragged", Layout(s_shapes));
        Assignments("assign, square", Layout([.. (quick ? new[] { 7, 32, 50 } : [7, 32, 50, 100, 127, 200, 256]).Select(n => (n, n))]));
        if (!quick)
        {
            Assignments("assign, large", Layout([(300, 300), (513, 513), (1000, 1000), (1024, 700), (300, 2048)]));
        }

        ReducedCosts("reduced costs", Layout([.. s_shapes.Where(shape => shape.Columns > 0)]));
        Candidates();
        Refusal();
        Transport("transport, ragged", Layout(s_shapes));
        Transport("transport, square", Layout([.. (quick ? new[] { 7, 32 } : [7, 32, 50, 100, 127, 200, 256, 500]).Select(n => (n, n))]));
        Sinkhorn("sinkhorn, ragged", Layout(s_shapes));
        Sinkhorn("sinkhorn, square", Layout([.. (quick ? new[] { 7, 32 } : [7, 16, 32, 50, 100, 127, 256, 500]).Select(n => (n, n))]));
        MultiMarginal();
        return _checks;
    }

    private void Points()
    {
        foreach (int dimensions in new[] { 1, 3, 16, 100 })
        {
            const int Count = 300;
            float[] points = BenchClouds.Normal(Count * dimensions, 11);
            float[] targets = BenchClouds.Normal(Count * dimensions, 12);
            int[] picks = BenchClouds.Below(Count, 500, 13);
            int[] each = [.. Enumerable.Range(0, Count).Reverse()];
            int[] others = BenchClouds.Below(Count, Count, 14);
            Compare($"gather, d = {dimensions}", null, at =>
            {
                using EngineBuffer<float> from = at.Upload(points);
                using EngineBuffer<int> rows = at.Upload(picks);
                using EngineBuffer<float> to = at.Allocate<float>(picks.Length * dimensions);
                at.Points.Gather(from, dimensions, rows, to);
                return to.ToArray();
            });
            Compare($"gather of numbers, {dimensions} x {Count}", null, at =>
            {
                using EngineBuffer<int> from = at.Upload(each);
                using EngineBuffer<int> places = at.Upload(BenchClouds.Below(Count, dimensions * Count, 15));
                using EngineBuffer<int> to = at.Allocate<int>(dimensions * Count);
                at.Points.Gather(from, places, to);
                return to.ToArray();
            });
            Compare($"norms, d = {dimensions}", DistanceTolerance, at =>
            {
                using EngineBuffer<float> from = at.Upload(points);
                using EngineBuffer<float> norms = at.Allocate<float>(Count);
                at.Points.SquaredNorms(from, dimensions, norms);
                return norms.ToArray();
            });
            Compare($"step, d = {dimensions}", SumTolerance, at =>
            {
                using EngineBuffer<float> x = at.Upload(points);
                using EngineBuffer<float> y = at.Upload(targets);
                using EngineBuffer<int> a = at.Upload(each);
                using EngineBuffer<int> b = at.Upload(others);
                at.Points.MoveTowards(x, a, y, b, dimensions, 0.3f);
                return x.ToArray();
            }, scale: 1);
            Compare($"add, d = {dimensions}", SumTolerance, at =>
            {
                using EngineBuffer<float> x = at.Upload(points);
                using EngineBuffer<float> y = at.Upload(targets);
                at.Points.Add(x, y.Slice(0, x.Length));
                return x.ToArray();
            }, scale: 1);
            Compare($"row sums, d = {dimensions}", SumTolerance, at =>
            {
                using EngineBuffer<float> x = at.Upload(points);
                using EngineBuffer<float> y = at.Upload(targets);
                using EngineBuffer<int> rows = at.Upload(each[..100]);
                using EngineBuffer<int> ends = at.Upload(Enumerable.Range(1, 100).Select(i => 3 * i).ToArray());
                using EngineBuffer<int> places = at.Upload(others);
                using EngineBuffer<float> factors = at.Upload(Enumerable.Repeat(-0.3f, Count).ToArray());
                at.Points.AddRows(x, dimensions, rows, ends, places, y, factors);
                return x.ToArray();
            }, scale: 1);
        }
    }

    private void Costs(GroundDistance distance)
    {
        BatchLayout problems = Layout(s_shapes);
        foreach (int dimensions in new[] { 2, 17, 100 })
        {
            float[] source = BenchClouds.Normal(problems.Rows * dimensions, 21);
            float[] target = BenchClouds.Normal(problems.Columns * dimensions, 22);
            foreach (double exponent in new[] { 1, 2, 2.5 })
            {
                Compare($"costs, {distance}^{exponent}, d = {dimensions}", DistanceTolerance, at =>
                {
                    using EngineBuffer<float> x = at.Upload(source);
                    using EngineBuffer<float> y = at.Upload(target);
                    using EngineBuffer<float> costs = at.Allocate<float>(problems.Costs);
                    at.Costs.Pairwise(problems, x, y, dimensions, new(distance, exponent), costs);
                    return costs.ToArray();
                });
            }
        }
    }

    private void PairedCosts(GroundDistance distance)
    {
        const int Count = 200;
        const int Pairs = 500;
        int[] rows = BenchClouds.Below(Count, Pairs, 23);
        int[] partners = BenchClouds.Below(Count, Pairs, 24);
        foreach (int dimensions in new[] { 2, 17, 100 })
        {
            float[] source = BenchClouds.Normal(Count * dimensions, 21);
            float[] target = BenchClouds.Normal(Count * dimensions, 22);
            foreach (double exponent in new[] { 1, 2, 2.5 })
            {
                GroundCost cost = new(distance, exponent);
                Compare($"paired costs, {cost}, d = {dimensions}", DistanceTolerance, at =>
                {
                    using EngineBuffer<float> x = at.Upload(source);
                    using EngineBuffer<float> y = at.Upload(target);
                    using EngineBuffer<int> a = at.Upload(rows);
                    using EngineBuffer<int> b = at.Upload(partners);
                    using EngineBuffer<float> costs = at.Allocate<float>(Pairs);
                    at.Costs.Paired(x, a, y, b, dimensions, cost, costs);
                    return costs.ToArray();
                });
                Compare($"paired gradients, {cost}, d = {dimensions}", DistanceTolerance, at =>
                {
                    using EngineBuffer<float> x = at.Upload(source);
                    using EngineBuffer<float> y = at.Upload(target);
                    using EngineBuffer<int> a = at.Upload(rows);
                    using EngineBuffer<int> b = at.Upload(partners);
                    using EngineBuffer<float> weights = at.Upload(BenchClouds.Normal(Pairs, 25));
                    using EngineBuffer<float> gradients = at.Allocate<float>(2L * Pairs * dimensions);
                    EngineView<float> inX = gradients.Slice(0, (long)Pairs * dimensions);
                    EngineView<float> inY = gradients.Slice((long)Pairs * dimensions, (long)Pairs * dimensions);
                    at.Costs.PairedGradients(x, a, y, b, dimensions, cost, weights, inX, inY);
                    return gradients.ToArray();
                }, scale: 0.01);
            }
        }
    }

    private void Clustering()
    {
        BatchLayout cells = Layout([(33, 8), (0, 3), (1, 1), (100, 9), (0, 0), (7, 17), (129, 16), (257, 3), (quick ? 300 : 20_000, 33)]);
        foreach (int dimensions in new[] { 2, 17, 100 })
        {
            float[] points = BenchClouds.Normal(cells.Rows * dimensions, 31);
            float[] centres = BenchClouds.Normal(cells.Columns * dimensions, 32);
            int[] order = BenchClouds.Below((int)cells.Rows, (int)cells.Rows, 33);
            int[] chosen = [];
            Compare($"nearest centre, distances, d = {dimensions}", DistanceTolerance, at => Nearest(at).Distances);
            Compare($"nearest centre, d = {dimensions}", null, at => chosen = Nearest(at).Nearest);
            Compare($"centre update, d = {dimensions}", SumTolerance, at =>
            {
                using EngineBuffer<float> p = at.Upload(points);
                using EngineBuffer<int> o = at.Upload(order);
                using EngineBuffer<int> n = at.Upload(chosen);
                using EngineBuffer<float> c = at.Upload(centres);
                using EngineBuffer<int> counts = at.Allocate<int>(cells.Columns);
                at.Clustering.UpdateCentres(cells, p, o, dimensions, n, c, counts);
                return (float[])[.. c.ToArray(), .. counts.ToArray().Select(count => (float)count)];
            }, scale: 1);

            // Draws are the same on both sides, and so are centres as long as no draw falls on the very edge between two points.
            BatchLayout seeded = BatchLayout.Ragged([33, 100, 7, 257], [8, 9, 3, 16]);
            Compare($"seeding, d = {dimensions}", null, at =>
            {
                using EngineBuffer<float> p = at.Upload<float>(points.AsSpan(0, (int)seeded.Rows * dimensions));
                using EngineBuffer<float> c = at.Allocate<float>(seeded.Columns * dimensions);
                at.Clustering.SeedCentres(seeded, p, default, dimensions, 150, 7, c);
                return c.ToArray();
            });

            (int[] Nearest, float[] Distances) Nearest(ComputeEngine at)
            {
                using EngineBuffer<float> p = at.Upload(points);
                using EngineBuffer<int> o = at.Upload(order);
                using EngineBuffer<float> c = at.Upload(centres);
                using EngineBuffer<int> n = at.Allocate<int>(cells.Rows);
                using EngineBuffer<float> s = at.Allocate<float>(cells.Rows);
                at.Clustering.NearestCentre(cells, p, o, dimensions, c, n, s);
                return (n.ToArray(), s.ToArray());
            }
        }
    }

    private void Cells()
    {
        BatchLayout cells = Layout([(33, 8), (0, 3), (1, 1), (100, 9), (0, 0), (7, 17), (129, 16), (257, 3), (quick ? 1100 : 20_000, 33), (quick ? 1 : 3000, 1500)]);
        BatchLayout halves = Layout([.. Enumerable.Range(0, cells.Count).Select(cell => (cells.RowsOf(cell), 2))]);
        int rows = (int)cells.Rows;
        int[] order = BenchClouds.Below(rows, rows, 61);
        int[] child = BenchClouds.Below(int.MaxValue, rows, 62);
        for (int cell = 0; cell < cells.Count; cell++)
        {
            for (long i = cells.RowOffsets[cell]; i < cells.RowOffsets[cell + 1]; i++)
            {
                child[i] = (int)(cells.ColumnOffsets[cell] + (child[i] % cells.ColumnsOf(cell)));
            }
        }

        Compare("partition", null, at =>
        {
            using EngineBuffer<int> o = at.Upload(order);
            using EngineBuffer<int> c = at.Upload(child);
            using EngineBuffer<int> partitioned = at.Allocate<int>(rows);
            using EngineBuffer<int> counts = at.Allocate<int>(cells.Columns);
            at.Cells.Partition(cells, o, c, partitioned, counts);
            return (int[])[.. partitioned.ToArray(), .. counts.ToArray()];
        });
        foreach (int dimensions in new[] { 2, 17, 100 })
        {
            float[] points = BenchClouds.Normal((long)rows * dimensions, 63);
            float[] centres = BenchClouds.Normal((long)cells.Count * dimensions, 64);
            int[] coordinates = BenchClouds.Below(dimensions, cells.Count, 65);
            Compare($"boxes, d = {dimensions}", null, at =>
            {
                using EngineBuffer<float> p = at.Upload(points);
                using EngineBuffer<int> o = at.Upload(order);
                using EngineBuffer<float> lows = at.Allocate<float>(cells.Count * dimensions);
                using EngineBuffer<float> highs = at.Allocate<float>(cells.Count * dimensions);
                at.Cells.Bounds(cells, p, o, dimensions, lows, highs);
                return (float[])[.. lows.ToArray(), .. highs.ToArray()];
            });
            Compare($"halves, d = {dimensions}", null, at =>
            {
                using EngineBuffer<float> p = at.Upload(points);
                using EngineBuffer<int> o = at.Upload(order);
                using EngineBuffer<int> k = at.Upload(coordinates);
                using EngineBuffer<float> thresholds = at.Upload<float>(centres.AsSpan(0, cells.Count));
                using EngineBuffer<int> halved = at.Allocate<int>(rows);
                at.Cells.Halve(halves, p, o, dimensions, k, thresholds, halved);
                return halved.ToArray();
            });
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                Compare($"radii, {distance}, d = {dimensions}", DistanceTolerance, at =>
                {
                    using EngineBuffer<float> p = at.Upload(points);
                    using EngineBuffer<int> o = at.Upload(order);
                    using EngineBuffer<float> c = at.Upload(centres);
                    using EngineBuffer<float> radii = at.Allocate<float>(cells.Count);
                    at.Cells.Radii(cells, p, o, dimensions, c, distance, radii);
                    return radii.ToArray();
                });
            }
        }
    }

    private void Assignments(string name, BatchLayout problems)
    {
        // Random points have one best assignment, by far, against rounding.
        const int Dimensions = 20;
        float[] costs = new float[problems.Costs];
        using (EngineBuffer<float> x = host.Upload(BenchClouds.Normal(problems.Rows * Dimensions, 41)))
        using (EngineBuffer<float> y = host.Upload(BenchClouds.Normal(problems.Columns * Dimensions, 42)))
        using (EngineBuffer<float> c = host.Allocate<float>(problems.Costs))
        {
            host.Costs.Pairwise(problems, x, y, Dimensions, GroundCost.SquaredEuclidean, c);
            c.Download(costs);
        }

        Compare($"{name}, permutations", null, at => Solve(at, result => result.ColumnOfRow.ToArray()));
        Compare($"{name}, status", null, at => Solve(at, result => result.Status.ToArray()));
        Compare($"{name}, costs", CostTolerance, at => Solve(at, result => Array.ConvertAll(result.Primal.ToArray(), value => (float)value)));
        Compare($"{name}, dual values", CostTolerance, at => Solve(at, result => Array.ConvertAll(result.Dual.ToArray(), value => (float)value)));

        T Solve<T>(ComputeEngine at, Func<AssignmentBuffers, T> read)
        {
            using EngineBuffer<float> c = at.Upload(costs);
            using AssignmentBuffers result = new(at, problems);
            at.Assignment.Solve(problems, c, result);
            return read(result);
        }
    }

    private void Refusal()
    {
        BatchLayout problems = BatchLayout.Uniform(3, 20, 20);
        float[] costs = BenchClouds.Normal(problems.Costs, 51);
        costs[(int)problems.CostOffsets[1] + 47] = float.NaN;
        Compare("assign, refusal of NaN", null, at =>
        {
            using EngineBuffer<float> c = at.Upload(costs);
            using AssignmentBuffers result = new(at, problems);
            try
            {
                at.Assignment.Solve(problems, c, result);
                return "no refusal".ToCharArray();
            }
            catch (ArgumentException exception)
            {
                return exception.Message.ToCharArray();
            }
        });
    }

    /// <summary>Runs the same on both engines. Without tolerance all elements must be equal.</summary>
    private void Compare<T>(string name, double? tolerance, Func<ComputeEngine, T[]> run, double scale = 0)
        where T : unmanaged
    {
        interruption.Token.ThrowIfCancellationRequested();
        phases.Begin(name);
        T[] expected = run(host);
        T[] actual = run(engine);
        double worst = 0;
        string? failure = expected.Length == actual.Length ? null : $"{actual.Length} numbers where {expected.Length} are expected";
        for (int i = 0; i < expected.Length && failure is null; i++)
        {
            if (EqualityComparer<T>.Default.Equals(expected[i], actual[i]))
            {
                continue;
            }

            double difference = tolerance is not null && expected[i] is float wanted && actual[i] is float got
                ? Math.Abs((double)got - wanted) / Math.Max(scale, Math.Abs((double)wanted))
                : double.PositiveInfinity;
            if (!(difference <= (tolerance ?? 0)))
            {
                failure = $"number {i} of {expected.Length} is {actual[i]} where the host has {expected[i]}";
            }

            worst = Math.Max(worst, difference);
        }

        _checks.Add(new(name, failure, tolerance is null ? null : worst));
    }

    private static BatchLayout Layout(IReadOnlyList<(int Rows, int Columns)> shapes) =>
        BatchLayout.Ragged([.. shapes.Select(shape => shape.Rows)], [.. shapes.Select(shape => shape.Columns)]);
}
