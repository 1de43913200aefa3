namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>The numbers of the paper's table 2: ImageNet's validation set against its glass-blurred copies, 50,000 images a side, 1,000 classes.</summary>
internal static class PaperAgreement
{
    /// <summary>The batch sizes.</summary>
    public static readonly int[] BatchSizes = [10, 50, 200, 500, 1000, 2000, 5000];

    /// <summary>How often its network is right on the source, and on the target.</summary>
    public const double SourceAccuracy = 0.68;

    /// <inheritdoc cref="SourceAccuracy"/>
    public const double TargetAccuracy = 0.53;

    private static readonly double[] s_random = [0.006, 0.02, 0.06, 0.11, 0.16, 0.22, 0.32];
    private static readonly double[] s_interleaving = [0.18, 0.29, 0.40, 0.48, 0.54, 0.60, 0.69];
    private static readonly double[] s_joint = [0.21, 0.31, 0.40, 0.47, 0.52, 0.59, 0.66];

    /// <summary>The share of pairs whose labels agree.</summary>
    public static double Of(PyramidScheme scheme, int batchSize) => (scheme switch
    {
        PyramidScheme.Random => s_random,
        PyramidScheme.Interleaving => s_interleaving,
        _ => s_joint,
    })[Array.IndexOf(BatchSizes, batchSize)];
}
