using PyramidOT.Engines.Host;

namespace PyramidOT.Tests.Engines;

/// <summary>The Host's threads: every part of every call is run once, whoever calls, and whatever fails.</summary>
public class WorkerTeamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_part_is_run_once(int helpers)
    {
        using WorkerTeam team = new(helpers);
        for (int parts = 1; parts < 200; parts++)
        {
            int[] runs = new int[parts];
            Assert.True(team.TryRun(parts, part => Interlocked.Increment(ref runs[part])));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Others_take_part()
    {
        using WorkerTeam team = new(1);
        using Barrier barrier = new(2);

        // The first part waits for the second, which another thread must take.
        Assert.True(team.TryRun(2, _ => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30)))));

        // And again once it has gone to sleep.
        Thread.Sleep(20);
        Assert.True(team.TryRun(2, _ => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30)))));
    }

    [Fact]
    public void A_call_within_a_call_is_left_to_the_caller()
    {
        using WorkerTeam team = new(1);
        int refused = 0;
        Assert.True(team.TryRun(8, _ => Interlocked.Add(ref refused, team.TryRun(2, _ => { }) ? 0 : 1)));
        Assert.Equal(8, refused);
    }

    [Fact]
    public void What_a_part_throws_reaches_the_caller()
    {
        using WorkerTeam team = new(2);
        for (int round = 0; round < 50; round++)
        {
            int wrong = round;
            AggregateException thrown = Assert.Throws<AggregateException>(() => team.TryRun(50, part => ThrowAt(part, wrong)));
            Assert.Equal($"Part {wrong}.", Assert.Single(thrown.InnerExceptions).Message);
            Assert.True(team.TryRun(3, _ => { }));
        }

        static void ThrowAt(int part, int wrong)
        {
            if (part == wrong)
            {
                throw new InvalidOperationException($"Part {part}.");
            }
        }
    }

    [Fact]
    public void After_its_end_a_team_runs_nothing()
    {
        WorkerTeam team = new(1);
        Assert.True(team.TryRun(2, _ => { }));
        team.Dispose();
        Assert.False(team.TryRun(2, _ => Assert.Fail("It ran.")));
    }

    [Fact]
    public void Many_callers_share_an_engines_threads()
    {
        using HostWorkers workers = new(3);
        long[] sums = new long[6];
        Parallel.For(0, sums.Length, caller =>
        {
            for (int round = 0; round < 200; round++)
            {
                workers.For(97, 1e6, (start, end, _) =>
                {
                    for (int i = start; i < end; i++)
                    {
                        Interlocked.Add(ref sums[caller], i);
                    }

                    // A call within it.
                    if (start == 0)
                    {
                        workers.For(10, 1e6, (first, last, _) => Interlocked.Add(ref sums[caller], last - first));
                    }
                });
            }
        });
        Assert.All(sums, sum => Assert.Equal(200 * ((96 * 97 / 2) + 10), sum));
    }
}
