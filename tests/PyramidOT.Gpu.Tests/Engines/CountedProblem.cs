using PyramidOT.Engines;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Engines;

/// <summary>One problem as the Host's network simplex method takes it: masses counted in units, none of them 0.</summary>
internal sealed record CountedProblem(float[] Costs, long[] Has, long[] Wants)
{
    /// <summary>A problem of seeded costs of a kind.</summary>
    public static CountedProblem Make(MatrixKind kind, MassKind masses, int rows, int columns) =>
        Make(CostMatrices.Make(kind, rows, columns, seed: (100 * rows) + columns), masses, rows, columns);

    /// <summary>A problem without the rows and columns that weigh nothing, in the units of all engines.</summary>
    public static unsafe CountedProblem Make(float[] costs, MassKind masses, int rows, int columns)
    {
        (float[] rowWeights, float[] columnWeights) = TransportMasses.Make(masses, rows, columns, seed: rows + columns);
        long[] has = new long[rows];
        long[] wants = new long[columns];
        fixed (float* a = rowWeights, b = columnWeights)
        {
            fixed (long* rowUnits = has, columnUnits = wants)
            {
                TransportWeights.Count(a, rows, b, columns, rowUnits, columnUnits);
            }
        }

        return new(
            [.. costs.Where((_, k) => has[k / columns] > 0 && wants[k % columns] > 0)],
            [.. has.Where(mass => mass > 0)],
            [.. wants.Where(mass => mass > 0)]);
    }
}
