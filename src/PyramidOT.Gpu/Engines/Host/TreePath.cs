namespace PyramidOT.Engines.Host;

/// <summary>A way up in a <see cref="FlowTree"/>: from one end of an edge that comes in to below the node where it meets that from the other.</summary>
internal unsafe ref struct TreePath
{
    /// <summary>The nodes; at the first one, and every other one from there on, mass is taken off the edge above.</summary>
    public int* Nodes;

    /// <summary>How many there are.</summary>
    public int Length;

    /// <summary>The least mass on an edge that loses some.</summary>
    public long Least;

    /// <summary>How many nodes there are up to that edge, the lower end of it included.</summary>
    public int Stem;

    /// <summary>What the edges that lose mass cost, less those that gain it.</summary>
    public double Cost;

    /// <summary>The summed magnitudes of these costs.</summary>
    public double Magnitude;
}
