using PyramidOT.Bench.Comparison;
using PyramidOT.Data;

namespace PyramidOT.Bench.Pyramids;

/// <summary>Measures the steps of an estimate on one thread and on two, by turns, and the peers in between.</summary>
internal sealed class PyramidSideBySide : IDisposable
{
    // Both are averages over random batches, of other pairs.
    private const double RandomTolerance = 0.02;

    private readonly Effort _effort;
    private readonly PeerScripts _peers;
    private readonly TemporaryFolder _folder = new();
    private readonly ComputeEngine _one = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
    private readonly ComputeEngine? _two = Environment.ProcessorCount < 2 ? null : ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });

    public PyramidSideBySide(Effort effort, PeerScripts peers)
    {
        _effort = effort;
        _peers = peers;
    }

    /// <summary>The engine that is measured.</summary>
    public ComputeEngine Engine => _one;

    public PyramidFigures Measure(PyramidInstance instance)
    {
        (PointCloud source, PointCloud target) = instance.Draw();
        using PyramidSteps one = new(_one, source, target);
        using PyramidSteps? two = _two is null ? null : new(_two, source, target);
        StepCalls[] steps =
        [
            new("build", PyramidTargets.BuildSeconds, steps => steps.Build()),
            new("order", PyramidTargets.OrderSeconds, steps => steps.Order()),
            new("solve", PyramidTargets.SolveSeconds, steps => steps.Solve()),
            new("random batches instead", null, steps => steps.SolveAtRandom()),
        ];
        foreach (StepCalls step in steps)
        {
            step.One = new(() => step.Step(one), _effort);
            step.Two = two is null ? null : new(() => step.Step(two), _effort);
        }

        TimedCall[] calls = [.. steps.SelectMany(step => new[] { step.One!, step.Two }).OfType<TimedCall>()];
        MiniBatchEstimate solved = one.Solved!;
        MiniBatchEstimate solvedAtRandom = one.SolvedAtRandom!;
        string[] files = WriteFiles(source, target, one.Order());
        Segment(calls);
        List<(PeerTurn Turn, PeerReport Report)> reports = [];
        foreach (PeerTurn turn in Turns(files, solved, solvedAtRandom))
        {
            reports.Add((turn, _peers.Run(turn.Call, _folder.Path, _effort)));
            Segment(calls);
        }

        double[] seconds = [.. steps.Select(step => step.One!.Seconds)];
        bool hasTargets = instance == PyramidTargets.Steps;
        return new(
            instance,
            one.Pyramid.Levels.Count,
            [.. steps.Select(step => new StepRow(step.Name, hasTargets ? step.TargetSeconds : null, step.Two?.Seconds, step.One!.Seconds))],
            [
                Ours("PyramidOT: pyramid, build and solve", seconds[0] + seconds[2], solved),
                Ours("PyramidOT: random batches", seconds[3], solvedAtRandom),
                .. reports.Select(report => report.Turn.ToRow(report.Report, seconds)),
            ],
            calls.Max(call => call.Drift));
    }

    public void Dispose()
    {
        _two?.Dispose();
        _one.Dispose();
        _folder.Dispose();
    }

    private static MethodRow Ours(string name, double seconds, MiniBatchEstimate estimate) =>
        new() { Name = name, Seconds = seconds, PooledDistance = estimate.PooledDistance, Failure = PyramidSteps.FaultOf(estimate) };

    private static PeerTurn[] Turns(string[] files, MiniBatchEstimate solved, MiniBatchEstimate solvedAtRandom) =>
    [
        new("SciPy: random batches, costs by cdist", new("pyramids.py", "cdist", files[..3]), s => s[3], solvedAtRandom.PooledDistance, RandomTolerance),
        new("SciPy: random batches, costs by NumPy", new("pyramids.py", "numpy", files[..3]), s => s[3], solvedAtRandom.PooledDistance, RandomTolerance),
        new("SciPy: batches of our pyramid, costs by NumPy", new("pyramids.py", "pairs", files), s => s[2], solved.PooledDistance, PeerOutcome.Rounding),
        new("POT: ot.bsp", new("pyramids.py", "bsp", files[..2]), s => s[0] + s[2], null, 0),
    ];

    private string[] WriteFiles(PointCloud source, PointCloud target, PairOrder order)
    {
        NpyWriter.Save(PathOf("source.npy"), source.Points, source.Count, source.Dimensions);
        NpyWriter.Save(PathOf("target.npy"), target.Points, target.Count, target.Dimensions);
        NpyWriter.Save<int>(PathOf("batch-size.npy"), [PyramidInstance.BatchSize], 1);
        NpyWriter.Save(PathOf("source-rows.npy"), order.SourceRows, order.Count);
        NpyWriter.Save(PathOf("target-rows.npy"), order.TargetRows, order.Count);
        return ["source.npy", "target.npy", "batch-size.npy", "source-rows.npy", "target-rows.npy"];
    }

    private string PathOf(string file) => Path.Combine(_folder.Path, file);

    private void Segment(TimedCall[] calls)
    {
        foreach (TimedCall call in calls)
        {
            call.Refresh();
        }

        // By turns, so that a machine that changes its pace changes it for all.
        for (int round = 0; round < _effort.Rounds; round++)
        {
            foreach (TimedCall call in calls)
            {
                call.Round(_effort);
            }
        }

        foreach (TimedCall call in calls)
        {
            call.EndSegment();
        }
    }

    /// <summary>A step, and its calls on one thread and on two.</summary>
    private sealed record StepCalls(string Name, double? TargetSeconds, Action<PyramidSteps> Step)
    {
        public TimedCall? One { get; set; }

        public TimedCall? Two { get; set; }
    }

    /// <summary>A peer's turn at the instance.</summary>
    /// <param name="Name">What the table calls it.</param>
    /// <param name="Call">What to run.</param>
    /// <param name="Ours">Which of our steps do the same work, and how long they take together on one thread.</param>
    /// <param name="Expected">The distance that it should give; null where none is known.</param>
    /// <param name="Tolerance">The relative difference that is let pass.</param>
    private sealed record PeerTurn(string Name, PeerCall Call, Func<double[], double> Ours, double? Expected, double Tolerance)
    {
        public MethodRow ToRow(PeerReport report, double[] ours) => new()
        {
            Name = Name,
            Seconds = report.Seconds,
            OursSeconds = Ours(ours),
            PooledDistance = report.Results is [var distance] ? distance : null,
            Expected = Expected,
            Tolerance = Tolerance,
            Missing = report.Missing,
            Failure = report.Failure,
        };
    }
}
