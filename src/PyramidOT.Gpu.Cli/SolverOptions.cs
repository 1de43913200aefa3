using System.CommandLine;
using System.CommandLine.Parsing;

namespace PyramidOT.Cli;

/// <summary><c>--solver</c> and what belongs to one solver only.</summary>
internal sealed class SolverOptions
{
    private const double StandardEpsilon = 0.01;

    private readonly Option<SolverKind> _kind = ValueOptions.Choice<SolverKind>("--solver", "What solves the batches.");
    private readonly Option<double?> _epsilon = ValueOptions.OptionalRealNumber(
        "--epsilon", "E", 1e-100, 1e100, $"Sinkhorn: the strength of the entropy, in units of a batch's mean cost. Default: {StandardEpsilon}.");
    private readonly Option<double?> _penalty = ValueOptions.OptionalRealNumber(
        "--penalty", "RHO", 1e-100, 1e100, "Sinkhorn: rho of unbalanced transport, in units of cost. Default: balanced.");
    private readonly Option<int?> _projections = ValueOptions.OptionalNumber("--projections", 1, "Sliced: directions. Default: 100.");
    private readonly Option<double?> _massShare = ValueOptions.OptionalRealNumber(
        "--mass-share", "X", 1e-6, 1, "Exact: the share of each batch's mass that moves; the dearest rest stays. Default: 1.");

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_kind, _epsilon, _penalty, _projections, _massShare];

    /// <summary>Reads the kind.</summary>
    public SolverKind ReadKind(ParseResult result) => result.GetValue(_kind);

    /// <summary>Makes the solver that is asked for.</summary>
    /// <exception cref="InputException">An option of another solver is given, or a value is out of its range.</exception>
    public TransportSolver Read(ParseResult result, ulong seed)
    {
        SolverKind kind = result.GetValue(_kind);
        Require(result, kind, SolverKind.Sinkhorn, _epsilon, _penalty);
        Require(result, kind, SolverKind.Sliced, _projections);
        Require(result, kind, SolverKind.Exact, _massShare);
        try
        {
            return kind switch
            {
                SolverKind.Sinkhorn => new Sinkhorn(new()
                {
                    Epsilon = result.GetValue(_epsilon) ?? StandardEpsilon,
                    IsRelativeEpsilon = true,
                    MarginalPenalty = result.GetValue(_penalty),
                }),
                SolverKind.Sliced => new SlicedWasserstein(new() { Projections = result.GetValue(_projections) ?? 100, Seed = seed }),
                _ => new ExactTransport { MassShare = result.GetValue(_massShare) ?? 1 },
            };
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"--solver {ValueOptions.ToName(kind)}: {Failure.MessageOf(exception).ReplaceLineEndings(" ")}", exception);
        }
    }

    private static void Require(ParseResult result, SolverKind kind, SolverKind wanted, params Option[] options)
    {
        foreach (Option option in options)
        {
            if (kind != wanted && result.GetResult(option) is { Implicit: false })
            {
                throw new InputException($"{option.Name} belongs to --solver {ValueOptions.ToName(wanted)}; the solver is {ValueOptions.ToName(kind)}");
            }
        }
    }
}
