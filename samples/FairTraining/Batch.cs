namespace FairTraining;

/// <summary>Room for samples that are taken out of data together.</summary>
/// <param name="size">Number of samples.</param>
internal sealed class Batch(int size)
{
    public int Size => size;

    public float[] Inputs { get; } = new float[size * GroupedData.Width];

    public int[] Labels { get; } = new int[size];

    public int[] Groups { get; } = new int[size];

    /// <summary>Takes the samples of these numbers.</summary>
    public void Take(GroupedData data, ReadOnlySpan<int> samples)
    {
        for (int i = 0; i < size; i++)
        {
            data.Inputs.AsSpan(samples[i] * GroupedData.Width, GroupedData.Width).CopyTo(Inputs.AsSpan(i * GroupedData.Width));
            Labels[i] = data.Labels[samples[i]];
            Groups[i] = data.Groups[samples[i]];
        }
    }
}
