#if !HAS_ILGPU
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Simulation;

namespace PyramidOT.Tests.Simulator;

/// <summary>Right kernels give what plain C# gives, at every group and warp size, in both orders of lanes, with both poisons.</summary>
public sealed class RightKernelTests
{
    private const int Groups = 3;

    public static TheoryData<int, int> Sizes => SimulatedDevice.Sizes;

    private static float[] Floats(int count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = random.Next(-100, 100);
        return values;
    }

    private static void Each(int warp, Action<SimulatedDevice> test)
    {
        foreach (Poison poison in Enum.GetValues<Poison>())
        {
            foreach (LaneOrder order in Enum.GetValues<LaneOrder>())
            {
                foreach (bool always in new[] { false, true })
                {
                    using SimulatedDevice device = new(warp, poison);
                    device.Accelerator.Simulation().LaneOrder = order;
                    device.Accelerator.Simulation().InterpretAlways = always;
                    test(device);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Tree_sums_rows(int group, int warp) => Each(warp, device =>
    {
        const int columns = 37;
        float[] values = Floats(Groups * columns, 1);
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<float, Stride1D.Dense> sums = device.Empty<float>(Groups);
        Action<KernelConfig, ArrayView<float>, ArrayView<float>, int> kernel =
            device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int>(RightKernels.RowSums, new KernelSpecialization(group, null));
        kernel(new KernelConfig(Groups, group, SharedMemoryConfig.RequestDynamic<float>(group)), buffer.View, sums.View, columns);
        float[] expected = new float[Groups];
        for (int g = 0; g < Groups; g++)
            expected[g] = values.AsSpan(g * columns, columns).ToArray().Sum();
        Assert.Equal(expected, sums.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Scan_gives_prefix_sums(int group, int warp) => Each(warp, device =>
    {
        int[] values = [.. Enumerable.Range(1, Groups * group)];
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Upload(values);
        device.Accelerator.LoadStreamKernel<ArrayView<int>>(RightKernels.Scan)((Groups, group), buffer.View);
        int[] expected = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
            expected[i] = (i % group == 0 ? 0 : expected[i - 1]) + values[i];
        Assert.Equal(expected, buffer.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Exchanges_sum_warps(int group, int warp) => Each(warp, device =>
    {
        int[] values = [.. Enumerable.Range(1, Groups * group)];
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<int, Stride1D.Dense> sums = device.Empty<int>(2 * Groups);
        device.Accelerator.LoadKernel<ArrayView<int>, ArrayView<int>>(RightKernels.WarpSums)(device.Accelerator.DefaultStream, (Groups, group), buffer.View, sums.View);
        int[] result = sums.GetAsArray1D();
        for (int g = 0; g < Groups; g++)
        {
            int[] mine = values[(g * group)..((g + 1) * group)];
            Assert.Equal(mine.Sum(), result[g]);
            Assert.Equal(mine[^warp..].Sum() + mine[..warp].Sum(), result[Groups + g]);
        }
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Atomics_count(int group, int warp) => Each(warp, device =>
    {
        int[] values = [.. Enumerable.Range(0, 101).Select(i => i * i)];
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<int, Stride1D.Dense> counts = device.Empty<int>(8);
        using MemoryBuffer1D<float, Stride1D.Dense> total = device.Empty<float>(1);
        counts.View.MemSetToZero();
        total.View.MemSetToZero(device.Accelerator.DefaultStream);
        device.Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>, ArrayView<float>>(RightKernels.Histogram)((Groups, group), buffer.View, counts.View, total.View);
        int[] expected = new int[8];
        foreach (int value in values)
            expected[value & 7]++;
        Assert.Equal(expected, counts.GetAsArray1D());
        Assert.Equal(values.Sum(value => value & 7), total.GetAsArray1D()[0]);
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Functors_are_called(int group, int warp) => Each(warp, device =>
    {
        float[] x = Floats(50, 2);
        float[] y = Floats(50, 3);
        using MemoryBuffer1D<float, Stride1D.Dense> xs = device.Upload(x);
        using MemoryBuffer1D<float, Stride1D.Dense> ys = device.Upload(y);
        using MemoryBuffer1D<float, Stride1D.Dense> result = device.Empty<float>(50);
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, AbsoluteDifference>(RightKernels.Differences)(
            (Groups, group), xs.View, ys.View, result.View, default);
        Assert.Equal(x.Zip(y, (a, b) => 2 * MathF.Abs(a - b)), result.GetAsArray1D());
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ScaledSquare>(RightKernels.Differences)(
            (Groups, group), xs.View, ys.View, result.View, new ScaledSquare(3));
        Assert.Equal(x.Zip(y, (a, b) => 0.5f * 3 * (a - b) * (a - b)), result.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Struct_parameters_arrive_whole(int group, int warp) => Each(warp, device =>
    {
        float[] values = Floats(Groups * group, 4);
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<float, Stride1D.Dense> sums = device.Empty<float>(values.Length);
        Problem problem = new()
        {
            Values = buffer.View,
            Sums = sums.View,
            Columns = 5,
            Repeat = 3,
            Negate = true,
            Shift = -7,
            Factor = 1.5,
            Extra = new Four { A = 1, B = 2, C = 3, D = 4 },
        };
        device.Accelerator.LoadStreamKernel<Problem>(RightKernels.Structured)((Groups, group), problem);
        float[] expected = [.. values.Select((value, i) => (float)((-value - 21) * 1.5) + 10 + (i % 5))];
        Assert.Equal(expected, sums.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Dynamic_memory_is_carved(int group, int warp) => Each(warp, device =>
    {
        float[] values = Floats(4 * Groups * group, 5);
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<float, Stride1D.Dense> result = device.Empty<float>(Groups * group);
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(RightKernels.Carved)(
            new KernelConfig(Groups, group, SharedMemoryConfig.RequestDynamic<byte>(20 * group)), buffer.View, result.View);
        float[] expected = new float[Groups * group];
        for (int i = 0; i < expected.Length; i++)
        {
            int start = 4 * ((i / group * group) + group - 1 - (i % group));
            expected[i] = values[start] + values[start + 1] + values[start + 2] + values[start + 3] - values[(4 * i) + 3];
        }

        Assert.Equal(expected, result.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Least_element_is_found(int group, int warp) => Each(warp, device =>
    {
        const int columns = 41;
        float[] values = Floats(Groups * columns, 6);
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<int, Stride1D.Dense> places = device.Empty<int>(Groups);
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<int>, SpecializedValue<int>>(RightKernels.ArgMin)(
            new KernelConfig(Groups, group, SharedMemoryConfig.RequestDynamic<Best>(group)), buffer.View, places.View, SpecializedValue.New(columns));
        int[] expected = new int[Groups];
        for (int g = 0; g < Groups; g++)
        {
            float[] row = values[(g * columns)..((g + 1) * columns)];
            expected[g] = Array.IndexOf(row, row.Min());
        }

        Assert.Equal(expected, places.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Arithmetic_is_that_of_the_runtime(int group, int warp) => Each(warp, device =>
    {
        long[] seeds = [.. Enumerable.Range(0, Groups * group).Select(i => (i * 7919L) - 3)];
        using MemoryBuffer1D<long, Stride1D.Dense> buffer = device.Upload(seeds);
        using MemoryBuffer1D<double, Stride1D.Dense> results = device.Empty<double>(seeds.Length);
        using MemoryBuffer1D<byte, Stride1D.Dense> bytes = device.Empty<byte>(seeds.Length);
        device.Accelerator.LoadStreamKernel<ArrayView<long>, ArrayView<double>, ArrayView<byte>>(RightKernels.Arithmetic)((Groups, group), buffer.View, results.View, bytes.View);
        Assert.Equal(seeds.Select(RightKernels.Mixed), results.GetAsArray1D());
        Assert.Equal(seeds.Select(seed => (byte)(seed * 3)), bytes.GetAsArray1D());
    });

    [Theory, MemberData(nameof(Sizes))]
    public void Lanes_vote(int group, int warp) => Each(warp, device =>
    {
        int[] values = [.. Enumerable.Range(0, Groups * group).Select(i => (i * 37 % 101) - (i == group ? 200 : 0))];
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Upload(values);
        using MemoryBuffer1D<int, Stride1D.Dense> result = device.Empty<int>(Groups);
        device.Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(RightKernels.Votes)((Groups, group), buffer.View, result.View);
        int[] expected = new int[Groups];
        for (int g = 0; g < Groups; g++)
        {
            int[] mine = values[(g * group)..((g + 1) * group)];
            expected[g] = mine.Count(v => (v & 1) != 0) + (mine.All(v => v >= 0) ? 1000 : 0) + (mine.Any(v => v > 90) ? 2000 : 0);
        }

        Assert.Equal(expected, result.GetAsArray1D());
    });
}
#endif
