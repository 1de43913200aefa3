using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using PyramidOT.Bench;

if (Verbs.IsVerb(args))
{
    return Verbs.Run(args);
}

// Reports go where builds go, so that no run leaves files among the sources.
IConfig config = DefaultConfig.Instance.WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return ExitCode.Done;
