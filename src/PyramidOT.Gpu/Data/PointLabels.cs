using System.Globalization;
using System.Runtime.InteropServices;

namespace PyramidOT;

/// <summary>
/// One label a point: numbers, or indices into a list of names where labels are text. Immutable.
/// </summary>
public sealed partial class PointLabels
{
    private readonly int[] _values;

    /// <summary>Makes labels.</summary>
    /// <param name="values">One number a point. Not copied: do not change it afterwards.</param>
    /// <param name="names">
    /// Null where numbers stand for themselves; else distinct names, and <paramref name="values"/> are indices into them.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A name stands there twice or is null, there are no names, or a number is not an index into them (the message says which).
    /// </exception>
    public PointLabels(int[] values, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
        Names = names is null ? [] : [.. names];
        if (names is null)
            return;
        if (names.Count == 0 || names.Distinct(StringComparer.Ordinal).Count() < names.Count || names.Contains(null!))
            throw new ArgumentException("Names are distinct, and there is one at least.", nameof(names));
        int bad = values.AsSpan().IndexOfAnyExceptInRange(0, names.Count - 1);
        if (bad >= 0)
            throw new ArgumentException($"Label {bad} is {values[bad]}; there are the names 0 to {names.Count - 1}.", nameof(values));
    }

    /// <summary>Number of labels.</summary>
    public int Count => _values.Length;

    /// <summary>The labels, numbers themselves or indices into <see cref="Names"/>.</summary>
    public ReadOnlySpan<int> Values => _values;

    /// <summary>The names; empty where labels are numbers. Labels that are read from a file have theirs in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether equal numbers mean equal labels in both: both have numbers, or both have the same names in the same order.</summary>
    /// <param name="first">Labels.</param>
    /// <param name="second">Other labels; not necessarily as many.</param>
    /// <returns>Whether they can be compared by number.</returns>
    public static bool MeanTheSame(PointLabels first, PointLabels second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return first.Names.SequenceEqual(second.Names, StringComparer.Ordinal);
    }

    /// <summary>
    /// Makes two sets of labels comparable by number. Where both are numbers or have the same names they stay as they are; else both
    /// become indices into the names of the two together, in ordinal order, and a number's name is its decimal digits.
    /// </summary>
    /// <param name="first">Labels.</param>
    /// <param name="second">Other labels; not necessarily as many.</param>
    /// <returns>Both, for which <see cref="MeanTheSame"/> holds.</returns>
    public static (PointLabels First, PointLabels Second) Align(PointLabels first, PointLabels second)
    {
        if (MeanTheSame(first, second))
            return (first, second);
        SortedSet<string> union = new(StringComparer.Ordinal);
        union.UnionWith(first.DistinctNames());
        union.UnionWith(second.DistinctNames());
        string[] names = [.. union];
        Dictionary<string, int> idOf = names.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        return (first.Renumbered(names, idOf), second.Renumbered(names, idOf));
    }

    /// <summary>The label of a point as text: its name, or the number's decimal digits.</summary>
    /// <param name="point">The point, from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>The text.</returns>
    public string TextOf(int point) => NameOf(_values[point]);

    private IEnumerable<string> DistinctNames() => Names.Count > 0 ? Names : _values.Distinct().Select(NameOf);

    private string NameOf(int value) => Names.Count > 0 ? Names[value] : value.ToString(CultureInfo.InvariantCulture);

    private PointLabels Renumbered(string[] names, Dictionary<string, int> idOf)
    {
        // By value, so that a name is made and looked up once for all the points that have it.
        Dictionary<int, int> newValue = [];
        int[] values = new int[_values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            ref int value = ref CollectionsMarshal.GetValueRefOrAddDefault(newValue, _values[i], out bool isKnown);
            if (!isKnown)
                value = idOf[NameOf(_values[i])];
            values[i] = value;
        }

        return new(values, names);
    }
}
