using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The weights of a part of a batch, counted in units and sorted into those that are something and those that are not.</summary>
internal sealed class IlgpuTransportWeights : IDisposable
{
    private readonly List<IDisposable> _buffers = [];

    public unsafe IlgpuTransportWeights(IlgpuEngine engine, BatchPart part, float[] rowWeights, float[] columnWeights)
    {
        BatchLayout problems = part.Layout;
        Units = new double[problems.Count];
        Counts = new int[2 * problems.Count];
        RowNumbers = new int[problems.Rows];
        ColumnNumbers = new int[problems.Columns];
        RowUnits = new long[problems.Rows];
        ColumnUnits = new long[problems.Columns];
        fixed (float* rows = rowWeights, columns = columnWeights)
        {
            fixed (long* rowUnits = RowUnits, columnUnits = ColumnUnits)
            {
                for (int b = 0; b < problems.Count; b++)
                {
                    long firstRow = problems.RowOffsets[b];
                    long firstColumn = problems.ColumnOffsets[b];
                    Units[b] = TransportWeights.Count(
                        rows + part.FirstRow + firstRow,
                        problems.RowsOf(b),
                        columns + part.FirstColumn + firstColumn,
                        problems.ColumnsOf(b),
                        rowUnits + firstRow,
                        columnUnits + firstColumn);
                    Counts[2 * b] = Sort(RowUnits.AsSpan((int)firstRow, problems.RowsOf(b)), RowNumbers.AsSpan((int)firstRow));
                    Counts[(2 * b) + 1] = Sort(ColumnUnits.AsSpan((int)firstColumn, problems.ColumnsOf(b)), ColumnNumbers.AsSpan((int)firstColumn));
                }
            }
        }

        try
        {
            Views = new()
            {
                Counts = Upload(Counts),
                RowNumbers = Upload(RowNumbers),
                ColumnNumbers = Upload(ColumnNumbers),
                RowUnits = Upload(RowUnits),
                ColumnUnits = Upload(ColumnUnits),
            };
        }
        catch
        {
            Dispose();
            throw;
        }

        ArrayView<T> Upload<T>(T[] elements)
            where T : unmanaged
        {
            EngineBuffer<T> buffer = engine.Upload(elements);
            _buffers.Add(buffer);
            return engine.ViewOf<T>(buffer, elements.Length);
        }
    }

    /// <summary>The mass of a unit, one number a problem.</summary>
    public double[] Units { get; }

    /// <summary>Of each problem the rows and the columns that have weight: two numbers.</summary>
    public int[] Counts { get; }

    public int[] RowNumbers { get; }

    public int[] ColumnNumbers { get; }

    public long[] RowUnits { get; }

    public long[] ColumnUnits { get; }

    /// <summary>The same on the device.</summary>
    public TransportWeightViews Views { get; }

    /// <summary>Refuses weights that are none, and says of each problem whether it is an assignment: all weights equal, and as many on both sides.</summary>
    public static unsafe bool[] Check(BatchLayout problems, float[] rowWeights, float[] columnWeights)
    {
        fixed (float* rows = rowWeights, columns = columnWeights)
        {
            TransportWeights.Check(problems, rows, columns);
        }

        bool[] isAssignment = new bool[problems.Count];
        for (int b = 0; b < isAssignment.Length; b++)
        {
            ReadOnlySpan<float> rows = rowWeights.AsSpan((int)problems.RowOffsets[b], problems.RowsOf(b));
            ReadOnlySpan<float> columns = columnWeights.AsSpan((int)problems.ColumnOffsets[b], problems.ColumnsOf(b));
            isAssignment[b] = rows.Length == columns.Length && rows.Length > 0 && rows[0] > 0 && columns[0] > 0
                && !rows.ContainsAnyExcept(rows[0]) && !columns.ContainsAnyExcept(columns[0]);
        }

        return isAssignment;
    }

    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());

    /// <summary>Moves what weighs something to the front.</summary>
    /// <returns>How much that is.</returns>
    private static int Sort(Span<long> units, Span<int> numbers)
    {
        int something = 0;
        int nothing = units.Length;
        for (int i = 0; i < units.Length; i++)
        {
            if (units[i] > 0)
            {
                numbers[something] = i;
                units[something] = units[i];
                something++;
            }
        }

        // Units in front were overwritten; numbers tell what is missing.
        for (int i = units.Length - 1, k = something - 1; i >= 0; i--)
        {
            if (k >= 0 && numbers[k] == i)
            {
                k--;
            }
            else
            {
                numbers[--nothing] = i;
            }
        }

        units[something..].Clear();
        return something;
    }
}
