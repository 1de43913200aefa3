namespace PyramidOT.Pyramids;

/// <summary>
/// The walk of algorithm 1: post-order, children in random order, the leftovers of the children handed to their parent. What is done at a
/// cell, the derived walks say. A stack of its own instead of recursion, so that deep trees do not end the process.
/// </summary>
internal abstract class TreeWalk
{
    private readonly IReadOnlyList<PyramidLevel> _levels;
    private readonly int _firstMeeting;
    private Visit[] _stack = new Visit[64];
    private int _depth;

    protected TreeWalk(PyramidPair pyramid, ulong seed)
    {
        _levels = pyramid.Levels;

        // Where points meet within equal labels only, the root joins what must stay apart.
        _firstMeeting = pyramid.IsWithinLabels ? 1 : 0;
        Draws = new(seed);
        Push(new(0, 0, IsLeaving: false, 0, 0));
    }

    /// <summary>The draws of this walk.</summary>
#pragma warning disable CA1051, SA1401 // A struct that counts must be a field: a property would count in a copy.
    protected OrderDraws Draws;
#pragma warning restore CA1051, SA1401

    /// <summary>Leftover source points at the moment.</summary>
    protected abstract int SourceTop { get; }

    /// <summary>Leftover target points at the moment.</summary>
    protected abstract int TargetTop { get; }

    /// <summary>Walks on to the next cell at which points can be paired.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="sourceBase">Leftover source points that are not its own lie below.</param>
    /// <param name="targetBase">Leftover target points that are not its own lie below.</param>
    /// <returns>Whether there is one.</returns>
    protected bool MoveNext(out int level, out int sourceBase, out int targetBase)
    {
        while (_depth > 0)
        {
            Visit visit = _stack[--_depth];
            (level, sourceBase, targetBase) = (visit.Level, visit.SourceBase, visit.TargetBase);
            if (!visit.IsLeaving)
            {
                (sourceBase, targetBase) = (SourceTop, TargetTop);
                PyramidLevel cells = _levels[level];
                int children = cells.ChildCount[visit.Cell];
                if (children > 0)
                {
                    Push(new(level, visit.Cell, IsLeaving: true, sourceBase, targetBase));
                    int first = _depth;
                    for (int child = 0; child < children; child++)
                    {
                        Push(new(level + 1, cells.FirstChild[visit.Cell] + child, IsLeaving: false, 0, 0));
                    }

                    Draws.Shuffle(_stack.AsSpan(first, children));
                    continue;
                }

                AddLeaf(
                    cells.SourceStart[visit.Cell], cells.SourceEnd[visit.Cell], cells.TargetStart[visit.Cell], cells.TargetEnd[visit.Cell]);
            }

            if (SourceTop > sourceBase && TargetTop > targetBase && level >= _firstMeeting)
            {
                return true;
            }
        }

        (level, sourceBase, targetBase) = (0, 0, 0);
        return false;
    }

    /// <summary>Adds a leaf's points to the leftovers.</summary>
    protected abstract void AddLeaf(int sourceStart, int sourceEnd, int targetStart, int targetEnd);

    private void Push(Visit visit)
    {
        if (_depth == _stack.Length)
        {
            Array.Resize(ref _stack, 2 * _depth);
        }

        _stack[_depth++] = visit;
    }

    /// <summary>A cell to enter, or to leave.</summary>
    internal readonly record struct Visit(int Level, int Cell, bool IsLeaving, int SourceBase, int TargetBase);
}
