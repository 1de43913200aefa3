using PyramidOT;
using PyramidOT.Kernels;

namespace ColourTransfer;

/// <summary>
/// Colours as points in space: a sample of the one picture's pixels is coupled with a sample of the other's, each colour goes to the mean of the
/// colours that it is coupled with, and every other colour of the picture moves as the sampled ones next to it.
/// </summary>
internal static class Transfer
{
    private const int Channels = 3;

    /// <summary>Gives a picture the colours of another.</summary>
    public static PpmImage Run(ComputeEngine engine, PpmImage picture, PpmImage palette, Options options)
    {
        int samples = Math.Min(options.Samples, Math.Min(picture.Pixels, palette.Pixels));
        PointCloud source = Sample(picture, samples, CounterRandom.Bits(options.Seed, 0, 0));
        PointCloud target = Sample(palette, samples, CounterRandom.Bits(options.Seed, 1, 0));
        Coupling coupling = options.BatchSize is { } batchSize
            ? OfBatches(engine, source, target, batchSize, options.Seed)
            : GlobalMatching.Solve(engine, source, target, new() { Seed = options.Seed }).ToCoupling();
        (PointCloud colours, Coupling merged) = Merge(source, coupling);
        BarycentricImages images = BarycentricProjection.Project(engine, colours, target, merged);
        PointCloud moved = OutOfSampleMap.Apply(
            engine, images, AllColours(picture), new() { Neighbours = options.Neighbours, Weights = NeighbourWeights.InverseDistance });
        return new(picture.Width, picture.Height, Levels(moved.Points));
    }

    /// <summary>All pixels' colours as points.</summary>
    public static PointCloud AllColours(PpmImage picture) => new([.. picture.Colours.Select(level => (float)level)], Channels);

    private static Coupling OfBatches(ComputeEngine engine, PointCloud source, PointCloud target, int batchSize, ulong seed)
    {
        using PyramidPair pyramid = PyramidPair.Build(engine, source, target, new() { Scheme = PyramidScheme.Joint, Seed = seed });
        return MiniBatchTransport.Estimate(pyramid, batchSize).Coupling;
    }

    /// <summary>Pixels drawn at random, none twice.</summary>
    private static PointCloud Sample(PpmImage picture, int count, ulong seed)
    {
        int[] pixels = [.. Enumerable.Range(0, picture.Pixels)];
        float[] points = new float[Channels * count];
        for (int i = 0; i < count; i++)
        {
            int other = i + (int)(CounterRandom.Uniform(seed, 0, (ulong)i) * (pixels.Length - i));
            (pixels[i], pixels[other]) = (pixels[other], pixels[i]);
            for (int k = 0; k < Channels; k++)
            {
                points[(Channels * i) + k] = picture.Colours[(Channels * pixels[i]) + k];
            }
        }

        return new(points, Channels);
    }

    /// <summary>Makes pixels of one colour one point, which has all of their pairs: else the first of them would speak for that colour alone.</summary>
    private static (PointCloud Colours, Coupling Coupling) Merge(PointCloud source, Coupling coupling)
    {
        Dictionary<(float, float, float), int> numbers = [];
        List<float> points = [];
        int[] number = new int[source.Count];
        for (int i = 0; i < source.Count; i++)
        {
            ReadOnlySpan<float> colour = source[i];
            if (!numbers.TryGetValue((colour[0], colour[1], colour[2]), out number[i]))
            {
                number[i] = numbers.Count;
                numbers.Add((colour[0], colour[1], colour[2]), number[i]);
                points.AddRange(colour);
            }
        }

        int[] rows = new int[coupling.Count];
        for (int pair = 0; pair < rows.Length; pair++)
        {
            rows[pair] = number[coupling.SourceRows[pair]];
        }

        return (new([.. points], Channels), new(rows, coupling.TargetRows.ToArray(), []));
    }

    private static byte[] Levels(ReadOnlySpan<float> colours)
    {
        byte[] levels = new byte[colours.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = (byte)MathF.Round(Math.Clamp(colours[i], byte.MinValue, byte.MaxValue));
        }

        return levels;
    }
}
