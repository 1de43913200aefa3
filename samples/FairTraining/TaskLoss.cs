using System.Numerics.Tensors;

namespace FairTraining;

/// <summary>What the networks are trained for: the mean of -log P(label), and its gradient in the outputs.</summary>
internal static class TaskLoss
{
    /// <summary>Labels 0 and 1, one output s a sample, P(1) = 1 / (1 + exp(-s)).</summary>
    public static double Logistic(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double s = outputs[i];
            // log(1 + exp(s)) - label s, without overflow.
            sum += Math.Max(s, 0) + Math.Log(1 + Math.Exp(-Math.Abs(s))) - (labels[i] * s);
            gradient[i] = (float)((Logistic(s) - labels[i]) / labels.Length);
        }

        return sum / labels.Length;
    }

    /// <summary>Labels from 0, one output a label, P = softmax.</summary>
    public static double Softmax(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        int width = outputs.Length / labels.Length;
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            Span<float> shares = gradient.Slice(i * width, width);
            TensorPrimitives.Subtract(outputs.Slice(i * width, width), TensorPrimitives.Max(outputs.Slice(i * width, width)), shares);
            TensorPrimitives.SoftMax(shares, shares);
            sum -= Math.Log(Math.Max(shares[labels[i]], float.Epsilon));
            shares[labels[i]] -= 1;
            TensorPrimitives.Multiply(shares, 1f / labels.Length, shares);
        }

        return sum / labels.Length;
    }

    /// <summary>1 / (1 + exp(-s)).</summary>
    public static double Logistic(double s) => 1 / (1 + Math.Exp(-s));
}
