namespace FairTraining;

/// <summary>How long and how fast to train; by default with the rates of the paper's code, which does not bound the gradient.</summary>
internal sealed record Settings
{
    public int Epochs { get; init; } = 20;

    public int AdversaryEpochs { get; init; } = 20;

    public int TrainingSamples { get; init; } = 2560;

    public int TestSamples { get; init; } = 5000;

    public int BatchSize { get; init; } = 128;

    public float Rate { get; init; } = 0.01f;

    public float Momentum { get; init; } = 0.9f;

    public float Decay { get; init; } = 5e-4f;

    public double LongestGradient { get; init; } = 1;
}
