using System.Numerics.Tensors;

namespace FairTraining;

/// <summary>Layers one behind the other, with a rectifier max(0, x) between any two and none at the end.</summary>
internal sealed class Mlp
{
    private readonly Dense[] _layers;
    private readonly float[][] _outputs;
    private readonly float[][] _gradients;
    private int _samples;

    /// <summary>Makes the layers.</summary>
    /// <param name="widths">The number of inputs, and of each layer's outputs.</param>
    /// <param name="seed">The same seed makes the same network.</param>
    public Mlp(int[] widths, ulong seed)
    {
        _layers = [.. Enumerable.Range(0, widths.Length - 1).Select(k => new Dense(widths[k], widths[k + 1], seed, k))];
        _outputs = [.. _layers.Select(_ => Array.Empty<float>())];
        _gradients = [.. _layers.Select(_ => Array.Empty<float>())];
    }

    public IReadOnlyList<Dense> Layers => _layers;

    public int Inputs => _layers[0].Inputs;

    public int Outputs => _layers[^1].Outputs;

    /// <summary>The outputs of some samples; they stay until the next call.</summary>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> inputs)
    {
        _samples = inputs.Length / Inputs;
        for (int k = 0; k < _layers.Length; k++)
        {
            Span<float> outputs = Room(_outputs, k, _layers[k].Outputs);
            _layers[k].Forward(k == 0 ? inputs : OutputsOf(k - 1), outputs);
            if (k < _layers.Length - 1)
            {
                TensorPrimitives.Max(outputs, 0f, outputs);
            }
        }

        return OutputsOf(_layers.Length - 1);
    }

    /// <summary>Takes the gradient in the outputs of the last call of <see cref="Forward"/> back to the parameters.</summary>
    /// <param name="inputs">The samples of that call.</param>
    /// <param name="outputGradient">The gradient in their outputs.</param>
    /// <param name="inputGradient">Receives the gradient in the samples; or empty, where it is not wanted.</param>
    public void Backward(ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputGradient, Span<float> inputGradient = default)
    {
        ReadOnlySpan<float> slopes = outputGradient;
        for (int k = _layers.Length - 1; k > 0; k--)
        {
            Span<float> back = Room(_gradients, k, _layers[k].Inputs);
            ReadOnlySpan<float> from = OutputsOf(k - 1);
            _layers[k].Backward(from, slopes, back);
            for (int i = 0; i < back.Length; i++)
            {
                back[i] = from[i] > 0 ? back[i] : 0;
            }

            slopes = back;
        }

        _layers[0].Backward(inputs, slopes, inputGradient);
    }

    private ReadOnlySpan<float> OutputsOf(int layer) => _outputs[layer].AsSpan(0, _samples * _layers[layer].Outputs);

    private Span<float> Room(float[][] rooms, int layer, int width)
    {
        if (rooms[layer].Length < _samples * width)
        {
            rooms[layer] = new float[_samples * width];
        }

        return rooms[layer].AsSpan(0, _samples * width);
    }
}
