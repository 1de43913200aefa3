using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches soft histograms. Nothing comes back to the host, and nothing is waited for.</summary>
internal sealed class IlgpuHistograms(IlgpuEngine engine, IlgpuAssignment assignment) : IHistogramKernels
{
    // Counts of blocks that wait to be added up.
    private const long MostSums = (64L << 20) / sizeof(ulong);

    public void Encode(EngineView<int> labels, EngineView<int> known, EngineView<int> groups, EngineView<int> counts)
    {
        HistogramArguments.CheckKnown(known.Length);
        ArrayView<int> from = engine.ViewOf(labels, labels.Length);
        ArrayView<int> sorted = engine.ViewOf(known, known.Length);
        ArrayView<int> to = engine.ViewOf(groups, labels.Length);
        ArrayView<int> each = engine.ViewOf(counts, known.Length);
        counts.Clear();
        if (labels.IsEmpty)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(HistogramKernels.Encode),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<int>>(HistogramKernels.Encode, specialization))(
            engine.Stream, engine.RowConfig(labels.Length, group, group, LaunchSizes.EncodeBytes((int)known.Length)), from, sorted, to, each);
    }

    public void Forward(
        HistogramShape shape,
        SoftHistogramOptions options,
        EngineView<float> activations,
        EngineView<int> groups,
        EngineView<int> counts,
        EngineView<float> histograms,
        EngineView<float> totals,
        EngineView<long> firstBad)
    {
        HistogramArguments.Check(shape, options);
        ArrayView<float> samples = engine.ViewOf(activations, shape.Activations);
        ArrayView<int> groupOf = engine.ViewOf(groups, shape.Samples);
        ArrayView<int> each = engine.ViewOf(counts, shape.Groups);
        ArrayView<float> to = engine.ViewOf(histograms, shape.Histograms * options.Bins);
        ArrayView<float> sums = engine.ViewOf(totals, shape.Histograms);
        ArrayView<long> bad = engine.ViewOf(firstBad, 1);
        HistogramRule rule = options.ToRule();
        engine.Bind();
        if (engine.HasDoubles && engine.Accelerator.AcceleratorType != AcceleratorType.OpenCL)
        {
            FindBad<WarpLanes>(shape, samples, groupOf, bad);
        }
        else
        {
            FindBad<PlainLanes>(shape, samples, groupOf, bad);
        }

        HistogramCut cut = CutOf(shape, options.Bins);
        using EngineBuffer<ulong> partBuffer = engine.Allocate<ulong>(cut.Blocks * to.Length);
        ArrayView<ulong> parts = engine.ViewOf<ulong>(partBuffer, partBuffer.Length);
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        if (shape.Samples > 0)
        {
            engine.Kernels.Get(
                nameof(HistogramKernels.Count),
                group,
                static (accelerator, specialization) => accelerator.LoadKernel<
                    HistogramRule, HistogramCut, ArrayView<float>, ArrayView<int>, ArrayView<ulong>>(HistogramKernels.Count, specialization))(
                engine.Stream,
                IlgpuEngine.Config((long)cut.Blocks * cut.Tiles * cut.Ranges, group, LaunchSizes.HistogramBytes(cut.RangeEntries << cut.FeatureShift)),
                rule,
                cut,
                samples,
                groupOf,
                parts);
        }

        engine.Kernels.Get(
            nameof(HistogramKernels.Finish),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                HistogramRule, HistogramCut, ArrayView<int>, ArrayView<ulong>, ArrayView<float>, ArrayView<float>>(
                HistogramKernels.Finish, specialization))(
            engine.Stream, engine.RowConfig(sums.Length, group, group), rule, cut, each, parts, to, sums);
    }

    public void Backward(
        HistogramShape shape,
        SoftHistogramOptions options,
        EngineView<float> activations,
        EngineView<int> groups,
        EngineView<float> histograms,
        EngineView<float> totals,
        EngineView<float> histogramGradients,
        float factor,
        EngineView<float> gradients)
    {
        HistogramArguments.Check(shape, options);
        KernelArguments.CheckFactor(factor);
        ArrayView<float> samples = engine.ViewOf(activations, shape.Activations);
        ArrayView<int> groupOf = engine.ViewOf(groups, shape.Samples);
        ArrayView<float> shares = engine.ViewOf(histograms, shape.Histograms * options.Bins);
        ArrayView<float> sums = engine.ViewOf(totals, shape.Histograms);
        ArrayView<float> slopes = engine.ViewOf(histogramGradients, shape.Histograms * options.Bins);
        ArrayView<float> to = engine.ViewOf(gradients, shape.Activations);
        if (shape.Samples == 0)
        {
            return;
        }

        HistogramRule rule = options.ToRule();
        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using EngineBuffer<float> tableBuffer = engine.Allocate<float>(shape.Histograms * rule.TableWidth);
        ArrayView<float> tables = engine.ViewOf<float>(tableBuffer, tableBuffer.Length);
        engine.Kernels.Get(
            nameof(HistogramKernels.Slopes),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                HistogramRule, ArrayView<float>, ArrayView<float>, ArrayView<float>, float, ArrayView<float>>(HistogramKernels.Slopes, specialization))(
            engine.Stream, engine.RowConfig(sums.Length, group, group), rule, shares, sums, slopes, factor, tables);
        engine.Kernels.Get(
            nameof(HistogramKernels.Gradients),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                HistogramRule, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>>(
                HistogramKernels.Gradients, specialization))(
            engine.Stream, engine.RowConfig(to.Length, group, group), rule, shape.Features, shape.Groups, samples, groupOf, tables, to);
    }

    private void FindBad<TLanes>(HistogramShape shape, ArrayView<float> samples, ArrayView<int> groups, ArrayView<long> first)
        where TLanes : struct, IGroupLanes
    {
        first.CopyFrom(engine.Stream, assignment.None());
        if (shape.Samples == 0)
        {
            return;
        }

        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(HistogramKernels.FindBadActivation) + typeof(TLanes).Name,
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<ArrayView<float>, int, ArrayView<int>, int, ArrayView<long>>(
                HistogramKernels.FindBadActivation<TLanes>, specialization))(
            engine.Stream,
            engine.RowConfig(samples.Length, group, group, LaunchSizes.FindBytes(group)),
            samples,
            shape.Features,
            groups,
            shape.Groups,
            first);
    }

    /// <summary>How groups share the work: tiles as wide as shared memory has room for, and as many blocks as fill the device.</summary>
    private HistogramCut CutOf(HistogramShape shape, int bins)
    {
        int perFeature = shape.Groups * bins;
        int shift = 0;
        while (shift < LaunchSizes.HistogramFeatureShift && 1 << shift < shape.Features && (long)perFeature << (shift + 1) <= LaunchSizes.HistogramEntries)
        {
            shift++;
        }

        int entries = Math.Min(perFeature, LaunchSizes.HistogramEntries);
        int ranges = (perFeature + entries - 1) / entries;
        int tiles = (shape.Features + (1 << shift) - 1) >> shift;
        long pieces = ((long)shape.Samples + LaunchSizes.HistogramSamples - 1) / LaunchSizes.HistogramSamples;
        long wanted = Math.Min(engine.MostRowGroups / ((long)tiles * ranges), MostSums / (shape.Histograms * bins));
        long blocks = Math.Clamp(wanted, 1, Math.Max(1, pieces));
        long perBlock = Math.Max(1, (pieces + blocks - 1) / blocks) * LaunchSizes.HistogramSamples;
        return new()
        {
            Samples = shape.Samples,
            SamplesPerBlock = perBlock,
            Blocks = (int)Math.Max(1, (shape.Samples + perBlock - 1) / perBlock),
            Features = shape.Features,
            Groups = shape.Groups,
            FeatureShift = shift,
            Tiles = tiles,
            RangeEntries = entries,
            Ranges = ranges,
        };
    }
}
