using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Trees;

/// <summary>A cell at which points meet: a step of the walk over the tree.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Level">The cell's level.</param>
/// <param name="Cell">The cell, counted in its level.</param>
/// <param name="First">The place of its first pair in the order, from 0.</param>
/// <param name="Pairs">The rows of the points that meet.</param>
internal sealed record Meeting(int Step, int Level, int Cell, int First, IReadOnlyList<(int Source, int Target)> Pairs);

/// <summary>A pyramid and the order of pairs that a walk over it gives, cell by cell.</summary>
internal sealed class MeetingTree
{
    private readonly PyramidPair _pyramid;
    private readonly Dictionary<(int Level, int Cell), Meeting> _meetings = [];

    /// <param name="pyramid">The pyramid; it is read, and must not be disposed before this is done with.</param>
    /// <param name="order">An order of its pairs in which each point counts once.</param>
    public MeetingTree(PyramidPair pyramid, PairOrder order)
    {
        _pyramid = pyramid;
        int[] positions = new int[pyramid.SourceCount];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[pyramid.SourceOrder[i]] = i;
        }

        // A cell's pairs are made when the walk leaves it, so that they stand together.
        for (int first = 0; first < order.Count;)
        {
            (int Level, int Cell) place = PlaceOf(first);
            int end = first + 1;
            while (end < order.Count && PlaceOf(end) == place)
            {
                end++;
            }

            List<(int, int)> pairs = [];
            for (int pair = first; pair < end; pair++)
            {
                pairs.Add((order.SourceRows[pair], order.TargetRows[pair]));
            }

            _meetings.Add(place, new(_meetings.Count + 1, place.Level, place.Cell, first, pairs));
            first = end;
        }

        (int Level, int Cell) PlaceOf(int pair)
        {
            PyramidLevel level = pyramid.Levels[order.Levels[pair]];
            int cell = 0;
            while (positions[order.SourceRows[pair]] is int position && (position < level.SourceStart[cell] || position >= level.SourceEnd[cell]))
            {
                cell++;
            }

            return (order.Levels[pair], cell);
        }
    }

    /// <summary>The cells at which points meet, in the order of the walk.</summary>
    public IEnumerable<Meeting> Meetings => _meetings.Values;

    /// <summary>The tree, children from left to right as the walk comes to them; those in which nothing meets are last.</summary>
    /// <param name="describe">Says what a cell looks like: its meeting, null where there is none, its source and its target rows, and its children's nodes.</param>
    public TreeNode Draw(Func<Meeting?, IReadOnlyList<int>, IReadOnlyList<int>, IReadOnlyList<TreeNode>, TreeNode> describe)
    {
        return Describe(0, 0);

        TreeNode Describe(int level, int cell)
        {
            PyramidLevel cells = _pyramid.Levels[level];
            TreeNode[] children =
            [
                .. Enumerable.Range(cells.FirstChild[cell], cells.ChildCount[cell])
                    .OrderBy(child => FirstStep(level + 1, child)).Select(child => Describe(level + 1, child)),
            ];
            return describe(
                _meetings.GetValueOrDefault((level, cell)),
                SourceRowsOf(level, cell),
                _pyramid.TargetOrder[cells.TargetStart[cell]..cells.TargetEnd[cell]].ToArray(),
                children);
        }
    }

    /// <summary>The rows of a cell's source points.</summary>
    public IReadOnlyList<int> SourceRowsOf(int level, int cell)
    {
        PyramidLevel cells = _pyramid.Levels[level];
        return _pyramid.SourceOrder[cells.SourceStart[cell]..cells.SourceEnd[cell]].ToArray();
    }

    private int FirstStep(int level, int cell)
    {
        PyramidLevel cells = _pyramid.Levels[level];
        int step = _meetings.TryGetValue((level, cell), out Meeting? meeting) ? meeting.Step : int.MaxValue;
        for (int child = 0; child < cells.ChildCount[cell]; child++)
        {
            step = Math.Min(step, FirstStep(level + 1, cells.FirstChild[cell] + child));
        }

        return step;
    }
}
