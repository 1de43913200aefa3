namespace PyramidOT;

/// <summary>Where a global matching stands.</summary>
public enum GlobalMatchingStage
{
    /// <summary>The first matching, off a pyramid.</summary>
    Pyramid,

    /// <summary>Sweeps of batches.</summary>
    Sweeps,

    /// <summary>Smaller problems: samples of pairs, or parts of both clouds.</summary>
    Samples,

    /// <summary>Rounds over all points.</summary>
    Rounds,
}

/// <summary>How far a global matching has come.</summary>
/// <param name="Stage">What it is at.</param>
/// <param name="Step">Steps of this stage that are done.</param>
/// <param name="Distance">The distance of the best matching so far.</param>
/// <param name="LowerBound">The best proven lower bound of the distance so far.</param>
public readonly record struct GlobalMatchingProgress(GlobalMatchingStage Stage, int Step, double Distance, double LowerBound)
{
    /// <summary>The gap between both, relative to the distance.</summary>
    public double Gap => Distance == 0 ? 0 : Math.Max(0, 1 - (LowerBound / Distance));
}
