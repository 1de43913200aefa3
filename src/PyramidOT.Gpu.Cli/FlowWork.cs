using System.Diagnostics;
using System.Globalization;

namespace PyramidOT.Cli;

/// <summary>Runs flows, warm, and tells pass, loss and time left on the way.</summary>
internal sealed class FlowWork(ComputeEngine engine, Phases phases, Interruption interruption)
{
    // Of larger clouds the warm-up takes parts: they run the same code.
    private const int WarmUpPoints = 512;
    private const int WarmUpBatch = 256;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private static readonly TimeSpan s_hostWarmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the work to be measured on parts of the clouds.</summary>
    public void WarmUp(PointCloud source, PointCloud target, GradientFlowOptions options)
    {
        phases.Begin("warming up");
        bool isHost = engine.Info.Kind is EngineKind.Host;

        // A device compiles its kernels once, at their first launch; and one that is simulated has no time to waste.
        int points = isHost ? WarmUpPoints : WarmUpPoints / 8;
        PointCloud from = CloudPart.Of(source, Math.Min(points, source.Count));
        PointCloud to = CloudPart.Of(target, Math.Min(points, target.Count));
        GradientFlowOptions few = options with
        {
            BatchSize = Math.Min(options.BatchSize, WarmUpBatch), Passes = Math.Min(options.Passes, 2), ResidualAt = [], Checkpoint = null,
        };
        long start = Stopwatch.GetTimestamp();
        try
        {
            do
            {
                GradientFlow.Run(engine, from, to, few, null, interruption.Token);
            }
            while (isHost && few.Passes > 0 && Stopwatch.GetElapsedTime(start) < s_hostWarmUpTime);
        }
        catch (ArgumentException)
        {
            // The scale of this part does not suit the cost. Whether that of the whole does, the work itself tells.
        }
    }

    /// <summary>Runs the flow.</summary>
    public GradientFlowResult Run(PointCloud source, PointCloud target, GradientFlowOptions options)
    {
        phases.Begin("flowing", Math.Max(1, options.Passes));
        long start = Stopwatch.GetTimestamp();
        int first = -1;
        return GradientFlow.Run(engine, source, target, options, new Reports<GradientFlowProgress>(Tell), interruption.Token);

        void Tell(GradientFlowProgress progress)
        {
            if (first < 0)
            {
                // What the first residual took tells nothing about the passes, nor do those before an interruption.
                first = progress.Pass;
                start = Stopwatch.GetTimestamp();
            }

            string left = "";
            if (progress.Pass > first)
            {
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / (progress.Pass - first) * (progress.Passes - progress.Pass);
                left = string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(Math.Ceiling(seconds)):g} left");
            }

            string loss = double.IsNaN(progress.Loss) ? "" : string.Create(CultureInfo.InvariantCulture, $", loss {progress.Loss:G5}");
            phases.Rename(string.Create(CultureInfo.InvariantCulture, $"pass {progress.Pass} of {progress.Passes}{loss}{left}"));
            phases.Reach(progress.Pass);
        }
    }
}
