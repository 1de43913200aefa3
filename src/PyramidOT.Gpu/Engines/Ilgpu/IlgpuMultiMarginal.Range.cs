using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The range cost.</summary>
internal sealed partial class IlgpuMultiMarginal
{
    public void Range(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TieRule ties,
        Span<double> values,
        EngineView<float> gradients)
    {
        MultiMarginalArguments.Check(problems, positions.Length, ties, values.Length);
        ArrayView<float> from = engine.ViewOf(histograms, problems.Elements);
        ArrayView<float> at = engine.ViewOf(positions, positions.Length);
        ArrayView<float> to = gradients.IsEmpty ? engine.Nothing<float>() : engine.ViewOf(gradients, problems.Elements);
        values.Clear();
        if (problems.Elements == 0)
        {
            return;
        }

        engine.Bind();
        if (engine.HasDoubles)
        {
            Range<double, DoubleSummation>(problems, from, at, ties, to, values);
        }
        else
        {
            Range<TwoFloats, TwoFloatSummation>(problems, from, at, ties, to, values);
        }
    }

    private void Range<T, TSummation>(
        MarginalLayout problems, ArrayView<float> from, ArrayView<float> at, TieRule ties, ArrayView<float> to, Span<double> values)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        int group = engine.GroupSize(LaunchSizes.RangeGroup(problems.MaxHistograms));
        int chunk = LaunchSizes.RangeChunk(problems.MaxHistograms);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems.Shape);
        using EngineBuffer<T> carried = engine.Allocate<T>(3 * problems.Histograms);
        using EngineBuffer<double> sums = engine.Allocate<double>(problems.Count);
        ArrayView<double> found = engine.ViewOf<double>(sums, problems.Count);
        RangeBatch<T> batch = new()
        {
            Masses = from,
            Positions = at,
            Gradients = to,
            Carried = engine.ViewOf<T>(carried, carried.Length),
            Values = found.Cast<T>(),
            SharesPositions = MultiMarginalArguments.AreShared(problems, at.Length) ? 1 : 0,
            SharesCharges = ties == TieRule.Averaged ? 1 : 0,
            ChunkRows = chunk,
        };
        engine.Kernels.Get(
            nameof(MultiMarginalKernels.Range),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<BatchShapes, RangeBatch<T>>(
                MultiMarginalKernels.Range<T, TSummation>, specialization))(
            engine.Stream, IlgpuEngine.Config(problems.Count, group, LaunchSizes.RangeBytes(chunk, group)), lease.Layout.Shapes, batch);
        sums.Download(values);
        if (!engine.HasDoubles)
        {
            ReadOnlySpan<TwoFloats> parts = MemoryMarshal.Cast<double, TwoFloats>(values);
            for (int b = 0; b < values.Length; b++)
            {
                values[b] = (double)parts[b].High + parts[b].Low;
            }
        }
    }
}
