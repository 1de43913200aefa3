namespace PyramidOT.Tests.Conformance;

/// <summary>Random numbers for test data: the same ones for a seed on every machine.</summary>
internal sealed class Draws(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Uniform from 0 (included) to 1 (excluded).</summary>
    public double Uniform() => _random.NextDouble();

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>An integer from 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => _random.Next(end);

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        _random.Shuffle(numbers);
        return numbers;
    }

    /// <summary>Numbers made one by one.</summary>
    public static float[] Fill(int count, Func<double> next)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (float)next();
        }

        return numbers;
    }
}
