using PyramidOT.Kernels;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

public sealed class MultiMarginalDescentTests : IDisposable
{
    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Paper_shift_gives_the_numbers_of_the_published_code()
    {
        MultiMarginalDescentResult ten = Minimise([Bell(4, 20, 5), Bell(4, 60, 8)], new() { Steps = 10, Rate = 1e-3, Step = DescentStep.PaperShift });
        Assert.Equal(0.13667759626298503, ten.Trace[0], 1e-14);
        Assert.Equal(0.1403, ten.Values[0], 5e-4);
        AssertNear([.05553516, .13082618, .27327479, .54036388, .04185365, .09570724, .24384705, .61859206], ten.Masses, 6e-9);

        MultiMarginalDescentResult many = Minimise(
            [Bell(100, 20, 5), Bell(100, 60, 8)], new() { Steps = 4000, Rate = 1e-5, Decay = .997, Step = DescentStep.PaperShift });
        Assert.Equal(39.99954930374168, many.Trace[0], 1e-12);
        Assert.Equal(9.29e-4, many.Values[0], 5e-7);
    }

    [Theory]
    [InlineData(DescentStep.Projected, 6e-4)]
    [InlineData(DescentStep.PaperShift, 2e-3)]
    public void Seven_histograms_become_one(DescentStep step, double largest)
    {
        double[][] seven = [.. Enumerable.Range(0, 7).Select(j =>
            Bell(50, 25 * CounterRandom.Uniform(1, 0, (ulong)j) * (1 + CounterRandom.Below(2, 1, 1, (ulong)j)), 5))];
        MultiMarginalDescentResult result = Minimise(seven, new() { Steps = 3000, Rate = 1e-4, Decay = .997, Step = step });

        Assert.Equal(34.5, result.Trace[0], 0.1);
        Assert.InRange(result.Values[0], 0, largest);
        for (int j = 1; j < 7; j++)
        {
            AssertNear(result.Masses[..50], result.Masses.Slice(j * 50, 50), 5e-4);
        }
    }

    [Fact]
    public void A_multiplicative_step_leaves_empty_bins_empty()
    {
        double[] left = [0.5, 0.5, 0, 0];
        double[] right = [0, 0.25, 0.75, 0];
        MultiMarginalDescentResult result = Minimise([left, right], new() { Steps = 200, Rate = 0.01, Step = DescentStep.Multiplicative });

        Assert.True(result.Values[0] < result.Trace[0]);
        Assert.Equal([true, true, false, false, false, true, true, false], result.Masses.ToArray().Select(mass => mass > 0));
        Assert.Equal(1, result.Masses[..4].ToArray().Sum(), 1e-14);

        // One step by hand: the gradient of left is 0, -1, -2, -2, that of right the opposite.
        double[] one = Minimise([left, right], new() { Steps = 1, Rate = 0.01, Step = DescentStep.Multiplicative }).Masses.ToArray();
        AssertNear([0.5 / 1.00125, 0.50125 / 1.00125, 0, 0], one.AsSpan(0, 4), 1e-15);
        double sum = 1 - (0.0025 * ((0.25 * 1) + (0.75 * 2)));
        AssertNear([0, 0.25 * 0.9975 / sum, 0.75 * 0.995 / sum, 0], one.AsSpan(4), 1e-15);
    }

    [Theory]
    [InlineData(DescentStep.Projected)]
    [InlineData(DescentStep.PaperShift)]
    [InlineData(DescentStep.Multiplicative)]
    public void Every_iterate_is_a_histogram_of_its_total(DescentStep step)
    {
        Draws draws = new(6);
        double[][] rows = [.. Enumerable.Range(0, 5).Select(_ => Draw(draws, 8, 3))];
        MultiMarginalDescentResult result = Minimise(rows, new() { Steps = 30, Rate = 0.1, Step = step, Snapshots = [0, 1, 7, 30] });

        Assert.Equal([0, 1, 7, 30], result.Snapshots.Select(snapshot => snapshot.Step));
        Assert.Equal(MarginalHistograms.Of(rows).Masses.ToArray(), result.Snapshots[0].Masses.ToArray());
        Assert.Equal(result.Masses.ToArray(), result.Snapshots[3].Masses.ToArray());
        foreach ((_, ReadOnlyMemory<double> masses) in result.Snapshots)
        {
            Assert.All(masses.ToArray(), mass => Assert.InRange(mass, 0, 3));
            Assert.All(Enumerable.Range(0, 5), j => Assert.Equal(3, masses.Span.Slice(8 * j, 8).ToArray().Sum(), 1e-13));
        }

        // The trace is what the distance of the iterates is.
        for (int i = 0; i < 4; i++)
        {
            MarginalHistograms histograms = MarginalHistograms.Create(result.Snapshots[i].Masses.Span, result.Layout);
            Assert.Equal(MultiMarginalTransport.Solve(_engine, histograms).Values[0], result.Trace[result.Snapshots[i].Step], 1e-12);
        }
    }

    [Fact]
    public void A_small_projected_step_goes_downhill_and_equal_histograms_stay()
    {
        Draws draws = new(7);
        double[][] rows = [.. Enumerable.Range(0, 4).Select(_ => Draw(draws, 10, 1))];
        MultiMarginalDescentResult result = Minimise(rows, new() { Steps = 20, Rate = 1e-6 });
        Assert.Equal(result.Trace.ToArray().OrderDescending(), result.Trace.ToArray());
        Assert.True(result.Values[0] < result.Trace[0]);

        MultiMarginalDescentResult same = Minimise([rows[0], rows[0], rows[0]], new() { Steps = 20, Rate = 1 });
        AssertNear(rows[0], same.Masses[20..], 1e-14);
        Assert.Equal(0, same.Values[0], 1e-14);
    }

    [Fact]
    public void Another_cost_goes_downhill_as_well()
    {
        Draws draws = new(10);
        double[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Draw(draws, 6, 1))];
        MarginalHistograms histograms = MarginalHistograms.Of(rows, new() { Positions = [0, 1, 2.5, 3, 5, 8] });
        foreach (MultiMarginalCost cost in new[] { MultiMarginalCost.Pairwise(2), MultiMarginalCost.Median, MultiMarginalCost.Range })
        {
            MultiMarginalDescentResult result = MultiMarginalDescent.Minimise(_engine, histograms, new() { Steps = 400, Rate = 2e-3, Decay = 0.98, Cost = cost });
            MultiMarginalResult first = MultiMarginalTransport.Solve(_engine, histograms, new() { Cost = cost, Ties = TieRule.Averaged });
            Assert.Equal(first.Values[0], result.Trace[0], 1e-12);
            Assert.True(result.Values[0] < 0.2 * result.Trace[0], $"{cost}: {result.Trace[0]} became {result.Values[0]}.");

            // The first step is against the gradient that the solver gives.
            double[] one = MultiMarginalDescent.Minimise(_engine, histograms, new() { Steps = 1, Rate = 2e-3, Cost = cost }).Masses.ToArray();
            double[] expected = [.. histograms.Masses.ToArray().Zip(first.Gradients.ToArray(), (mass, slope) => mass - (2e-3 * slope))];
            SimplexProjection.ProjectRows(expected, 6);
            AssertNear(expected, one, 1e-14);
        }
    }

    [Fact]
    public void The_first_histogram_can_stand_still()
    {
        Draws draws = new(8);
        double[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Draw(draws, 12, 1))];
        MultiMarginalDescentResult result = Minimise(rows, new() { Steps = 900, Rate = 1e-2, Decay = 0.99, KeepsFirst = true });

        Assert.Equal(MarginalHistograms.Of(rows).Masses[..12], result.Masses[..12]);
        Assert.InRange(result.Values[0], 0, 1e-2);
        AssertNear(rows[0], result.Masses[12..24], 2e-3);
        AssertNear(rows[0], result.Masses[24..], 2e-3);
    }

    [Theory]
    [InlineData(DescentStep.Projected)]
    [InlineData(DescentStep.PaperShift)]
    public void A_batch_is_its_problems_one_by_one(DescentStep step)
    {
        Draws draws = new(9);
        double[][][] problems = [.. new[] { (3, 5), (1, 4), (0, 0), (2, 1), (4, 7), (2, 6) }.Select(shape =>
            Enumerable.Range(0, shape.Item1).Select(_ => Draw(draws, shape.Item2, 2)).ToArray())];
        problems[5] = [new double[6], new double[6]];
        MultiMarginalDescentOptions options = new() { Steps = 12, Rate = 0.02, Decay = 0.9, DecayFrom = 3, Step = step };
        List<MultiMarginalDescentProgress> reports = [];
        MultiMarginalDescentResult all = MultiMarginalDescent.Minimise(_engine, MarginalHistograms.OfProblems(problems), options, new Reports(reports));

        for (int b = 0; b < problems.Length; b++)
        {
            MultiMarginalDescentResult one = Minimise(problems[b], options);
            Assert.Equal(one.Masses.ToArray(), all.MassesOf(b).ToArray());
            Assert.Equal(one.Trace.ToArray(), Enumerable.Range(0, 13).Select(s => all.Trace[(6 * s) + b]));
        }

        Assert.Equal(new double[12], all.MassesOf(5).ToArray());
        Assert.Equal(Enumerable.Range(1, 12), reports.Select(report => report.Steps));
        Assert.All(reports, report => Assert.Equal((12, all.Trace.Slice(6 * (report.Steps - 1), 6).ToArray().Sum()), (report.TotalSteps, report.Value)));
    }

    [Fact]
    public void No_steps_and_a_shift_that_leaves_nothing_are_defined()
    {
        double[][] rows = [[1, 0], [0.5, 0.5]];
        MultiMarginalDescentResult none = Minimise(rows, new() { Steps = 0, Rate = 1, Snapshots = [0] });
        Assert.Equal([1, 0, 0.5, 0.5], none.Masses.ToArray());
        Assert.Equal([0.5], none.Trace.ToArray());

        // The first row, with gradient (0, -1), is equal everywhere after a step of that length to below 0.
        MultiMarginalDescentResult equal = Minimise([[-0.0, 1], [1, 0]], new() { Steps = 1, Rate = 1, Step = DescentStep.PaperShift });
        Assert.Equal([0.5, 0.5], Minimise([[1, 0], [0, 1]], new() { Steps = 1, Rate = 1, Step = DescentStep.PaperShift }).Masses[..2].ToArray());
        Assert.All(equal.Masses.ToArray(), mass => Assert.InRange(mass, 0, 1));
    }

    [Fact]
    public void It_refuses_options_that_make_no_sense_and_stops_when_asked()
    {
        double[][] rows = [[1, 0], [0.5, 0.5]];
        MultiMarginalDescentOptions sound = new() { Steps = 3, Rate = 1 };
        foreach (MultiMarginalDescentOptions options in new[]
        {
            sound with { Steps = -1 }, sound with { Rate = 0 }, sound with { Rate = double.NaN }, sound with { Rate = double.PositiveInfinity },
            sound with { Decay = 0 }, sound with { Decay = 1.1 }, sound with { DecayFrom = -1 }, sound with { Step = (DescentStep)3 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Minimise(rows, options));
        }

        Assert.Contains("Snapshot 1 is of step 1", Assert.Throws<ArgumentException>(() => Minimise(rows, sound with { Snapshots = [1, 1] })).Message, StringComparison.Ordinal);
        Assert.Contains("Snapshot 0 is of step 4", Assert.Throws<ArgumentException>(() => Minimise(rows, sound with { Snapshots = [4] })).Message, StringComparison.Ordinal);
        Assert.Contains("more values", Assert.Throws<ArgumentException>(() => Minimise(rows, sound with { Steps = int.MaxValue })).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => MultiMarginalDescent.Minimise(
            _engine, MarginalHistograms.Of(rows), sound, cancellation: new CancellationToken(canceled: true)));
    }

    private MultiMarginalDescentResult Minimise(IReadOnlyList<double[]> rows, MultiMarginalDescentOptions options) =>
        MultiMarginalDescent.Minimise(_engine, MarginalHistograms.Of(rows), options);

    private static double[] Draw(Draws draws, int bins, double mass)
    {
        double[] row = [.. Enumerable.Range(0, bins).Select(_ => draws.Below(4) * draws.Uniform())];
        row[draws.Below(bins)] += 1;
        double total = row.Sum();
        return [.. row.Select(x => mass * x / total)];
    }

    private static double[] Bell(int bins, double mean, double deviation)
    {
        double[] bell = [.. Enumerable.Range(0, bins).Select(i => Math.Exp(-(i - mean) * (i - mean) / (2 * deviation * deviation)))];
        double total = bell.Sum();
        return [.. bell.Select(x => x / total)];
    }

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }

    private sealed class Reports(List<MultiMarginalDescentProgress> list) : IProgress<MultiMarginalDescentProgress>
    {
        public void Report(MultiMarginalDescentProgress value) => list.Add(value);
    }
}
