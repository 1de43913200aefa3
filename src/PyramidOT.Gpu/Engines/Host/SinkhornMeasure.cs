using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The last word on a problem: from the columns' potentials the rows', and from both the plan, its marginals and all values, in float64,
/// with one exponential an element.
/// </summary>
internal static unsafe class SinkhornMeasure<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    /// <summary>Measures a problem; also an iteration, whose second half <see cref="Advance"/> makes.</summary>
    /// <param name="problem">The rows' potentials are written.</param>
    /// <param name="passes">The passes in logarithms.</param>
    /// <param name="sums">Receives the plan's marginal of the columns, the padding included.</param>
    /// <param name="plan">Receives the plan; or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static SinkhornOutcome Measure(in SinkhornProblem problem, SinkhornLogDomain<D, W> passes, double* sums, float* plan)
    {
        double epsilon = problem.Epsilon;
        double lambda = problem.Lambda(epsilon);
        double cost = 0;
        SinkhornValues values = new(epsilon, problem.Penalty);
        new Span<double>(sums, problem.Stride).Clear();
        passes.SetColumns(problem, epsilon);
        for (int i = 0; i < problem.Rows; i++)
        {
            (double log, double sum) = passes.Exponentials(problem, i, epsilon);
            double logSum = log + Math.Log(sum);
            double potential = -epsilon * lambda * logSum;
            double weight = problem.RowWeights[i];
            problem.RowPotentials[i] = potential;

            // Balanced, the whole weight; else the potential's share of it: a exp(-f / rho).
            double mass = weight > 0 && sum > 0 ? weight * (problem.IsBalanced ? 1 : Math.Exp(-potential / problem.Penalty)) : 0;
            cost += AddRow(problem, i, passes.Row, mass > 0 ? mass / sum : 0, sums);
            if (plan != null)
            {
                WriteRow(passes.Row, mass > 0 ? mass / sum : 0, problem.Columns, plan + ((long)i * problem.Columns));
            }

            values.Add(mass, weight, potential);
        }

        double total = 0;
        double error = 0;
        for (int j = 0; j < problem.Columns; j++)
        {
            double weight = problem.ColumnWeights[j];
            double potential = problem.ColumnPotentials[j];
            total += sums[j];
            values.Add(sums[j], weight, potential);
            if (weight > 0)
            {
                error = problem.IsBalanced ? error + Math.Abs(sums[j] - weight) : Math.Max(error, values.Change(sums[j], weight, potential));
            }
        }

        double entropy = epsilon * ((problem.RowTotal * problem.ColumnTotal) - total);
        return new()
        {
            TransportCost = cost,
            Primal = values.Primal + entropy,
            Dual = values.Dual + entropy,
            Error = problem.IsBalanced ? error / problem.RowTotal : error,
        };
    }

    /// <summary>The columns' potentials that follow from the marginals which <see cref="Measure"/> found.</summary>
    public static void Advance(in SinkhornProblem problem, double* sums)
    {
        SinkhornValues values = new(problem.Epsilon, problem.Penalty);
        for (int j = 0; j < problem.Columns; j++)
        {
            if (problem.ColumnWeights[j] > 0 && sums[j] > 0)
            {
                problem.ColumnPotentials[j] = values.Next(sums[j], problem.ColumnWeights[j], problem.ColumnPotentials[j]);
            }
        }
    }

    /// <summary>Adds a row of the plan to the columns' sums.</summary>
    /// <returns>Its cost.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double AddRow(in SinkhornProblem problem, int i, double* row, double scale, double* sums)
    {
        if (scale == 0)
        {
            return 0;
        }

        float* costs = problem.Costs + ((long)i * problem.Stride);
        W zero = D.Broadcast(0);
        W factor = D.Broadcast(scale);
        W cost = zero;
        for (int j = 0; j < problem.Stride; j += D.Count)
        {
            W mass = D.Multiply(factor, D.Load(row + j));
            D.Store(sums + j, D.Add(D.Load(sums + j), mass));

            // Where there is no mass, the cost may be infinite.
            cost = D.Add(cost, D.SelectEqual(mass, zero, zero, D.Multiply(mass, D.Widen(costs + j))));
        }

        return D.SumAcross(cost);
    }

    private static void WriteRow(double* row, double scale, int columns, float* plan)
    {
        for (int j = 0; j < columns; j++)
        {
            plan[j] = (float)(row[j] * scale);
        }
    }
}
