using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches the costs; of pairwise ones a group computes a tile of one problem's matrix.</summary>
internal sealed partial class IlgpuCosts(IlgpuEngine engine) : ICostKernels
{
    public void Pairwise(
        BatchLayout problems, EngineView<float> source, EngineView<float> target, int dimensions, GroundCost cost, EngineView<float> costs)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArrayView<float> x = engine.ViewOf(source, problems.Rows * dimensions);
        ArrayView<float> y = engine.ViewOf(target, problems.Columns * dimensions);
        ArrayView<float> results = engine.ViewOf(costs, problems.Costs);
        if (problems.Costs == 0)
        {
            return;
        }

        engine.Bind();
        int fours = (dimensions % 4 == 0 && engine.IsAligned(source) && engine.IsAligned(target) ? CostKernels.AlignedPoints : 0)
            | (engine.IsAligned(costs) ? CostKernels.AlignedCosts : 0);
        switch (cost.Distance)
        {
            case GroundDistance.Euclidean:
                Launch<EuclideanDistance>(problems, x, y, dimensions, fours, cost.Exponent / 2, results);
                break;
            case GroundDistance.Manhattan:
                Launch<ManhattanDistance>(problems, x, y, dimensions, fours, cost.Exponent, results);
                break;
            case GroundDistance.Chebyshev:
                Launch<ChebyshevDistance>(problems, x, y, dimensions, fours, cost.Exponent, results);
                break;
            default:
                Cosine(problems, source, target, dimensions, cost.Exponent, costs);
                break;
        }
    }

    /// <summary>Cosine distances come from the points' directions, which take as much memory as the points; in parts where there is less.</summary>
    private void Cosine(
        BatchLayout problems, EngineView<float> source, EngineView<float> target, int dimensions, double exponent, EngineView<float> costs) =>
        BatchParts.Run(problems, nameof(GroundDistance.Cosine), part =>
        {
            EngineView<float> x = source.Slice(part.FirstRow * dimensions, part.Layout.Rows * dimensions);
            EngineView<float> y = target.Slice(part.FirstColumn * dimensions, part.Layout.Columns * dimensions);
            ArrayView<float> results = engine.ViewOf(costs, costs.Length).Part(part.FirstCost, part.Layout.Costs);
            using EngineBuffer<float> sourceDirections = engine.Allocate<float>(x.Length);
            using EngineBuffer<float> targetDirections = engine.Allocate<float>(y.Length);
            ArrayView<float> xDirections = Directions(x, sourceDirections, dimensions);
            ArrayView<float> yDirections = Directions(y, targetDirections, dimensions);
            int fours = (dimensions % 4 == 0 ? CostKernels.AlignedPoints : 0)
                | (engine.IsAligned(costs) && part.FirstCost % 4 == 0 ? CostKernels.AlignedCosts : 0);
            Launch<CosineDistance>(part.Layout, xDirections, yDirections, dimensions, fours, exponent, results);
            if (engine.HasDoubles)
            {
                Refine(part.Layout, engine.ViewOf(x, x.Length), engine.ViewOf(y, y.Length), dimensions, exponent, results);
            }
        });

    private void Launch<TDistance>(
        BatchLayout problems, ArrayView<float> source, ArrayView<float> target, int dimensions, int fours, double power, ArrayView<float> costs)
        where TDistance : struct, IGroundDistance
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        IlgpuTiles tiles = Tiles(lease.Layout, group);
        engine.Kernels.Get(
            $"{nameof(CostKernels.Pairwise)}, {typeof(TDistance).Name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, ArrayView<float>, ArrayView<float>, int, int, int, float, ArrayView<float>>(
                CostKernels.Pairwise<TDistance>, specialization))(
            engine.Stream,
            IlgpuEngine.Config(tiles.Count, group, LaunchSizes.CostBytes(group)),
            lease.Layout.Shapes,
            tiles.View,
            source,
            target,
            dimensions,
            fours,
            Powers.KindOf(PowerOf(power)),
            PowerOf(power),
            costs);
    }

    private void Refine(
        BatchLayout problems, ArrayView<float> source, ArrayView<float> target, int dimensions, double power, ArrayView<float> costs)
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        int shift = LaunchSizes.SquareColumnShift(group);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        IlgpuTiles tiles = Tiles(lease.Layout, group);
        engine.Kernels.Get(
            nameof(CostKernels.RefineCosine),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, ArrayView<float>, ArrayView<float>, int, int, int, int, float, ArrayView<float>>(
                CostKernels.RefineCosine, specialization))(
            engine.Stream,
            IlgpuEngine.Config(tiles.Count, group, 0),
            lease.Layout.Shapes,
            tiles.View,
            source,
            target,
            dimensions,
            LaunchSizes.TileRows(group, shift),
            LaunchSizes.TileColumns(shift),
            Powers.KindOf(PowerOf(power)),
            PowerOf(power),
            costs);
    }

    private ArrayView<float> Directions(EngineView<float> points, EngineBuffer<float> directions, int dimensions)
    {
        ArrayView<float> result = engine.ViewOf<float>(directions, directions.Length);
        if (points.IsEmpty)
        {
            return result;
        }

        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PointKernels.Directions),
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<float>, int, ArrayView<float>>(PointKernels.Directions, specialization))(
            engine.Stream, engine.RowConfig(points.Length / dimensions, group, group), engine.ViewOf(points, points.Length), dimensions, result);
        return result;
    }

    /// <summary>A power as kernels take it: beyond 1e30 all costs but 1 are 0 or infinite anyway, and float32 ends at 3e38.</summary>
    private static float PowerOf(double power) => (float)Math.Min(power, 1e30);

    private static IlgpuTiles Tiles(IlgpuLayout layout, int group)
    {
        int shift = LaunchSizes.SquareColumnShift(group);
        return layout.List(
            ("pairs", group),
            (engine, shapes) => IlgpuTiles.OfPairs(engine, shapes, LaunchSizes.TileRows(group, shift), LaunchSizes.TileColumns(shift)));
    }
}
