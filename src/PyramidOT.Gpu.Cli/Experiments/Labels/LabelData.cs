namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>Two labelled clouds of one seed; equal numbers are equal labels.</summary>
/// <param name="Source">The source cloud.</param>
/// <param name="Target">The target cloud, of as many dimensions.</param>
internal sealed record LabelledPair(PointCloud Source, PointCloud Target);

/// <summary>Data of two domains and one set of labels.</summary>
/// <param name="name">What the data's tables are called.</param>
/// <param name="draw">Makes the clouds of a seed.</param>
internal sealed class LabelData(string name, Func<ulong, LabelledPair> draw)
{
    private (ulong Seed, LabelledPair Pair)? _last;

    /// <summary>What the data's tables are called.</summary>
    public string Name => name;

    /// <summary>The heading of their section.</summary>
    public required string Heading { get; init; }

    /// <summary>What they are.</summary>
    public required string Text { get; init; }

    /// <summary>All that they depend on but the seed.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Points of the source and of the target.</summary>
    public required (int Source, int Target) Points { get; init; }

    /// <summary>Whether the paper's numbers stand beside: as many classes of as many points.</summary>
    public bool IsBesidePaper { get; init; }

    /// <summary>The clouds of a seed. Those of the last seed are kept: trials go on seed by seed.</summary>
    public LabelledPair Draw(ulong seed)
    {
        if (_last is not { } last || last.Seed != seed)
        {
            _last = (seed, draw(seed));
        }

        return _last.Value.Pair;
    }
}
