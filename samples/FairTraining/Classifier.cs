namespace FairTraining;

/// <summary>A network in two parts: an encoder, which makes a latent layer of the inputs, and a head, which makes one output of that.</summary>
internal sealed class Classifier(int[] encoder, int[] head, ulong seed)
{
    public Mlp Encoder { get; } = new([GroupedData.Width, .. encoder], seed);

    public Mlp Head { get; } = new([encoder[^1], .. head, 1], seed + 1);

    /// <summary>The latent layer of some samples; it stays until the next call.</summary>
    public ReadOnlySpan<float> Latent(ReadOnlySpan<float> inputs) => Encoder.Forward(inputs);

    /// <summary>The output of some samples: label 1 is foretold where it is above 0.</summary>
    public ReadOnlySpan<float> Outputs(ReadOnlySpan<float> inputs) => Head.Forward(Latent(inputs));
}
