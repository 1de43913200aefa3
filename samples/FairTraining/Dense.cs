using System.Numerics.Tensors;
using PyramidOT.Data;

namespace FairTraining;

/// <summary>A layer y = W x + b, with what gradient descent keeps of it.</summary>
internal sealed class Dense
{
    private readonly float[] _velocity;

    /// <summary>Makes a layer with weights of deviation sqrt(2 / inputs) (He and others, ICCV 2015) and no bias.</summary>
    public Dense(int inputs, int outputs, ulong seed, int stream)
    {
        Inputs = inputs;
        Outputs = outputs;
        Parameters = new float[outputs * (inputs + 1)];
        Gradient = new float[Parameters.Length];
        _velocity = new float[Parameters.Length];
        double deviation = Math.Sqrt(2.0 / inputs);
        for (int i = 0; i < outputs * inputs; i++)
        {
            Parameters[i] = (float)(deviation * CounterNormal.At(seed, (ulong)stream, (ulong)i));
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>W, row by row, and behind it b.</summary>
    public float[] Parameters { get; }

    /// <summary>The gradient in <see cref="Parameters"/>, of the last call of <see cref="Backward"/>.</summary>
    public float[] Gradient { get; }

    /// <summary>The outputs of some samples.</summary>
    public void Forward(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        ReadOnlySpan<float> bias = Parameters.AsSpan(Outputs * Inputs);
        for (int i = 0; i < outputs.Length / Outputs; i++)
        {
            ReadOnlySpan<float> x = inputs.Slice(i * Inputs, Inputs);
            for (int o = 0; o < Outputs; o++)
            {
                outputs[(i * Outputs) + o] = TensorPrimitives.Dot(x, Parameters.AsSpan(o * Inputs, Inputs)) + bias[o];
            }
        }
    }

    /// <summary>Takes the gradient in the outputs of some samples back to the parameters and, where room for it is given, to the inputs.</summary>
    public void Backward(ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Array.Clear(Gradient);
        inputGradient.Clear();
        Span<float> bias = Gradient.AsSpan(Outputs * Inputs);
        for (int i = 0; i < outputGradient.Length / Outputs; i++)
        {
            ReadOnlySpan<float> x = inputs.Slice(i * Inputs, Inputs);
            for (int o = 0; o < Outputs; o++)
            {
                float slope = outputGradient[(i * Outputs) + o];
                if (slope == 0)
                {
                    continue; // half of what comes back from a rectifier
                }

                bias[o] += slope;
                Span<float> row = Gradient.AsSpan(o * Inputs, Inputs);
                TensorPrimitives.MultiplyAdd(x, slope, row, row);
                if (!inputGradient.IsEmpty)
                {
                    Span<float> back = inputGradient.Slice(i * Inputs, Inputs);
                    TensorPrimitives.MultiplyAdd(Parameters.AsSpan(o * Inputs, Inputs), slope, back, back);
                }
            }
        }
    }

    /// <summary>A step of gradient descent: v = momentum v + scale gradient + decay w, then w = w - rate v.</summary>
    public void Step(float scale, float rate, float momentum, float decay)
    {
        TensorPrimitives.Multiply(_velocity, momentum, _velocity);
        TensorPrimitives.MultiplyAdd(Gradient, scale, _velocity, _velocity);
        TensorPrimitives.MultiplyAdd(Parameters, decay, _velocity, _velocity);
        TensorPrimitives.MultiplyAdd(_velocity, -rate, Parameters, Parameters);
    }
}
