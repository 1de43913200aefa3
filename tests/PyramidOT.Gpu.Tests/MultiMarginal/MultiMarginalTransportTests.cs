using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>The calls of the range cost: batches, loops on the caller's memory, engines.</summary>
public class MultiMarginalTransportTests
{
    [Fact]
    public void A_batch_is_a_loop_over_its_problems()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });
        double[][][] problems = [Rows(3, 5, 1), Rows(1, 9, 2), Rows(12, 17, 3), Rows(2, 1, 4)];
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            MultiMarginalResult batch = MultiMarginalTransport.Solve(engine, MarginalHistograms.OfProblems(problems), new() { Ties = ties });
            for (int b = 0; b < problems.Length; b++)
            {
                MultiMarginalResult one = MultiMarginalTransport.Solve(engine, MarginalHistograms.Of(problems[b]), new() { Ties = ties });
                Assert.Equal(one.Values[0], batch.Values[b]);
                Assert.Equal(one.DualValues[0], batch.DualValues[b]);
                Assert.Equal(one.Gradients, batch.GradientOf(b));
            }
        }
    }

    [Fact]
    public void Values_alone_leave_the_rest_empty()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        MultiMarginalResult result = MultiMarginalTransport.Solve(engine, MarginalHistograms.Of([[1, 0], [0, 1]]), new() { WithGradients = false });
        Assert.Equal([1.0], result.Values);
        Assert.True(result.Gradients.IsEmpty && result.GradientOf(0).IsEmpty);
        Assert.True(double.IsNaN(result.DualValues[0]) && double.IsNaN(result.GapOf(0)));
        Assert.Equal([SolveStatus.Optimal], result.Status.ToArray());
    }

    [Fact]
    public void Devices_agree_with_the_host()
    {
        using ComputeEngine host = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        using ComputeEngine device = ComputeEngine.Create(new() { Kind = EngineKind.CpuAccelerator });
        MarginalHistograms histograms = MarginalHistograms.OfProblems(
            [Rows(4, 12, 5), Rows(9, 12, 6)], new() { Positions = [.. Enumerable.Range(0, 12).Select(i => 0.5 * i * i)] });
        MultiMarginalResult expected = MultiMarginalTransport.Solve(host, histograms);
        MultiMarginalResult actual = MultiMarginalTransport.Solve(device, histograms);
        for (int b = 0; b < 2; b++)
        {
            Assert.Equal(expected.Values[b], actual.Values[b], 1e-5);
            Assert.Equal(0, actual.GapOf(b), 1e-5);
        }

        Assert.Equal(expected.Gradients, actual.Gradients);
        Assert.Equal([SolveStatus.Optimal, SolveStatus.Optimal], actual.Status.ToArray());
    }

    [Fact]
    public void A_loop_allocates_nothing_that_grows_with_the_batch()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        MarginalLayout layout = MarginalLayout.Uniform(300, 5, 20);
        double[] masses = [.. Enumerable.Range(0, 300).SelectMany(b => Rows(5, 20, b)).SelectMany(row => row)];
        using EngineBuffer<float> from = engine.Upload(Array.ConvertAll(masses, mass => (float)mass));
        using EngineBuffer<float> to = engine.Allocate<float>(masses.Length);
        double[] values = new double[300];
        double[] gradients = new double[masses.Length];
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            Step();
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20 * 1000, "A call allocates a kilobyte or more.");

        void Step()
        {
            MultiMarginalTransport.Range(engine, layout, from, default, TieRule.Averaged, values, to);
            MultiMarginalTransport.Range(engine, layout, masses, default, TieRule.FirstLast, values, gradients);
        }
    }

    private static double[][] Rows(int d, int n, int seed)
    {
        Draws draws = new(seed);
        return
        [
            .. Enumerable.Range(0, d).Select(_ =>
            {
                double[] row = [.. Enumerable.Range(0, n).Select(_ => draws.Uniform())];
                double sum = row.Sum();
                return Array.ConvertAll(row, mass => mass / sum);
            }),
        ];
    }
}
