namespace PyramidOT.Cli;

/// <content>Costs reduced by potentials.</content>
internal sealed partial class BenchChecks
{
    private void ReducedCosts(string name, BatchLayout problems)
    {
        // Differences of the same numbers, rounded once on either side: the same bits.
        float[] costs = BenchClouds.Normal(problems.Costs, 61);
        float[] potentials = BenchClouds.Normal(problems.Columns, 62);
        Compare(name, null, at => Reduce(at, (matrices, _) => matrices.ToArray()));
        Compare($"{name}, potentials", null, at => Reduce(at, (_, rows) => rows.ToArray()));

        float[] Reduce(ComputeEngine at, Func<EngineBuffer<float>, EngineBuffer<float>, float[]> read)
        {
            using EngineBuffer<float> matrices = at.Upload(costs);
            using EngineBuffer<float> columns = at.Upload(potentials);
            using EngineBuffer<float> rows = at.Allocate<float>(problems.Rows);
            at.Assignment.Reduce(problems, matrices, columns, rows);
            return read(matrices, rows);
        }
    }
}
