#if !HAS_ILGPU
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Simulation;

namespace PyramidOT.Tests.Simulator;

/// <summary>Every wrong kernel is caught, and the message says what is wrong, where, and by whom.</summary>
public sealed class WrongKernelTests
{
    private static string Fault(Action<ArrayView<int>, ArrayView<int>> kernel, int group = 4, int grid = 2, int warp = 4, bool always = false, LaneOrder order = LaneOrder.Forward)
    {
        using SimulatedDevice device = new(warp);
        device.Accelerator.Simulation().StepLimit = 1_000_000;
        device.Accelerator.Simulation().InterpretAlways = always;
        device.Accelerator.Simulation().LaneOrder = order;
        using MemoryBuffer1D<int, Stride1D.Dense> filled = device.Upload(Enumerable.Range(0, 64).ToArray());
        using MemoryBuffer1D<int, Stride1D.Dense> empty = device.Empty<int>(64);
        Action<KernelConfig, ArrayView<int>, ArrayView<int>> launch = device.Accelerator.LoadStreamKernel(kernel);
        KernelConfig config = new(grid, group, SharedMemoryConfig.RequestDynamic<int>(64));
        string message = Assert.Throws<KernelFaultException>(() => launch(config, filled.View, empty.View)).Message;
        Assert.StartsWith($"Kernel WrongKernels.{kernel.Method.Name}, group ", message, StringComparison.Ordinal);
        return message;
    }

    [Fact]
    public void Lost_update_is_a_race()
    {
        string message = Fault(WrongKernels.LostUpdate);
        Assert.Contains("group 0, lane 1: race: byte 0 of the buffer of parameter 'filled' is read here and was written by lane 0 of the same group", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Race_through_shared_memory() => Assert.Contains(
        "group 0, lane 1: race: byte 0 of shared memory is written here and was written by lane 0 of the same group with no barrier between",
        Fault(WrongKernels.RaceThroughSharedMemory),
        StringComparison.Ordinal);

    [Fact]
    public void Missing_barrier() => Assert.Contains(
        "lane 1: race: byte 0 of dynamic shared memory is read here and was written by lane 0 of the same group",
        Fault(WrongKernels.MissingBarrier),
        StringComparison.Ordinal);

    [Fact]
    public void Missing_barrier_between_read_and_write() => Assert.Contains(
        "race: byte 4 of dynamic shared memory is written here and was read by lane 0",
        Fault(WrongKernels.MissingSecondBarrier),
        StringComparison.Ordinal);

    [Fact]
    public void Race_across_groups() => Assert.Contains(
        "group 1, lane 0: race across groups: byte 0 of the buffer of parameter 'empty' is written here and was written by group 0, lane 0",
        Fault(WrongKernels.RaceAcrossGroups),
        StringComparison.Ordinal);

    [Fact]
    public void Race_across_groups_of_one_lane() => Assert.Contains("group 1, lane 0: race across groups", Fault(WrongKernels.RaceAcrossGroups, 1, 2, 1, true), StringComparison.Ordinal);

    [Fact]
    public void Read_across_groups() => Assert.Contains(
        "group 1, lane 0: race across groups: byte 0 of the buffer of parameter 'filled' is read here and was written by group 0, lane 0",
        Fault(WrongKernels.ReadAcrossGroups),
        StringComparison.Ordinal);

    [Fact]
    public void Atomic_beside_a_plain_read() => Assert.Contains("is read here and was changed (atomically) by lane 0", Fault(WrongKernels.AtomicBesidePlain), StringComparison.Ordinal);

    [Fact]
    public void Divergent_barrier()
    {
        string message = Fault(WrongKernels.DivergentBarrier);
        Assert.Contains("group 0, lane 0: divergent barrier: it waits at Group.Barrier", message, StringComparison.Ordinal);
        Assert.Contains("but lane 2 has returned", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_different_barriers() => Assert.Contains("divergent barrier: it waits at Group.Barrier", Fault(WrongKernels.TwoBarriers), StringComparison.Ordinal);

    [Fact]
    public void Divergent_warp() => Assert.Contains("divergent warp: it waits at a warp exchange", Fault(WrongKernels.DivergentWarp), StringComparison.Ordinal);

    [Fact]
    public void Warp_that_is_not_full() => Assert.Contains("a warp of 32 that has only 4 lanes", Fault(WrongKernels.DivergentWarp, warp: 32), StringComparison.Ordinal);

    [Fact]
    public void Broadcast_from_many() => Assert.Contains("Group.Broadcast from lane 1, but lane 0 asks for lane 0", Fault(WrongKernels.BroadcastFromMany), StringComparison.Ordinal);

    [Theory, InlineData(4, false), InlineData(1, true)]
    public void Negative_index(int group, bool always) => Assert.Contains("lane 0: indexed a view of 64 elements with -1", Fault(WrongKernels.NegativeIndex, group, warp: 1, always: always), StringComparison.Ordinal);

    [Fact]
    public void Negative_index_natively() => Assert.Contains("group 0, lane 0: indexed a view of 64 elements with -1", Fault(WrongKernels.NegativeIndex, 1), StringComparison.Ordinal);

    [Fact]
    public void Index_out_of_range() => Assert.Contains("group 0, lane 2: indexed a view of 64 elements with 64", Fault(WrongKernels.IndexOutOfRange), StringComparison.Ordinal);

    [Fact]
    public void Shared_index_out_of_range() => Assert.Contains("lane 3: indexed a view of 3 elements with 3", Fault(WrongKernels.SharedIndexOutOfRange), StringComparison.Ordinal);

    [Theory, InlineData(1), InlineData(4)]
    public void SubView_out_of_range(int group) => Assert.Contains("took elements 60 to 65 of a view of 64 elements", Fault(WrongKernels.SubViewOutOfRange, group), StringComparison.Ordinal);

    [Fact]
    public void Unwritten_read() => Assert.Contains("group 0, lane 0: read byte 0 of the buffer of parameter 'empty', which nobody wrote", Fault(WrongKernels.UnwrittenRead), StringComparison.Ordinal);

    [Fact]
    public void Unwritten_shared_memory() => Assert.Contains("lane 0: read byte 0 of shared memory, which nobody wrote", Fault(WrongKernels.UnwrittenShared), StringComparison.Ordinal);

    [Theory, InlineData(1), InlineData(4)]
    public void Second_GetDynamic(int group) => Assert.Contains("lane 0: called SharedMemory.GetDynamic a second time", Fault(WrongKernels.SecondGetDynamic, group), StringComparison.Ordinal);

    [Theory, InlineData(1), InlineData(4)]
    public void GetDynamic_of_another_size(int group) => Assert.Contains("lane 0: called SharedMemory.GetDynamic for elements of 8 bytes where the launch requested elements of 4", Fault(WrongKernels.OtherDynamic, group), StringComparison.Ordinal);

    [Fact]
    public void Hanging_kernel() => Assert.Contains("more than the step limit: it hangs", Fault(WrongKernels.Hang), StringComparison.Ordinal);

    [Theory, InlineData(1), InlineData(4)]
    public void Misaligned_cast(int group) => Assert.Contains("cast a view that begins at byte 4 of its memory to elements of 16 bytes", Fault(WrongKernels.Misaligned, group), StringComparison.Ordinal);

    [Theory, InlineData(1), InlineData(4)]
    public void Cast_that_begins_between_elements(int group) => Assert.Contains("cast a view that begins at byte 16 of its memory to elements of 12 bytes", Fault(WrongKernels.CastBetweenElements, group), StringComparison.Ordinal);

    [Fact]
    public void Division_by_zero() => Assert.Contains("divided by zero", Fault(WrongKernels.DivisionByZero), StringComparison.Ordinal);

    [Fact]
    public void Disposed_buffer_is_told()
    {
        using SimulatedDevice device = new(4);
        MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Upload(1, 2, 3, 4);
        ArrayView<int> view = buffer.View;
        buffer.Dispose();
        Action<KernelConfig, ArrayView<int>> kernel = device.Accelerator.LoadStreamKernel<ArrayView<int>>(RightKernels.Scan);
        Assert.Contains("disposed", Assert.Throws<KernelFaultException>(() => kernel((1, 4), view)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Partly_filled_buffer_is_readable_in_that_part_only()
    {
        using SimulatedDevice device = new(4);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Empty<int>(8);
        buffer.View.SubView(0, 4).CopyFromCPU(new[] { 1, 2, 3, 4 });
        Action<KernelConfig, ArrayView<int>> kernel = device.Accelerator.LoadStreamKernel<ArrayView<int>>(RightKernels.Scan);
        kernel((1, 4), buffer.View);
        Assert.Equal([1, 3, 6, 10], buffer.View.SubView(0, 4).BaseView.GetAsArray());
        Assert.Contains("lane 4: read byte 16", Assert.Throws<KernelFaultException>(() => kernel((1, 8), buffer.View)).Message, StringComparison.Ordinal);
    }
}
#endif
