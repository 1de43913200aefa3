namespace PyramidOT.Transport;

/// <summary>
/// Partial transport as a problem of full transport: one more column takes, and one more row gives, the share of the mass that may stay
/// where it is, at no cost; between the two nothing moves (Chapel, Alaya and Gasso, NeurIPS 2020, with infinity for their large number).
/// </summary>
internal static class PartialProblem
{
    /// <summary>Adds the row and the column to each problem of a batch.</summary>
    /// <param name="problem">The problems.</param>
    /// <param name="share">The share of the mass that moves, from above 0 to 1.</param>
    /// <param name="costs">The larger matrices.</param>
    public static ResidentProblem Of(ResidentProblem problem, double share, EngineBuffer<float> costs)
    {
        BatchLayout shapes = problem.Shapes;
        BatchLayout larger = Shapes(shapes);
        float[] rowWeights = Extend(problem.AllRowWeights(), shapes.RowOffsets, share);
        float[] columnWeights = Extend(problem.AllColumnWeights(), shapes.ColumnOffsets, share);

        // Behind the costs stand 0, for what may stay, and infinity.
        EngineView<float> given = problem.Costs();
        using EngineBuffer<float> values = problem.Engine.Allocate<float>(given.Length + 2);
        values.Slice(0, given.Length).CopyFrom(given);
        values.Upload([0, float.PositiveInfinity], given.Length);
        int free = checked((int)given.Length);
        int[] places = new int[larger.Costs];
        int next = 0;
        int cost = 0;
        for (int b = 0; b < shapes.Count; b++)
        {
            for (int row = 0; row <= shapes.RowsOf(b); row++)
            {
                bool isReal = row < shapes.RowsOf(b);
                for (int column = 0; column < shapes.ColumnsOf(b); column++)
                {
                    places[next++] = isReal ? cost++ : free;
                }

                places[next++] = isReal ? free : free + 1;
            }
        }

        using EngineBuffer<int> onEngine = problem.Engine.Upload(places);
        problem.Engine.Points.Gather(values, 1, onEngine, costs);
        return new()
        {
            Engine = problem.Engine,
            Shapes = larger,
            GivenCosts = costs,
            RowWeights = rowWeights,
            ColumnWeights = columnWeights,
            WantsPlan = problem.WantsPlan,
        };
    }

    /// <summary>The shapes with one more row and column each.</summary>
    public static BatchLayout Shapes(BatchLayout shapes)
    {
        int[] rows = new int[shapes.Count];
        int[] columns = new int[shapes.Count];
        for (int b = 0; b < shapes.Count; b++)
        {
            rows[b] = shapes.RowsOf(b) + 1;
            columns[b] = shapes.ColumnsOf(b) + 1;
        }

        return BatchLayout.Ragged(rows, columns);
    }

    /// <summary>Takes the row and the column out of an outcome again.</summary>
    public static ResidentOutcome Strip(ResidentOutcome outcome, BatchLayout shapes) => new()
    {
        Status = outcome.Status,
        Value = outcome.Value,
        TransportCost = outcome.TransportCost,
        DualValue = outcome.DualValue,
        RowPotentials = Strip(outcome.RowPotentials!, shapes.RowOffsets),
        ColumnPotentials = Strip(outcome.ColumnPotentials!, shapes.ColumnOffsets),
        Plans = outcome.Plans?.Select((plan, b) =>
            plan.Where(cell => cell.Row < shapes.RowsOf(b) && cell.Column < shapes.ColumnsOf(b)).ToArray()).ToArray(),
    };

    private static double[] Strip(double[] potentials, ReadOnlySpan<long> offsets)
    {
        double[] real = new double[offsets[^1]];
        for (int b = 0; b + 1 < offsets.Length; b++)
        {
            int count = (int)(offsets[b + 1] - offsets[b]);
            potentials.AsSpan((int)offsets[b] + b, count).CopyTo(real.AsSpan((int)offsets[b]));
        }

        return real;
    }

    private static float[] Extend(float[] weights, ReadOnlySpan<long> offsets, double share)
    {
        float[] extended = new float[offsets[^1] + offsets.Length - 1];
        for (int b = 0; b + 1 < offsets.Length; b++)
        {
            ReadOnlySpan<float> own = weights.AsSpan((int)offsets[b], (int)(offsets[b + 1] - offsets[b]));
            own.CopyTo(extended.AsSpan((int)offsets[b] + b));
            double total = 0;
            foreach (float weight in own)
            {
                total += weight;
            }

            extended[(int)offsets[b + 1] + b] = (float)((1 - share) * total);
        }

        return extended;
    }
}
