namespace PyramidOT.Tests.Conformance;

/// <summary>What the tests of all families share: the engines, and how large cases may be.</summary>
[Collection(nameof(EnginesAtHand))]
public abstract class ConformanceTests(EnginesAtHand engines)
{
    /// <summary>All engines: the data of a theory.</summary>
    public static TheoryData<string> All => EnginesAtHand.All;

    /// <summary>The engines that bear large cases: the data of theories about those.</summary>
    public static TheoryData<string> Swift => [.. EnginesAtHand.SwiftNames];

    /// <summary>The Host's engines: the data of theories about what the Host alone promises.</summary>
    public static TheoryData<string> Hosts => [.. EnginesAtHand.HostNames];

    /// <summary>The engine of a name.</summary>
    protected ComputeEngine Engine(string name) => engines[name];

    /// <summary>
    /// All items, or on a slow engine and in a child process every third one, the last included; of those every third one on an engine
    /// that interprets.
    /// </summary>
    protected static IEnumerable<T> Some<T>(string engine, IReadOnlyList<T> items)
    {
        int step = EnginesAtHand.IsInterpreted(engine) ? 9 : EnginesAtHand.IsReduced(engine) ? 3 : 1;
        return items.Where((_, i) => (items.Count - 1 - i) % step == 0);
    }
}
