using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Class-conditional pairing: points meet points of their own label alone.</summary>
public class WithinLabelsTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(Ways))]
    public void Uneven_labels_carry_the_mass_of_their_source_points(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach (CloudKind kind in new[] { CloudKind.Uniform, CloudKind.Duplicated, CloudKind.AllEqual })
        {
            for (int weights = 0; weights < 4; weights++)
            {
                // Label 7 is the source's alone, -3 the target's; 1 is rare here, 2 there; weights of 0 are among them.
                (PointCloud x, PointCloud y) = Labelled(
                    kind, [.. Repeat(0, 20), .. Repeat(1, 2), .. Repeat(2, 15), .. Repeat(7, 5)], [.. Repeat(2, 1), .. Repeat(-3, 8), .. Repeat(0, 11), .. Repeat(1, 9)], weights);
                using PyramidPair pyramid = Build(engine, x, y, way);
                Assert.True(pyramid.IsWithinLabels);
                Assert.True(pyramid.IsUneven);
                CheckTree(pyramid, x.Labels.ToArray(), y.Labels.ToArray());
                (double[] source, double[] target) = Shares(x, y);
                PairOrder order = pyramid.Order(5);
                OrderChecks.CheckMasses(pyramid, order, source, target);
                AssertAgree(order, x, y);
                CheckBatches(order, pyramid, 5, UnpairedPoints.Carry, x);

                // Dropped, each label has as many pairs as its rarer side has points.
                PairOrder dropped = pyramid.Order(5, UnpairedPoints.Drop);
                Assert.True(dropped.Masses.IsEmpty);
                Assert.Equal(11 + 2 + 1, dropped.Count);
                Assert.Equal(dropped.Count, dropped.SourceRows.ToArray().Distinct().Count());
                Assert.Equal(dropped.Count, dropped.TargetRows.ToArray().Distinct().Count());
                AssertAgree(dropped, x, y);
                CheckBatches(dropped, pyramid, 5, UnpairedPoints.Drop, x);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Equally_frequent_labels_pair_one_to_one(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 7 * 1000)];
        int[] shuffled = [.. new Draws(901).Permutation(60).Select(i => labels[i])];
        (PointCloud x, PointCloud y) = Labelled(CloudKind.Normal, labels, shuffled, 0);
        using PyramidPair pyramid = Build(engine, x, y, way);
        Assert.False(pyramid.IsUneven);
        CheckTree(pyramid, labels, shuffled);
        PairOrder order = pyramid.Order(3);
        Assert.Equal(60, order.Count);
        Assert.True(order.Masses.IsEmpty);
        Assert.Equal(Enumerable.Range(0, 60), order.SourceRows.ToArray().Order());
        Assert.Equal(Enumerable.Range(0, 60), order.TargetRows.ToArray().Order());
        AssertAgree(order, x, y);
        CheckBatches(order, pyramid, 3, UnpairedPoints.Carry, x);
        Assert.NotEqual(order.SourceRows.ToArray(), pyramid.Order(4).SourceRows.ToArray());
        Assert.Equal(order.SourceRows.ToArray(), pyramid.Order(3).SourceRows.ToArray());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_single_label_is_none(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach ((int sources, int targets) in new[] { (1, 1), (12, 12), (12, 5) })
        {
            (PointCloud x, PointCloud y) = Labelled(CloudKind.Uniform, Repeat(4, sources), Repeat(4, targets), 0);
            using PyramidPair pyramid = Build(engine, x, y, way);
            CheckTree(pyramid, x.Labels.ToArray(), y.Labels.ToArray());
            Assert.Equal(sources != targets, pyramid.IsUneven);
            Assert.Equal(Math.Min(sources, targets), pyramid.Order(1, UnpairedPoints.Drop).Count);
            float[] costs = CostRun.Pairwise(engine, BatchLayout.Uniform(1, sources, targets), x.Points.ToArray(), y.Points.ToArray(), 2, default);
            double exact = ExactTransport.Solve(engine, costs, Equal(sources), Equal(targets)).Value;
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 100);
            Assert.Equal(exact, estimate.PooledCost, 1e-5 * exact);
            Assert.Single(estimate.BatchCosts.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_batch_of_all_is_each_labels_exact_transport(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        for (int weights = 0; weights < 4; weights++)
        {
            (PointCloud x, PointCloud y) = Labelled(
                CloudKind.Normal, [.. Repeat(0, 9), .. Repeat(1, 6), .. Repeat(5, 3)], [.. Repeat(1, 10), .. Repeat(0, 4), .. Repeat(6, 2)], weights);
            using PyramidPair pyramid = Build(engine, x, y, way);
            double exact = ExactWithinLabels(engine, x, y);
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 1000);
            Assert.Equal(2, estimate.BatchCosts.Length);
            Assert.Equal(exact, estimate.PooledCost, 1e-5 * exact);
            Assert.Equal(1, estimate.Coupling.LabelAgreement(x.Labels, y.Labels));
            Assert.Equal(1, estimate.Coupling.Masses.ToArray().Sum(), 1e-6);
            (double[] source, double[] target) = Shares(x, y);
            AssertMarginal(source, estimate.Coupling.SourceRows, estimate.Coupling.Masses);
            AssertMarginal(target, estimate.Coupling.TargetRows, estimate.Coupling.Masses);

            foreach (int batchSize in new[] { 1, 4 })
            {
                MiniBatchEstimate smaller = MiniBatchTransport.Estimate(pyramid, batchSize, new() { Seed = 8 });
                Assert.True(smaller.PooledCost >= exact * (1 - 1e-5));
                Assert.Equal(1, smaller.Coupling.LabelAgreement(x.Labels, y.Labels));
                Assert.Equal(pyramid.Batches(batchSize, 8).Count(), smaller.BatchCosts.Length);
            }

            MiniBatchEstimate dropped = MiniBatchTransport.Estimate(pyramid, 4, new() { Unpaired = UnpairedPoints.Drop });
            Assert.Equal(1, dropped.Coupling.LabelAgreement(x.Labels, y.Labels));
            Assert.Equal(4 + 6, dropped.Coupling.Count);
            Assert.Equal(1, dropped.Coupling.Masses.ToArray().Sum(), 1e-6);
        }
    }

    [Fact]
    public void Labels_forbid_what_geometry_would_join()
    {
        // Each label's points lie where the other's partners are.
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud x = new([0, 0.1f, 10, 10.1f], 1, null, [1, 1, 2, 2]);
        PointCloud y = new([10, 10.1f, 0, 0.1f], 1, null, [1, 1, 2, 2]);
        using PyramidPair apart = PyramidPair.Build(engine, x, y, new() { WithinLabels = true });
        using PyramidPair free = PyramidPair.Build(engine, x, y);
        Assert.False(free.IsWithinLabels);
        Assert.Equal(0, MiniBatchTransport.Estimate(free, 4).PooledCost);
        Assert.Equal(0, MiniBatchTransport.Estimate(free, 4).Coupling.LabelAgreement(x.Labels, y.Labels));
        Assert.Equal(100, MiniBatchTransport.Estimate(apart, 4).PooledCost, 1e-3);
        Assert.Equal(1, MiniBatchTransport.Estimate(apart, 4).Coupling.LabelAgreement(x.Labels, y.Labels));
    }

    [Fact]
    public void Names_are_labels_whatever_their_numbers()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 6, 8, 2, seed: 911);
        PointCloud x = new PointCloud(source, 2).WithLabels(new PointLabels([0, 0, 1, 1, 2, 2], ["cat", "dog", "eel"]));
        PointCloud y = new PointCloud(target, 2).WithLabels(new PointLabels([0, 1, 1, 2, 2, 2, 3, 3], ["dog", "ant", "cat", "bee"]));
        using PyramidPair pyramid = PyramidPair.Build(engine, x, y, new() { WithinLabels = true });
        PairOrder order = pyramid.Order(1);
        double cats = 0;
        for (int i = 0; i < order.Count; i++)
        {
            string name = x.LabelNames[x.Labels[order.SourceRows[i]]];
            Assert.Equal(name, y.LabelNames[y.Labels[order.TargetRows[i]]]);
            cats += name == "cat" ? order.Masses[i] : 0;
        }

        Assert.Equal(0.5, cats, 1e-12);
        Assert.Equal([0, 1, 2, 3], order.SourceRows.ToArray().Distinct().Order());
        Assert.Equal([0, 3, 4, 5], order.TargetRows.ToArray().Distinct().Order());

        // Numbers on one side are names by their digits.
        PointCloud numbers = x.WithLabels([7, 7, 8, 8, 9, 9]);
        using PyramidPair mixed = PyramidPair.Build(
            engine, numbers, y.WithLabels(new PointLabels([0, 1, 1, 0, 1, 0, 1, 0], ["8", "x"])), new() { WithinLabels = true });
        Assert.Equal([2, 3], mixed.Order(1).SourceRows.ToArray().Distinct().Order());
        Assert.Equal([0, 3, 5, 7], mixed.Order(1).TargetRows.ToArray().Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_pyramid_match_bounds_what_meets_within_labels(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        for (int weights = 0; weights < 4; weights++)
        {
            (PointCloud x, PointCloud y) = Labelled(CloudKind.Normal, [.. Repeat(0, 9), .. Repeat(1, 6), .. Repeat(5, 3)], [.. Repeat(1, 10), .. Repeat(0, 4), .. Repeat(6, 2)], weights);
            using PyramidPair pyramid = Build(engine, x, y, way);
            foreach (UnpairedPoints unpaired in Enum.GetValues<UnpairedPoints>())
            {
                PairOrder order = pyramid.Order(2, unpaired);
                foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
                {
                    PyramidMatch match = PyramidMatch.Estimate(pyramid, distance, 2, unpaired);
                    Assert.Equal(order.Count, match.Pairs);
                    double mean = 0;
                    for (int i = 0; i < order.Count; i++)
                    {
                        double mass = order.Masses.IsEmpty ? 1.0 / order.Count : order.Masses[i];
                        mean += mass * ReferenceCosts.Ground(distance, x[order.SourceRows[i]], y[order.TargetRows[i]]);
                    }

                    Assert.Equal(mean, match.TrueDistance, 1e-5 * mean);
                    Assert.True(match.CellBound >= match.TrueDistance, $"{distance}, {unpaired}: {match}");
                }
            }
        }
    }

    [Fact]
    public void Depth_and_leaves_count_below_the_labels()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud x, PointCloud y) = Labelled(CloudKind.Normal, [.. Repeat(0, 9), .. Repeat(1, 6)], [.. Repeat(1, 6), .. Repeat(0, 9)], 0);
        foreach (PyramidOptions options in new PyramidOptions[] { new() { MaxDepth = 0 }, new() { LeafSize = 100 }, new() { Scheme = PyramidScheme.Random } })
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, options with { WithinLabels = true });
            Assert.Equal(2, pyramid.Levels.Count);
            Assert.Equal(2, pyramid.Levels[1].Count);
            PairOrder order = pyramid.Order(1);
            Assert.Equal(15, order.Count);
            Assert.All(order.Levels.ToArray(), level => Assert.Equal(1, level));
            AssertAgree(order, x, y);
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        using ComputeEngine one = TestPyramids.Host(1);
        using ComputeEngine two = TestPyramids.Host(2);
        int[] labels = [.. Enumerable.Range(0, 700).Select(i => i * i % 11)];
        (PointCloud x, PointCloud y) = Labelled(CloudKind.Uniform, labels, labels[..500], 3);
        using PyramidPair first = Build(one, x, y, 0);
        using PyramidPair second = Build(two, x, y, 0);
        SamePyramid.Assert(first, second);
        MiniBatchEstimate expected = MiniBatchTransport.Estimate(first, 20);
        MiniBatchEstimate actual = MiniBatchTransport.Estimate(second, 20);
        Bits.AssertSame(expected.BatchCosts.ToArray(), actual.BatchCosts.ToArray(), "batch costs");
        Bits.AssertSame(expected.Coupling.TargetRows.ToArray(), actual.Coupling.TargetRows.ToArray(), "target rows");
        Bits.AssertSame(expected.Coupling.Masses.ToArray(), actual.Coupling.Masses.ToArray(), "masses");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_engine_keeps_labels_apart(string engine)
    {
        foreach (int way in Some(engine, [.. Enumerable.Range(0, TestPyramids.Ways.Count)]))
        {
            (PointCloud x, PointCloud y) = Labelled(CloudKind.Uniform, [.. Repeat(0, 12), .. Repeat(1, 5), .. Repeat(4, 3)], [.. Repeat(1, 8), .. Repeat(0, 6)], 1);
            using PyramidPair pyramid = Build(Engine(engine), x, y, way);
            (double[] source, double[] target) = Shares(x, y);
            OrderChecks.CheckMasses(pyramid, pyramid.Order(5), source, target);
            Assert.Equal(1, MiniBatchTransport.Estimate(pyramid, 5).Coupling.LabelAgreement(x.Labels, y.Labels));
            PyramidMatch match = PyramidMatch.Estimate(pyramid);
            Assert.True(match.CellBound >= match.TrueDistance && match.TrueDistance > 0);
        }
    }

    [Fact]
    public void Clouds_that_cannot_meet_are_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PyramidOptions within = new() { WithinLabels = true };
        PointCloud plain = new([1, 2], 1);
        PointCloud ones = plain.WithLabels([1, 1]);
        Assert.Equal("source", Assert.Throws<ArgumentException>(() => PyramidPair.Build(engine, plain, ones, within)).ParamName);
        Assert.Equal("target", Assert.Throws<ArgumentException>(() => PyramidPair.Build(engine, ones, plain, within)).ParamName);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => PyramidPair.Build(engine, ones, plain.WithLabels([2, 3]), within));
        Assert.Equal("target", exception.ParamName);
        Assert.Contains("No label", exception.Message, StringComparison.Ordinal);

        using EngineBuffer<float> points = engine.Upload(new float[] { 1, 2 });
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => PyramidPair.Build(engine, points, points, 1, within)).ParamName);
    }

    public static TheoryData<int> Ways => TestPyramids.All;

    private static PyramidPair Build(ComputeEngine engine, PointCloud x, PointCloud y, int way) =>
        PyramidPair.Build(engine, x, y, TestPyramids.Ways[way] with { WithinLabels = true });

    /// <summary>Clouds with labels; weights on neither side, the source's, the target's, or both, some of them 0.</summary>
    private static (PointCloud Source, PointCloud Target) Labelled(CloudKind kind, int[] sourceLabels, int[] targetLabels, int weights)
    {
        Draws draws = new(920 + weights);
        (float[] source, float[] target) = Clouds.Pair(kind, sourceLabels.Length, targetLabels.Length, 2, 921);
        return (new(source, 2, Weights(1, sourceLabels), sourceLabels), new(target, 2, Weights(2, targetLabels), targetLabels));

        // The first point of each label weighs something, so that no label loses all.
        float[]? Weights(int side, int[] labels) => (weights & side) == 0 ? null
            : [.. labels.Select((label, i) => Array.IndexOf(labels, label) == i ? 1 : draws.Below(4) == 0 ? 0 : (float)draws.Uniform())];
    }

    /// <summary>The masses that points carry: labels that both sides have, by their source points' weights, and within them by weight.</summary>
    private static (double[] Source, double[] Target) Shares(PointCloud x, PointCloud y)
    {
        double[] a = x.IsWeighted ? x.Weights.ToArray() : [.. Equal(x.Count).Select(_ => 1.0 / x.Count)];
        double[] b = y.IsWeighted ? y.Weights.ToArray() : [.. Equal(y.Count).Select(_ => 1.0 / y.Count)];
        int[] labels = x.Labels.ToArray();
        int[] others = y.Labels.ToArray();
        double total = labels.Zip(a).Where(pair => others.Contains(pair.First)).Sum(pair => pair.Second);
        return (
            [.. labels.Select((label, i) => others.Contains(label) ? a[i] / total : 0)],
            [.. others.Select((label, j) => labels.Contains(label) ? b[j] / Mass(others, b, label) * Mass(labels, a, label) / total : 0)]);

        static double Mass(int[] labels, double[] weights, int label) => labels.Zip(weights).Where(pair => pair.First == label).Sum(pair => pair.Second);
    }

    /// <summary>Label by label, by its share, what its points' problem costs.</summary>
    private static double ExactWithinLabels(ComputeEngine engine, PointCloud x, PointCloud y)
    {
        (double[] source, double[] target) = Shares(x, y);
        double sum = 0;
        foreach (int label in x.Labels.ToArray().Intersect(y.Labels.ToArray()))
        {
            int[] rows = [.. Enumerable.Range(0, x.Count).Where(i => x.Labels[i] == label)];
            int[] columns = [.. Enumerable.Range(0, y.Count).Where(j => y.Labels[j] == label)];
            float[] costs = CostRun.Pairwise(
                engine, BatchLayout.Uniform(1, rows.Length, columns.Length), Clouds.Rows(x.Points.ToArray(), 2, rows), Clouds.Rows(y.Points.ToArray(), 2, columns), 2, default);
            sum += ExactTransport.Solve(
                engine, costs, [.. rows.Select(i => (float)source[i])], [.. columns.Select(j => (float)target[j])]).Value;
        }

        return sum;
    }

    /// <summary>The root's children are the labels of either side, in ascending order, and all below is of one label.</summary>
    private static void CheckTree(PyramidPair pyramid, int[] sourceLabels, int[] targetLabels)
    {
        int[] labels = [.. sourceLabels.Union(targetLabels).Order()];
        Assert.Equal(labels.Length, pyramid.Levels[0].ChildCount[0]);
        Assert.Equal(labels.Length, pyramid.Levels[1].Count);
        for (int c = 0; c < labels.Length; c++)
        {
            PyramidLevel cells = pyramid.Levels[1];
            Assert.All(pyramid.SourceOrder[cells.SourceStart[c]..cells.SourceEnd[c]].ToArray(), row => Assert.Equal(labels[c], sourceLabels[row]));
            Assert.All(pyramid.TargetOrder[cells.TargetStart[c]..cells.TargetEnd[c]].ToArray(), row => Assert.Equal(labels[c], targetLabels[row]));
            Assert.Equal(sourceLabels.Count(label => label == labels[c]), cells.SourceEnd[c] - cells.SourceStart[c]);
            Assert.Equal(targetLabels.Count(label => label == labels[c]), cells.TargetEnd[c] - cells.TargetStart[c]);
        }
    }

    private static void AssertAgree(PairOrder order, PointCloud x, PointCloud y)
    {
        for (int i = 0; i < order.Count; i++)
        {
            Assert.Equal(x.Labels[order.SourceRows[i]], y.Labels[order.TargetRows[i]]);
            Assert.True(order.Levels[i] >= 1);
        }
    }

    /// <summary>Batches make up the order, are of one label each, and full but for the last of a label.</summary>
    private static void CheckBatches(PairOrder order, PyramidPair pyramid, ulong seed, UnpairedPoints unpaired, PointCloud x)
    {
        foreach (int batchSize in new[] { 1, 4, 7, int.MaxValue })
        {
            PairBatch[] batches = [.. pyramid.Batches(batchSize, seed, unpaired)];
            Assert.Equal(order.SourceRows.ToArray(), batches.SelectMany(batch => batch.SourceRows.ToArray()));
            Assert.Equal(order.TargetRows.ToArray(), batches.SelectMany(batch => batch.TargetRows.ToArray()));
            Assert.Equal(order.Masses.ToArray(), batches.SelectMany(batch => batch.Masses.ToArray()));
            Assert.Equal(order.Levels.ToArray(), batches.SelectMany(batch => batch.Levels.ToArray()));
            int[] labels = [.. batches.Select(batch => x.Labels[batch.SourceRows.Span[0]])];
            for (int b = 0; b < batches.Length; b++)
            {
                Assert.All(batches[b].SourceRows.ToArray(), row => Assert.Equal(labels[b], x.Labels[row]));
                Assert.InRange(batches[b].Count, 1, batchSize);
                Assert.True(batches[b].Count == batchSize || b + 1 == batches.Length || labels[b + 1] != labels[b], $"Batch {b} is short amid its label.");
            }
        }
    }

    private static void AssertMarginal(double[] weights, ReadOnlySpan<int> rows, ReadOnlySpan<double> masses)
    {
        double[] sums = new double[weights.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            sums[rows[i]] += masses[i];
        }

        Assert.All(weights.Zip(sums), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    private static int[] Repeat(int label, int count) => [.. Enumerable.Repeat(label, count)];

    private static float[] Equal(int count) => [.. Enumerable.Repeat(1f / count, count)];
}
