using CsvHelper;

namespace PyramidOT.Data;

/// <summary>Finds out what separates the fields of a text file.</summary>
internal static class CsvDelimiter
{
    /// <summary>Read from the beginning of the file: a hundred rows, or one of ten thousand columns.</summary>
    private const int SampleChars = 1 << 18;

    private const int SampleRows = 100;

    /// <summary>Those that are looked for in files of points; of two that do equally well, the first.</summary>
    public static ReadOnlySpan<char> OfPoints => [',', ';', '\t', '|', ' '];

    /// <summary>Those that are looked for in files of labels, which are names of several words as well.</summary>
    public static ReadOnlySpan<char> OfLabels => [',', ';', '\t', '|'];

    /// <summary>
    /// The candidate that leaves the largest share of fields numbers, among equal ones that which gives all rows the same number of fields;
    /// a comma where none of them separates anything.
    /// </summary>
    public static char Find(string path, bool isGzipped, ReadOnlySpan<char> candidates)
    {
        string sample = ReadSample(path, isGzipped, out bool isWhole);
        char best = ',';
        (double Numbers, bool IsEven) bestScore = (-1, false);
        foreach (char candidate in candidates)
        {
            if (!sample.Contains(candidate) || Score(sample, isWhole, candidate) is not { } score)
                continue;
            if (score.CompareTo(bestScore) > 0)
                (best, bestScore) = (candidate, score);
        }

        return best;
    }

    /// <summary>Null where the candidate separates nothing.</summary>
    private static (double Numbers, bool IsEven)? Score(string sample, bool isWhole, char candidate)
    {
        List<(int Fields, int Numbers)> rows = [];
        using (CsvReader reader = CsvReader.FromText(
            sample, CsvRows.Options(candidate) with { MaxRecordSize = null, MalformedData = CsvMalformedDataHandling.Recover }))
        {
            while (rows.Count <= SampleRows && reader.Read())
            {
                (int fields, int numbers) = (0, 0);
                for (int i = 0; i < reader.FieldCount; i++)
                {
                    ReadOnlySpan<byte> field = reader.GetSpan(i);
                    if (candidate == ' ' && field.IsEmpty)
                        continue;
                    fields++;
                    numbers += CsvRows.TryNumber(field, out _) ? 1 : 0;
                }

                rows.Add((fields, numbers));
            }
        }

        // The sample ends within a row, or the row is one more than wanted; and the first one may be a header.
        if (rows.Count > 1 && (!isWhole || rows.Count > SampleRows))
            rows.RemoveAt(rows.Count - 1);
        if (!rows.Exists(row => row.Fields > 1))
            return null;
        List<(int Fields, int Numbers)> data = rows.Count > 1 ? rows[1..] : rows;
        return ((double)data.Sum(row => row.Numbers) / data.Sum(row => row.Fields), rows.TrueForAll(row => row.Fields == rows[0].Fields));
    }

    private static string ReadSample(string path, bool isGzipped, out bool isWhole)
    {
        using StreamReader reader = new(PointFile.Open(path, isGzipped));
        char[] sample = new char[SampleChars];
        int length = reader.ReadBlock(sample);
        isWhole = length < SampleChars;
        return new(sample, 0, length);
    }
}
