using PyramidOT.Transport;

namespace PyramidOT;

/// <summary>
/// A way to solve transport problems: <see cref="ExactTransport"/>, <see cref="Sinkhorn"/> or <see cref="SlicedWasserstein"/>. Problem and solver are
/// kept apart, as in OTT (Cuturi et al., arXiv 2201.12324, 2022): any solver takes any problem that it has the data for, and mini-batch
/// estimates take any solver. Immutable.
/// </summary>
public abstract class TransportSolver
{
    // Solvers need the engines' resident batches, which are not public.
    private protected TransportSolver()
    {
    }

    /// <summary>Whether the solver gives plans, and with them couplings.</summary>
    public abstract bool HasPlan { get; }

    /// <summary>Solves all problems of a batch.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="problem">The problems.</param>
    /// <returns>One result a problem.</returns>
    /// <exception cref="ArgumentException">
    /// A number is no cost or no weight, or totals differ; the message names problem, row and column. Or points lie so far apart that their costs
    /// leave float32's range.
    /// </exception>
    /// <exception cref="NotSupportedException">The solver needs points, and the problem has costs.</exception>
    public IReadOnlyList<TransportResult> Solve(ComputeEngine engine, TransportProblem problem)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problem);
        using EngineBuffer<float> costs = engine.Upload(problem.Costs);
        using EngineBuffer<float> source = engine.Upload(problem.Source);
        using EngineBuffer<float> target = engine.Upload(problem.Target);
        using ResidentProblem resident = new()
        {
            Engine = engine,
            Shapes = problem.Shapes,
            GivenCosts = costs,
            Source = source,
            Target = target,
            Dimensions = problem.Dimensions,
            Cost = problem.Cost,
            RowWeights = problem.RowWeights,
            ColumnWeights = problem.ColumnWeights,
            WantsPlan = true,
        };
        ResidentOutcome outcome = SolveResident(resident);
        TransportResult[] results = new TransportResult[problem.Shapes.Count];
        for (int b = 0; b < results.Length; b++)
        {
            results[b] = outcome.Of(problem.Shapes, b);
        }

        return results;
    }

    /// <summary>Solves a batch that lies on the engine.</summary>
    internal abstract ResidentOutcome SolveResident(ResidentProblem problem);

    /// <summary>The loss between two small clouds, one problem, and its gradients in their points.</summary>
    internal abstract (double Loss, float[] SourceGradient, float[] TargetGradient) LossAndGradient(ResidentProblem problem);

    /// <summary>The gradients of a plan's cost in the points, given as a dense plan.</summary>
    private protected static (float[] Source, float[] Target) PlanGradients(ResidentProblem problem, EngineView<float> plan)
    {
        using EngineBuffer<float> source = problem.Engine.Allocate<float>(problem.Source.Length);
        using EngineBuffer<float> target = problem.Engine.Allocate<float>(problem.Target.Length);
        problem.Engine.Sinkhorn.PlanGradients(
            problem.Shapes, plan, problem.Source, problem.Target, problem.Dimensions, problem.Cost, source, target);
        return (source.ToArray(), target.ToArray());
    }
}
