namespace PyramidOT.Transport;

/// <summary>A batch of transport problems in an engine's memory: what the solvers work on.</summary>
internal sealed class ResidentProblem : IDisposable
{
    private EngineBuffer<float>? _ownCosts;

    /// <summary>Where the problems lie.</summary>
    public required ComputeEngine Engine { get; init; }

    /// <summary>Their shapes.</summary>
    public required BatchLayout Shapes { get; init; }

    /// <summary>The points of the rows; empty where costs are given.</summary>
    public EngineView<float> Source { get; init; }

    /// <summary>The points of the columns.</summary>
    public EngineView<float> Target { get; init; }

    /// <summary>Number of coordinates; 0 where costs are given.</summary>
    public int Dimensions { get; init; }

    /// <summary>The ground cost between points.</summary>
    public GroundCost Cost { get; init; }

    /// <summary>The costs, where they are given.</summary>
    public EngineView<float> GivenCosts { get; init; }

    /// <summary>One weight a row; empty where those of a problem are equal and sum to 1.</summary>
    public float[] RowWeights { get; init; } = [];

    /// <summary>One weight a column; likewise.</summary>
    public float[] ColumnWeights { get; init; } = [];

    /// <summary>Whether plans are wanted.</summary>
    public bool WantsPlan { get; init; }

    /// <summary>The costs: those given, or the points', which are computed once.</summary>
    public EngineView<float> Costs()
    {
        if (Dimensions == 0)
        {
            return GivenCosts;
        }

        if (_ownCosts is null)
        {
            _ownCosts = Engine.Allocate<float>(Shapes.Costs);
            Engine.Costs.Pairwise(Shapes, Source, Target, Dimensions, Cost, _ownCosts);
        }

        return _ownCosts;
    }

    /// <summary>The weights of the rows, also where they are equal.</summary>
    public float[] AllRowWeights() => All(RowWeights, Shapes.RowOffsets);

    /// <summary>The weights of the columns, also where they are equal.</summary>
    public float[] AllColumnWeights() => All(ColumnWeights, Shapes.ColumnOffsets);

    public void Dispose() => _ownCosts?.Dispose();

    private static float[] All(float[] weights, ReadOnlySpan<long> offsets)
    {
        if (weights.Length > 0)
        {
            return weights;
        }

        float[] all = new float[offsets[^1]];
        for (int b = 0; b + 1 < offsets.Length; b++)
        {
            int count = (int)(offsets[b + 1] - offsets[b]);
            all.AsSpan((int)offsets[b], count).Fill(1f / Math.Max(1, count));
        }

        return all;
    }
}
