namespace PyramidOT;

/// <summary>The loss of a mini-batch and its gradient.</summary>
/// <param name="Loss">The least mean cost W_p^p of the batch.</param>
/// <param name="SourceGradient">The derivatives in the source points, in the order of the batch: pairs x d numbers.</param>
/// <param name="TargetGradient">The derivatives in the target points, in the order of the batch: pairs x d numbers.</param>
public sealed record MiniBatchGradient(double Loss, float[] SourceGradient, float[] TargetGradient);
