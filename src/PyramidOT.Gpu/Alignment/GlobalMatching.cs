using PyramidOT.Alignment;

namespace PyramidOT;

/// <summary>
/// The one-to-one matching of two clouds at the least mean cost, whole, in memory that grows with the number of points and not of pairs; anytime,
/// and with a certificate: a proven lower bound of the distance.
/// </summary>
/// <remarks>
/// It begins with a pyramid's coupling and sweeps of mini-batches, finds potentials from samples, and then lets all points bid for each other by
/// lists of candidates (Bertsekas' auction), until the gap between the matching and the potentials' bound is as small as was asked for; the
/// optimum itself comes by shortest augmenting paths (Jonker and Volgenant) over the same lists.
/// </remarks>
public static class GlobalMatching
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    /// <summary>Matches two clouds of as many points.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud, of as many points and dimensions. Neither has weights.</param>
    /// <param name="options">Cost, gap, limits, where to begin; null takes the defaults.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Ends the search; nothing is returned then. <see cref="GlobalMatchingOptions.Time"/> ends it with a result.</param>
    /// <exception cref="ArgumentException">
    /// Numbers of points or dimensions differ, a cloud has weights, an option is out of its range, or the points lie so far apart, or so close,
    /// that float32 cannot hold their costs.
    /// </exception>
    /// <exception cref="OutOfMemoryException">The engine has no room.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static GlobalMatch Solve(
        ComputeEngine engine,
        PointCloud source,
        PointCloud target,
        GlobalMatchingOptions? options = null,
        IProgress<GlobalMatchingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Dimensions != target.Dimensions)
        {
            throw new ArgumentException($"The target has {target.Dimensions} dimensions where the source has {source.Dimensions}.", nameof(target));
        }

        if (source.Count != target.Count)
        {
            throw new ArgumentException(
                $"The target has {target.Count} points where the source has {source.Count}: a one-to-one matching needs as many.", nameof(target));
        }

        Refuse(source, nameof(source));
        Refuse(target, nameof(target));
        options ??= new();
        options.Check(source.Count);
        using CancellationTokenSource deadline = new();
        if (options.Time is { } time)
        {
            // A timer of no time at all goes off a moment later, and one of months cannot be set.
            if (time == TimeSpan.Zero)
            {
                deadline.Cancel();
            }
            else
            {
                deadline.CancelAfter(time < s_longest ? time : s_longest);
            }
        }

        using MatchingRun run = new(engine, source, target, options, progress, cancellation);
        return run.Run(deadline.Token);
    }

    private static void Refuse(PointCloud cloud, string name)
    {
        if (cloud.IsWeighted)
        {
            throw new ArgumentException($"The {name} has weights: a one-to-one matching takes all points alike.", name);
        }
    }
}
