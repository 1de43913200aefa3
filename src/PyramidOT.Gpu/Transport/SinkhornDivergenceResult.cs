namespace PyramidOT;

/// <summary>A debiased Sinkhorn divergence and its gradients.</summary>
public sealed record SinkhornDivergenceResult
{
    /// <summary>The divergence, in units of cost.</summary>
    public required double Value { get; init; }

    /// <summary>Whether all three problems met the tolerance.</summary>
    public required SolveStatus Status { get; init; }

    /// <summary>The largest error of the three problems.</summary>
    public required double Error { get; init; }

    /// <summary>The most iterations that one of them took.</summary>
    public required int Iterations { get; init; }

    /// <summary>The derivative of the value in each coordinate of the source, n x d numbers.</summary>
    public required IReadOnlyList<double> SourceGradient { get; init; }

    /// <summary>The derivative of the value in each coordinate of the target, m x d numbers.</summary>
    public required IReadOnlyList<double> TargetGradient { get; init; }
}
