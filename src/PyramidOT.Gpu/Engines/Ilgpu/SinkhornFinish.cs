namespace PyramidOT.Engines.Ilgpu;

/// <summary>Values and errors in float64, from the potentials and marginals that a device computed.</summary>
internal sealed class SinkhornFinish
{
    public required BatchLayout Problems { get; init; }

    public required SinkhornSettings Settings { get; init; }

    /// <summary>Empty for equal weights.</summary>
    public required float[] RowWeights { get; init; }

    /// <summary>Empty for equal weights.</summary>
    public required float[] ColumnWeights { get; init; }

    public required double[] RowPotentials { get; init; }

    public required double[] ColumnPotentials { get; init; }

    public required double[] ColumnSums { get; init; }

    public required double[] RowCosts { get; init; }

    /// <summary>Empty where the settings' epsilon counts.</summary>
    public required double[] GivenEpsilons { get; init; }

    public required double[] Epsilon { get; init; }

    public required int[] Iterations { get; init; }

    public double[] TransportCost { get; private set; } = [];

    public double[] Primal { get; private set; } = [];

    public double[] Dual { get; private set; } = [];

    public double[] Error { get; private set; } = [];

    public SolveStatus[] Status { get; private set; } = [];

    /// <summary>Problems whose plan is 0.</summary>
    public List<int> WithoutPlan { get; } = [];

    public void Run()
    {
        TransportCost = new double[Problems.Count];
        Primal = new double[Problems.Count];
        Dual = new double[Problems.Count];
        Error = new double[Problems.Count];
        Status = new SolveStatus[Problems.Count];
        for (int problem = 0; problem < Problems.Count; problem++)
        {
            Finish(problem);
        }
    }

    private void Finish(int problem)
    {
        double penalty = Settings.MarginalPenalty ?? double.PositiveInfinity;
        Span<double> f = RowPotentials.AsSpan((int)Problems.RowOffsets[problem], Problems.RowsOf(problem));
        Span<double> g = ColumnPotentials.AsSpan((int)Problems.ColumnOffsets[problem], Problems.ColumnsOf(problem));
        double[] a = WeightsOf(RowWeights, Problems.RowOffsets[problem], f.Length);
        double[] b = WeightsOf(ColumnWeights, Problems.ColumnOffsets[problem], g.Length);
        double rowTotal = a.Sum();
        if (f.IsEmpty || g.IsEmpty)
        {
            WithoutPairs(problem, penalty * (rowTotal + b.Sum()), f, g);
            return;
        }

        if (GivenEpsilons.Length > 0 || !Settings.IsRelativeEpsilon)
        {
            Epsilon[problem] = ExactEpsilon(problem);
        }

        bool isBalanced = double.IsPositiveInfinity(penalty);
        double scale = isBalanced ? rowTotal / b.Sum() : 1;
        b = Array.ConvertAll(b, weight => weight * scale);
        double columnTotal = isBalanced ? rowTotal : b.Sum();
        SinkhornValues values = new(Epsilon[problem], penalty);
        for (int i = 0; i < f.Length; i++)
        {
            values.Add(isBalanced ? a[i] : a[i] * Math.Exp(-f[i] / penalty), a[i], f[i]);
            TransportCost[problem] += RowCosts[Problems.RowOffsets[problem] + i];
        }

        double total = 0;
        double error = 0;
        for (int j = 0; j < g.Length; j++)
        {
            double sum = ColumnSums[Problems.ColumnOffsets[problem] + j];
            total += sum;
            values.Add(sum, b[j], g[j]);
            if (b[j] > 0)
            {
                error = isBalanced ? error + Math.Abs(sum - b[j]) : Math.Max(error, values.Change(sum, b[j], g[j]));
            }
        }

        if (isBalanced && values.HasStranded)
        {
            Refuse(problem, f, g);
            return;
        }

        double entropy = Epsilon[problem] * ((rowTotal * columnTotal) - total);
        Primal[problem] = values.Primal + entropy;
        Dual[problem] = values.Dual + entropy;
        Error[problem] = isBalanced ? error / rowTotal : error;
        Status[problem] = Error[problem] <= Settings.Tolerance ? SolveStatus.Optimal : SolveStatus.IterationLimit;
    }

    private double ExactEpsilon(int problem) => GivenEpsilons.Length > 0 ? GivenEpsilons[problem] : Settings.Epsilon;

    private static double[] WeightsOf(float[] weights, long first, int count)
    {
        double[] own = new double[count];
        for (int i = 0; i < count; i++)
        {
            own[i] = weights.Length == 0 ? 1.0 / count : weights[first + i];
        }

        return own;
    }

    private void WithoutPairs(int problem, double penalty, Span<double> f, Span<double> g)
    {
        Epsilon[problem] = ExactEpsilon(problem);
        Iterations[problem] = 0;
        if (double.IsPositiveInfinity(penalty) || double.IsNaN(penalty))
        {
            if (f.Length != g.Length)
            {
                Refuse(problem, f, g);
            }

            return;
        }

        f.Fill(double.PositiveInfinity);
        g.Fill(double.PositiveInfinity);
        Primal[problem] = penalty;
        Dual[problem] = penalty;
    }

    private void Refuse(int problem, Span<double> f, Span<double> g)
    {
        f.Fill(double.NaN);
        g.Fill(double.NaN);
        TransportCost[problem] = double.PositiveInfinity;
        Primal[problem] = double.PositiveInfinity;
        Dual[problem] = double.NaN;
        Error[problem] = double.NaN;
        Status[problem] = SolveStatus.Infeasible;
        WithoutPlan.Add(problem);
    }
}
