namespace PyramidOT.Tests.Cli.Experiments;

/// <summary>What the command refuses. What it does is run by the checks outside, and by the tests of each experiment.</summary>
public class ReproduceCommandTests
{
    [Fact]
    public void An_experiment_that_is_not_known_is_refused() =>
        CommandRun.Of("reproduce", "gravity", "--out", "nowhere").AssertRefused("'gravity' is not an experiment; ", "mmot", " and all are");

    [Fact]
    public void No_seeds_are_refused() =>
        CommandRun.Of("reproduce", "mmot", "--out", "nowhere", "--seeds", "0").AssertRefused("--seeds: '0' is not a whole number from 1");
}
