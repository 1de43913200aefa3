using System.Numerics.Tensors;

namespace FairTraining;

/// <summary>Gradient descent with momentum.</summary>
internal static class Descent
{
    /// <summary>
    /// A step along the gradient that the networks hold. One that is longer than <see cref="Settings.LongestGradient"/> is shortened to that, so that
    /// heavy penalties steer and do not throw.
    /// </summary>
    public static void Step(Settings settings, params ReadOnlySpan<Mlp> networks)
    {
        double squares = 0;
        foreach (Mlp network in networks)
        {
            squares += network.Layers.Sum(layer => (double)TensorPrimitives.SumOfSquares<float>(layer.Gradient));
        }

        float scale = (float)Math.Min(1, settings.LongestGradient / Math.Sqrt(squares));
        foreach (Mlp network in networks)
        {
            foreach (Dense layer in network.Layers)
            {
                layer.Step(scale, settings.Rate, settings.Momentum, settings.Decay);
            }
        }
    }
}
