using PyramidOT.Cli;
using PyramidOT.Cli.Experiments;

namespace PyramidOT.Tests.Cli.Experiments;

/// <summary>Trials are kept in a file, and a later run goes on where an earlier one ended.</summary>
public sealed class TrialTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trial-tests-");
    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
    private readonly List<(Setting Setting, ulong Seed)> _measured = [];

    private string FilePath => Path.Combine(_folder.FullName, "trials.jsonl");

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_setting_is_measured_with_every_seed()
    {
        TrialTable<Setting> table = Run(Context() with { SeedCount = 3, Kept = null }, 1, 2);

        Assert.Equal(6, _measured.Count);
        Assert.Equal([7, 8, 9], table[new(2)].Select(trial => trial["seed"]));
        Assert.Equal(new Spread(8, 1, 3), table.Spread(new(1), "seed"));
        Assert.Equal(new Spread(2 * 8, 2, 3), table.Spread(new(2), trial => trial["seed"] * trial["size"]));
        Assert.Equal([8, 0.5], table.MeanRow(new(1), "row"));
        Assert.Equal(7, table.First(new(1))["seed"]);
    }

    [Fact]
    public void Finished_trials_are_taken_from_the_file_to_the_last_bit()
    {
        TrialTable<Setting> first = Run(Context(), 1, 2);
        ExperimentContext again = Context() with { SeedCount = 2 };
        TrialTable<Setting> second = Run(again, 2, 3);

        // Setting 2 with the first seed was there.
        Assert.Equal([(new(1), 7), (new(2), 7), (new(3), 7), (new(2), 8), (new(3), 8)], _measured);
        Assert.Equal((4, 1), (again.Log.Count, again.Log.KeptCount));
        foreach ((string name, double[] row) in first.First(new(2)))
        {
            Assert.Equal(row.Select(BitConverter.DoubleToInt64Bits), second.First(new(2)).Row(name).Select(BitConverter.DoubleToInt64Bits));
        }

        Assert.Equal(5, TrialFile.Open(FilePath, "this build").Count);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void A_run_that_stops_keeps_what_it_finished()
    {
        using CancellationTokenSource source = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Context(source.Token).Measure("part", Settings(1, 2, 3), (setting, trial) =>
        {
            if (setting.Size == 2)
            {
                source.Cancel();
            }

            return Measure(setting, trial);
        }));
        Assert.Equal(1, TrialFile.Open(FilePath, "this build").Count);
        _measured.Clear();

        Run(Context(), 1, 2, 3);
        Assert.Equal([2, 3], _measured.Select(trial => trial.Setting.Size));
    }

    [Fact]
    public void A_trial_that_fails_leaves_those_before_it()
    {
        Assert.Throws<InvalidDataException>(() => Context().Measure(
            "part", Settings(1, 2), (setting, trial) => setting.Size == 2 ? throw new InvalidDataException() : Measure(setting, trial)));
        Assert.Equal(1, TrialFile.Open(FilePath, "this build").Count);
    }

    [Fact]
    public void Other_parts_sizes_and_builds_find_nothing_of_use()
    {
        Run(Context(), 1);
        Run(Context() with { IsQuick = true }, 1);
        Context().Measure("other part", Settings(1), Measure);
        Assert.Equal(3, _measured.Count);
        Run(Context() with { Kept = TrialFile.Open(FilePath, "another build") }, 1);
        Assert.Equal(4, _measured.Count);

        // The other build has begun anew.
        Assert.Equal(0, TrialFile.Open(FilePath, "this build").Count);
        Assert.Equal(1, TrialFile.Open(FilePath, "another build").Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"build\":\"this build\"}\n{\"run\":\"x\"")]
    [InlineData("{\"build\":\"this build\"}\n{\"run\":\"x\",\"part\":\"p\",\"setting\":\"s\",\"seed\":-1,\"seconds\":1,\"numbers\":{}}")]
    [InlineData("{\"build\":\"this build\"}\n{\"run\":\"x\",\"part\":\"p\",\"setting\":\"s\",\"seed\":1,\"seconds\":1,\"numbers\":{\"a\":[true]}}")]
    public void A_file_of_anything_else_is_none(string text)
    {
        File.WriteAllText(FilePath, text);
        Assert.Equal(0, TrialFile.Open(FilePath, "this build").Count);
        Run(Context(), 1);
        Assert.Equal(1, TrialFile.Open(FilePath, "this build").Count);
    }

    [Fact]
    public void Warming_up_is_done_once_and_only_where_there_is_something_to_measure()
    {
        int warmUps = 0;
        for (int run = 0; run < 2; run++)
        {
            Context().Measure("part", Settings(1, 2), Measure, before: () => warmUps++);
        }

        Assert.Equal(1, warmUps);
    }

    [Fact]
    public void Settings_of_the_same_text_are_refused() =>
        Assert.Throws<ArgumentException>(() => Context().Measure("part", new[] { new object(), new object() }, (_, trial) => new() { { "seed", trial.Seed } }));

    [Fact]
    public void Numbers_that_do_not_exist_stay_so()
    {
        TrialNumbers numbers = new() { { "infinite", double.PositiveInfinity } };
        Assert.Equal(double.NaN, numbers["infinite"]);
        Assert.Throws<KeyNotFoundException>(() => numbers["none"]);
        Assert.Throws<ArgumentException>(() => numbers.Add("infinite", 1));
    }

    private static Setting[] Settings(params int[] sizes) => [.. sizes.Select(size => new Setting(size))];

    private ExperimentContext Context(CancellationToken cancellation = default) =>
        new(_engine, 7, IsQuick: false, new Phases(null), cancellation) { Kept = TrialFile.Open(FilePath, "this build") };

    private TrialTable<Setting> Run(ExperimentContext context, params int[] sizes) => context.Measure("part", Settings(sizes), Measure);

    private TrialNumbers Measure(Setting setting, Trial trial)
    {
        _measured.Add((setting, trial.Seed));
        return new()
        {
            { "size", setting.Size }, { "seed", trial.Seed }, { "third", trial.Seed / 3.0 }, { "none", double.NaN }, { "tiny", 5e-324 }, { "huge", -1.7e308 },
            { "row", [trial.Seed, 0.5] }, { "empty", [] },
        };
    }

    private sealed record Setting(int Size);
}
