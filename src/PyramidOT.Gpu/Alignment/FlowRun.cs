using System.Diagnostics;

namespace PyramidOT.Alignment;

/// <summary>One flow: its clouds, what moves them, and what it told so far. After each pass all of that fits together, whatever ends it.</summary>
internal sealed class FlowRun : IDisposable
{
    private readonly FlowClouds _clouds;
    private readonly GradientFlowOptions _options;
    private readonly IFlowPasses _passes;
    private readonly FlowResiduals _residuals;
    private readonly HashSet<int> _residualAt;
    private readonly FlowCheckpoint? _checkpoint;
    private FlowRecord _record = new();

    public FlowRun(ComputeEngine engine, PointCloud source, PointCloud target, GradientFlowOptions options)
    {
        _options = options;
        _residualAt = [.. options.ResidualAt];
        _clouds = new(engine, source, target);
        try
        {
            bool isAssignment = options.Solver is null or ExactTransport { MassShare: 1 };
            _passes = options.Coupling == FlowCoupling.Global ? new GlobalPasses(_clouds, options)
                : isAssignment && !_clouds.IsUneven && !options.Pyramid.WithinLabels ? new MatchedPasses(_clouds, options)
                : new GradientPasses(_clouds, options);
            _residuals = new(_clouds, options);
            _checkpoint = options.Checkpoint is { } path ? new(path, _clouds, options) : null;
        }
        catch
        {
            _clouds.Dispose();
            throw;
        }
    }

    /// <summary>Runs all passes that are not done yet.</summary>
    public GradientFlowResult Run(IProgress<GradientFlowProgress>? progress, CancellationToken cancellation)
    {
        Resume(cancellation);
        long written = Stopwatch.GetTimestamp();
        bool isWritten = _record.Passes > 0;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (_residualAt.Contains(_record.Passes) && _record.Residual is null)
                {
                    _record.Residuals.Add(_residuals.Measure(_record.Passes, cancellation));
                    isWritten = false;
                }

                progress?.Report(new(_record.Passes, _options.Passes, _record.Passes == 0 ? double.NaN : _record.Losses[^1], _record.Residual));
                if (_record.Passes == _options.Passes)
                {
                    break;
                }

                Advance(cancellation);
                isWritten = false;
                if (_checkpoint is not null && Stopwatch.GetElapsedTime(written) >= _options.CheckpointEvery)
                {
                    Write();
                }
            }
        }
        finally
        {
            // Whatever ends it: what is done is done.
            if (!isWritten && _record.Passes + _record.Residuals.Count > 0)
            {
                Write();
            }
        }

        return new()
        {
            Moved = _clouds.Moved(),
            Losses = _record.Losses,
            Residuals = _record.Residuals,
            Time = _record.Time,
            Times = _record.Times,
            SolvedBatches = _passes.SolvedBatches,
            KeptBatches = _passes.KeptBatches,
        };

        void Write()
        {
            _checkpoint?.Write(_record, _passes.Save(_record.Passes));
            written = Stopwatch.GetTimestamp();
            isWritten = true;
        }
    }

    public void Dispose()
    {
        _passes.Dispose();
        _clouds.Dispose();
    }

    private void Advance(CancellationToken cancellation)
    {
        _clouds.Engine.Synchronize();
        long start = Stopwatch.GetTimestamp();
        double loss = _passes.Advance(_record.Passes, cancellation);
        _clouds.Engine.Synchronize();
        _record.Times.Add(_record.Time + Stopwatch.GetElapsedTime(start));
        _record.Losses.Add(loss);
    }

    private void Resume(CancellationToken cancellation)
    {
        if (_checkpoint?.Read() is not { } state)
        {
            return;
        }

        _record = state.Record;
        _clouds.Points.Upload(state.Points);
        _passes.Restore(_record.Passes, state.Memory, cancellation);
    }
}
