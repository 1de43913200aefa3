using PyramidOT.MiniBatches;
using PyramidOT.Pyramids;

namespace PyramidOT;

/// <summary>Transport between two clouds, estimated by exact solutions of mini-batches off their pyramid (paper: Pyramid Mini-Batch OT).</summary>
public static class MiniBatchTransport
{
    // On the Host a wave of matrices stays in the caches; a device wants many problems at once.
    private const long HostWaveBytes = 8L << 20;
    private const long MostDeviceWaveBytes = 2L << 30;

    // Beyond these the sums of path lengths leave float32's range, or its smallest costs vanish.
    private const double LargestCost = 1e30;
    private const double SmallestScale = 1e-25;

    /// <summary>
    /// Cuts the order of pairs into batches and solves each exactly: one pass. Waves of batches are gathered and solved on the engine, and
    /// the next wave is read off the tree while one is being solved.
    /// </summary>
    /// <param name="pyramid">The two clouds.</param>
    /// <param name="batchSize">Pairs of a batch, at least 1; more than there are means one batch, which gives the exact distance.</param>
    /// <param name="options">Cost and seed; null takes the defaults.</param>
    /// <param name="progress">Told after each wave.</param>
    /// <param name="cancellation">Ends the pass between two waves.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> or an option is out of its range.</exception>
    /// <exception cref="ArgumentException">The points lie so far apart, or so close, that float32 cannot hold their costs.</exception>
    /// <exception cref="NotSupportedException">The solver does not know the ground distance.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room for a single batch.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static MiniBatchEstimate Estimate(
        PyramidPair pyramid,
        int batchSize,
        MiniBatchOptions? options = null,
        IProgress<MiniBatchProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pyramid);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WaveBytes ?? 1, 1, nameof(options.WaveBytes));
        if (!Enum.IsDefined(options.Unpaired))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Unpaired, $"{nameof(options.Unpaired)} is not a way to treat unpaired points.");
        }

        cancellation.ThrowIfCancellationRequested();
        CheckScale(pyramid, options.Cost);
        bool isAssignment = options.Solver is null or ExactTransport { MassShare: 1 };
        return isAssignment && !pyramid.IsWithinLabels && (!pyramid.IsUneven || options.Unpaired == UnpairedPoints.Drop)
            ? EstimateByAssignment(pyramid, batchSize, options, progress, cancellation)
            : EstimateBySolver(pyramid, batchSize, options, progress, cancellation);
    }

    /// <summary>Each point in one pair, and batches solved as assignments: the fast way.</summary>
    private static MiniBatchEstimate EstimateByAssignment(
        PyramidPair pyramid, int batchSize, MiniBatchOptions options, IProgress<MiniBatchProgress>? progress, CancellationToken cancellation)
    {
        PairWalk walk = new(pyramid, options.Seed ?? pyramid.Options.Seed);
        batchSize = Math.Min(batchSize, walk.Count);
        using BatchWave wave = MakeWave(pyramid, batchSize, options.WaveBytes);
        int[] sourceRows = new int[walk.Count];
        int[] targetRows = new int[walk.Count];
        int[] levels = new int[walk.Count];
        List<BatchOutcome> outcomes = new((walk.Count + batchSize - 1) / batchSize);
        int read = Extract(0);
        for (int solved = 0; solved < walk.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = read;
            Task<int>? extraction = end < walk.Count ? Task.Run(() => Extract(end), CancellationToken.None) : null;
            try
            {
                wave.Solve(pyramid, options.Cost, sourceRows.AsSpan(solved..end), targetRows.AsSpan(solved..end), outcomes, default, cancellation);
            }
            finally
            {
                // It writes to the arrays behind this wave's pairs; nothing must outlive the call.
                read = extraction?.GetAwaiter().GetResult() ?? end;
            }

            solved = end;
            progress?.Report(new(solved, walk.Count));
        }

        return new(options.Cost, batchSize, new(sourceRows, targetRows, levels), outcomes);

        int Extract(int from)
        {
            int to = Math.Min(from + wave.Pairs, walk.Count);
            return from + walk.Read(sourceRows.AsSpan(from..to), targetRows.AsSpan(from..to), levels.AsSpan(from..to));
        }
    }

    /// <summary>Any masses and any solver.</summary>
    private static MiniBatchEstimate EstimateBySolver(
        PyramidPair pyramid, int batchSize, MiniBatchOptions options, IProgress<MiniBatchProgress>? progress, CancellationToken cancellation)
    {
        TransportSolver solver = options.Solver ?? ExactTransport.Default;
        PairOrder order = pyramid.Order(options.Seed ?? pyramid.Options.Seed, options.Unpaired);
        List<BatchOutcome> outcomes = [];
        CouplingCells coupling = new();
        SolverWave wave = new();
        long waveBytes = WaveBytes(pyramid.Engine, options.WaveBytes);
        int solved = 0;
        foreach (PairBatch batch in order.Batches(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            wave.Add(batch, order.Count, pyramid.Dimensions);
            if (wave.Bytes >= waveBytes)
            {
                Solve();
            }
        }

        if (wave.Count > 0)
        {
            Solve();
        }

        return new(options.Cost, Math.Min(batchSize, order.Count), coupling.ToCoupling(), outcomes);

        void Solve()
        {
            solved += wave.Pairs;
            wave.Solve(pyramid, options.Cost, solver, outcomes, coupling);
            progress?.Report(new(solved, order.Count));
        }
    }

    /// <summary>The loss of one batch of a pyramid, and its gradient in the points of both clouds.</summary>
    /// <param name="pyramid">The two clouds.</param>
    /// <param name="batch">The pairs of points, with masses or without.</param>
    /// <param name="cost">Ground distance and exponent; squared Euclidean by default.</param>
    /// <param name="solver">What gives the loss; null for exact transport.</param>
    /// <returns>
    /// The loss, and a row of derivatives for each pair's points, in the order of the batch. A point that stands in several pairs has its
    /// derivative in the row of the first, and 0 in the others.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The batch is empty, or its numbers of rows differ, or a mass is no finite number of at least 0, or all are 0 (the message says which), or a
    /// cost leaves float32's range.
    /// </exception>
    public static MiniBatchGradient LossAndGradient(
        PyramidPair pyramid, PairBatch batch, GroundCost cost = default, TransportSolver? solver = null)
    {
        ArgumentNullException.ThrowIfNull(pyramid);
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0 || batch.TargetRows.Length != batch.Count)
        {
            throw new ArgumentException($"The batch has {batch.Count} source rows and {batch.TargetRows.Length} target rows.", nameof(batch));
        }

        CheckMasses(batch);
        ComputeEngine engine = pyramid.Engine;
        int d = pyramid.Dimensions;
        if (solver is not (null or ExactTransport { MassShare: 1 }) || !batch.Masses.IsEmpty)
        {
            SolverWave wave = new();
            wave.Add(batch, batch.Count, d);
            return wave.LossAndGradient(pyramid, batch, cost, solver ?? ExactTransport.Default);
        }

        using MiniBatchLoss loss = new(engine, batch.Count, d, cost);
        using EngineBuffer<int> sourceRows = engine.Upload(batch.SourceRows.Span);
        using EngineBuffer<int> targetRows = engine.Upload(batch.TargetRows.Span);
        using EngineBuffer<float> source = engine.Allocate<float>((long)batch.Count * d);
        using EngineBuffer<float> target = engine.Allocate<float>((long)batch.TargetRows.Length * d);
        using EngineBuffer<float> sourceGradient = engine.Allocate<float>(source.Length);
        using EngineBuffer<float> targetGradient = engine.Allocate<float>(target.Length);
        engine.Points.Gather(pyramid.SourcePoints, d, sourceRows, source);
        engine.Points.Gather(pyramid.TargetPoints, d, targetRows, target);
        double value = loss.Evaluate(source, target, sourceGradient, targetGradient);
        return new(value, sourceGradient.ToArray(), targetGradient.ToArray());
    }

    private static void CheckMasses(PairBatch batch)
    {
        ReadOnlySpan<double> masses = batch.Masses.Span;
        if (masses.Length != 0 && masses.Length != batch.Count)
        {
            throw new ArgumentException($"The batch has {masses.Length} masses for {batch.Count} pairs.", nameof(batch));
        }

        double total = 0;
        for (int i = 0; i < masses.Length; i++)
        {
            if (!(masses[i] >= 0) || double.IsInfinity(masses[i]))
            {
                throw new ArgumentException($"The mass of pair {i} is {masses[i]}; a finite number of at least 0 is expected.", nameof(batch));
            }

            total += masses[i];
        }

        if (masses.Length > 0 && !(total > 0 && double.IsFinite(total)))
        {
            throw new ArgumentException($"The batch's masses sum to {total}; a finite number above 0 is expected.", nameof(batch));
        }
    }

    /// <summary>Room for waves of batches: as many as fit the engine, at least one.</summary>
    /// <exception cref="InsufficientMemoryException">There is no room for one batch.</exception>
    internal static BatchWave MakeWave(PyramidPair pyramid, int batchSize, long? waveBytes)
    {
        ComputeEngine engine = pyramid.Engine;
        long bytes = WaveBytes(engine, waveBytes);
        int pairs = Math.Min(pyramid.SourceCount, pyramid.TargetCount);
        long fitting = Math.Max(1, bytes / BatchWave.BytesOf(batchSize, pyramid.Dimensions));
        int batches = (int)Math.Min(fitting, Math.Max(1, pairs / batchSize));
        while (true)
        {
            try
            {
                return new(engine, batches, batchSize, pyramid.Dimensions);
            }
            catch (OutOfMemoryException) when (batches > 1)
            {
                batches /= 2;
            }
            catch (OutOfMemoryException exception)
            {
                throw new InsufficientMemoryException(
                    $"There is no room for one batch of {batchSize} pairs ({BatchWave.BytesOf(batchSize, pyramid.Dimensions)} bytes): take smaller ones. "
                    + exception.Message,
                    exception);
            }
        }
    }

    private static long WaveBytes(ComputeEngine engine, long? wanted) => wanted
        ?? (engine.Info.Kind == EngineKind.Host ? HostWaveBytes * (engine.Info.Units ?? 1)
            : Math.Min(MostDeviceWaveBytes, (engine.Info.MemoryBytes ?? MostDeviceWaveBytes) / 8));

    /// <summary>Refuses clouds whose largest cost float32 cannot hold, or whose costs all vanish in it.</summary>
    internal static void CheckScale(PyramidPair pyramid, GroundCost cost) => CheckScale(pyramid.Extent, cost, nameof(pyramid));

    /// <inheritdoc cref="CheckScale(PyramidPair, GroundCost)"/>
    /// <param name="sides">The sides of the box around both clouds.</param>
    /// <param name="cost">The cost of a pair.</param>
    /// <param name="name">The argument that is refused.</param>
    internal static void CheckScale(float[] sides, GroundCost cost, string name)
    {
        double extent = cost.Distance switch
        {
            GroundDistance.Manhattan => sides.Sum(side => (double)side),
            GroundDistance.Chebyshev => sides.Max(),
            GroundDistance.Cosine => 2,
            _ => Math.Sqrt(sides.Sum(side => (double)side * side)),
        };
        double largest = Math.Pow(extent, cost.Exponent);
        if (largest > LargestCost || (extent > 0 && largest < SmallestScale && sides.Max() > float.Epsilon))
        {
            throw new ArgumentException(
                $"The points lie up to {extent:G3} apart, and that to the power {cost.Exponent} is {largest:G3}, which float32 costs cannot hold "
                + $"({SmallestScale:G1} to {LargestCost:G1}): scale the points.",
                name);
        }
    }
}
