using System.Globalization;
using System.Text;

namespace FairTraining;

/// <summary>A table of text, aligned.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [columns];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The mean and, where there are several seeds, the standard deviation over them.</summary>
    public static string Cell(IReadOnlyCollection<double> values, int digits = 3)
    {
        string format = "F" + digits.ToString(CultureInfo.InvariantCulture);
        double mean = values.Average();
        string text = mean.ToString(format, CultureInfo.InvariantCulture);
        if (values.Count == 1)
        {
            return text;
        }

        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return text + " ±" + deviation.ToString(format, CultureInfo.InvariantCulture);
    }

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (string[] row in _rows)
        {
            for (int c = 0; c < row.Length; c++)
            {
                int width = _rows.Max(cells => cells[c].Length);
                text.Append(c == 0 ? row[c].PadRight(width) : "  " + row[c].PadLeft(width));
            }

            text.AppendLine();
        }

        return text.ToString();
    }
}
