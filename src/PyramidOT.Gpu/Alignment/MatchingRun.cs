using System.Diagnostics;

namespace PyramidOT.Alignment;

/// <summary>One global matching: the best matching and the best bound so far, and the steps that better them.</summary>
internal sealed class MatchingRun(
    ComputeEngine engine,
    PointCloud source,
    PointCloud target,
    GlobalMatchingOptions options,
    IProgress<GlobalMatchingProgress>? progress,
    CancellationToken cancellation) : IDisposable
{
    // Auctions go on to this share of the mean cost; what is left to the optimum is done by paths.
    private const double LastEpsilon = 4e-4;

    // A distance's gap is half its cost's for p = 2, and a matching is mostly better than its epsilon.
    private const double EpsilonOfGap = 2;

    // What sums and differences of float64 may lose.
    private const double Rounding = 1e-13;

    // A sample may cost nothing where the whole does. Epsilons of nothing never end, so a share of the whole is taken for it.
    private const double LeastShare = 16;

    // One of each kind. Where no rounds can follow, more of them, until each kind together gain less than a share.
    private const int UsualSweeps = 4;
    private const int MostSweeps = 64;
    private const double LeastGain = 1e-3;

    private readonly List<double> _history = [];
    private MatchedPairs _pairs = null!;
    private OrderedClouds? _clouds;
    private MatchingLevel? _level;
    private double[] _sourcePotentials = [];
    private double[] _targetPotentials = [];
    private double _bound;
    private LowerBoundKind _boundKind = LowerBoundKind.Coordinates;
    private bool _isOptimal;
    private int _sweeps;
    private int _rounds;

    private double Distance => Root(_pairs.MeanCost);

    private bool IsLarge => source.Count >= options.LargeFrom && TreeSearch.Serves(options.Cost, source.Dimensions);

    /// <summary>Whether all pairs can be looked at for potentials.</summary>
    private bool Fits => TreeSearch.Serves(options.Cost, source.Dimensions) || (double)source.Count * target.Count * source.Dimensions <= options.MostProducts;

    private bool HaveStalled => _sweeps >= UsualSweeps && Distance > _history[^(UsualSweeps + 1)] * (1 - LeastGain);

    private bool IsDone => _isOptimal || Distance == 0 || (options.Gap > 0 && 1 - (Root(_bound) / Distance) <= options.Gap);

    /// <summary>Runs until the options say so.</summary>
    /// <param name="deadline">Cancelled when the time is over.</param>
    public GlobalMatch Run(CancellationToken deadline)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline);
        bool late = false;
        try
        {
            Improve(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && _pairs is not null)
        {
            late = true;
            if (Distance < _history[^1])
            {
                // Part of a sweep has bettered it.
                _history.Add(Distance);
            }
        }

        return Result(late);
    }

    public void Dispose() => _level?.Dispose();

    private void Improve(CancellationToken token)
    {
        using (PyramidPair pyramid = PyramidPair.Build(engine, source, target, new() { Seed = options.Seed }, null, cancellation))
        {
            MiniBatchTransport.CheckScale(pyramid, options.Cost);
            Begin(pyramid);
            _bound = CoordinateBound.Of(engine, source, target, options.Cost, token);
            Report(GlobalMatchingStage.Pyramid, 0);
            MatchingSweeps sweeps = new(pyramid, source, target, options);
            int most = options.Sweeps ?? (!Fits ? MostSweeps : IsLarge && options.Rounds > 0 ? 0 : UsualSweeps);
            while (_sweeps < most && !IsDone && (options.Sweeps is not null || !HaveStalled))
            {
                sweeps.Run(_pairs, _sweeps, token);
                _sweeps++;
                _history.Add(Distance);
                Report(GlobalMatchingStage.Sweeps, _sweeps);
            }
        }

        if (Fits && options.Rounds > 0 && !IsDone)
        {
            Rounds(token);
        }
    }

    /// <summary>The matching to begin with: on a line the best one, else the caller's, or the coupling of a pyramid's mini-batches.</summary>
    private void Begin(PyramidPair pyramid)
    {
        int[] targetOf = new int[source.Count];
        if (source.Dimensions == 1 && options.Cost.Distance != GroundDistance.Cosine)
        {
            // For any distance to a power of at least 1. The bound by coordinates is its cost, but for rounding.
            int[] sources = CoordinateBound.Order(source);
            int[] targets = CoordinateBound.Order(target);
            for (int k = 0; k < targetOf.Length; k++)
            {
                targetOf[sources[k]] = targets[k];
            }

            _isOptimal = true;
        }
        else if (options.Matching is { } given)
        {
            for (int i = 0; i < targetOf.Length; i++)
            {
                targetOf[i] = given[i];
            }
        }
        else
        {
            Coupling coupling = MiniBatchTransport.Estimate(
                pyramid, options.BatchSize, new() { Cost = options.Cost, Seed = options.Seed }, null, cancellation).Coupling;
            for (int k = 0; k < coupling.Count; k++)
            {
                targetOf[coupling.SourceRows[k]] = coupling.TargetRows[k];
            }
        }

        _pairs = new(engine, source, target, options.Cost, targetOf);
        _history.Add(Distance);
    }

    private void Rounds(CancellationToken token)
    {
        double expected = _pairs.MeanCost;
        double[] potentials;
        _clouds = new(engine, source, target, options.Cost, token);
        if (options.TargetPotentials is { } given)
        {
            potentials = _clouds.OrderedTargetValues(given);
        }
        else if (FromSmaller(token) is { } found)
        {
            (potentials, expected) = found;
        }
        else
        {
            return;
        }

        _level = new(engine, _clouds.Source, _clouds.Target, options.Cost, potentials);
        Bound(token);
        MatchingRounds rounds = new(_level, options.LargeFrom, source.Count);
        double scale = Math.Min(_pairs.MeanCost, Math.Max(_pairs.MeanCost / LeastShare, Math.Max(expected, _bound)));
        double last = rounds.LastEpsilon(scale * Math.Max(LastEpsilon, EpsilonOfGap * options.Gap));
        double epsilon = rounds.FirstEpsilon(scale, last);
        for (; _rounds < options.Rounds && !IsDone && epsilon >= Math.Min(last, scale * LastEpsilon) / 2; epsilon = epsilon > last ? Math.Max(last, epsilon / MatchingRounds.Division) : epsilon / 2)
        {
            rounds.Auction(epsilon, token);
            EndRound(token);
        }

        if (_rounds < options.Rounds && !IsDone)
        {
            rounds.Finish(token);
            _isOptimal = true;

            // Also when the time runs out now: an optimum comes with the potentials that prove it.
            EndRound(cancellation);
        }
    }

    /// <summary>Potentials of all target points from those of smaller problems, and the mean cost to expect; null where such a problem already does.</summary>
    private (double[] Potentials, double Cost)? FromSmaller(CancellationToken token)
    {
        CoarseLevels levels = new(engine, source, target, _clouds!, options);
        CoarseSolution last = null!;
        int step = 0;
        foreach (CoarseSolution solution in levels.Solve(_pairs.TargetOf, _pairs.MeanCost / LeastShare, token))
        {
            last = solution;
            Report(GlobalMatchingStage.Samples, ++step);
            if (solution.Matching is { } matching && _rounds < options.Rounds && Settles(levels, solution, matching, token))
            {
                return null;
            }
        }

        return (levels.TargetPotentials(last, token), last.Cost);
    }

    /// <summary>Takes a smaller problem's matching, and where points have far to go compared with its parts, proves it by its potentials.</summary>
    private bool Settles(CoarseLevels levels, CoarseSolution solution, int[] matching, CancellationToken token)
    {
        _pairs.Improve(_clouds!.MatchingOf(matching));
        bool isNear = 1 - (Root(solution.Cost) / Distance) <= options.Gap;
        if (isNear && !IsDone)
        {
            double[] v = levels.TargetPotentials(solution, token);
            Take(levels.SourcePotentials(v, token), v);
        }

        if (isNear || IsDone)
        {
            _rounds++;
            _history.Add(Distance);
            Report(GlobalMatchingStage.Rounds, _rounds);
        }

        return IsDone;
    }

    private void EndRound(CancellationToken token)
    {
        _pairs.Improve(_clouds!.MatchingOf(_level!.State.ColumnOf));
        _rounds++;
        _history.Add(Distance);
        Bound(token);
    }

    private void Bound(CancellationToken token)
    {
        _level!.Bound(token);
        Take(_level.SourcePotentials, _level.State.Potentials);
        Report(GlobalMatchingStage.Rounds, _rounds);
    }

    /// <summary>Takes the bound of potentials, which are in the order of the rounds, where it is better.</summary>
    private void Take(double[] sourcePotentials, double[] targetPotentials)
    {
        double bound = (ExactSum.Of(sourcePotentials) + ExactSum.Of(targetPotentials)) / source.Count;
        if (bound > _bound)
        {
            _bound = bound;
            _boundKind = LowerBoundKind.Potentials;
            _sourcePotentials = _clouds!.SourceValues(sourcePotentials);
            _targetPotentials = _clouds.TargetValues(targetPotentials);
        }

        // Equal but for what float64 rounds away, the matching is the best, whoever found it.
        _isOptimal |= _bound >= _pairs.MeanCost * (1 - Rounding);
    }

    private GlobalMatch Result(bool late)
    {
        double distance = Distance;
        bool optimal = _isOptimal || distance == 0;
        return new(_pairs.TargetOf)
        {
            Cost = _pairs.MeanCost,
            Distance = distance,
            LowerBound = optimal ? distance : Math.Min(distance, Root(_bound)),
            BoundKind = _boundKind,
            End = optimal ? GlobalMatchingEnd.Optimal : late ? GlobalMatchingEnd.Time : IsDone ? GlobalMatchingEnd.Gap : GlobalMatchingEnd.Limit,
            History = _history,
            Sweeps = _sweeps,
            Rounds = _rounds,
            SourcePotentialArray = _sourcePotentials,
            TargetPotentialArray = _targetPotentials,
        };
    }

    private void Report(GlobalMatchingStage stage, int step) => progress?.Report(new(stage, step, Distance, Root(_bound)));

    private double Root(double cost) => options.Cost.Exponent switch
    {
        1 => cost,
        2 => Math.Sqrt(cost),
        _ => Math.Pow(cost, 1 / options.Cost.Exponent),
    };
}
