namespace PyramidOT.Tests.Pyramids;

/// <summary>What holds of every order of pairs that a tree gives, counted cell by cell without walking the tree as the library does.</summary>
internal static class OrderChecks
{
    /// <summary>
    /// Pairs of points: no row twice, as many as the smaller cloud has points, each in a cell of its level that holds both, and at every cell
    /// the counts of paper A: min(sources, targets) pairs met in its subtree.
    /// </summary>
    public static void CheckPairs(PyramidPair pyramid, PairOrder order)
    {
        int pairs = Math.Min(pyramid.SourceCount, pyramid.TargetCount);
        Assert.Equal(pairs, order.Count);
        Assert.Equal((pairs, pairs, pairs), (order.SourceRows.Length, order.TargetRows.Length, order.Levels.Length));
        Assert.True(order.Masses.IsEmpty);
        Assert.Equal(pairs, order.SourceRows.ToArray().Distinct().Count());
        Assert.Equal(pairs, order.TargetRows.ToArray().Distinct().Count());
        double[] ones = new double[pairs];
        Array.Fill(ones, 1);
        CheckCells(pyramid, order, ones, Ones(pyramid.SourceCount), Ones(pyramid.TargetCount), 0);
    }

    /// <summary>
    /// Pairs with masses: each point gives or takes its weight exactly, by at most n + m - 1 pairs, cell by cell as much as the side
    /// with less mass has, and by the north-west rule: each pair uses up one of its points.
    /// </summary>
    public static void CheckMasses(PyramidPair pyramid, PairOrder order, double[] sourceWeights, double[] targetWeights)
    {
        Assert.InRange(order.Count, 1, pyramid.SourceCount + pyramid.TargetCount - 1);
        Assert.Equal((order.Count, order.Count, order.Count), (order.TargetRows.Length, order.Levels.Length, order.Masses.Length));
        double[] masses = order.Masses.ToArray();
        Assert.All(masses, mass => Assert.True(mass > 0));
        Assert.Equal(1, masses.Sum(), 1e-12);
        AssertClose(sourceWeights, SumByRow(order.SourceRows, masses, pyramid.SourceCount), "source");
        AssertClose(targetWeights, SumByRow(order.TargetRows, masses, pyramid.TargetCount), "target");

        int[] lastOfSource = Last(order.SourceRows, pyramid.SourceCount);
        int[] lastOfTarget = Last(order.TargetRows, pyramid.TargetCount);
        for (int i = 0; i < order.Count; i++)
        {
            Assert.True(
                lastOfSource[order.SourceRows[i]] == i || lastOfTarget[order.TargetRows[i]] == i,
                $"Pair {i} uses up neither source {order.SourceRows[i]} nor target {order.TargetRows[i]}.");
        }

        CheckStretches(order);
        CheckCells(pyramid, order, masses, sourceWeights, targetWeights, 1e-12);
    }

    /// <summary>The batches, one behind the other, are the order; all but the last are full.</summary>
    public static void CheckBatches(PairOrder order, IEnumerable<PairBatch> batches, int batchSize)
    {
        PairBatch[] all = [.. batches];
        Assert.Equal((order.Count + (long)batchSize - 1) / batchSize, all.Length);
        Assert.All(all[..^1], batch => Assert.Equal(batchSize, batch.Count));
        Assert.InRange(all[^1].Count, 1, batchSize);
        Assert.Equal(order.SourceRows.ToArray(), all.SelectMany(batch => batch.SourceRows.ToArray()));
        Assert.Equal(order.TargetRows.ToArray(), all.SelectMany(batch => batch.TargetRows.ToArray()));
        Assert.Equal(order.Levels.ToArray(), all.SelectMany(batch => batch.Levels.ToArray()));
        Assert.Equal(order.Masses.ToArray(), all.SelectMany(batch => batch.Masses.ToArray()));
    }

    /// <summary>
    /// Finds the cell of each pair by its level, and checks the mass that meets there; and that the pairs of a subtree stand together, those of
    /// its root last.
    /// </summary>
    private static void CheckCells(
        PyramidPair pyramid, PairOrder order, double[] masses, double[] sourceWeights, double[] targetWeights, double tolerance)
    {
        int[] sourcePlaces = Inverse(pyramid.SourceOrder);
        int[] targetPlaces = Inverse(pyramid.TargetOrder);
        ILookup<int, int> pairsOfLevel = Enumerable.Range(0, order.Count).ToLookup(i => order.Levels[i]);
        Assert.All(pairsOfLevel, level => Assert.InRange(level.Key, 0, pyramid.Levels.Count - 1));

        double[] commonBelow = [];
        int[] countBelow = [];
        int[] firstBelow = [];
        int[] lastBelow = [];
        for (int level = pyramid.Levels.Count - 1; level >= 0; level--)
        {
            PyramidLevel cells = pyramid.Levels[level];
            int[] cellOfSource = CellOf(cells.SourceStart, cells.SourceEnd, pyramid.SourceCount);
            int[] cellOfTarget = CellOf(cells.TargetStart, cells.TargetEnd, pyramid.TargetCount);
            double[] met = new double[cells.Count];
            int[] own = new int[cells.Count];
            int[] count = new int[cells.Count];
            int[] first = new int[cells.Count];
            int[] last = new int[cells.Count];
            Array.Fill(first, int.MaxValue);
            Array.Fill(last, -1);
            foreach (int i in pairsOfLevel[level])
            {
                int cell = cellOfSource[sourcePlaces[order.SourceRows[i]]];
                Assert.True(
                    cell >= 0 && cell == cellOfTarget[targetPlaces[order.TargetRows[i]]],
                    $"Pair {i} met at level {level}, where its points are in no cell or in two.");
                met[cell] += masses[i];
                own[cell]++;
                first[cell] = Math.Min(first[cell], i);
                last[cell] = i;
            }

            double[] common = new double[cells.Count];
            for (int c = 0; c < cells.Count; c++)
            {
                common[c] = Math.Min(
                    Mass(pyramid.SourceOrder[cells.SourceStart[c]..cells.SourceEnd[c]], sourceWeights),
                    Mass(pyramid.TargetOrder[cells.TargetStart[c]..cells.TargetEnd[c]], targetWeights));
                double expected = common[c];
                count[c] = own[c];
                int firstOwn = first[c];
                for (int child = cells.FirstChild[c]; child < cells.FirstChild[c] + cells.ChildCount[c]; child++)
                {
                    expected -= commonBelow[child];
                    count[c] += countBelow[child];
                    Assert.True(lastBelow[child] < firstOwn, $"At level {level}, cell {c} pairs its points before child {child} is done.");
                    first[c] = Math.Min(first[c], firstBelow[child]);
                    last[c] = Math.Max(last[c], lastBelow[child]);
                }

                Assert.True(Math.Abs(expected - met[c]) <= tolerance, $"At level {level}, cell {c}, {met[c]} met where {expected} is expected.");
                Assert.True(count[c] == 0 || last[c] - first[c] + 1 == count[c], $"The pairs of level {level}, cell {c} do not stand together.");
            }

            (commonBelow, countBelow, firstBelow, lastBelow) = (common, count, first, last);
        }
    }

    /// <summary>At one level and in one stretch, a row that comes back was there in the pair before.</summary>
    private static void CheckStretches(PairOrder order)
    {
        for (int i = 2; i < order.Count; i++)
        {
            if (order.Levels[i] == order.Levels[i - 1] && order.Levels[i] == order.Levels[i - 2])
            {
                Assert.False(order.SourceRows[i] == order.SourceRows[i - 2] && order.SourceRows[i] != order.SourceRows[i - 1]);
                Assert.False(order.TargetRows[i] == order.TargetRows[i - 2] && order.TargetRows[i] != order.TargetRows[i - 1]);
            }
        }
    }

    private static int[] CellOf(ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, int count)
    {
        int[] cells = new int[count];
        Array.Fill(cells, -1);
        for (int c = 0; c < starts.Length; c++)
        {
            cells.AsSpan(starts[c]..ends[c]).Fill(c);
        }

        return cells;
    }

    private static int[] Inverse(ReadOnlySpan<int> order)
    {
        int[] places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        return places;
    }

    private static int[] Last(ReadOnlySpan<int> rows, int count)
    {
        int[] last = new int[count];
        for (int i = 0; i < rows.Length; i++)
        {
            last[rows[i]] = i;
        }

        return last;
    }

    private static double Mass(ReadOnlySpan<int> rows, double[] weights)
    {
        double mass = 0;
        foreach (int row in rows)
        {
            mass += weights[row];
        }

        return mass;
    }

    private static double[] SumByRow(ReadOnlySpan<int> rows, double[] masses, int count)
    {
        double[] sums = new double[count];
        for (int i = 0; i < rows.Length; i++)
        {
            sums[rows[i]] += masses[i];
        }

        return sums;
    }

    private static void AssertClose(double[] expected, double[] actual, string side)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-12, $"The {side} point {i} carries {actual[i]} where it weighs {expected[i]}.");
        }
    }

    private static double[] Ones(int count)
    {
        double[] ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
