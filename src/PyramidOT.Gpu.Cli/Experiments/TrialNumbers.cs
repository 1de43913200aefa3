using System.Collections;

namespace PyramidOT.Cli.Experiments;

/// <summary>What a trial found: numbers and rows of numbers by name. One that is not finite becomes NaN, which means that there is none.</summary>
internal sealed class TrialNumbers : IEnumerable<KeyValuePair<string, double[]>>
{
    private readonly Dictionary<string, double[]> _rows = [];

    /// <summary>A single number.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public double this[string name] => _rows[name].Single();

    /// <summary>A row of numbers.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public IReadOnlyList<double> Row(string name) => _rows[name];

    /// <summary>Adds a number.</summary>
    /// <exception cref="ArgumentException">The name is there already.</exception>
    public void Add(string name, double number) => Add(name, [number]);

    /// <summary>Adds a row of numbers.</summary>
    /// <exception cref="ArgumentException">The name is there already.</exception>
    public void Add(string name, IEnumerable<double> numbers) =>
        _rows.Add(name, [.. numbers.Select(number => double.IsFinite(number) ? number : double.NaN)]);

    public IEnumerator<KeyValuePair<string, double[]>> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
