using PyramidOT.Alignment;

namespace PyramidOT;

/// <summary>
/// Gradient flow of mini-batch transport (Pyramid Mini-Batch OT, section 4): the source moves towards the target by Euler steps. A step is a whole pass
/// over all batches: x_i moves by -rate n times the gradient of the loss L, once, and all points at the same time. With L = W_2^2 of the batches, by their
/// mass, that is x_i += 2 rate (y - x_i), y being what x_i is matched to.
/// </summary>
/// <remarks>
/// Where points carry masses (weights, or clouds of different sizes) a point moves by the gradient over its mass: for W_2^2 towards the mean of
/// what it is coupled with. Points without mass stay.
/// </remarks>
public static class GradientFlow
{
    /// <summary>Moves the source.</summary>
    /// <param name="engine">Where to compute; both clouds stay there for all passes.</param>
    /// <param name="source">The source cloud; it stays as it is, and a copy of it moves.</param>
    /// <param name="target">The target cloud, of as many dimensions.</param>
    /// <param name="options">Scheme, batches, rate, passes and so on; null takes the defaults.</param>
    /// <param name="progress">Told before the first pass and after each, on the calling thread.</param>
    /// <param name="cancellation">
    /// Ends the flow. The pass that is under way counts as not begun; where there is a checkpoint, it is written, and goes on from there.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The dimensions differ; an option is out of its range; a global matching is wanted of clouds with weights or of different sizes; or the
    /// points lie so far apart, or so close, that float32 cannot hold their costs.
    /// </exception>
    /// <exception cref="NotSupportedException">The solver does not know squared Euclidean costs.</exception>
    /// <exception cref="FlowCheckpointException">The checkpoint is damaged, or belongs to other clouds or options; the message says which.</exception>
    /// <exception cref="IOException">The checkpoint cannot be read or written.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static GradientFlowResult Run(
        ComputeEngine engine,
        PointCloud source,
        PointCloud target,
        GradientFlowOptions? options = null,
        IProgress<GradientFlowProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Dimensions != target.Dimensions)
        {
            throw new ArgumentException($"The target has {target.Dimensions} dimensions where the source has {source.Dimensions}.", nameof(target));
        }

        options ??= new();
        options.Check();
        bool isUneven = source.IsWeighted || target.IsWeighted || source.Count != target.Count;
        if (options.Coupling == FlowCoupling.Global && isUneven)
        {
            throw new ArgumentException("A global matching takes clouds of as many points, without weights.", nameof(options));
        }

        // Before the first residual, which would fail in words of its own.
        MiniBatchTransport.CheckScale(FlowClouds.SidesOf(source, target), default, nameof(source));
        using FlowRun run = new(engine, source, target, options);
        return run.Run(progress, cancellation);
    }
}
