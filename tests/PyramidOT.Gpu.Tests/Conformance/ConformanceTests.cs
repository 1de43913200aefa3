namespace PyramidOT.Tests.Conformance;

/// <summary>What the tests of all families share: the engines, and how large cases may be.</summary>
[Collection(nameof(EnginesAtHand))]
public abstract class ConformanceTests(EnginesAtHand engines)
{
    /// <summary>All engines: the data of a theory.</summary>
    public static TheoryData<string> All => EnginesAtHand.All;

    /// <summary>The Host's engines: the data of theories about what the Host alone promises.</summary>
    public static TheoryData<string> Hosts => [.. EnginesAtHand.HostNames];

    /// <summary>The engine of a name.</summary>
    protected ComputeEngine Engine(string name) => engines[name];

    /// <summary>All items, or on a slow engine and in a child process every third one, the last included.</summary>
    protected static IEnumerable<T> Some<T>(string engine, IReadOnlyList<T> items) =>
        EnginesAtHand.IsReduced(engine) ? items.Where((_, i) => (items.Count - 1 - i) % 3 == 0) : items;
}
