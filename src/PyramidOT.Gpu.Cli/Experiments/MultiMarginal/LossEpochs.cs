using System.Diagnostics;

namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>A loss on groups of samples.</summary>
/// <param name="Groups">d.</param>
/// <param name="Loss">The loss's place in <see cref="LossEpochs.Names"/>.</param>
internal sealed record GroupLoss(int Groups, int Loss);

/// <summary>
/// Experiment E3: samples of d groups are moved so that the groups' soft histograms become alike, by the multi-marginal distance or by the sum over
/// all pairs of groups. All but the loss is the same.
/// </summary>
internal sealed class LossEpochs(ExperimentContext context)
{
    /// <summary>Bins of the histograms.</summary>
    public const int Bins = 10;

    /// <summary>Samples of each group.</summary>
    public const int Samples = 100;

    /// <summary>The step against the gradient.</summary>
    public const double Rate = 0.01;

    /// <summary>The losses.</summary>
    public static readonly string[] Names = ["d-MMOT", "pairs one by one, W1", "pairs in one walk, W1", "d-MMOT, d times the rate"];

    /// <summary>The least time of an epoch, in seconds.</summary>
    public const string Epoch = "epoch";

    /// <summary>The multi-marginal distance of the groups before each epoch and at the end.</summary>
    public const string Distances = "distances";

    private static readonly MultiMarginalCost s_pairs = MultiMarginalCost.Pairwise(1);

    /// <summary>Epochs of each run.</summary>
    public int Epochs { get; } = context.IsQuick ? 60 : 1000;

    /// <summary>All groups and losses.</summary>
    public TrialTable<GroupLoss> Run()
    {
        int[] groups = context.IsQuick ? [2, 10] : [2, 5, 10, 20, 50, 100];
        return context.Measure(
            "E3, epochs",
            [.. groups.SelectMany(_ => Enumerable.Range(0, Names.Length), (count, loss) => new GroupLoss(count, loss))],
            (setting, trial) => Train(setting.Groups, setting.Loss, Epochs, trial.Seed),

            // Pairs are many.
            effort: setting => setting.Loss is 0 or 3 ? setting.Groups : setting.Groups * setting.Groups / 2.0,
            before: WarmUp);
    }

    // Unseen: what is timed first would be compiled on the way.
    private void WarmUp()
    {
        for (int round = 0; round < (context.IsQuick ? 1 : 4); round++)
        {
            for (int loss = 0; loss < Names.Length; loss++)
            {
                Train(10, loss, context.IsQuick ? 100 : 500, context.Seed);
            }
        }
    }

    private TrialNumbers Train(int count, int loss, int epochs, ulong seed)
    {
        float[] samples = DrawnHistograms.Samples(count, Samples, seed);
        int[] groups = [.. Enumerable.Range(0, samples.Length).Select(i => i / Samples)];
        using SoftHistograms soft = new(context.Engine, 1, count, new() { Bins = Bins });
        MarginalLayout layout = MarginalLayout.Uniform(1, count, Bins);
        float[] histograms = new float[count * Bins];
        double[] masses = new double[histograms.Length];
        double[] slopes = new double[histograms.Length];
        float[] rounded = new float[histograms.Length];
        float[] gradient = new float[samples.Length];
        double rate = loss == 3 ? count * Rate : Rate;
        double[] value = new double[1];
        double[] distances = new double[epochs + 1];
        double least = double.MaxValue;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            Forward();
            Evaluate(loss);
            for (int i = 0; i < slopes.Length; i++)
            {
                rounded[i] = (float)slopes[i];
            }

            soft.Backward(samples, groups, rounded, gradient);
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] -= (float)rate * gradient[i];
            }

            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);

            // What the losses have in common to be measured by; no part of an epoch.
            distances[epoch] = Distance([]);
        }

        Forward();
        distances[epochs] = Distance([]);
        return new() { { Epoch, least }, { Distances, distances } };

        void Forward()
        {
            soft.Forward(samples, groups, histograms);
            for (int i = 0; i < masses.Length; i++)
            {
                masses[i] = histograms[i];
            }
        }

        double Distance(Span<double> to)
        {
            MultiMarginalTransport.Range(context.Engine, layout, masses, [], TieRule.Averaged, value, to);
            return value[0];
        }

        void Evaluate(int which)
        {
            switch (which)
            {
                case 0:
                case 3:
                    Distance(slopes);
                    break;
                case 1:
                    PairwiseTransport.Sum(masses, count, 1, slopes);
                    break;
                default:
                    MarginalHistograms now = MarginalHistograms.Create(masses, layout);
                    MultiMarginalTransport.Solve(context.Engine, now, new() { Cost = s_pairs, Ties = TieRule.Averaged }).Gradients.CopyTo(slopes);
                    break;
            }
        }
    }
}
