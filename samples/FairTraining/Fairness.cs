using PyramidOT;
using PyramidOT.Engines;

namespace FairTraining;

/// <summary>What is measured of a classifier's outputs. A gap is the largest less the smallest value of a group.</summary>
/// <param name="Accuracy">The share of samples whose label is foretold.</param>
/// <param name="ParityGap">Demographic parity: the gap of P(foretold 1 | group).</param>
/// <param name="JointOddsGap">Equalised odds as in the paper's code: the gap of P(foretold 1 and label 1 | group).</param>
/// <param name="OddsGap">Equalised odds: the larger one of the gaps of P(foretold 1 | group, label), for the labels 0 and 1.</param>
/// <param name="Distance">The multi-marginal distance of the groups' hard histograms of 1 / (1 + exp(-s)), ten bins on [0, 1]; in bins.</param>
internal readonly record struct Fairness(double Accuracy, double ParityGap, double JointOddsGap, double OddsGap, double Distance)
{
    private const int Bins = 10;

    public static Fairness Of(ComputeEngine engine, ReadOnlySpan<float> outputs, GroupedData data)
    {
        double[,] counts = new double[data.GroupCount, 2];
        double[,] foretold = new double[data.GroupCount, 2];
        double[] histograms = new double[data.GroupCount * Bins];
        int right = 0;
        for (int i = 0; i < data.Count; i++)
        {
            int yes = outputs[i] > 0 ? 1 : 0;
            right += yes == data.Labels[i] ? 1 : 0;
            counts[data.Groups[i], data.Labels[i]]++;
            foretold[data.Groups[i], data.Labels[i]] += yes;
            histograms[(data.Groups[i] * Bins) + Math.Min((int)(Bins * TaskLoss.Logistic(outputs[i])), Bins - 1)]++;
        }

        double Gap(Func<int, double> of)
        {
            double[] values = [.. Enumerable.Range(0, data.GroupCount).Select(of).Where(double.IsFinite)];
            return values.Max() - values.Min();
        }

        double All(int g) => counts[g, 0] + counts[g, 1];
        MarginalHistograms problem = MarginalHistograms.Create(
            histograms, MarginalLayout.Uniform(1, data.GroupCount, Bins), new() { Masses = MassRule.Normalise });
        return new(
            (double)right / data.Count,
            Gap(g => (foretold[g, 0] + foretold[g, 1]) / All(g)),
            Gap(g => foretold[g, 1] / All(g)),
            Math.Max(Gap(g => foretold[g, 0] / counts[g, 0]), Gap(g => foretold[g, 1] / counts[g, 1])),
            MultiMarginalTransport.Solve(engine, problem, new() { WithGradients = false }).Values[0]);
    }
}
