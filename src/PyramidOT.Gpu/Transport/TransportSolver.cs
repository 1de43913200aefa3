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

    /// <summary>The losses between small clouds, and their gradients in the points, which stay on the engine.</summary>
    /// <param name="problem">The clouds: problems with points, whose masses sum to 1.</param>
    /// <param name="inSource">Receives the gradients in the source points, one problem's behind the other's.</param>
    /// <param name="inTarget">Receives those in the target points; or empty.</param>
    /// <param name="potentials">What the solutions begin with and end with, where the solver knows such.</param>
    /// <returns>The loss of each problem.</returns>
    /// <exception cref="ArgumentException">Points lie so far apart that their costs leave float32's range.</exception>
    internal abstract double[] Differentiate(
        ResidentProblem problem, EngineView<float> inSource, EngineView<float> inTarget, SolverPotentials potentials = default);

    /// <summary>The potentials that the losses of a batch can begin with; 0 where the solver knows of none.</summary>
    internal virtual long PotentialCount(BatchLayout shapes) => 0;

    /// <summary>The refusal of points too far apart.</summary>
    private protected static ArgumentException RefusedPoints(ResidentProblem problem) =>
        new("Points lie so far apart that their costs leave float32's range.", nameof(problem));
}
