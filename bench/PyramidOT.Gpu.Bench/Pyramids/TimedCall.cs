using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>A call whose rounds stand in several segments, between which others have their turns.</summary>
internal sealed class TimedCall
{
    private readonly Action _call;
    private readonly double _estimate;
    private readonly List<double[]> _segments = [];
    private readonly List<double> _rounds = [];

    /// <summary>Runs the call until all code is compiled.</summary>
    public TimedCall(Action call, Effort effort)
    {
        _call = call;
        _estimate = Timing.WarmUp(call, effort.WarmUpSeconds);
    }

    /// <summary>Seconds a call: the median of all rounds.</summary>
    public double Seconds => Timing.Median(_segments.SelectMany(rounds => rounds));

    /// <summary>How much slower the slowest segment was than the fastest one.</summary>
    public double Drift
    {
        get
        {
            double[] medians = _segments.Select(Timing.Median).ToArray();
            return (medians.Max() / medians.Min()) - 1;
        }
    }

    /// <summary>Runs once, untimed: while others ran, the caches were theirs.</summary>
    public void Refresh() => _call();

    /// <summary>Times one round.</summary>
    public void Round(Effort effort) => _rounds.Add(Timing.Round(_call, _estimate, effort.RoundSeconds));

    /// <summary>Ends a segment.</summary>
    public void EndSegment()
    {
        _segments.Add([.. _rounds]);
        _rounds.Clear();
    }
}
