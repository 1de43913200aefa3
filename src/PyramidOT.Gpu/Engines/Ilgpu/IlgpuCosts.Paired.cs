using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

// Costs of single pairs, and their gradients: groups that stride over tiles of pairs.
internal sealed partial class IlgpuCosts
{
    public void Paired(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost,
        EngineView<float> costs)
    {
        PairPoints pairs = PairsOf(source, sourceRows, target, targetRows, dimensions);
        ArrayView<float> results = engine.ViewOf(costs, sourceRows.Length);
        if (sourceRows.IsEmpty)
        {
            return;
        }

        engine.Bind();
        switch (cost.Distance)
        {
            case GroundDistance.Euclidean:
                Costs<EuclideanDistance>(pairs, cost.Exponent / 2, results);
                break;
            case GroundDistance.Manhattan:
                Costs<ManhattanDistance>(pairs, cost.Exponent, results);
                break;
            case GroundDistance.Chebyshev:
                Costs<ChebyshevDistance>(pairs, cost.Exponent, results);
                break;
            case GroundDistance.Cosine when engine.HasDoubles:
                CosineCosts<double, Real64>(pairs, cost.Exponent, results);
                break;
            default:
                CosineCosts<float, Real32>(pairs, cost.Exponent, results);
                break;
        }
    }

    public void PairedGradients(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost,
        EngineView<float> weights,
        EngineView<float> sourceGradients,
        EngineView<float> targetGradients)
    {
        PairPoints pairs = PairsOf(source, sourceRows, target, targetRows, dimensions);
        GradientViews views = new()
        {
            Weights = engine.ViewOf(weights, sourceRows.Length),
            Source = engine.ViewOf(sourceGradients, sourceRows.Length * dimensions),
            Target = targetGradients.IsEmpty ? engine.Nothing<float>() : engine.ViewOf(targetGradients, sourceRows.Length * dimensions),
        };
        if (sourceRows.IsEmpty)
        {
            return;
        }

        engine.Bind();
        switch (cost.Distance)
        {
            case GroundDistance.Euclidean when cost.Exponent == 2:
                SquaredGradients(pairs, views);
                break;
            case GroundDistance.Euclidean:
                Gradients<EuclideanDistance>(pairs, cost.Exponent, views);
                break;
            case GroundDistance.Manhattan:
                Gradients<ManhattanDistance>(pairs, cost.Exponent, views);
                break;
            case GroundDistance.Chebyshev:
                Gradients<ChebyshevDistance>(pairs, cost.Exponent, views);
                break;
            case GroundDistance.Cosine when engine.HasDoubles:
                CosineGradients<double, Real64>(pairs, cost.Exponent, views);
                break;
            default:
                CosineGradients<float, Real32>(pairs, cost.Exponent, views);
                break;
        }
    }

    private PairPoints PairsOf(
        EngineView<float> source, EngineView<int> sourceRows, EngineView<float> target, EngineView<int> targetRows, int dimensions)
    {
        KernelArguments.RowCount(source, dimensions, nameof(source));
        KernelArguments.RowCount(target, dimensions, nameof(target));
        return new()
        {
            Source = engine.ViewOf(source, source.Length),
            SourceRows = engine.ViewOf(sourceRows, sourceRows.Length),
            Target = engine.ViewOf(target, target.Length),
            TargetRows = engine.ViewOf(targetRows, sourceRows.Length),
            Dimensions = dimensions,
        };
    }

    private void Costs<TDistance>(PairPoints pairs, double power, ArrayView<float> costs)
        where TDistance : struct, IGroundDistance
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            $"{nameof(PairKernels.Costs)}, {typeof(TDistance).Name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<PairPoints, int, float, ArrayView<float>>(
                PairKernels.Costs<TDistance>, specialization))(
            engine.Stream, PairConfig(pairs, group, LaunchSizes.PairBytes(pairs.Dimensions)), pairs, Powers.KindOf(PowerOf(power)), PowerOf(power), costs);
    }

    private void CosineCosts<T, TReal>(PairPoints pairs, double power, ArrayView<float> costs)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            $"{nameof(PairKernels.CosineCosts)}, {typeof(T).Name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<PairPoints, int, float, ArrayView<float>>(
                PairKernels.CosineCosts<T, TReal>, specialization))(
            engine.Stream,
            PairConfig(pairs, group, LaunchSizes.CosineBytes(pairs.Dimensions, TReal.Size)),
            pairs,
            Powers.KindOf(PowerOf(power)),
            PowerOf(power),
            costs);
    }

    private void SquaredGradients(PairPoints pairs, in GradientViews views)
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PairKernels.SquaredGradients),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<PairPoints, ArrayView<float>, ArrayView<float>, ArrayView<float>>(
                PairKernels.SquaredGradients, specialization))(
            engine.Stream,
            engine.RowConfig(pairs.SourceRows.Length, LaunchSizes.RowsPerTile, group),
            pairs,
            views.Weights,
            views.Source,
            views.Target);
    }

    private void Gradients<TSlope>(PairPoints pairs, double exponent, in GradientViews views)
        where TSlope : struct, IGroundSlope
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            $"{nameof(PairKernels.Gradients)}, {typeof(TSlope).Name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                PairPoints, float, float, ArrayView<float>, ArrayView<float>, ArrayView<float>>(PairKernels.Gradients<TSlope>, specialization))(
            engine.Stream,
            PairConfig(pairs, group, LaunchSizes.PairBytes(pairs.Dimensions)),
            pairs,
            PowerOf(exponent),
            PowerOf(exponent - 1),
            views.Weights,
            views.Source,
            views.Target);
    }

    private void CosineGradients<T, TReal>(PairPoints pairs, double exponent, in GradientViews views)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            $"{nameof(PairKernels.CosineGradients)}, {typeof(T).Name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                PairPoints, float, float, ArrayView<float>, ArrayView<float>, ArrayView<float>>(PairKernels.CosineGradients<T, TReal>, specialization))(
            engine.Stream,
            PairConfig(pairs, group, LaunchSizes.CosineBytes(pairs.Dimensions, TReal.Size)),
            pairs,
            PowerOf(exponent),
            PowerOf(exponent - 1),
            views.Weights,
            views.Source,
            views.Target);
    }

    private KernelConfig PairConfig(in PairPoints pairs, int group, long sharedBytes) =>
        engine.RowConfig(pairs.SourceRows.Length, LaunchSizes.PairsPerTile(pairs.Dimensions), group, sharedBytes);

    /// <summary>The weights of one call, and where its gradients go.</summary>
    private readonly struct GradientViews
    {
        public required ArrayView<float> Weights { get; init; }

        public required ArrayView<float> Source { get; init; }

        public required ArrayView<float> Target { get; init; }
    }
}
