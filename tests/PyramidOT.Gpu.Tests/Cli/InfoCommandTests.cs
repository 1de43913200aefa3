using System.Text.Json;
using PyramidOT.Kernels;

namespace PyramidOT.Tests.Cli;

public class InfoCommandTests
{
    [Fact]
    public void Info_lists_every_engine_and_says_why_one_is_missing()
    {
        CommandRun run = CommandRun.Of("info");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.DoesNotContain('\e', run.Output);
        Assert.All(EngineKindNames.All, kind => Assert.Contains(run.Output.Split('\n'), line => line.StartsWith(kind + " ", StringComparison.Ordinal)));
        Assert.All(
            ComputeEngine.Discover().Where(engine => !engine.IsAvailable),
            engine => Assert.Contains($"{engine.Kind.ToName()} is missing: {engine.Reason}", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Info_json_tells_what_Discover_tells()
    {
        JsonElement json = CommandRun.Of("info", "--json").Json();

        Assert.Equal(["version", "commit", "ilgpu", "default", "engines"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(KernelBuild.HasIlgpu ? KernelBuild.IlgpuVersion : null, json.GetProperty("ilgpu").GetString());
        IReadOnlyList<EngineInfo> expected = ComputeEngine.Discover();
        JsonElement[] engines = [.. json.GetProperty("engines").EnumerateArray()];
        Assert.Equal(expected.Count, engines.Length);
        foreach ((EngineInfo engine, JsonElement entry) in expected.Zip(engines))
        {
            Assert.Equal(
                ["kind", "name", "available", "memoryBytes", "lanes", "units", "instructionSet", "reason"],
                entry.EnumerateObject().Select(property => property.Name));
            Assert.Equal(engine.Kind.ToName(), entry.GetProperty("kind").GetString());
            Assert.Equal(engine.Name, entry.GetProperty("name").GetString());
            Assert.Equal(engine.IsAvailable, entry.GetProperty("available").GetBoolean());
            Assert.Equal(engine.Lanes, NumberOf(entry, "lanes"));
            Assert.Equal(engine.Units, NumberOf(entry, "units"));
            Assert.Equal(engine.MemoryBytes is null, NumberOf(entry, "memoryBytes") is null);
            Assert.Equal(engine.InstructionSet, entry.GetProperty("instructionSet").GetString());
            Assert.Equal(engine.Reason, entry.GetProperty("reason").GetString());
        }

        Assert.Equal(
            expected.First(engine => engine.IsAvailable).Kind.ToName(),
            json.GetProperty("default").GetString());
    }

    [Fact]
    public void Info_honours_the_variable()
    {
        Assert.Equal("host", CommandRun.With(("PYRAMIDOT_ENGINE", "host"), "info", "--json").Json().GetProperty("default").GetString());

        if (ComputeEngine.Discover().FirstOrDefault(engine => !engine.IsAvailable) is { } missing)
        {
            JsonElement json = CommandRun.With(("PYRAMIDOT_ENGINE", missing.Kind.ToName()), "info", "--json").Json();
            Assert.Equal(JsonValueKind.Null, json.GetProperty("default").ValueKind);
        }
    }

    [Fact]
    public void Info_refuses_a_variable_that_names_no_engine() =>
        CommandRun.With(("PYRAMIDOT_ENGINE", "abacus"), "info").AssertRefused("PYRAMIDOT_ENGINE", "'abacus'", "host, cuda, opencl, cpu-accelerator");

    private static int? NumberOf(JsonElement entry, string name) =>
        entry.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? (int)Math.Min(int.MaxValue, number.GetInt64()) : null;
}
