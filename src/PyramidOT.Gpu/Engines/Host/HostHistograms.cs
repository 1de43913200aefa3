using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Soft histograms on the Host. Vectors go along the features of a sample, whose counters lie apart, so lanes never meet. Calls that
/// run at once have memory of their own, which is kept: nothing is allocated once the largest call was seen.
/// </summary>
internal sealed unsafe class HostHistograms(HostEngine engine, HostWorkers workers) : IHistogramKernels, IDisposable
{
    private readonly ConcurrentBag<HistogramForward> _forward = [];
    private readonly ConcurrentBag<HistogramBackward> _backward = [];

    public void Encode(EngineView<int> labels, EngineView<int> known, EngineView<int> groups, EngineView<int> counts)
    {
        HistogramArguments.CheckKnown(known.Length);
        int* from = engine.PointerTo(labels, labels.Length);
        int* to = engine.PointerTo(groups, labels.Length);
        int* each = engine.PointerTo(counts, known.Length);
        ReadOnlySpan<int> sorted = new(engine.PointerTo(known, known.Length), (int)known.Length);
        new Span<int>(each, sorted.Length).Clear();
        int last = 0;
        for (long i = 0; i < labels.Length; i++)
        {
            // Labels often are the groups' numbers themselves, or the same as the one before.
            int label = from[i];
            int group = (uint)label < (uint)sorted.Length && sorted[label] == label ? label
                : sorted[last] == label ? last
                : sorted.BinarySearch(label);
            if (group >= 0)
            {
                each[group]++;
                last = group;
            }

            to[i] = Math.Max(group, -1);
        }
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
        float* samples = engine.PointerTo(activations, shape.Activations);
        int* groupOf = engine.PointerTo(groups, shape.Samples);
        int* each = engine.PointerTo(counts, shape.Groups);
        float* to = engine.PointerTo(histograms, shape.Histograms * options.Bins);
        float* sums = engine.PointerTo(totals, shape.Histograms);
        long* bad = engine.PointerTo(firstBad, 1);
        CheckGroups(groupOf, shape);
        if (!_forward.TryTake(out HistogramForward? run))
        {
            run = new();
        }

        *bad = run.Run(workers, new(shape, options.ToRule()), samples, groupOf, each, to, sums);
        _forward.Add(run);
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
        float* samples = engine.PointerTo(activations, shape.Activations);
        int* groupOf = engine.PointerTo(groups, shape.Samples);
        float* shares = engine.PointerTo(histograms, shape.Histograms * options.Bins);
        float* sums = engine.PointerTo(totals, shape.Histograms);
        float* slopes = engine.PointerTo(histogramGradients, shape.Histograms * options.Bins);
        float* to = engine.PointerTo(gradients, shape.Activations);
        CheckGroups(groupOf, shape);
        if (!_backward.TryTake(out HistogramBackward? run))
        {
            run = new();
        }

        run.Run(workers, new(shape, options.ToRule()), samples, groupOf, new(shares, sums, slopes, factor), to);
        _backward.Add(run);
    }

    public void Dispose()
    {
        while (_forward.TryTake(out HistogramForward? run))
        {
            run.Dispose();
        }

        while (_backward.TryTake(out HistogramBackward? run))
        {
            run.Dispose();
        }
    }

    private static void CheckGroups(int* groups, HistogramShape shape)
    {
        ReadOnlySpan<int> all = new(groups, shape.Samples);
        if (all.IsEmpty || (TensorPrimitives.Min(all) >= -1 && TensorPrimitives.Max(all) < shape.Groups))
        {
            return;
        }

        int first = 0;
        while (all[first] >= -1 && all[first] < shape.Groups)
        {
            first++;
        }

        throw new ArgumentOutOfRangeException(
            nameof(groups), all[first], $"The group of sample {first} must be from 0 to {shape.Groups - 1}, or -1 to leave it out.");
    }
}
