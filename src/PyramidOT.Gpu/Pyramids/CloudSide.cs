namespace PyramidOT.Pyramids;

/// <summary>One cloud of a pyramid that is being built: its points on the engine, and its rows in the order of the tree so far.</summary>
internal sealed class CloudSide
{
    private CloudSide(string name, EngineView<float> points, int count)
    {
        Name = name;
        Points = points;
        Order = new int[count];
        for (int i = 0; i < count; i++)
        {
            Order[i] = i;
        }
    }

    /// <summary>What a user calls this side.</summary>
    public string Name { get; }

    /// <summary>The points, n x d, in their own order.</summary>
    public EngineView<float> Points { get; }

    /// <summary>The rows of the points; those of a cell stand together.</summary>
    public int[] Order { get; }

    /// <summary>Number of points.</summary>
    public int Count => Order.Length;

    /// <summary>Checks the sizes of a cloud.</summary>
    /// <exception cref="ArgumentException">The cloud is empty, has no whole number of points, or more than 2^31 - 1.</exception>
    public static CloudSide Of(string name, EngineView<float> points, int dimensions)
    {
        if (points.IsEmpty || points.Length % dimensions != 0 || points.Length / dimensions > Array.MaxLength)
        {
            throw new ArgumentException(
                points.IsEmpty ? $"The {name} has no points."
                : $"The {name} has {points.Length} numbers, which is no whole number of points of {dimensions} coordinates, or too many points.",
                name);
        }

        return new(name, points, (int)(points.Length / dimensions));
    }

    /// <summary>The smallest box around all points.</summary>
    /// <exception cref="ArgumentException">A coordinate is NaN or infinite.</exception>
    public (float[] Lows, float[] Highs) Bounds(ComputeEngine engine, int dimensions)
    {
        using EngineBuffer<float> lows = engine.Allocate<float>(dimensions);
        using EngineBuffer<float> highs = engine.Allocate<float>(dimensions);
        engine.Cells.Bounds(BatchLayout.Uniform(1, Count, 0), Points, default, dimensions, lows, highs);
        float[] low = lows.ToArray();
        float[] high = highs.ToArray();
        for (int k = 0; k < dimensions; k++)
        {
            if (!float.IsFinite(low[k]) || !float.IsFinite(high[k]))
            {
                throw new ArgumentException($"Coordinate {k} of the {Name} holds a NaN or an infinity; finite numbers are expected.", Name);
            }
        }

        return (low, high);
    }
}
