namespace PyramidOT.Bench.Comparison;

/// <summary>Where the table shows a peer.</summary>
internal enum PeerColumn
{
    /// <summary>SciPy.</summary>
    SciPy,

    /// <summary>POT, or NumPy where POT has nothing of the kind.</summary>
    Other,

    /// <summary>POT, where NumPy or another method of POT has a column too.</summary>
    Pot,

    /// <summary>POT's method in the log domain.</summary>
    PotLog,

    /// <summary>NumPy alone, beside POT.</summary>
    NumPy,
}

/// <summary>A peer's turn at an instance.</summary>
/// <param name="Script">The script in the folder of the peers.</param>
/// <param name="Method">The method within the script.</param>
/// <param name="Files">The instance, by names in the folder of the instances.</param>
internal sealed record PeerCall(string Script, string Method, IReadOnlyList<string> Files);

/// <summary>What a script prints, as JSON.</summary>
internal sealed record PeerReport
{
    /// <summary>Seconds a call, the median of its rounds.</summary>
    public double? Seconds { get; init; }

    /// <summary>How exact its results are, by its own account: see <see cref="PreparedWorkload.Error"/>. Null where that does not apply.</summary>
    public double? Error { get; init; }

    /// <summary>The module that could not be imported.</summary>
    public string? Missing { get; init; }

    /// <summary>The BLAS library that was loaded.</summary>
    public string? Blas { get; init; }

    /// <summary>Versions by product.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>What the script computed, from the file that it saved; empty where it did not run.</summary>
    public IReadOnlyList<double> Results { get; init; } = [];

    /// <summary>What went wrong, in one line; not from the script.</summary>
    public string? Failure { get; init; }
}
