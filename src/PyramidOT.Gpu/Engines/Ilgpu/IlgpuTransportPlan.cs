using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// A batch of transport problems by size, as <see cref="IlgpuAssignmentPlan"/> does it: those that go to the same kernel with the same group
/// size and about the same shared memory, the largest first.
/// </summary>
internal sealed class IlgpuTransportPlan : IDisposable
{
    private readonly EngineBuffer<int> _picks;

    public IlgpuTransportPlan(IlgpuEngine engine, BatchLayout problems, IlgpuTransportWeights weights, int realSize)
    {
        int[] picks = [.. Enumerable.Range(0, problems.Count)];
        (AssignmentPlace Place, int Group, int Step)[] keys = new (AssignmentPlace, int, int)[problems.Count];
        long[] order = new long[problems.Count];
        foreach (int problem in picks)
        {
            int rows = weights.Counts[2 * problem];
            int columns = weights.Counts[(2 * problem) + 1];
            keys[problem] = KeyOf(engine, rows, columns, realSize);
            (AssignmentPlace place, int group, int step) = keys[problem];
            order[problem] = -(((long)place << 60) | ((long)group << 46) | ((long)step << 40) | Math.Min((long)rows * columns, (1L << 40) - 1));
        }

        Array.Sort(order, picks);
        _picks = engine.Upload(picks);
        ArrayView<int> view = engine.ViewOf<int>(_picks, picks.Length);
        List<Class> classes = [];
        for (int first = 0; first < picks.Length;)
        {
            (AssignmentPlace place, int group, int step) = keys[picks[first]];
            long state = 0;
            long shared = LaunchSizes.TransportHeaderBytes(group);
            int end = first;
            for (; end < picks.Length && keys[picks[end]] == (place, group, step); end++)
            {
                int rows = weights.Counts[2 * picks[end]];
                int columns = weights.Counts[(2 * picks[end]) + 1];
                state = Math.Max(state, LaunchSizes.TransportStateUnits(rows, columns, realSize));
                shared = Math.Max(shared, place switch
                {
                    AssignmentPlace.Shared => LaunchSizes.TransportSharedBytes(rows, columns, realSize, group),
                    AssignmentPlace.Global => LaunchSizes.TransportStateBytes(rows, columns, realSize, group),
                    _ => 0,
                });
                NeedsCompacted |= place != AssignmentPlace.Shared && (rows < problems.RowsOf(picks[end]) || columns < problems.ColumnsOf(picks[end]));
            }

            classes.Add(new(place, group, view.SubView(first, end - first), end - first, shared, state));
            first = end;
        }

        Classes = classes;
    }

    /// <summary>The classes, largest problems first.</summary>
    public IReadOnlyList<Class> Classes { get; }

    /// <summary>Whether the costs of a problem that stays in global memory must be copied without what weighs nothing.</summary>
    public bool NeedsCompacted { get; }

    public void Dispose() => _picks.Dispose();

    private static (AssignmentPlace Place, int Group, int Step) KeyOf(IlgpuEngine engine, int rows, int columns, int realSize)
    {
        int group = engine.GroupSize(LaunchSizes.AssignmentGroup(Math.Max(rows, columns), engine.Accelerator.WarpSize));
        long shared = LaunchSizes.TransportSharedBytes(rows, columns, realSize, group);
        if (shared <= engine.SharedMemory)
        {
            return (AssignmentPlace.Shared, group, StepOf(shared));
        }

        long state = LaunchSizes.TransportStateBytes(rows, columns, realSize, group);
        return state <= engine.SharedMemory ? (AssignmentPlace.Global, group, StepOf(state)) : (AssignmentPlace.Huge, group, 0);
    }

    // Twice the shared memory, half the groups that run at a time.
    private static int StepOf(long bytes) => System.Numerics.BitOperations.Log2((ulong)Math.Max(1024, bytes - 1)) + 1;

    /// <summary>Problems that one launch solves.</summary>
    /// <param name="Place">Where they are kept.</param>
    /// <param name="Group">Threads of a group.</param>
    /// <param name="Picks">The problems' numbers, on the device.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="SharedBytes">Shared memory of a group.</param>
    /// <param name="StateUnits">Units of 16 bytes of the state of the largest one.</param>
    internal sealed record Class(AssignmentPlace Place, int Group, ArrayView<int> Picks, int Count, long SharedBytes, long StateUnits);
}
