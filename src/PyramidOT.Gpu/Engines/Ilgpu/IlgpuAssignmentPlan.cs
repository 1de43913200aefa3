using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Where a kernel of the assignment family keeps a problem.</summary>
internal enum AssignmentPlace
{
    /// <summary>Costs and state in shared memory.</summary>
    Shared,

    /// <summary>Costs in global memory, state in shared memory.</summary>
    Global,

    /// <summary>Both in global memory.</summary>
    Huge,
}

/// <summary>
/// A batch of assignment problems by size: those that go to the same kernel with the same group size and about the same shared
/// memory, so that a small problem does not keep room that others could run in. Within a class the largest ones come first, since what
/// starts last should end soon.
/// </summary>
internal sealed class IlgpuAssignmentPlan : IDisposable
{
    private readonly EngineBuffer<int> _picks;

    public IlgpuAssignmentPlan(IlgpuEngine engine, BatchLayout problems)
    {
        int[] picks = [.. Enumerable.Range(0, problems.Count)];
        (AssignmentPlace Place, int Group, int Step)[] keys = Array.ConvertAll(picks, problem => KeyOf(engine, problems, problem));
        long[] order = Array.ConvertAll(picks, problem => OrderOf(keys[problem], problems, problem));
        Array.Sort(order, picks);
        _picks = engine.Upload(picks);
        ArrayView<int> view = engine.ViewOf<int>(_picks, picks.Length);
        List<Class> classes = [];
        for (int first = 0; first < picks.Length;)
        {
            int end = first + 1;
            while (end < picks.Length && keys[picks[end]] == keys[picks[first]])
            {
                end++;
            }

            classes.Add(MakeClass(problems, keys[picks[first]], picks.AsSpan(first, end - first), view.SubView(first, end - first)));
            first = end;
        }

        Classes = classes;
    }

    /// <summary>The classes, largest problems first.</summary>
    public IReadOnlyList<Class> Classes { get; }

    /// <summary>Whether a problem that stays in global memory must be transposed there.</summary>
    public bool NeedsTransposed => Classes.Any(c => c.IsTransposed && c.Place != AssignmentPlace.Shared);

    public void Dispose() => _picks.Dispose();

    private static (AssignmentPlace Place, int Group, int Step) KeyOf(IlgpuEngine engine, BatchLayout problems, int problem)
    {
        int rows = problems.RowsOf(problem);
        int columns = problems.ColumnsOf(problem);
        int longSide = Math.Max(rows, columns);
        int group = engine.GroupSize(LaunchSizes.AssignmentGroup(longSide, engine.Accelerator.WarpSize));
        long shared = LaunchSizes.AssignmentSharedBytes(rows, columns, group);
        if (shared <= engine.SharedMemory)
        {
            return (AssignmentPlace.Shared, group, StepOf(shared));
        }

        long state = LaunchSizes.AssignmentStateBytes(longSide, group);
        return state <= engine.SharedMemory ? (AssignmentPlace.Global, group, StepOf(state)) : (AssignmentPlace.Huge, group, 0);
    }

    // Twice the shared memory, half the groups that run at a time.
    private static int StepOf(long bytes) => System.Numerics.BitOperations.Log2((ulong)Math.Max(1024, bytes - 1)) + 1;

    // Classes descend by place, group and step; problems within one by their pairs. All of it fits in 63 bits.
    private static long OrderOf((AssignmentPlace Place, int Group, int Step) key, BatchLayout problems, int problem)
    {
        long pairs = problems.CostOffsets[problem + 1] - problems.CostOffsets[problem];
        return -(((long)key.Place << 60) | ((long)key.Group << 46) | ((long)key.Step << 40) | Math.Min(pairs, (1L << 40) - 1));
    }

    private static Class MakeClass(
        BatchLayout problems, (AssignmentPlace Place, int Group, int Step) key, ReadOnlySpan<int> picks, ArrayView<int> view)
    {
        int longSide = 0;
        long shared = 0;
        bool isTransposed = false;
        foreach (int problem in picks)
        {
            int rows = problems.RowsOf(problem);
            int columns = problems.ColumnsOf(problem);
            longSide = Math.Max(longSide, Math.Max(rows, columns));
            isTransposed |= rows > columns;
            shared = Math.Max(shared, key.Place == AssignmentPlace.Shared ? LaunchSizes.AssignmentSharedBytes(rows, columns, key.Group) : 0);
        }

        shared = key.Place switch
        {
            AssignmentPlace.Shared => shared,
            AssignmentPlace.Global => LaunchSizes.AssignmentStateBytes(longSide, key.Group),
            _ => LaunchSizes.AssignmentHeaderBytes(key.Group),
        };
        return new(key.Place, key.Group, view, picks.Length, longSide, shared, isTransposed);
    }

    /// <summary>Problems that one launch solves.</summary>
    /// <param name="Place">Where they are kept.</param>
    /// <param name="Group">Threads of a group.</param>
    /// <param name="Picks">The problems' numbers, on the device.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="LongSide">The longest side of any.</param>
    /// <param name="SharedBytes">Shared memory of a group.</param>
    /// <param name="IsTransposed">Whether one has more rows than columns.</param>
    internal readonly record struct Class(
        AssignmentPlace Place, int Group, ArrayView<int> Picks, int Count, int LongSide, long SharedBytes, bool IsTransposed);
}
