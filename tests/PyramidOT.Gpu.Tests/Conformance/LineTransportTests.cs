using PyramidOT.Engines;

namespace PyramidOT.Tests.Conformance;

/// <summary>Transport on lines on every engine, against the integral over quantiles.</summary>
public class LineTransportTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly double[] s_exponents = [1, 1.5, 2, 3, 2.7];

    // Equal and unequal sizes, one against many, and a block's edge on either side.
    private static readonly (int Sources, int Targets)[] s_shapes =
    [
        (0, 0), (1, 1), (3, 3), (1, 20), (20, 1), (7, 5), (40, 41), (64, 64), (0, 0), (255, 257), (256, 256), (300, 600),
    ];

    public static TheoryData<string, double> Cases => Crossed.With(EnginesAtHand.Names, s_exponents);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_shares_are_moved(string engine, double p) => AssertSolved(engine, p, Clouded(420), weights: null);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_are_moved(string engine, double p)
    {
        Draws draws = new(421);
        AssertSolved(engine, p, Clouded(422), () => draws.Uniform());
        AssertSolved(engine, p, Clouded(423), () => draws.Below(3));
        AssertSolved(engine, p, Clouded(424), () => Math.Pow(10, -12 * draws.Uniform()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ties_are_moved(string engine, double p)
    {
        Draws draws = new(425);
        AssertSolved(engine, p, () => draws.Below(4) - 1.5f, weights: null);
        AssertSolved(engine, p, () => draws.Below(4), () => draws.Below(2));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Slopes_are_those_of_the_cost(string engine)
    {
        Draws draws = new(426);
        foreach ((int sources, int targets, bool isWeighted) in Some(engine, [(6, 6, false), (5, 8, false), (7, 4, true), (1, 5, true), (6, 6, true)]))
        {
            // On a grid of odd and even numbers: no ties within 0.5, so that small steps change no order.
            float[] x = [.. draws.Permutation(sources).Select(i => (2f * i) + 0.3f)];
            float[] y = [.. draws.Permutation(targets).Select(i => (2.6f * i) - 1.1f)];
            double[] xWeights = isWeighted ? Weights(sources) : [];
            double[] yWeights = isWeighted ? Weights(targets) : [];
            foreach (double p in s_exponents)
            {
                Transport1DSolution solution = Transport1D.Solve(Engine(engine), x, y, xWeights, yWeights, new() { P = p, WithGradient = true });
                double total = isWeighted ? xWeights.Sum() : 1;
                for (int i = 0; i < x.Length; i++)
                {
                    Assert.Equal(total * Difference(x, i, () => ReferenceLines.Cost(x, xWeights, y, yWeights, p)), solution.SourceGradient[i], 2e-3);
                }

                for (int j = 0; j < y.Length; j++)
                {
                    Assert.Equal(total * Difference(y, j, () => ReferenceLines.Cost(x, xWeights, y, yWeights, p)), solution.TargetGradient[j], 2e-3);
                }
            }
        }

        double[] Weights(int count)
        {
            double[] weights = [.. Enumerable.Range(0, count).Select(_ => 0.1 + draws.Uniform())];
            double sum = weights.Sum();
            return [.. weights.Select(weight => 2 * weight / sum)];
        }

        static double Difference(float[] positions, int i, Func<double> cost)
        {
            const float Step = 1f / 64;
            float middle = positions[i];
            positions[i] = middle + Step;
            double above = cost();
            float high = positions[i];
            positions[i] = middle - Step;
            double below = cost();
            float low = positions[i];
            positions[i] = middle;
            return (above - below) / ((double)high - low);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_stays_where_it_is_has_no_slope(string engine)
    {
        float[] x = [3, 1, 2, 2];
        foreach (double p in s_exponents)
        {
            Transport1DSolution solution = Transport1D.Solve(Engine(engine), x, [2, 2, 3, 1], options: new() { P = p, WithGradient = true });
            Assert.Equal(0, solution.Value);
            Assert.Equal(new float[4], solution.SourceGradient);
            Assert.Equal(new float[4], solution.TargetGradient);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout lines = BatchLayout.Uniform(2, 3, 2);
        using EngineBuffer<float> six = at.Allocate<float>(6);
        using EngineBuffer<float> four = at.Allocate<float>(4);
        using EngineBuffer<long> ends = at.Allocate<long>(6);
        using EngineBuffer<int> places = at.Allocate<int>(6);
        LineSide rows = new() { Positions = six };
        LineSide columns = new() { Positions = four };
        Assert.Equal("source", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Transport(lines, columns, rows, 2, new double[2])).ParamName);
        Assert.Equal("source", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Transport(lines, rows with { Slopes = six }, columns, 2, new double[2])).ParamName);
        Assert.Equal("costs", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Transport(lines, rows, columns, 2, new double[3])).ParamName);
        Assert.Equal("target", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Transport(lines, rows with { Ends = ends }, columns, 2, new double[2])).ParamName);
        Assert.Equal("exponent", Assert.Throws<ArgumentOutOfRangeException>(() => at.Slices.Transport(lines, rows, columns, 0.5, new double[2])).ParamName);
        Assert.Equal("exponent", Assert.Throws<ArgumentOutOfRangeException>(() => at.Slices.Transport(lines, rows, columns, double.NaN, new double[2])).ParamName);
        ArgumentException lonely = Assert.ThrowsAny<ArgumentException>(
            () => at.Slices.Transport(BatchLayout.Ragged([3, 3], [4, 0]), rows, columns, 2, new double[2]));
        Assert.Contains("Line 1", lonely.Message, StringComparison.Ordinal);
        Assert.Equal("masses", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Accumulate(lines, ends.Slice(0, 2), places, ends)).ParamName);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Places_that_are_none_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout lines = BatchLayout.Uniform(2, 2, 2);
        using EngineBuffer<float> four = at.Upload([1f, 2, 3, 4]);
        using EngineBuffer<float> slopes = at.Allocate<float>(4);
        using EngineBuffer<long> masses = at.Upload([1L, 1, 1, 1]);
        using EngineBuffer<long> ends = at.Allocate<long>(4);
        foreach (int stray in new[] { 2, -1 })
        {
            using EngineBuffer<int> places = at.Upload([0, 1, 0, stray]);
            LineSide plain = new() { Positions = four };
            LineSide side = plain with { Places = places, Slopes = slopes };
            Assert.Equal("target", Assert.Throws<ArgumentOutOfRangeException>(() => at.Slices.Transport(lines, plain, side, 2, new double[2])).ParamName);
            Assert.Equal("places", Assert.Throws<ArgumentOutOfRangeException>(() => at.Slices.Accumulate(lines, masses, places, ends)).ParamName);
        }
    }

    private void AssertSolved(string engine, double p, Func<float> position, Func<double>? weights)
    {
        (int Sources, int Targets)[] shapes = [.. Some(engine, s_shapes)];
        BatchLayout problems = Shapes.Layout(shapes);
        float[] x = Draws.Fill((int)problems.Rows, () => position());
        float[] y = Draws.Fill((int)problems.Columns, () => position());
        double[] xWeights = weights is null ? [] : Masses(problems.RowOffsets, weights);
        double[] yWeights = weights is null ? [] : Masses(problems.ColumnOffsets, weights);
        IReadOnlyList<Transport1DSolution> solutions = Transport1D.SolveBatch(Engine(engine), x, y, problems, xWeights, yWeights, new() { P = p, WithPlan = true });
        for (int b = 0; b < problems.Count; b++)
        {
            if (problems.RowsOf(b) == 0)
            {
                Assert.Equal(0, solutions[b].Value);
                continue;
            }

            float[] own = Shapes.Part(x, problems.RowOffsets, b);
            float[] other = Shapes.Part(y, problems.ColumnOffsets, b);
            double expected = 3 * ReferenceLines.Cost(
                own,
                weights is null ? [] : Shapes.Part(xWeights, problems.RowOffsets, b),
                other,
                weights is null ? [] : Shapes.Part(yWeights, problems.ColumnOffsets, b),
                p) / (weights is null ? 3 : 1);
            double tolerance = 1e-12 + ((engine.StartsWith("host", StringComparison.Ordinal) ? 1e-9 : 3e-6) * expected);
            Assert.Equal(expected, solutions[b].Value, tolerance);

            // The plan costs what the value says.
            Transport1DPlan plan = solutions[b].Plan!;
            double cost = plan.Masses.Select((mass, k) => mass * Math.Pow(Math.Abs((double)own[plan.SourceRows[k]] - other[plan.TargetRows[k]]), p)).Sum();
            Assert.Equal(expected, cost, 1e-12 + (1e-9 * expected));
        }
    }

    // Of total 3 in each problem, some of them 0.
    private static double[] Masses(ReadOnlySpan<long> offsets, Func<double> next)
    {
        double[] masses = new double[offsets[^1]];
        for (int b = 0; b + 1 < offsets.Length; b++)
        {
            Span<double> own = masses.AsSpan((int)offsets[b]..(int)offsets[b + 1]);
            double sum = 0;
            for (int i = 0; i < own.Length; i++)
            {
                own[i] = i == 0 ? next() + 1 : next();
                sum += own[i];
            }

            for (int i = 0; i < own.Length; i++)
            {
                own[i] *= 3 / sum;
            }
        }

        return masses;
    }

    private static Func<float> Clouded(int seed)
    {
        Draws draws = new(seed);
        return () => (float)(draws.Normal() + (draws.Below(2) * 3));
    }
}
