namespace PyramidOT.Pyramids;

/// <summary>
/// Divides by nearest centres. The centres of a cell come from its source points, its target points, or both, as the scheme says:
/// k-means++ and Lloyd rounds on a sample of them, or points drawn at random.
/// </summary>
/// <remarks>
/// A cell that this did not divide is tried again with centres that are points of it, drawn by k-means++ from all of them: where the
/// side that gives the centres has two distinct points, such a division cannot fail. Interleaving tries the other side first.
/// </remarks>
internal sealed class CentreDivider(PyramidBuilder builder) : IDivider
{
    private readonly PyramidOptions _options = builder.Options;

    public void Divide(DivisionRound round)
    {
        // A round has either first attempts only or none.
        bool isFirst = round.Cells[0].Attempt == 0;
        bool isDrawn = isFirst && _options.Centres == CentreSelection.Sample;
        CentreSide[] sides = new CentreSide[round.Count];
        for (int i = 0; i < sides.Length; i++)
        {
            sides[i] = SideOf(round.Cells[i], round.Cells[i].Attempt, round.SourceCounts[i], round.TargetCounts[i]);
        }

        using TrainingPoints training = new(builder, round, sides, isDrawn ? _options.Branching : isFirst ? _options.SampleSize : int.MaxValue);
        BatchLayout cells = BatchLayout.Ragged(training.Counts, round.Children);
        using EngineBuffer<float> centres = builder.Engine.Allocate<float>(cells.Columns * builder.Dimensions);
        if (isDrawn)
        {
            training.CopyTo(centres);
        }
        else
        {
            builder.Engine.Clustering.SeedCentres(
                cells, training.Points, training.Order, builder.Dimensions, training.LargestCount, round.Seed, centres);
            builder.Engine.Clustering.Lloyd(
                cells, training.Points, training.Order, builder.Dimensions, isFirst ? _options.LloydRounds : 0, centres);
        }

        builder.Engine.Clustering.NearestCentre(
            round.SourceLayout, builder.Source.Points, round.SourceOrder, builder.Dimensions, centres, round.SourceChild, default);
        builder.Engine.Clustering.NearestCentre(
            round.TargetLayout, builder.Target.Points, round.TargetOrder, builder.Dimensions, centres, round.TargetChild, default);
    }

    public bool CanRetry(DivisionRound round, int cell) => CentreSide.None
        != SideOf(round.Cells[cell], round.Cells[cell].Attempt + 1, round.SourceCounts[cell], round.TargetCounts[cell]);

    /// <summary>The side that gives a cell's centres at an attempt.</summary>
    private CentreSide SideOf(OpenCell cell, int attempt, int sources, int targets)
    {
        if (_options.Scheme != PyramidScheme.Interleaving)
        {
            return attempt > 1 ? CentreSide.None : _options.Scheme == PyramidScheme.Joint ? CentreSide.Both : CentreSide.Source;
        }

        // This level's side, then the other one, then this one again. A single point divides nothing.
        CentreSide turn = (cell.Level % 2 == 0) != _options.StartsWithTarget ? CentreSide.Source : CentreSide.Target;
        CentreSide other = turn == CentreSide.Source ? CentreSide.Target : CentreSide.Source;
        if (Math.Min(sources, targets) > 1)
        {
            return attempt switch { 0 or 2 => turn, 1 => other, _ => CentreSide.None };
        }

        return attempt > 1 ? CentreSide.None : sources > 1 ? CentreSide.Source : CentreSide.Target;
    }
}
