using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Sinkhorn's iteration in the logarithms, by one group: a lane a row, then a lane a column, one exponential an element and half-pass.
/// </summary>
/// <remarks>
/// A lane adds up its row's exponentials in one fixed order, so results depend neither on the group's size nor on the schedule. Exponents
/// are taken relative to the last potential, which keeps the sum near 1; only where that misses, at the beginning of an epsilon, the row
/// is read once more for its largest exponent. Potentials are kept in two floats: f + g - c cancels to a small number near the solution,
/// and float32 alone would leave errors of c / epsilon ulps in the plan.
/// </remarks>
internal static class SinkhornIteration
{
    // Errors are looked at after so many iterations, as that costs a pass of its own over the columns.
    private const int IterationsPerLook = 8;

    // What larger epsilons, which only lead the way, are solved to.
    private const float RoughTolerance = 0.02f;
    private const int RoughIterations = 24;

    /// <summary>Solves one problem and writes its results. All lanes take part, after a barrier.</summary>
    public static void Run(SinkhornGroup problem, SinkhornTask task, SinkhornViews views)
    {
        float spread = 0;
        float target = Measure(problem, task, ref spread);
        target = task.HasEpsilons != 0 ? views.Epsilon[problem.Number] : target;
        problem.Weigh(task, views);
        Begin(problem, task, views);
        float epsilon = task.Scaling < 1 && task.HasPotentials == 0 ? XMath.Max(spread, target) : target;
        int iterations = 0;
        bool goesOn = true;
        while (goesOn)
        {
            bool isLast = epsilon <= target * 1.0001f;
            epsilon = isLast ? target : epsilon;
            int limit = isLast ? task.MaximumIterations : XMath.Min(task.MaximumIterations, iterations + RoughIterations);
            float tolerance = isLast ? task.Tolerance * 0.5f : XMath.Max(RoughTolerance, task.Tolerance);
            bool done = false;
            while (!done && iterations < limit)
            {
                UpdateRows(problem, task, epsilon);
                Group.Barrier();
                UpdateColumns(problem, task, epsilon);
                Group.Barrier();
                iterations++;
                if ((iterations & (IterationsPerLook - 1)) == 0 || iterations == limit)
                {
                    done = Error(problem, task) <= tolerance;
                }
            }

            goesOn = !isLast && iterations < task.MaximumIterations;
            epsilon = XMath.Max(epsilon * task.Scaling, target);
        }

        // The rows last: so their marginal fits, and the columns' tells the error. More than once, as a step of many epsilons is
        // as coarse as float32.
        for (int round = 0; round < 3; round++)
        {
            UpdateRows(problem, task, target);
            Group.Barrier();
        }

        Write(problem, task, views, target, iterations);
    }

    /// <summary>The wanted epsilon, and how far costs lie apart. Ends with a barrier.</summary>
    private static float Measure(SinkhornGroup problem, SinkhornTask task, ref float spread)
    {
        for (int i = Group.IdxX; i < problem.Rows; i += Group.DimX)
        {
            float sum = 0;
            float least = float.PositiveInfinity;
            float largest = float.NegativeInfinity;
            int count = 0;
            long at = i * problem.RowStep;
            for (int j = 0; j < problem.Columns; j++)
            {
                float cost = problem.ByRow[at];
                at += problem.RowInnerStep;
                if (cost < float.PositiveInfinity)
                {
                    // Scaled, as a sum of many large costs may leave float32's range.
                    sum += XMath.Abs(cost) * (1f / 1048576);
                    least = XMath.Min(least, cost);
                    largest = XMath.Max(largest, cost);
                    count++;
                }
            }

            problem.RowPotentials[i] = new() { High = least, Low = largest };
            problem.Errors[i] = sum;
            problem.RowWeights[i] = count;
        }

        Group.Barrier();
        float lowest = float.PositiveInfinity;
        float highest = float.NegativeInfinity;
        for (int i = 0; i < problem.Rows; i++)
        {
            TwoFloats range = problem.RowPotentials[i];
            lowest = XMath.Min(lowest, range.High);
            highest = XMath.Max(highest, range.Low);
        }

        float total = SinkhornGroup.Sum(problem.Errors, problem.Rows);
        float pairs = SinkhornGroup.Sum(problem.RowWeights, problem.Rows);
        Group.Barrier();
        spread = highest > lowest ? highest - lowest : 0;
        float mean = total > 0 ? total / pairs * 1048576 : 1;
        return task.Epsilon * (task.IsRelative != 0 ? mean : 1);
    }

    /// <summary>The potentials to begin with. Ends with a barrier.</summary>
    private static void Begin(SinkhornGroup problem, SinkhornTask task, SinkhornViews views)
    {
        for (int i = Group.IdxX; i < problem.Rows; i += Group.DimX)
        {
            problem.RowPotentials[i] = TwoFloatSummation.From(0);
        }

        for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
        {
            problem.ColumnPotentials[j] = task.HasPotentials != 0 ? views.ColumnPotentials[problem.FirstColumn + j] : TwoFloatSummation.From(0);
        }

        Group.Barrier();
    }

    private static void UpdateRows(SinkhornGroup problem, SinkhornTask task, float epsilon)
    {
        for (int i = Group.IdxX; i < problem.Rows; i += Group.DimX)
        {
            TwoFloats own = problem.RowPotentials[i];
            float sum = LogSum(
                own, problem.ByRow, i * problem.RowStep, problem.RowInnerStep, problem.ColumnPotentials, problem.ColumnWeights, problem.Columns, 1 / epsilon);
            problem.RowPotentials[i] = Next(own, sum, task.Penalty, epsilon);
        }
    }

    private static void UpdateColumns(SinkhornGroup problem, SinkhornTask task, float epsilon)
    {
        bool isBalanced = task.Penalty == float.PositiveInfinity;
        for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
        {
            TwoFloats own = problem.ColumnPotentials[j];
            float sum = LogSum(
                own, problem.ByColumn, j, problem.ColumnInnerStep, problem.RowPotentials, problem.RowWeights, problem.Rows, 1 / epsilon);
            TwoFloats next = Next(own, sum, task.Penalty, epsilon);
            float weight = problem.ColumnWeights[j];
            float change = next.High < float.PositiveInfinity && own.High < float.PositiveInfinity
                ? XMath.Abs(TwoFloatSummation.Difference(next, own).High) / epsilon
                : 0;

            // Beyond 20 the error is large anyway.
            float part = XMath.Abs(sum) < 0.01f ? XMath.Abs(sum) * (1 + (sum * 0.5f)) : XMath.Abs(XMath.Exp(XMath.Min(sum, 20)) - 1);
            problem.Errors[j] = weight > 0 ? isBalanced ? weight * part : change : 0;
            problem.ColumnPotentials[j] = next;
        }
    }

    /// <summary>The error of the last iteration: the sum of the columns', or unbalanced the largest. In all lanes; ends with a barrier.</summary>
    private static float Error(SinkhornGroup problem, SinkhornTask task)
    {
        float error = 0;
        if (task.Penalty == float.PositiveInfinity)
        {
            error = SinkhornGroup.Sum(problem.Errors, problem.Columns) / problem.Total;
        }
        else
        {
            for (int j = 0; j < problem.Columns; j++)
            {
                error = XMath.Max(error, problem.Errors[j]);
            }
        }

        Group.Barrier();
        return error;
    }

    /// <summary>The logarithm of sum_j w_j exp((p + q_j - c_j) / epsilon); -infinity where all pairs are forbidden.</summary>
    private static float LogSum(
        TwoFloats own,
        ArrayView<float> costs,
        long first,
        long step,
        ArrayView<TwoFloats> others,
        ArrayView<float> weights,
        int count,
        float inverse)
    {
        if (!(own.High < float.PositiveInfinity))
        {
            return float.NegativeInfinity;
        }

        // Two sums, so that additions do not wait for each other and err less.
        float even = 0;
        float odd = 0;
        long at = first;
        int j = 0;
        for (; j + 1 < count; j += 2)
        {
            even += weights[j] * XMath.Exp(Exponent(own, others[j], costs[at], inverse));
            odd += weights[j + 1] * XMath.Exp(Exponent(own, others[j + 1], costs[at + step], inverse));
            at += 2 * step;
        }

        if (j < count)
        {
            even += weights[j] * XMath.Exp(Exponent(own, others[j], costs[at], inverse));
        }

        float sum = even + odd;
        if (sum > 1e-20f && sum < 1e20f)
        {
            return Log(sum);
        }

        float largest = float.NegativeInfinity;
        at = first;
        for (j = 0; j < count; j++)
        {
            float exponent = Exponent(own, others[j], costs[at], inverse);
            largest = weights[j] > 0 ? XMath.Max(largest, exponent) : largest;
            at += step;
        }

        if (!(largest > float.NegativeInfinity))
        {
            return largest;
        }

        sum = 0;
        at = first;
        for (j = 0; j < count; j++)
        {
            sum += weights[j] > 0 ? weights[j] * XMath.Exp(Exponent(own, others[j], costs[at], inverse) - largest) : 0;
            at += step;
        }

        return largest + Log(sum);
    }

    /// <summary>(p + q - c) / epsilon, with p + q - c to some 48 bits; -infinity for a forbidden pair.</summary>
    private static float Exponent(TwoFloats p, TwoFloats q, float cost, float inverse)
    {
        if (!(cost < float.PositiveInfinity) || !(q.High < float.PositiveInfinity))
        {
            return float.NegativeInfinity;
        }

        // Knuth's errors of a sum and of a difference.
        float sum = p.High + q.High;
        float part = sum - p.High;
        float error = p.High - (sum - part) + (q.High - part);
        float difference = sum - cost;
        float back = sum - difference;
        float rest = sum - (difference + back) + (back - cost);
        return XMath.Max((difference + (error + rest + p.Low + q.Low)) * inverse, -1e30f);
    }

    /// <summary>The potential that follows: lambda (p - epsilon log sum), with the rounding of p's change alone.</summary>
    private static TwoFloats Next(TwoFloats own, float logSum, float penalty, float epsilon)
    {
        if (!(logSum > float.NegativeInfinity))
        {
            return TwoFloatSummation.From(float.PositiveInfinity);
        }

        if (penalty == float.PositiveInfinity)
        {
            return TwoFloatSummation.Add(own, -(epsilon * logSum));
        }

        float lambda = penalty / (penalty + epsilon);
        float rest = epsilon / (penalty + epsilon);
        return TwoFloatSummation.Add(own, -((rest * own.High) + (lambda * (epsilon * logSum))));
    }

    /// <summary>The natural logarithm, near 1 to float32's precision, where a device's own is an approximation.</summary>
    private static float Log(float value)
    {
        float beyond = value - 1;
        if (XMath.Abs(beyond) > 0.25f)
        {
            return XMath.Log(value);
        }

        // 2 artanh(z); z is at most 1/7.
        float z = beyond / (value + 1);
        float square = z * z;
        return 2 * z * (1 + (square * ((1f / 3) + (square * (0.2f + (square * ((1f / 7) + (square * (1f / 9)))))))));
    }

    private static void Write(SinkhornGroup problem, SinkhornTask task, SinkhornViews views, float epsilon, int iterations)
    {
        float inverse = 1 / epsilon;
        for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
        {
            TwoFloats own = problem.ColumnPotentials[j];
            float weight = problem.ColumnWeights[j];
            TwoFloats sum = TwoFloatSummation.From(0);
            long at = j;
            for (int i = 0; i < problem.Rows; i++)
            {
                float mass = Mass(problem.RowPotentials[i], problem.RowWeights[i], own, weight, problem.ByColumn[at], inverse);
                sum = TwoFloatSummation.Add(sum, mass);
                if (task.HasPlan != 0)
                {
                    views.Plan[problem.FirstCost + ((long)i * problem.Columns) + j] = mass;
                }

                at += problem.ColumnInnerStep;
            }

            views.ColumnSums[problem.FirstColumn + j] = sum;
            views.ColumnPotentials[problem.FirstColumn + j] = own;
        }

        for (int i = Group.IdxX; i < problem.Rows; i += Group.DimX)
        {
            TwoFloats own = problem.RowPotentials[i];
            float weight = problem.RowWeights[i];
            TwoFloats sum = TwoFloatSummation.From(0);
            long at = i * problem.RowStep;
            for (int j = 0; j < problem.Columns; j++)
            {
                float cost = problem.ByRow[at];
                float mass = Mass(own, weight, problem.ColumnPotentials[j], problem.ColumnWeights[j], cost, inverse);
                sum = TwoFloatSummation.Add(sum, mass > 0 ? mass * cost : 0);
                at += problem.RowInnerStep;
            }

            views.RowCosts[problem.FirstRow + i] = sum;
            views.RowPotentials[problem.FirstRow + i] = own;
        }

        if (Group.IdxX == 0)
        {
            views.Epsilon[problem.Number] = epsilon;
            views.Iterations[problem.Number] = iterations;
        }
    }

    /// <summary>An element of the plan.</summary>
    private static float Mass(TwoFloats p, float pWeight, TwoFloats q, float qWeight, float cost, float inverse)
    {
        if (!(pWeight > 0) || !(qWeight > 0) || !(p.High < float.PositiveInfinity))
        {
            return 0;
        }

        // An epsilon beyond what two floats resolve leaves exponents that are anything; the error will tell.
        return pWeight * (qWeight * XMath.Exp(XMath.Min(Exponent(p, q, cost, inverse), 60)));
    }
}
