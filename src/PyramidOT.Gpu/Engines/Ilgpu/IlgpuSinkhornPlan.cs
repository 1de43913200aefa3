using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// A batch of Sinkhorn problems by size: those that go to the same kernel with the same group size and about the same shared memory. Those
/// with an empty side are nobody's.
/// </summary>
internal sealed class IlgpuSinkhornPlan : IDisposable
{
    private readonly EngineBuffer<int> _picks;

    public IlgpuSinkhornPlan(IlgpuEngine engine, BatchLayout problems)
    {
        int[] picks =
        [
            .. Enumerable.Range(0, problems.Count)
                .Where(problem => problems.RowsOf(problem) > 0 && problems.ColumnsOf(problem) > 0)
                .OrderBy(problem => KeyOf(engine, problems, problem))
                .ThenByDescending(problem => (long)problems.RowsOf(problem) * problems.ColumnsOf(problem)),
        ];
        _picks = engine.Upload(picks);
        List<Class> classes = [];
        for (int first = 0; first < picks.Length;)
        {
            (bool isGlobal, int group, int step) = KeyOf(engine, problems, picks[first]);
            int end = first + 1;
            while (end < picks.Length && KeyOf(engine, problems, picks[end]) == (isGlobal, group, step))
            {
                end++;
            }

            int[] own = picks[first..end];
            classes.Add(new(
                !isGlobal,
                group,
                engine.ViewOf<int>(_picks, picks.Length).SubView(first, own.Length),
                own.Length,
                isGlobal ? 0 : own.Max(problem => LaunchSizes.SinkhornSharedBytes(problems.RowsOf(problem), problems.ColumnsOf(problem))),
                own.Max(problem => LaunchSizes.SinkhornStateUnits(problems.RowsOf(problem), problems.ColumnsOf(problem)))));
            first = end;
        }

        Classes = classes;
    }

    /// <summary>The classes.</summary>
    public IReadOnlyList<Class> Classes { get; }

    public void Dispose() => _picks.Dispose();

    // Twice the shared memory, half the groups that run at a time.
    private static (bool IsGlobal, int Group, int Step) KeyOf(IlgpuEngine engine, BatchLayout problems, int problem)
    {
        int rows = problems.RowsOf(problem);
        int columns = problems.ColumnsOf(problem);
        int group = engine.GroupSize(LaunchSizes.SinkhornGroup(Math.Max(rows, columns), engine.Accelerator.WarpSize));
        long shared = LaunchSizes.SinkhornSharedBytes(rows, columns);
        return shared <= engine.SharedMemory
            ? (false, group, System.Numerics.BitOperations.Log2((ulong)Math.Max(1024, shared - 1)) + 1)
            : (true, group, 0);
    }

    /// <summary>Problems that one launch solves.</summary>
    /// <param name="IsShared">Whether costs and state are in shared memory.</param>
    /// <param name="Group">Threads of a group.</param>
    /// <param name="Picks">The problems' numbers, on the device.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="SharedBytes">Shared memory of a group.</param>
    /// <param name="StateUnits">Units of the largest state.</param>
    internal readonly record struct Class(bool IsShared, int Group, ArrayView<int> Picks, int Count, long SharedBytes, int StateUnits);
}
