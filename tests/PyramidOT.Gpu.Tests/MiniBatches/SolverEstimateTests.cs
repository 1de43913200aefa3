using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Estimates whose batches any solver solves.</summary>
public class SolverEstimateTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [InlineData(40, 40)]
    [InlineData(40, 33)]
    public void Exact_transport_is_what_none_means(int sources, int targets)
    {
        using PyramidPair pyramid = Build("host, 1 thread", sources, targets, 2);
        MiniBatchEstimate expected = MiniBatchTransport.Estimate(pyramid, 7);
        WeightedClouds.AssertSame(expected, Estimate(pyramid, 7, PyramidOT.ExactTransport.Default), "the default");
        WeightedClouds.AssertSame(expected, Estimate(pyramid, 7, new PyramidOT.ExactTransport { MassShare = 1 }), "all mass");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Entropic_batches_are_nearly_exact(string engine)
    {
        const double Epsilon = 0.05;
        foreach ((int sources, int targets) in Some(engine, [(24, 36), (15, 15)]))
        {
            using PyramidPair pyramid = Build(engine, sources, targets, 2);
            MiniBatchEstimate exact = MiniBatchTransport.Estimate(pyramid, 10);
            MiniBatchEstimate entropic = Estimate(pyramid, 10, new Sinkhorn(new() { Epsilon = Epsilon }));
            Assert.Equal(exact.BatchCosts.Length, entropic.BatchCosts.Length);
            for (int b = 0; b < exact.BatchCosts.Length; b++)
            {
                Assert.InRange(entropic.BatchCosts[b], exact.BatchCosts[b] - 1e-5, exact.BatchCosts[b] + (Epsilon * Math.Log(10)) + 1e-5);
            }

            Assert.InRange(entropic.PooledCost, exact.PooledCost - 1e-5, exact.PooledCost + (Epsilon * Math.Log(10)) + 1e-5);
            Assert.InRange(entropic.MaxGap, 0, 1e-3);
            double[] masses = entropic.Coupling.Masses.ToArray();
            Assert.Equal(1, masses.Sum(), 1e-4);
            double[] sums = new double[sources];
            for (int i = 0; i < masses.Length; i++)
            {
                sums[entropic.Coupling.SourceRows[i]] += masses[i];
            }

            Assert.All(sums, sum => Assert.Equal(1.0 / sources, sum, 1e-4 / sources));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void On_a_line_sliced_batches_are_exact_without_a_coupling(string engine)
    {
        foreach ((int sources, int targets) in Some(engine, [(30, 30), (24, 36)]))
        {
            using PyramidPair pyramid = Build(engine, sources, targets, 1);
            MiniBatchEstimate exact = MiniBatchTransport.Estimate(pyramid, 9);
            MiniBatchEstimate sliced = Estimate(pyramid, 9, new SlicedWasserstein(new() { Projections = 2 }));
            Assert.Equal(exact.BatchCosts.Length, sliced.BatchCosts.Length);
            for (int b = 0; b < exact.BatchCosts.Length; b++)
            {
                Assert.Equal(exact.BatchCosts[b], sliced.BatchCosts[b], 1e-5 * exact.BatchCosts[b]);
            }

            Assert.Equal(exact.PooledCost, sliced.PooledCost, 1e-5 * exact.PooledCost);
            Assert.Equal(0, sliced.Coupling.Count);
            Assert.True(double.IsNaN(sliced.MaxGap));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_share_of_each_batch_moves(string engine)
    {
        foreach ((int sources, int targets) in Some(engine, [(20, 32), (24, 24)]))
        {
            using PyramidPair pyramid = Build(engine, sources, targets, 2);
            MiniBatchEstimate exact = MiniBatchTransport.Estimate(pyramid, 8);
            MiniBatchEstimate partial = Estimate(pyramid, 8, new PyramidOT.ExactTransport { MassShare = 0.75 });
            Assert.Equal(exact.BatchCosts.Length, partial.BatchCosts.Length);
            for (int b = 0; b < exact.BatchCosts.Length; b++)
            {
                // Convex in the share, and nothing at none: at most that share of the whole's cost.
                Assert.InRange(partial.BatchCosts[b], 0, (0.75 * exact.BatchCosts[b]) + 1e-6);
            }

            Assert.Equal(0.75, partial.Coupling.Masses.ToArray().Sum(), 1e-6);
            Assert.InRange(partial.MaxGap, 0, 1e-4);
        }
    }

    [Fact]
    public void Neither_threads_nor_waves_change_a_bit()
    {
        foreach (TransportSolver solver in Solvers)
        {
            foreach ((int sources, int targets) in new[] { (60, 60), (41, 57) })
            {
                using PyramidPair one = Build("host, 1 thread", sources, targets, 2);
                using PyramidPair two = Build("host, 2 threads", sources, targets, 2);
                MiniBatchEstimate expected = Estimate(one, 6, solver);
                WeightedClouds.AssertSame(expected, Estimate(two, 6, solver), solver.GetType().Name);
                WeightedClouds.AssertSame(
                    expected, MiniBatchTransport.Estimate(two, 6, new() { Solver = solver, WaveBytes = 1 }), $"{solver.GetType().Name}, wave by wave");
            }
        }
    }

    [Fact]
    public void Points_in_one_place_cost_nothing_whatever_solves()
    {
        float[] points = [2, 2, 2, 2, 2, 2, 2, 2];
        using PyramidPair pyramid = TestPyramids.Build(Engine("host, 1 thread"), points, points, 2, new());
        foreach (TransportSolver solver in Solvers)
        {
            MiniBatchEstimate estimate = Estimate(pyramid, 3, solver);
            Assert.Equal(0, estimate.PooledDistance, 1e-12);
            Assert.True(solver is SlicedWasserstein ? double.IsNaN(estimate.MaxGap) : estimate.MaxGap >= 0, $"{solver.GetType().Name}: a gap of {estimate.MaxGap}.");
            Assert.False(double.IsInfinity(estimate.MaxGap), $"{solver.GetType().Name}: an infinite gap.");
        }
    }

    [Fact]
    public void A_solver_that_does_not_know_the_distance_refuses()
    {
        using PyramidPair pyramid = Build("host, 1 thread", 10, 10, 2);
        foreach (GroundDistance distance in new[] { GroundDistance.Manhattan, GroundDistance.Cosine })
        {
            MiniBatchOptions options = new() { Solver = new SlicedWasserstein(), Cost = new(distance, 1) };
            Assert.Throws<NotSupportedException>(() => MiniBatchTransport.Estimate(pyramid, 5, options));
            Assert.Throws<NotSupportedException>(
                () => MiniBatchTransport.LossAndGradient(pyramid, pyramid.Batches(5).First(), options.Cost, options.Solver));
        }
    }

    private static IReadOnlyList<TransportSolver> Solvers { get; } =
    [
        new PyramidOT.ExactTransport { MassShare = 0.4 },
        new Sinkhorn(new() { Epsilon = 0.1 }),
        new Sinkhorn(new() { Epsilon = 0.1, IsRelativeEpsilon = true, MarginalPenalty = 1 }),
        new SlicedWasserstein(new() { Projections = 5 }),
    ];

    private static MiniBatchEstimate Estimate(PyramidPair pyramid, int batchSize, TransportSolver solver) =>
        MiniBatchTransport.Estimate(pyramid, batchSize, new() { Solver = solver });

    private PyramidPair Build(string engine, int sources, int targets, int dimensions)
    {
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, sources, targets, dimensions, seed: 751);
        return TestPyramids.Build(Engine(engine), source, target, dimensions, new() { Branching = 4, LloydRounds = 2, Centres = CentreSelection.Sample });
    }
}
