using PyramidOT.Cli.Experiments.Flows;

namespace PyramidOT.Tests.Cli.Experiments;

/// <summary>The experiments of flows, with few points.</summary>
public class FlowExperimentTests
{
    private const int Points = 150;

    [Fact]
    public void Table_3_has_each_cell_beside_the_papers()
    {
        using QuickRun run = new(new FlowTableExperiment(Points));
        Assert.Equal(["79.29", "74.07", "70.81"], run.Rows("start").Select(row => row[2]));
        string[][][] paper =
        [
            [["35.81", "21.62", "16.24"], ["19.36", "14.13", "4.5"], ["15.96", "10.58", "2.79"]],
            [["50.36", "34.6", "20.875"], ["22.18", "12.71", "4.27"], ["18.54", "9.16", "3.57"]],
            [["53.64", "48.24", "31.86"], ["37.65", "18.63", "8.82"], ["32.86", "15.29", "4.98"]],
        ];
        int table = 0;
        foreach (int centres in new[] { 10, 100, 1000 })
        {
            string[][] rows = run.Rows($"{centres}-centres");
            double start = QuickRun.Number(run.Rows("start")[table][1]);
            Assert.Equal(paper[table++].SelectMany(row => row), rows.SkipLast(1).Select(row => row[5]));
            Assert.Equal("Global (ours)", rows[^1][0]);
            Assert.Equal(["", "", ""], new[] { rows[^1][1], rows[^1][5], rows[^1][6] });

            // A tenth of the way a pass, along the best matching; and nothing gets there sooner.
            Assert.Equal(Math.Pow(0.9, 50), QuickRun.Number(rows[^1][4]) / start, 1e-4);
            Assert.All(rows, row => Assert.InRange(QuickRun.Number(row[4]), QuickRun.Number(rows[^1][4]) * (1 - 1e-4), QuickRun.Number(row[3])));
            Assert.All(rows, row => Assert.InRange(QuickRun.Number(row[3]), QuickRun.Number(rows[^1][3]) * (1 - 1e-4), QuickRun.Number(row[2])));

            // One batch of all points is the whole.
            Assert.All(rows.Where(row => row[1] == "1000"), row => Assert.Equal(QuickRun.Number(rows[^1][4]), QuickRun.Number(row[4]), 0.02));
            double random = QuickRun.Number(rows[0][4]);
            Assert.InRange(QuickRun.Number(rows[3][4]), 0, centres == 1000 ? random : 0.7 * random);
        }

        Assert.Equal(6, run.PictureCount);
        Assert.Contains(run.Result.Introduction, text => text.Contains("150 points in 100 dimensions (the paper has 10,000)", StringComparison.Ordinal));
    }

    [Fact]
    public void Figures_4_and_5_show_the_same_flows_by_pass_and_by_time()
    {
        using QuickRun passes = new(new FlowPassExperiment(Points / 2));
        using QuickRun times = new(new FlowTimeExperiment(Points / 2));
        string[][] byPass = passes.Rows("passes");
        string[][] bySeconds = times.Rows("seconds");
        Assert.Equal(10, byPass.Length);
        Assert.Equal(10 * 8, bySeconds.Length);
        Assert.Equal(6, passes.PictureCount);
        Assert.Equal(3, times.PictureCount);
        for (int k = 0; k < 10; k++)
        {
            string[][] own = bySeconds[(k * 8)..((k + 1) * 8)];
            Assert.Equal(["1", "2", "5", "10", "20", "30", "40", "50"], own.Select(row => row[2]));
            Assert.Equal(byPass[k][2..10], own.Select(row => row[4]));
            double[] seconds = [.. own.Select(row => QuickRun.Number(row[3]))];
            Assert.Equal(seconds.Order(), seconds);
            Assert.True(seconds[0] > 0);
        }

        Assert.All(byPass[..3], row => Assert.Equal("", row[10]));
        Assert.Equal(1 - (QuickRun.Number(byPass[3][9]) / QuickRun.Number(byPass[0][9])), QuickRun.Number(byPass[3][10]), 1e-9);
    }
}
