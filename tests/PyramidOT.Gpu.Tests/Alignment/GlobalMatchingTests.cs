using PyramidOT.Alignment;
using PyramidOT.Data;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Whole matchings against exact ones, and their certificates.</summary>
public class GlobalMatchingTests
{
    // Above, the plain proof over all pairs takes too long.
    private const int LargestProof = 700;

    public static TheoryData<string, int, int, GroundDistance, double> Instances { get; } = new()
    {
        { "normal", 1, 3, GroundDistance.Euclidean, 2 },
        { "normal", 2, 3, GroundDistance.Euclidean, 2 },
        { "normal", 17, 1, GroundDistance.Euclidean, 2 },
        { "normal", 40, 6, GroundDistance.Euclidean, 2 },
        { "normal", 300, 2, GroundDistance.Euclidean, 2 },
        { "normal", 500, 40, GroundDistance.Euclidean, 2 },
        { "shifted", 600, 2, GroundDistance.Euclidean, 2 },
        { "shifted", 500, 3, GroundDistance.Euclidean, 1 },
        { "normal", 500, 3, GroundDistance.Manhattan, 1 },
        { "normal", 400, 2, GroundDistance.Chebyshev, 3 },
        { "normal", 300, 5, GroundDistance.Cosine, 1 },
        { "ties", 400, 2, GroundDistance.Euclidean, 2 },
        { "ties", 300, 6, GroundDistance.Euclidean, 2 },
        { "duplicates", 300, 8, GroundDistance.Euclidean, 2 },
        { "two far groups", 300, 2, GroundDistance.Euclidean, 2 },

        // Sample levels begin above 1,200.
        { "normal", 1300, 2, GroundDistance.Euclidean, 2 },
        { "normal", 1300, 5, GroundDistance.Euclidean, 2 },
        { "duplicates", 1300, 2, GroundDistance.Euclidean, 2 },
    };

    [Theory]
    [MemberData(nameof(Instances))]
    public void Down_to_no_gap_it_is_the_exact_matching(string kind, int count, int dimensions, GroundDistance distance, double exponent)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair(kind, count, dimensions);
        GroundCost cost = new(distance, exponent);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Cost = cost, Gap = 0 });
        double exact = ExactCost(engine, source, target, cost);
        Assert.Equal(GlobalMatchingEnd.Optimal, match.End);
        Assert.Equal(0, match.Gap);

        // The reference minimises float32 costs, which are accurate to 1e-5.
        Assert.InRange(match.Cost, exact * (1 - 1e-5), exact * (1 + 1e-5));
        CheckCertificate(source, target, cost, match);
    }

    [Theory]
    [InlineData("normal", 1400, 2)]
    [InlineData("shifted", 600, 2)]
    [InlineData("normal", 500, 30)]
    public void Bound_and_distance_enclose_the_exact_one(string kind, int count, int dimensions)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair(kind, count, dimensions);
        double exact = Math.Sqrt(ExactCost(engine, source, target, default));
        foreach (double gap in new[] { 0.05, 1e-3 })
        {
            GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = gap });
            Assert.Equal(GlobalMatchingEnd.Gap, match.End);
            Assert.InRange(match.Gap, 0, gap);
            Assert.InRange(match.LowerBound, 0, exact * (1 + 1e-6));
            Assert.InRange(match.Distance, exact * (1 - 1e-6), exact / (1 - gap) * (1 + 1e-6));
            CheckCertificate(source, target, default, match);
        }
    }

    [Theory]
    [InlineData("normal", 2000, 2)]
    [InlineData("shifted", 1500, 3)]
    [InlineData("two far groups", 1300, 2)]
    [InlineData("duplicates", 1300, 2)]
    public void Taken_as_large_they_are_enclosed_too_and_found_out_in_the_end(string kind, int count, int dimensions)
    {
        (PointCloud source, PointCloud target) = Pair(kind, count, dimensions);
        double exact;
        using (ComputeEngine engine = TestPyramids.Host(2))
        {
            exact = Math.Sqrt(ExactCost(engine, source, target, default));
        }

        foreach (double gap in new[] { 0.01, 0 })
        {
            GlobalMatch[] matches = [.. new[] { 1, 3 }.Select(threads =>
            {
                using ComputeEngine engine = TestPyramids.Host(threads);
                return GlobalMatching.Solve(engine, source, target, new() { Gap = gap, LargeFrom = 64, Sweeps = 1 });
            })];
            GlobalMatch match = matches[0];
            Assert.InRange(match.Gap, 0, gap);
            Assert.InRange(match.LowerBound, 0, exact * (1 + 1e-6));
            Assert.InRange(match.Distance, exact * (1 - 1e-6), exact / (1 - gap) * (1 + 1e-6));
            Assert.Equal(match.History.OrderDescending(), match.History);
            CheckCertificate(source, target, default, match);
            Assert.Equal(match.TargetOf.ToArray(), matches[1].TargetOf.ToArray());
            Assert.Equal(match.TargetPotentials.ToArray(), matches[1].TargetPotentials.ToArray());
        }
    }

    [Theory]
    [InlineData(700, 40, 2)]
    [InlineData(2999, 1000, 2)]
    [InlineData(3001, 1000, 3)]
    public void Where_points_have_far_to_go_a_smaller_problem_proves_the_matching_of_all(int count, int largeFrom, int dimensions)
    {
        (PointCloud source, PointCloud target) = (Corners(count, dimensions, 0), Corners(count, dimensions, 1));
        using ComputeEngine engine = TestPyramids.Host(2);
        double exact = Math.Sqrt(ExactCost(engine, source, target, default));
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0.01, LargeFrom = largeFrom });
        Assert.Equal(GlobalMatchingEnd.Gap, match.End);
        Assert.Equal(LowerBoundKind.Potentials, match.BoundKind);
        Assert.Equal((0, 1), (match.Sweeps, match.Rounds));
        Assert.Equal(match.History[^1], match.Distance);
        Assert.Equal(Enumerable.Range(0, count), match.TargetOf.ToArray().Order());
        Assert.InRange(match.Gap, 0, 0.01);
        Assert.InRange(match.LowerBound, 0, exact * (1 + 1e-6));
        Assert.InRange(match.Distance, exact * (1 - 1e-6), exact / 0.99 * (1 + 1e-6));
        CheckCertificate(source, target, default, match);

        // And where there is no round for it, there is the sweeps' matching.
        match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0.01, LargeFrom = largeFrom, Rounds = 0 });
        Assert.Equal((4, 0, GlobalMatchingEnd.Limit), (match.Sweeps, match.Rounds, match.End));
    }

    [Fact]
    public void Where_no_rounds_can_follow_sweeps_go_on_until_they_gain_nothing()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("normal", 600, 5);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { BatchSize = 30, MostProducts = 1e6 });
        Assert.Equal((0, LowerBoundKind.Coordinates, GlobalMatchingEnd.Limit), (match.Rounds, match.BoundKind, match.End));
        Assert.InRange(match.Sweeps, 5, 64);
        for (int k = 5; k <= match.Sweeps; k++)
        {
            Assert.Equal(k == match.Sweeps && k < 64, match.History[k] > 0.999 * match.History[k - 4]);
        }

        // Asked for, they are as many as that.
        Assert.Equal(7, GlobalMatching.Solve(engine, source, target, new() { BatchSize = 30, MostProducts = 1e6, Sweeps = 7 }).Sweeps);
    }

    [Fact]
    public void History_never_rises_and_ends_with_the_distance()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("shifted", 1300, 2);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 1e-3, Sweeps = 9, BatchSize = 50 });
        Assert.Equal(9, match.Sweeps);
        Assert.Equal(1 + match.Sweeps + match.Rounds, match.History.Count);
        for (int k = 1; k < match.History.Count; k++)
        {
            Assert.True(match.History[k] <= match.History[k - 1], $"Step {k} raised the distance from {match.History[k - 1]:R} to {match.History[k]:R}.");
        }

        Assert.True(match.History[9] < 0.99 * match.History[0], "Nine sweeps gained nothing.");
        Assert.Equal(match.History[^1], match.Distance);
    }

    [Fact]
    public void A_batch_of_all_points_is_exact_at_once()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("normal", 400, 3);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { BatchSize = 400, Sweeps = 0, Rounds = 0 });
        double exact = ExactCost(engine, source, target, default);
        Assert.InRange(match.Cost, exact * (1 - 1e-5), exact * (1 + 1e-5));
        Assert.Equal(GlobalMatchingEnd.Limit, match.End);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void Equal_clouds_are_at_distance_0(int dimensions)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, _) = Pair("normal", 600, dimensions);
        GlobalMatch match = GlobalMatching.Solve(engine, source, source);
        Assert.Equal(0, match.Distance);
        Assert.Equal(0, match.LowerBound);
        Assert.Equal(GlobalMatchingEnd.Optimal, match.End);
        Assert.Equal(Enumerable.Range(0, 600), match.TargetOf.ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_threads_gives_the_same_bits(int dimensions)
    {
        (PointCloud source, PointCloud target) = Pair("normal", 1300, dimensions);
        GlobalMatch[] matches = [.. new[] { 1, 3 }.Select(threads =>
        {
            using ComputeEngine engine = TestPyramids.Host(threads);
            return GlobalMatching.Solve(engine, source, target, new() { Gap = 1e-3 });
        })];
        Assert.All(matches, match =>
        {
            Assert.Equal(matches[0].TargetOf.ToArray(), match.TargetOf.ToArray());
            Assert.Equal(matches[0].LowerBound, match.LowerBound);
            Assert.Equal(matches[0].TargetPotentials.ToArray(), match.TargetPotentials.ToArray());
            Assert.Equal(matches[0].History, match.History);
        });
    }

    [Fact]
    public void Samples_that_cost_nothing_and_equal_points_end()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("all but one equal", 1300, 2);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0.02, Time = TimeSpan.FromMinutes(1) });
        Assert.NotEqual(GlobalMatchingEnd.Time, match.End);
        Assert.InRange(match.Gap, 0, 0.02);
    }

    [Fact]
    public void Engines_agree()
    {
        (PointCloud source, PointCloud target) = Pair("normal", 60, 5);
        using ComputeEngine host = TestPyramids.Host(2);
        using ComputeEngine device = IlgpuEngine.CreateCpu(new(1, 1), new());
        GlobalMatchingOptions options = new() { Gap = 0, BatchSize = 20, Sweeps = 1 };
        GlobalMatch expected = GlobalMatching.Solve(host, source, target, options);
        GlobalMatch match = GlobalMatching.Solve(device, source, target, options);
        Assert.Equal(GlobalMatchingEnd.Optimal, match.End);
        Assert.Equal(expected.Distance, match.Distance, 1e-12 * expected.Distance);
        CheckCertificate(source, target, default, match);
    }

    [Fact]
    public void It_goes_on_from_a_matching_and_potentials()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("normal", 700, 2);
        GlobalMatch first = GlobalMatching.Solve(engine, source, target, new() { Gap = 0.01 });
        GlobalMatch next = GlobalMatching.Solve(
            engine, source, target, new() { Gap = 0, Sweeps = 0, Matching = first.TargetOf.ToArray(), TargetPotentials = first.TargetPotentials.ToArray() });
        Assert.Equal(first.Distance, next.History[0]);
        Assert.Equal(GlobalMatchingEnd.Optimal, next.End);
        Assert.InRange(next.Distance, first.LowerBound * (1 - 1e-12), first.Distance);

        // What was asked for already is not worked on again.
        GlobalMatch same = GlobalMatching.Solve(
            engine, source, target, new() { Gap = 0.02, Sweeps = 0, Matching = first.TargetOf.ToArray(), TargetPotentials = first.TargetPotentials.ToArray() });
        Assert.Equal(0, same.Rounds);
        Assert.Equal(first.Distance, same.Distance);
    }

    [Fact]
    public void Without_rounds_coordinates_give_the_bound()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("shifted", 300, 2);
        foreach ((GroundDistance distance, double exponent) in new[] { (GroundDistance.Euclidean, 2.0), (GroundDistance.Euclidean, 1), (GroundDistance.Manhattan, 1), (GroundDistance.Chebyshev, 2), (GroundDistance.Euclidean, 3) })
        {
            GroundCost cost = new(distance, exponent);
            GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Cost = cost, Rounds = 0 });
            double exact = Math.Pow(ExactCost(engine, source, target, cost), 1 / exponent);
            Assert.Equal(LowerBoundKind.Coordinates, match.BoundKind);
            Assert.InRange(match.LowerBound, 0.3 * exact, exact * (1 + 1e-6));
            Assert.True(match.TargetPotentials.IsEmpty);
        }
    }

    [Fact]
    public void When_the_time_is_over_what_there_is_stands()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("shifted", 500, 2);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0, Time = TimeSpan.Zero });
        Assert.Equal(GlobalMatchingEnd.Time, match.End);
        double exact = Math.Sqrt(ExactCost(engine, source, target, default));
        Assert.InRange(match.LowerBound, 0, exact * (1 + 1e-6));
        Assert.True(match.Distance >= exact * (1 - 1e-6));
        Assert.Equal(500, match.TargetOf.ToArray().Distinct().Count());
    }

    [Theory]
    [InlineData("shifted", 2)]
    [InlineData("normal", 12)]
    public void Whenever_the_time_is_over_the_certificate_fits(string kind, int dimensions)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair(kind, 120, dimensions);
        GlobalMatchingOptions options = new() { Gap = 0, Sweeps = 1, BatchSize = 10 };
        bool isOver = false;
        for (int steps = 0; !isOver; steps++)
        {
            using CancellationTokenSource deadline = new();
            int told = 0;
            using MatchingRun run = new(engine, source, target, options, new Listener(Count), CancellationToken.None);
            GlobalMatch match = run.Run(deadline.Token);
            isOver = told <= steps;
            Assert.True(match.End is GlobalMatchingEnd.Optimal or GlobalMatchingEnd.Time, $"It ended by {match.End}.");
            Assert.False(match.End == GlobalMatchingEnd.Optimal && match.TargetPotentials.IsEmpty);
            Assert.Equal(match.BoundKind == LowerBoundKind.Coordinates, match.TargetPotentials.IsEmpty);
            Assert.Equal(match.TargetPotentials.IsEmpty, match.SourcePotentials.IsEmpty);
            CheckCertificate(source, target, default, match);

            void Count()
            {
                if (told++ == steps)
                {
                    deadline.Cancel();
                }
            }
        }
    }

    [Theory]
    [InlineData("normal", 2)]
    [InlineData("ties", 1)]
    [InlineData("duplicates", 1.5)]
    public void On_a_line_it_is_optimal_at_once(string kind, double exponent)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair(kind, 400, 1);
        GroundCost cost = new(GroundDistance.Euclidean, exponent);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Cost = cost, Gap = 0 });
        double exact = ExactCost(engine, source, target, cost);
        Assert.Equal((GlobalMatchingEnd.Optimal, 0, 0), (match.End, match.Sweeps, match.Rounds));
        Assert.InRange(match.Cost, exact * (1 - 1e-5), exact * (1 + 1e-5));
        Assert.Equal(match.Distance, match.LowerBound);
        Assert.Equal(LowerBoundKind.Coordinates, match.BoundKind);
        CheckCertificate(source, target, cost, match);
    }

    [Fact]
    public void Cancelled_it_ends()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Pair("normal", 500, 2);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => GlobalMatching.Solve(engine, source, target, null, null, cancelled.Token));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using ComputeEngine engine = TestPyramids.Host(1);
        (PointCloud source, PointCloud target) = Pair("normal", 5, 2);
        Refused("6 points where the source has 5", target: Pair("normal", 6, 2).Target);
        Refused("3 dimensions where the source has 2", target: Pair("normal", 5, 3).Target);
        Refused("target has weights", target: target.WithWeights([1, 2, 3, 4, 5]));
        Refused("2 matches for 5 points", new() { Matching = [0, 1] });
        Refused("Source point 3 is matched to target point 1; another", new() { Matching = [0, 1, 2, 1, 4] });
        Refused("Source point 0 is matched to target point 5; targets are from 0 to 4", new() { Matching = [5, 1, 2, 3, 4] });
        Refused("potential of target point 2 is NaN", new() { TargetPotentials = [0, 0, double.NaN, 0, 0] });
        Refused("gap", new() { Gap = double.NaN });
        Refused("Sweeps", new() { Sweeps = -1 });
        Refused("Rounds", new() { Rounds = -1 });
        Refused("BatchSize", new() { BatchSize = 1 });
        Refused("Time", new() { Time = TimeSpan.FromSeconds(-1) });

        void Refused(string words, GlobalMatchingOptions? options = null, PointCloud? target = null)
        {
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(
                () => GlobalMatching.Solve(engine, source, target ?? Pair("normal", 5, 2).Target, options));
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Listener(Action tell) : IProgress<GlobalMatchingProgress>
    {
        public void Report(GlobalMatchingProgress value) => tell();
    }

    /// <summary>Whether the match is one to one, costs what it says, and its potentials prove its bound, all in float64.</summary>
    private static void CheckCertificate(PointCloud source, PointCloud target, GroundCost cost, GlobalMatch match)
    {
        int n = source.Count;
        Assert.Equal(n, match.TargetOf.ToArray().Distinct().Count());
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            total += Cost(cost, source[i], target[match.TargetOf[i]]);
        }

        Assert.Equal(match.Cost, total / n, 1e-10 * match.Cost);
        Assert.Equal(Math.Pow(match.Cost, 1 / cost.Exponent), match.Distance, 1e-12 * match.Distance);
        if (match.TargetPotentials.IsEmpty || n > LargestProof)
        {
            return;
        }

        double bound = 0;
        double scale = 0;
        for (int i = 0; i < n; i++)
        {
            double least = double.PositiveInfinity;
            for (int j = 0; j < n; j++)
            {
                least = Math.Min(least, Cost(cost, source[i], target[j]) - match.TargetPotentials[j]);
            }

            scale += Math.Abs(least);
            bound += least + match.TargetPotentials[i];
            Assert.True(match.SourcePotentials[i] <= least + (1e-9 * match.Cost), $"Potential {i} is {match.SourcePotentials[i]:R}, above {least:R}.");
        }

        double proven = Math.Pow(Math.Max(0, bound / n), 1 / cost.Exponent);
        Assert.True(match.LowerBound <= proven + (1e-6 * match.Distance), $"The bound is {match.LowerBound:R}, and {proven:R} is proven.");
    }

    private static double Cost(GroundCost cost, ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        ReferenceCosts.Power(ReferenceCosts.Ground(cost.Distance, x, y), cost.Exponent);

    private static double ExactCost(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost)
    {
        int n = source.Count;
        float[] costs = new float[(long)n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                costs[(i * n) + j] = (float)Cost(cost, source[i], target[j]);
            }
        }

        return LinearAssignment.Solve(engine, costs, n, n).Cost / n;
    }

    /// <summary>Points near three corners, of which each side has other shares: masses have to go from corner to corner.</summary>
    private static PointCloud Corners(int count, int dimensions, ulong side)
    {
        (float X, float Y)[] corners = [(0, 0), (7, 4), (-3, 8)];
        float[] points = new float[count * dimensions];
        for (int i = 0; i < count; i++)
        {
            int part = 10 * i / count;
            int corner = side == 0 ? (part < 6 ? 0 : part < 8 ? 1 : 2) : (part < 2 ? 0 : part < 7 ? 1 : 2);
            for (int k = 0; k < dimensions; k++)
            {
                float place = k == 0 ? corners[corner].X : k == 1 ? corners[corner].Y : 0;
                points[(i * dimensions) + k] = place + (0.3f * (float)CounterNormal.At(91, side, (ulong)((i * dimensions) + k)));
            }
        }

        return new(points, dimensions);
    }

    private static (PointCloud Source, PointCloud Target) Pair(string kind, int count, int dimensions)
    {
        return (Cloud(0), Cloud(1));

        PointCloud Cloud(ulong side)
        {
            float[] points = new float[count * dimensions];
            for (int k = 0; k < points.Length; k++)
            {
                double normal = CounterNormal.At(91, side, (ulong)k);
                points[k] = (float)(kind switch
                {
                    "ties" => Math.Round(normal * 3),
                    "duplicates" => Math.Round(CounterNormal.At(91, side, (ulong)(k % (7 * dimensions)))),
                    "two far groups" => (1e-3 * normal) + (k / dimensions % 2 * 1000),
                    "all but one equal" => k / dimensions == count - 1 ? (side == 0 ? 0 : 50) : Math.Round(CounterNormal.At(91, 0, (ulong)(k % (400 * dimensions)))),
                    "shifted" => (normal - Math.Floor(normal)) + (side / 2.0),
                    _ => normal,
                });
            }

            return new(points, dimensions);
        }
    }
}
