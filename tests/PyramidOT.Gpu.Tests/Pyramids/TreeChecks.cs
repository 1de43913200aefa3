namespace PyramidOT.Tests.Pyramids;

/// <summary>What holds of every tree, whatever it was built from.</summary>
internal static class TreeChecks
{
    /// <summary>
    /// The root holds all; children are not empty, partition their parent's positions in order, and are each one cell's; a
    /// leaf is one for a reason.
    /// </summary>
    public static void Check(PyramidPair pyramid)
    {
        Assert.Equal(Enumerable.Range(0, pyramid.SourceCount), pyramid.SourceOrder.ToArray().Order());
        Assert.Equal(Enumerable.Range(0, pyramid.TargetCount), pyramid.TargetOrder.ToArray().Order());
        PyramidLevel root = pyramid.Levels[0];
        Assert.Equal(1, root.Count);
        Assert.Equal((0, pyramid.SourceCount), (root.SourceStart[0], root.SourceEnd[0]));
        Assert.Equal((0, pyramid.TargetCount), (root.TargetStart[0], root.TargetEnd[0]));
        Assert.True(pyramid.Options.Scheme != PyramidScheme.Random || pyramid.Levels.Count == 1);
        Assert.True(pyramid.Levels.Count - 1 <= (pyramid.Options.MaxDepth ?? int.MaxValue));
        for (int level = 0; level < pyramid.Levels.Count; level++)
        {
            PyramidLevel cells = pyramid.Levels[level];
            int[] counts = [cells.SourceStart.Length, cells.SourceEnd.Length, cells.TargetStart.Length, cells.TargetEnd.Length, cells.FirstChild.Length, cells.ChildCount.Length];
            Assert.All(counts, count => Assert.Equal(cells.Count, count));
            PyramidLevel? next = level + 1 < pyramid.Levels.Count ? pyramid.Levels[level + 1] : null;
            bool[] hasParent = new bool[next?.Count ?? 0];
            for (int c = 0; c < cells.Count; c++)
            {
                string where = $"Level {level}, cell {c}";
                CheckChildren(cells, c, next, hasParent, pyramid.Options, where);
            }

            Assert.DoesNotContain(false, hasParent);
        }
    }

    private static void CheckChildren(PyramidLevel cells, int c, PyramidLevel? next, bool[] hasParent, PyramidOptions options, string where)
    {
        int sources = cells.SourceEnd[c] - cells.SourceStart[c];
        int targets = cells.TargetEnd[c] - cells.TargetStart[c];
        Assert.True(sources >= 0 && targets >= 0 && sources + targets > 0, $"{where} has {sources} and {targets} points.");
        int children = cells.ChildCount[c];
        if (children == 0)
        {
            return;
        }

        // Nothing is divided that is a leaf by its counts.
        Assert.True(sources > 0 && targets > 0 && Math.Max(sources, targets) > options.LeafSize, $"{where} was divided.");
        Assert.InRange(children, 2, options.Scheme == PyramidScheme.Grid ? 2 : options.Branching);
        int source = cells.SourceStart[c];
        int target = cells.TargetStart[c];
        for (int child = cells.FirstChild[c]; child < cells.FirstChild[c] + children; child++)
        {
            Assert.False(hasParent[child], $"{where}: child {child} has another parent too.");
            hasParent[child] = true;
            Assert.Equal((source, target), (next!.SourceStart[child], next.TargetStart[child]));
            (source, target) = (next.SourceEnd[child], next.TargetEnd[child]);
        }

        Assert.Equal((cells.SourceEnd[c], cells.TargetEnd[c]), (source, target));
    }

    /// <summary>
    /// With leaves of one point and no limit of depth, the points of the side that gives the centres (for Grid and Joint both sides) are
    /// all equal in a leaf in which points of both sides are; for Interleaving those of each side are.
    /// </summary>
    public static void CheckLeavesAreDone(PyramidPair pyramid, float[] source, float[] target)
    {
        PyramidScheme scheme = pyramid.Options.Scheme;
        for (int level = 0; level < pyramid.Levels.Count; level++)
        {
            PyramidLevel cells = pyramid.Levels[level];
            for (int c = 0; c < cells.Count; c++)
            {
                int[] sources = pyramid.SourceOrder[cells.SourceStart[c]..cells.SourceEnd[c]].ToArray();
                int[] targets = pyramid.TargetOrder[cells.TargetStart[c]..cells.TargetEnd[c]].ToArray();
                if (cells.ChildCount[c] > 0 || sources.Length == 0 || targets.Length == 0 || (sources.Length == 1 && targets.Length == 1))
                {
                    continue;
                }

                string where = $"Level {level}, cell {c} ({sources.Length} and {targets.Length} points)";
                int distinctSources = Distinct(source, pyramid.Dimensions, sources);
                int distinctTargets = Distinct(target, pyramid.Dimensions, targets);
                Assert.True(distinctSources == 1, $"{where}: {distinctSources} different source points.");
                Assert.True(scheme == PyramidScheme.Source || distinctTargets == 1, $"{where}: {distinctTargets} different target points.");
                if (scheme is PyramidScheme.Grid or PyramidScheme.Joint)
                {
                    Assert.True(
                        Key(source, pyramid.Dimensions, sources[0]) == Key(target, pyramid.Dimensions, targets[0]), $"{where}: the sides' points differ.");
                }
            }
        }
    }

    /// <summary>The coordinates of a point as text; 0 and -0 are one number.</summary>
    public static string Key(float[] points, int dimensions, int row)
    {
        string[] coordinates = new string[dimensions];
        for (int k = 0; k < dimensions; k++)
        {
            coordinates[k] = (points[(row * dimensions) + k] + 0f).ToString("R");
        }

        return string.Join(' ', coordinates);
    }

    private static int Distinct(float[] points, int dimensions, int[] rows) => rows.Select(row => Key(points, dimensions, row)).Distinct().Count();
}
