using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches transport on lines: what goes between points and lines here, the lines themselves in the other part.</summary>
internal sealed partial class IlgpuSlices(IlgpuEngine engine) : ISliceKernels
{
    public void Project(EngineView<float> points, int dimensions, EngineView<float> directions, EngineView<float> projections)
    {
        int n = SliceArguments.PointCount(points, dimensions, nameof(points));
        int count = SliceArguments.DirectionCount(directions, dimensions, nameof(directions));
        ArrayView<float> along = engine.ViewOf(directions, directions.Length);
        ArrayView<float> from = engine.ViewOf(points, points.Length);
        ArrayView<float> to = engine.ViewOf(projections, (long)n * count);
        if (to.Length == 0)
        {
            return;
        }

        // One product of matrices, directions by points.
        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        int shift = LaunchSizes.SquareColumnShift(group);
        int fours = (dimensions % 4 == 0 && engine.IsAligned(points) && engine.IsAligned(directions) ? CostKernels.AlignedPoints : 0)
            | (engine.IsAligned(projections) ? CostKernels.AlignedCosts : 0);
        BatchLayout product = BatchLayout.Uniform(1, count, n);
        using IlgpuLayout layout = new(engine, product);
        using IlgpuTiles tiles = IlgpuTiles.OfPairs(engine, product, LaunchSizes.TileRows(group, shift), LaunchSizes.TileColumns(shift));
        engine.Kernels.Get(
            $"{nameof(CostKernels.Pairwise)}, {nameof(ScalarProduct)}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, ArrayView<float>, ArrayView<float>, int, int, int, float, ArrayView<float>>(
                CostKernels.Pairwise<ScalarProduct>, specialization))(
            engine.Stream,
            IlgpuEngine.Config(tiles.Count, group, LaunchSizes.CostBytes(group)),
            layout.Shapes,
            tiles.View,
            along,
            from,
            dimensions,
            fours,
            Powers.One,
            1,
            to);
    }

    public void BackProject(EngineView<float> slopes, EngineView<float> directions, int dimensions, float factor, EngineView<float> gradients)
    {
        KernelArguments.CheckFactor(factor);
        int n = SliceArguments.PointCount(gradients, dimensions, nameof(gradients));
        int count = SliceArguments.DirectionCount(directions, dimensions, nameof(directions));
        ArrayView<float> slope = engine.ViewOf(slopes, (long)n * count);
        ArrayView<float> along = engine.ViewOf(directions, directions.Length);
        ArrayView<float> to = engine.ViewOf(gradients, gradients.Length);
        if (slope.Length == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(SliceKernels.BackProject),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                ArrayView<float>, ArrayView<float>, int, int, float, ArrayView<float>>(SliceKernels.BackProject, specialization))(
            engine.Stream, engine.RowConfig(to.Length, group, group), slope, along, count, dimensions, factor, to);
    }

    public void Moments(EngineView<float> points, int dimensions, EngineView<float> slopes, Span<double> moments)
    {
        int n = SliceArguments.PointCount(points, dimensions, nameof(points));
        int count = SliceArguments.LineCount(slopes, n, nameof(slopes));
        SliceArguments.RequireMoments(moments, count, dimensions, n);
        ArrayView<float> from = engine.ViewOf(points, points.Length);
        ArrayView<float> slope = engine.ViewOf(slopes, slopes.Length);
        moments.Clear();
        if (slope.Length == 0)
        {
            return;
        }

        engine.Bind();
        double[] sums = engine.HasDoubles
            ? Moments<double, DoubleSummation>(from, dimensions, count, slope)
            : Moments<TwoFloats, TwoFloatSummation>(from, dimensions, count, slope);
        for (int i = 0; i < sums.Length; i++)
        {
            moments[i % moments.Length] += sums[i];
        }
    }

    private double[] Moments<T, TSummation>(ArrayView<float> points, int dimensions, int lines, ArrayView<float> slopes)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        long blocks = ((points.Length / dimensions) + LaunchSizes.PointsPerMoment - 1) / LaunchSizes.PointsPerMoment;
        using EngineBuffer<double> buffer = engine.Allocate<double>(blocks * lines * dimensions);
        ArrayView<double> sums = engine.ViewOf<double>(buffer, buffer.Length);
        engine.Kernels.Get(
            nameof(SliceKernels.Moments),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<ArrayView<float>, int, int, ArrayView<float>, ArrayView<T>>(
                SliceKernels.Moments<T, TSummation>, specialization))(
            engine.Stream, IlgpuEngine.Config(blocks * lines, group, 0), points, dimensions, lines, slopes, sums.Cast<T>());
        return Read(sums);
    }

    /// <summary>Sums on the host: as float64, or as the two floats of the same size that a device without it keeps.</summary>
    private double[] Read(ArrayView<double> sums)
    {
        double[] whole = new double[sums.Length];
        Span<byte> bytes = MemoryMarshal.AsBytes(whole.AsSpan());
        engine.Transfers.Read(sums.Cast<byte>(), bytes);
        if (!engine.HasDoubles)
        {
            ReadOnlySpan<TwoFloats> parts = MemoryMarshal.Cast<byte, TwoFloats>(bytes);
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] = (double)parts[i].High + parts[i].Low;
            }
        }

        return whole;
    }
}
