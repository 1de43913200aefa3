using PyramidOT.Engines;

namespace PyramidOT.Cli;

/// <summary>Checks of the lists of cheapest columns.</summary>
internal sealed partial class BenchChecks
{
    // Costs and potentials are normal numbers, and their difference is rounded once.
    private const double CandidateTolerance = 2e-6;

    private void Candidates()
    {
        foreach ((int rows, int columns) in quick ? new[] { (5, 3), (7, 300) } : [(5, 3), (7, 300), (20, 4096), (3, 20_001)])
        {
            BatchLayout layout = BatchLayout.Uniform(2, rows, columns);
            float[] costs = BenchClouds.Normal((int)layout.Costs, 81);
            float[] potentials = BenchClouds.Normal((int)layout.Columns, 82);

            // How many columns a list has is up to the engine; not so that it holds the least, and that none left out is below its limit.
            Compare($"candidates, {rows} x {columns}", null, at => Faults(at, layout, costs, potentials));
        }
    }

    /// <summary>For each row its least column, and how many columns are in the wrong place: listed out of order, or left out below the limit.</summary>
    private static int[] Faults(ComputeEngine at, BatchLayout layout, float[] costs, float[] potentials)
    {
        const int Capacity = 32;
        int rows = (int)layout.Rows;
        using EngineBuffer<float> from = at.Upload(costs);
        using EngineBuffer<float> prices = at.Upload(potentials);
        using EngineBuffer<int> listed = at.Allocate<int>((long)rows * Capacity);
        using EngineBuffer<float> limits = at.Allocate<float>(rows);
        at.Candidates.List(layout, from, prices, 1, Capacity, listed, limits);
        int[] lists = listed.ToArray();
        float[] ends = limits.ToArray();
        int width = layout.MaxColumns;
        int each = rows / layout.Count;
        int[] found = new int[2 * rows];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<int> list = lists.AsSpan(row * Capacity, Capacity);
            list = list.Contains(-1) ? list[..list.IndexOf(-1)] : list;
            HashSet<int> own = [.. list];
            found[2 * row] = list.IsEmpty ? -1 : list[0];
            found[(2 * row) + 1] = list.Length - own.Count;
            double before = double.NegativeInfinity;
            foreach (int column in list)
            {
                double reduced = Reduced(column);
                found[(2 * row) + 1] += reduced < before - CandidateTolerance ? 1 : 0;
                before = reduced;
            }

            for (int column = 0; column < width; column++)
            {
                found[(2 * row) + 1] += !own.Contains(column) && Reduced(column) < ends[row] - CandidateTolerance ? 1 : 0;
            }

            double Reduced(int column) => (double)costs[((long)row * width) + column] - potentials[(row / each * width) + column];
        }

        return found;
    }
}
