using System.Diagnostics;

namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>What is measured on data.</summary>
internal enum AgreementMethod
{
    /// <summary>Mini-batches of random pairs.</summary>
    Random,

    /// <summary>Mini-batches off an interleaving pyramid.</summary>
    Interleaving,

    /// <summary>Mini-batches off a joint pyramid.</summary>
    Joint,

    /// <summary>The matching of whole clouds.</summary>
    Matching,

    /// <summary>The classifier.</summary>
    NearestMean,
}

/// <summary>A measurement.</summary>
/// <param name="Data">The data's fingerprint.</param>
/// <param name="Method">The method.</param>
/// <param name="BatchSize">Pairs of a mini-batch; 0 for the other methods.</param>
internal sealed record AgreementSetting(string Data, AgreementMethod Method, int BatchSize);

/// <summary>The trials of table 2 on one set of data.</summary>
internal sealed class AgreementTrials
{
    /// <summary>The share of the mass that joins equal labels.</summary>
    public const string Agreement = "agreement";

    /// <summary>The cost of the coupling as a distance: an upper bound of W2.</summary>
    public const string Distance = "distance";

    /// <summary>How far that may lie above W2, as a share; NaN where it is not known.</summary>
    public const string Gap = "gap";

    /// <summary>Seconds of pyramid and batches, or of the matching.</summary>
    public const string Seconds = "seconds";

    /// <summary>How often the classifier is right in the source.</summary>
    public const string SourceAccuracy = "source accuracy";

    /// <summary>How often it is right in the target.</summary>
    public const string TargetAccuracy = "target accuracy";

    private readonly LabelData _data;
    private readonly ExperimentContext _context;

    public AgreementTrials(LabelData data, ExperimentContext context)
    {
        (_data, _context) = (data, context);
        int points = Math.Min(data.Points.Source, data.Points.Target);
        BatchSizes = points < PaperAgreement.BatchSizes[0] ? [points] : [.. PaperAgreement.BatchSizes.Where(size => size <= points)];
        Table = context.Measure(
            $"table 2, {data.Name}",
            [
                Setting(AgreementMethod.NearestMean),
                .. Schemes.SelectMany(_ => BatchSizes, (scheme, size) => Setting(scheme, size)),
                .. HasMatching ? [Setting(AgreementMethod.Matching)] : Array.Empty<AgreementSetting>(),
            ],
            Measure,
            effort: Effort,
            before: WarmUp);
    }

    /// <summary>The schemes of the paper's table.</summary>
    public static AgreementMethod[] Schemes { get; } = [AgreementMethod.Random, AgreementMethod.Interleaving, AgreementMethod.Joint];

    /// <summary>The paper's batch sizes that the data have points for; of fewer points, their number.</summary>
    public IReadOnlyList<int> BatchSizes { get; }

    /// <summary>Whether there is a matching: for as many points on both sides.</summary>
    public bool HasMatching => _data.Points.Source == _data.Points.Target;

    /// <summary>What was found.</summary>
    public TrialTable<AgreementSetting> Table { get; }

    /// <summary>The setting of a method on these data.</summary>
    public AgreementSetting Setting(AgreementMethod method, int batchSize = 0) => new(_data.Fingerprint, method, batchSize);

    /// <summary>The pyramid's scheme of a method.</summary>
    public static PyramidScheme SchemeOf(AgreementMethod method) => method switch
    {
        AgreementMethod.Random => PyramidScheme.Random,
        AgreementMethod.Interleaving => PyramidScheme.Interleaving,
        _ => PyramidScheme.Joint,
    };

    // In seconds, about, for 50,000 points; others take less of all.
    private static double Effort(AgreementSetting setting) => setting.Method switch
    {
        AgreementMethod.Matching => 60,
        AgreementMethod.NearestMean => 0.5,
        AgreementMethod.Random => 0.5 + (setting.BatchSize / 500.0),
        _ => 2 + (setting.BatchSize / 500.0),
    };

    private TrialNumbers Measure(AgreementSetting setting, Trial trial)
    {
        LabelledPair pair = _data.Draw(trial.Seed);
        ComputeEngine engine = _context.Engine;
        if (setting.Method == AgreementMethod.NearestMean)
        {
            (double source, double target) = NearestMean.Accuracy(engine, pair, trial.Seed);
            return new() { { SourceAccuracy, source }, { TargetAccuracy, target } };
        }

        long start = Stopwatch.GetTimestamp();
        Coupling coupling;
        double distance;
        double gap = double.NaN;
        if (setting.Method == AgreementMethod.Matching)
        {
            GlobalMatch match = GlobalMatching.Solve(engine, pair.Source, pair.Target, new() { Seed = trial.Seed }, null, trial.Cancellation);
            (coupling, distance, gap) = (match.ToCoupling(), match.Distance, match.Gap);
        }
        else
        {
            PyramidOptions options = new() { Scheme = SchemeOf(setting.Method), Seed = trial.Seed };
            using PyramidPair pyramid = PyramidPair.Build(engine, pair.Source, pair.Target, options, cancellation: trial.Cancellation);
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(
                pyramid, setting.BatchSize, null, new Share(trial), trial.Cancellation);
            (coupling, distance) = (estimate.Coupling, estimate.PooledDistance);
        }

        engine.Synchronize();
        return new()
        {
            { Agreement, coupling.LabelAgreement(pair.Source.Labels, pair.Target.Labels) }, { Distance, distance }, { Gap, gap },
            { Seconds, Stopwatch.GetElapsedTime(start).TotalSeconds },
        };
    }

    // Unseen: what is timed first would be compiled on the way.
    private void WarmUp()
    {
        LabelledPair pair = new GeneratedFeatures { Points = 400, Classes = 4, Dimensions = 4, Deviation = 0.2, Shift = 0.1 }.Draw(_context.Seed);
        for (int round = 0; round < (_context.IsQuick ? 1 : 10); round++)
        {
            foreach (AgreementMethod scheme in Schemes)
            {
                using PyramidPair pyramid = PyramidPair.Build(_context.Engine, pair.Source, pair.Target, new() { Scheme = SchemeOf(scheme) });
                MiniBatchTransport.Estimate(pyramid, 50, cancellation: _context.Cancellation);
            }
        }
    }

    // Progress<T> would report later, from other threads, and out of order.
    private sealed class Share(Trial trial) : IProgress<MiniBatchProgress>
    {
        public void Report(MiniBatchProgress value) => trial.Reach((double)value.Pairs / value.TotalPairs);
    }
}
