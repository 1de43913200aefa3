using System.Numerics;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Transport;

/// <summary>Transport of a share of the mass, against trying which units stay.</summary>
public class PartialTransportTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Of_equal_masses_the_best_choice_moves(string engine)
    {
        foreach ((int rows, int columns) in Some(engine, [(1, 1), (3, 3), (5, 5), (4, 4)]))
        {
            Draws draws = new(600 + rows);
            float[] costs = Draws.Fill(rows * columns, draws.Normal);
            for (int moved = 1; moved <= rows; moved++)
            {
                double share = moved / (double)rows;
                TransportResult result = Solve(engine, share, TransportProblem.FromCosts(costs, rows, columns));
                double expected = LeastOfUnits(costs, Ones(rows), Ones(columns), moved) / rows;
                Assert.Equal(SolveStatus.Optimal, result.Status);
                Assert.Equal(expected, result.Value, 1e-6);
                Assert.Equal(result.Value, result.TransportCost);
                AssertMoves(result, costs, Equal(rows), Equal(columns), share);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Of_whole_masses_the_best_units_move(string engine)
    {
        const int Units = 8;
        foreach (int seed in Some(engine, [0, 1, 2, 3, 4]))
        {
            Draws draws = new(610 + seed);
            (long[] rows, long[] columns) = TransportChecks.WholeMasses(draws, 2 + draws.Below(3), 2 + draws.Below(4), Units);
            float[] costs = Draws.Fill(rows.Length * columns.Length, draws.Uniform);
            float[] a = [.. rows.Select(mass => (float)mass)];
            float[] b = [.. columns.Select(mass => (float)mass)];
            for (int moved = 1; moved <= Units; moved += 2)
            {
                double share = moved / (double)Units;
                TransportResult result = Solve(engine, share, TransportProblem.FromCosts(costs, a.Length, b.Length, a, b));
                double expected = LeastOfUnits(costs, rows, columns, moved);
                Assert.Equal(expected, result.Value, 1e-5 * Math.Max(1, expected));
                AssertMoves(result, costs, a, b, share);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void All_of_the_mass_is_full_transport_and_more_costs_more(string engine)
    {
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Clustered, 9, 12, 2, seed: 621);
        Draws draws = new(622);
        PointCloud x = new(source, 2, Draws.Fill(9, draws.Uniform));
        PointCloud y = new(target, 2, Draws.Fill(12, draws.Uniform));
        TransportProblem problem = TransportProblem.FromClouds(x, y, new(GroundDistance.Euclidean, 1));
        TransportResult full = Solve(engine, 1, problem);
        TransportChecks.AssertSame(Assert.Single(ExactTransport.Default.Solve(Engine(engine), problem)), full, "a share of 1");
        Assert.Equal(full.Value, Solve(engine, 1 - 1e-7, problem).Value, 1e-5 * full.Value);

        double[] shares = [.. Some(engine, [.. Enumerable.Range(1, 20).Select(k => k / 20.0)])];
        double[] values = [.. shares.Select(share => Solve(engine, share, problem).Value)];
        for (int k = 0; k + 1 < shares.Length; k++)
        {
            Assert.True(values[k] <= values[k + 1] + (1e-6 * full.Value), $"{shares[k]} of the mass costs {values[k]}, {shares[k + 1]} {values[k + 1]}.");
        }

        for (int k = 1; k + 1 < shares.Length; k++)
        {
            double slope = (values[k] - values[k - 1]) / (shares[k] - shares[k - 1]);
            double next = (values[k + 1] - values[k]) / (shares[k + 1] - shares[k]);
            Assert.True(slope <= next + (1e-4 * full.Value), $"At {shares[k]} a unit more costs {next} where it cost {slope} before.");
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    public void A_little_mass_moves_between_the_cheapest_pair(double share)
    {
        float[] costs = [7, 3, 9, 4, 2.5f, 8];
        TransportResult result = Solve("host, 1 thread", share, TransportProblem.FromCosts(costs, 2, 3));
        Assert.Equal([(1, 1)], result.Plan!.Select(cell => (cell.Row, cell.Column)));
        Assert.Equal(share, result.Plan![0].Mass, 1e-7);
        Assert.Equal(2.5 * result.Plan![0].Mass, result.Value, 1e-6 * share);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_must_not_move_stays(string engine)
    {
        // Row 1 and column 1 are shut: half of the mass is all that can move.
        float no = float.PositiveInfinity;
        TransportProblem problem = TransportProblem.FromCosts([3, no, no, no], 2, 2);
        TransportResult half = Solve(engine, 0.5, problem);
        Assert.Equal(SolveStatus.Optimal, half.Status);
        Assert.Equal(1.5, half.Value, 1e-6);
        Assert.Equal(new(0, 0, 0.5), Assert.Single(half.Plan!));
        Assert.Equal(SolveStatus.Infeasible, Solve(engine, 0.6, problem).Status);
        Assert.Equal(SolveStatus.Infeasible, Solve(engine, 1, problem).Status);

        // An outlier is left where it is.
        TransportResult robust = Solve(engine, 0.75, TransportProblem.FromClouds(new PointCloud([0, 1, 2, 1e6f], 1), new PointCloud([0, 1, 2, -1e6f], 1)));
        Assert.Equal(0, robust.Value);
        Assert.Equal([(0, 0), (1, 1), (2, 2)], robust.Plan!.Select(cell => (cell.Row, cell.Column)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Problems_of_a_batch_move_the_share_of_their_own_mass(string engine)
    {
        BatchLayout shapes = BatchLayout.Ragged([2, 1, 0, 3], [2, 3, 0, 1]);
        float[] costs = [1, 5, 5, 2, 4, 1, 6, 3, 1, 2];
        float[] a = [1, 1, 6, 10, 20, 30];
        float[] b = [1, 1, 2, 2, 2, 60];
        IReadOnlyList<TransportResult> results =
            new ExactTransport { MassShare = 0.5 }.Solve(Engine(engine), TransportProblem.FromCosts(costs, shapes, a, b));
        Assert.Equal([1, 2 + 4, 0, 20 + 20], results.Select(result => Math.Round(result.Value, 4)));
        Assert.Equal([1, 3, 0, 30], results.Select(result => Math.Round(result.Plan!.Sum(cell => cell.Mass), 5)));
        Assert.Equal([2, 1, 0, 3], results.Select(result => result.RowPotentials!.Count));
        Assert.Equal([2, 3, 0, 1], results.Select(result => result.ColumnPotentials!.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.0000001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Shares_out_of_range_are_refused(double share)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => new ExactTransport { MassShare = share });
        Assert.Equal("MassShare", exception.ParamName);
    }

    private TransportResult Solve(string engine, double share, TransportProblem problem) =>
        Assert.Single(new ExactTransport { MassShare = share }.Solve(Engine(engine), problem));

    /// <summary>Checks that the share moves, that no point gives or takes more than it has, and the certificate.</summary>
    private static void AssertMoves(TransportResult result, float[] costs, float[] rowWeights, float[] columnWeights, double share)
    {
        double total = rowWeights.Sum(weight => (double)weight);
        Assert.Equal(share * total, result.Plan!.Sum(cell => cell.Mass), 1e-6 * total);
        Assert.All(result.Plan!, cell => Assert.True(cell.Mass > 0));
        Assert.Equal(result.Plan!.Sum(cell => cell.Mass * costs[(cell.Row * columnWeights.Length) + cell.Column]), result.Value, 1e-5 * total);
        for (int i = 0; i < rowWeights.Length; i++)
        {
            Assert.True(result.Plan!.Where(cell => cell.Row == i).Sum(cell => cell.Mass) <= rowWeights[i] + (1e-6 * total));
        }

        for (int j = 0; j < columnWeights.Length; j++)
        {
            Assert.True(result.Plan!.Where(cell => cell.Column == j).Sum(cell => cell.Mass) <= columnWeights[j] + (1e-6 * total));
        }

        Assert.Equal(0, result.Gap, 1e-5 * total);
    }

    /// <summary>
    /// The least cost of moving some units: each choice of source units that move is an assignment to all target units, of which more may
    /// stay free than there are to fill.
    /// </summary>
    private static double LeastOfUnits(float[] costs, long[] rows, long[] columns, int moved)
    {
        int[] rowOf = [.. rows.SelectMany((mass, i) => Enumerable.Repeat(i, (int)mass))];
        int[] columnOf = [.. columns.SelectMany((mass, j) => Enumerable.Repeat(j, (int)mass))];
        double least = double.PositiveInfinity;
        for (uint choice = 0; choice < 1u << rowOf.Length; choice++)
        {
            if (BitOperations.PopCount(choice) == moved)
            {
                int[] chosen = [.. rowOf.Where((_, unit) => (choice & (1u << unit)) != 0)];
                float[] units = [.. chosen.SelectMany(i => columnOf.Select(j => costs[(i * columns.Length) + j]))];
                least = Math.Min(least, ReferenceAssignment.Hungarian(units, moved, columnOf.Length));
            }
        }

        return least;
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];

    private static float[] Equal(int count) => [.. Enumerable.Repeat(1f / count, count)];
}
