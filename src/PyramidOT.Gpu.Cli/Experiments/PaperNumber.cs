using System.Globalization;

namespace PyramidOT.Cli.Experiments;

/// <summary>A number of ours beside the paper's.</summary>
internal static class PaperNumber
{
    /// <summary>The heads of the three columns.</summary>
    /// <param name="ours">What our number is, with its unit.</param>
    public static string[] Columns(string ours) => [ours, "paper", "difference"];

    /// <summary>The cells under <see cref="Columns"/>: ours, the paper's, and by how much ours is larger, as a share of the paper's.</summary>
    /// <param name="ours">Ours.</param>
    /// <param name="paper">The paper's; null where it tells none, or where it measured something else.</param>
    /// <param name="digits">Digits of ours.</param>
    public static ExperimentCell[] Cells(Spread ours, double? paper, int digits = 4)
    {
        double difference = (ours.Mean / (paper ?? double.NaN)) - 1;
        return
        [
            ExperimentCell.Of(ours, digits),
            paper is { } number ? ExperimentCell.Of(number, 8) : ExperimentCell.None,
            double.IsFinite(difference)
                ? new(difference.ToString("+0.0%;-0.0%;0.0%", CultureInfo.InvariantCulture), difference.ToString("R", CultureInfo.InvariantCulture))
                : ExperimentCell.None,
        ];
    }
}
