namespace PyramidOT.Cli;

/// <summary>What <c>mmot</c> is asked for.</summary>
internal sealed record MultiMarginalRequest
{
    /// <summary>The file of histograms.</summary>
    public required string File { get; init; }

    /// <summary>The cost.</summary>
    public required MultiMarginalCost Cost { get; init; }

    /// <summary>What is done about totals.</summary>
    public required MassRule Rule { get; init; }

    /// <summary>Where the gradient goes; null where it is not wanted.</summary>
    public string? Gradient { get; init; }

    /// <summary>Where the plans go; null where they are not wanted.</summary>
    public string? Plan { get; init; }

    /// <summary>Steps of the descent; null for none.</summary>
    public int? Steps { get; init; }

    /// <summary>Its rate; goes with the steps.</summary>
    public double? Rate { get; init; }

    /// <summary>Its decay; null for none.</summary>
    public double? Decay { get; init; }

    /// <summary>Its kind of step; null for the usual one.</summary>
    public DescentStep? Mode { get; init; }

    /// <summary>Whether the first histogram of each problem stays.</summary>
    public bool KeepsFirst { get; init; }

    /// <summary>Where the histograms after the descent go; null where they are not wanted.</summary>
    public string? Output { get; init; }

    /// <summary>The engine that is asked for.</summary>
    public (EngineKind? Kind, int? Threads) Machine { get; init; }

    /// <summary>Whether the result is wanted as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>The descent; null for none.</summary>
    public MultiMarginalDescentOptions? Descent => Steps is not { } steps || Rate is not { } rate
        ? null
        : new()
        {
            Steps = steps,
            Rate = rate,
            Decay = Decay ?? 1,
            Step = Mode ?? DescentStep.Projected,
            KeepsFirst = KeepsFirst,
            Cost = Cost,
        };

    /// <summary>Finds what is wrong before any work.</summary>
    /// <exception cref="InputException">Options do not go together, or an output cannot be written.</exception>
    public void Check()
    {
        GivenFiles.CheckNames(("HISTOGRAMS.npy", File));
        foreach ((string option, bool isGiven) in new[]
        {
            ("--rate", Rate is not null), ("--decay", Decay is not null), ("--mode", Mode is not null), ("--keep-first", KeepsFirst), ("--out", Output is not null),
        })
        {
            if (isGiven && Steps is null)
            {
                throw new InputException($"{option} goes with --minimize, which is not given");
            }
        }

        if (Steps is not null && Rate is null)
        {
            throw new InputException("--rate is missing: --minimize needs one");
        }

        Check(Gradient, "--gradient", ".npy");
        Check(Plan, "--plan", ".csv");
        Check(Output, "--out", ".npy");
        if (Gradient is not null && Output is not null && Path.GetFullPath(Gradient) == Path.GetFullPath(Output))
        {
            throw new InputException($"{Output}: --out names the file of --gradient");
        }
    }

    private void Check(string? path, string option, string extension)
    {
        if (path is null)
        {
            return;
        }

        if (path.Length > 0 && !path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{path}: {option} writes a file that ends in {extension}");
        }

        OutputFile.Check(path, option, File);
    }
}
