namespace FairTraining;

/// <summary>What is added to the task's loss to make a network fair.</summary>
internal interface IPenalty : IDisposable
{
    /// <summary>The penalty of a batch's activations.</summary>
    /// <param name="activations">Samples x features numbers: the network's outputs, or a latent layer.</param>
    /// <param name="batch">Groups and labels of the samples.</param>
    /// <param name="gradient">Receives the gradient in the activations.</param>
    /// <returns>Weight times what is penalised.</returns>
    double Evaluate(ReadOnlySpan<float> activations, Batch batch, Span<float> gradient);
}
