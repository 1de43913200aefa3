using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Pairwise costs. Few coordinates: directly by differences. Many: Euclidean distances as |x|^2 + |y|^2 - 2 x·y of centred points,
/// which takes half the operations but cancels where points are close; the entries that came out too small against the norms are
/// marked (NaN) and computed again by differences in float64. So are all whose squares leave float32's range.
/// </summary>
internal sealed unsafe partial class HostCosts(HostEngine engine, HostWorkers workers) : ICostKernels
{
    // From here on a scalar product with its centring pays against differences.
    private const int FewDimensions = 16;

    // A large problem is cut into so many rows a task, when there are too few problems for the threads. Every task packs the
    // problem's targets anew, which is a small part of the work for so many rows.
    private const int RowsPerTask = 256;

    // Squared distances beyond these are left to float64: smaller squares have too few bits, larger ones overflow.
    private const float SmallestSquare = 1e-30f;
    internal const float LargestSquare = 1e37f;

    public void Pairwise(
        BatchLayout problems, EngineView<float> source, EngineView<float> target, int dimensions, GroundCost cost, EngineView<float> costs)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        Batch batch = new()
        {
            Problems = problems,
            Source = engine.PointerTo(source, problems.Rows * dimensions),
            Target = engine.PointerTo(target, problems.Columns * dimensions),
            Costs = engine.PointerTo(costs, problems.Costs),
            Dimensions = dimensions,
            Cost = cost,
        };
        bool cut = workers.Threads > 1 && problems.Count < 4 * workers.Threads;
        List<(int Problem, int FirstRow, int EndRow)>? tasks = cut ? CutRows(problems) : null;
        int count = tasks?.Count ?? problems.Count;
        double operations = count == 0 ? 0 : (double)problems.Costs / count * dimensions / 8;
        workers.For(count, operations, (start, end, scratch) =>
        {
            for (int task = start; task < end; task++)
            {
                scratch.Reset();
                (int problem, int firstRow, int endRow) = tasks?[task] ?? (task, 0, problems.RowsOf(task));
                if (endRow > firstRow && problems.ColumnsOf(problem) > 0)
                {
                    Part part = new(batch, problem, firstRow, endRow);
                    _ = SimdWidth.Floats switch
                    {
                        16 => Compute<Floats16, Vector512<float>, Doubles8, Vector512<double>>(part, scratch),
                        8 => Compute<Floats8, Vector256<float>, Doubles4, Vector256<double>>(part, scratch),
                        _ => Compute<Floats4, Vector128<float>, Doubles2, Vector128<double>>(part, scratch),
                    };
                }
            }
        });
    }

    private static List<(int Problem, int FirstRow, int EndRow)> CutRows(BatchLayout problems)
    {
        List<(int, int, int)> tasks = [];
        for (int problem = 0; problem < problems.Count; problem++)
        {
            int rows = problems.RowsOf(problem);
            for (int row = 0; row < rows; row += RowsPerTask)
            {
                tasks.Add((problem, row, Math.Min(rows, row + RowsPerTask)));
            }
        }

        return tasks;
    }

    private static bool Compute<S, V, D, W>(in Part part, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        bool marked = false;
        switch (part.Cost.Distance)
        {
            case GroundDistance.Manhattan:
                Tiles<S, V, AbsoluteStep<S, V>, AsIs<S, V>>(part, part.Source, part.Target, null, scratch);
                break;
            case GroundDistance.Chebyshev:
                Tiles<S, V, LargestStep<S, V>, AsIs<S, V>>(part, part.Source, part.Target, null, scratch);
                break;
            case GroundDistance.Euclidean when part.Dimensions < FewDimensions:
                marked = Tiles<S, V, SquareStep<S, V>, InRange<S, V>>(part, part.Source, part.Target, null, scratch);
                break;
            case GroundDistance.Euclidean:
                marked = Products<S, V>(part, part.Source, part.Target, scratch);
                break;
            default:
                // Half the squared distance of the directions is one minus the cosine; halved by Raise.
                float* source = Directions<D, W>(part.Source, part.Rows, part.Dimensions, scratch);
                float* target = Directions<D, W>(part.Target, part.Columns, part.Dimensions, scratch);
                marked = Products<S, V>(part, source, target, scratch) | MarkZeroVectors(part);
                break;
        }

        Raise(part);
        if (marked)
        {
            ComputeMarked<D, W>(part);
        }

        return true;
    }

    /// <summary>Squared Euclidean distances from scalar products of centred points.</summary>
    private static bool Products<S, V>(in Part part, float* source, float* target, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int d = part.Dimensions;

        // Any point near the clouds serves as the centre. The target's mean does: where the source lies elsewhere, its distances
        // are as large as its norms. It is a mean of all targets, so that cutting rows among threads changes no bit.
        float* centre = scratch.Take<float>(d);
        Centring<S, V>.Mean(target, part.Columns, d, centre);
        float* centred = scratch.Take<float>((long)part.Rows * d);
        float* norms = scratch.Take<float>(part.Rows);
        for (int i = 0; i < part.Rows; i++)
        {
            norms[i] = InRangeOrInfinite(Centring<S, V>.Subtract(source + ((long)i * d), centre, centred + ((long)i * d), d));
        }

        return Tiles<S, V, ProductStep<S, V>, FromProduct<S, V>>(part, centred, target, new() { Centre = centre, SourceNorms = norms }, scratch);
    }

    /// <summary>Runs over all tiles; returns whether an entry was marked.</summary>
    private static bool Tiles<S, V, P, F>(in Part part, float* source, float* target, Origin? origin, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
        where P : struct, IPairStep<V>
        where F : struct, IFinish<V>
    {
        int d = part.Dimensions;
        int columns = part.Columns;
        float* packed = scratch.Take<float>(PairTiles<S, V>.PackedSize(columns, d));
        float* centre = origin is { } c ? c.Centre : null;
        float* sourceNorms = origin is { } s ? s.SourceNorms : scratch.Take<float>(part.Rows);
        PairTiles<S, V>.Pack(target, columns, d, centre, packed);
        int vectors = PairTiles<S, V>.Vectors(columns);
        float* targetNorms = scratch.Take<float>(vectors * S.Count);
        if (origin is not null)
        {
            PairTiles<S, V>.SquaredNorms(packed, columns, d, targetNorms);
            for (int j = 0; j < columns; j++)
            {
                targetNorms[j] = InRangeOrInfinite(targetNorms[j]);
            }
        }

        float* tile = scratch.Take<float>(PairTiles<S, V>.TileSize);
        Limits<V> limits = new() { Part = S.Broadcast(SmallestPart(part)), Square = S.Broadcast(SmallestSquareOf(part)) };
        V allNumbers = S.Broadcast(0);
        while (vectors > 0)
        {
            int panelVectors = PairTiles<S, V>.PanelVectors(vectors);
            vectors -= panelVectors;
            int column = vectors * S.Count;
            int tileRows = PairTiles<S, V>.TileRows(panelVectors);
            for (int row = 0; row < part.Rows; row += tileRows)
            {
                int rows = Math.Min(tileRows, part.Rows - row);
                PairTiles<S, V>.Compute<P>(source + ((long)row * d), d, rows, packed + ((long)column * d), panelVectors, d, tile);

                // From the right to the left, what the rightmost panel writes beyond a row's end falls on what is still to come. Only
                // the last rows, from where that would be beyond the matrix, must stop at their end.
                int width = panelVectors * S.Count;
                int whole = rows;
                while (whole > 0 && ((long)(row + whole - 1) * columns) + column + width > (long)part.Rows * columns)
                {
                    whole--;
                }

                float* to = part.Costs + ((long)row * columns) + column;
                allNumbers = FinishTile<S, V, F>(tile, whole, panelVectors, sourceNorms + row, targetNorms + column, limits, to, columns, allNumbers);
                int end = Math.Min(width, columns - column);
                for (int r = whole; r < rows; r++)
                {
                    float* last = tile + (r * width);
                    allNumbers = FinishTile<S, V, F>(last, 1, panelVectors, sourceNorms + row + r, targetNorms + column, limits, last, width, allNumbers);
                    new ReadOnlySpan<float>(last, end).CopyTo(new(to + ((long)r * columns), end));
                }
            }
        }

        return S.EqualBits(allNumbers, allNumbers) != S.EqualBits(limits.Part, limits.Part);
    }

    /// <summary>A norm whose distances might overflow becomes infinite, which marks all of them: one look a point instead of one an entry.</summary>
    private static float InRangeOrInfinite(float norm) => norm < LargestSquare ? norm : float.PositiveInfinity;

    /// <summary>Finishes a tile's sums and stores them.</summary>
    /// <returns>A vector that holds a NaN where it did before or where an entry was marked.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static V FinishTile<S, V, F>(
        float* tile, int rows, int vectors, float* sourceNorms, float* targetNorms, in Limits<V> limits, float* to, long stride, V allNumbers)
        where S : struct, ISimd<float, V>
        where V : struct
        where F : struct, IFinish<V>
    {
        for (int r = 0; r < rows; r++)
        {
            V sourceNorm = S.Broadcast(sourceNorms[r]);
            for (int v = 0; v < vectors * S.Count; v += S.Count)
            {
                V value = F.Finish(S.Load(tile + v), S.Add(sourceNorm, S.Load(targetNorms + v)), limits);

                // Zero times a cost keeps a NaN, and so finds one without a branch an entry.
                allNumbers = S.MultiplyAdd(value, S.Broadcast(0), allNumbers);
                S.Store(to + v, value);
            }

            tile += vectors * S.Count;
            to += stride;
        }

        return allNumbers;
    }

    /// <summary>
    /// The part of |x|^2 + |y|^2 below which a squared distance is not accurate enough for its cost: the sums' rounding errors, some 2 eps
    /// sqrt(d) of the norms (d cut at a few lengths of the partial sums), over 1e-5, times what the exponent makes of an error. From 2
    /// on that is every entry.
    /// </summary>
    private static float SmallestPart(in Part part) =>
        Math.Min(2, 0.02f * MathF.Sqrt(Math.Min(part.Dimensions, 512)) * (float)Math.Max(1, Power(part.Cost)));

    /// <summary>
    /// The squared distance below which float32 does not do whatever the norms are. Directions carry rounding errors of 1e-7, which
    /// two nearly parallel ones must exceed by far.
    /// </summary>
    private static float SmallestSquareOf(in Part part)
    {
        float power = (float)Power(part.Cost);
        return part.Cost.Distance == GroundDistance.Cosine ? 2.5e-3f * power * power : SmallestSquare;
    }

    /// <summary>The power that makes a cost of what the tiles leave, which is a squared distance for Euclidean and cosine.</summary>
    private static double Power(GroundCost cost) => cost.Distance == GroundDistance.Euclidean ? cost.Exponent / 2 : cost.Exponent;

    /// <summary>Turns what the tiles left (squared or plain distances) into costs. NaN marks stay.</summary>
    private static void Raise(in Part part)
    {
        long count = (long)part.Rows * part.Columns;
        float power = (float)Power(part.Cost);
        bool halve = part.Cost.Distance == GroundDistance.Cosine;
        for (long done = 0; done < count && (halve || power != 1); done += 1 << 20)
        {
            Span<float> values = new(part.Costs + done, (int)Math.Min(1 << 20, count - done));
            if (halve)
            {
                TensorPrimitives.Multiply(values, 0.5f, values);
            }

            switch (power)
            {
                case 1:
                    break;
                case 0.5f:
                    TensorPrimitives.Sqrt(values, values);
                    break;
                case 2:
                    TensorPrimitives.Multiply(values, values, values);
                    break;
                default:
                    TensorPrimitives.Pow(values, power, values);
                    break;
            }
        }
    }

    /// <summary>Computes the marked entries from the points themselves, in float64.</summary>
    private static void ComputeMarked<D, W>(in Part part)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int d = part.Dimensions;
        for (int i = 0; i < part.Rows; i++)
        {
            float* x = part.Source + ((long)i * d);
            float* row = part.Costs + ((long)i * part.Columns);
            for (int j = 0; j < part.Columns; j++)
            {
                if (!float.IsNaN(row[j]))
                {
                    continue;
                }

                float* y = part.Target + ((long)j * d);
                row[j] = (float)ExactDistance<D, W>.Cost(part.Cost, x, y, d);
            }
        }
    }

    /// <summary>Scales points to length 1; a zero vector stays.</summary>
    private static float* Directions<D, W>(float* points, int count, int dimensions, HostScratch scratch)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        float* directions = scratch.Take<float>((long)count * dimensions);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> point = new(points + ((long)i * dimensions), dimensions);
            double length = Math.Sqrt(ExactDistance<D, W>.SquaredLength(points + ((long)i * dimensions), dimensions));
            TensorPrimitives.Multiply(point, length == 0 ? 0 : (float)(1 / length), new(directions + ((long)i * dimensions), dimensions));
        }

        return directions;
    }

    /// <summary>Marks the entries of points that have no direction.</summary>
    private static bool MarkZeroVectors(in Part part)
    {
        bool marked = false;
        for (int i = 0; i < part.Rows; i++)
        {
            if (!new ReadOnlySpan<float>(part.Source + ((long)i * part.Dimensions), part.Dimensions).ContainsAnyExcept(0f))
            {
                new Span<float>(part.Costs + ((long)i * part.Columns), part.Columns).Fill(float.NaN);
                marked = true;
            }
        }

        for (int j = 0; j < part.Columns; j++)
        {
            if (!new ReadOnlySpan<float>(part.Target + ((long)j * part.Dimensions), part.Dimensions).ContainsAnyExcept(0f))
            {
                for (int i = 0; i < part.Rows; i++)
                {
                    part.Costs[((long)i * part.Columns) + j] = float.NaN;
                }

                marked = true;
            }
        }

        return marked;
    }

    /// <summary>What centred points were moved by, and their norms.</summary>
    private readonly struct Origin
    {
        public float* Centre { get; init; }

        public float* SourceNorms { get; init; }
    }

    /// <summary>Some rows of one problem.</summary>
    private readonly struct Part
    {
        public Part(Batch batch, int problem, int firstRow, int endRow)
        {
            int d = batch.Dimensions;
            Rows = endRow - firstRow;
            Columns = batch.Problems.ColumnsOf(problem);
            Dimensions = d;
            Cost = batch.Cost;
            Source = batch.Source + ((batch.Problems.RowOffsets[problem] + firstRow) * d);
            Target = batch.Target + (batch.Problems.ColumnOffsets[problem] * d);
            Costs = batch.Costs + batch.Problems.CostOffsets[problem] + ((long)firstRow * Columns);
        }

        public int Rows { get; }

        public int Columns { get; }

        public int Dimensions { get; }

        public GroundCost Cost { get; }

        public float* Source { get; }

        public float* Target { get; }

        public float* Costs { get; }
    }

    /// <summary>The addresses of one call.</summary>
    private sealed class Batch
    {
        public required BatchLayout Problems { get; init; }

        public required float* Source { get; init; }

        public required float* Target { get; init; }

        public required float* Costs { get; init; }

        public required int Dimensions { get; init; }

        public required GroundCost Cost { get; init; }
    }
}
