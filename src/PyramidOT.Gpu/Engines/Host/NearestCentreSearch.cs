using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Nearest centres of a block of points. Scores come from the tiles: |c|^2 - 2 x·c of centred points where there are many
/// coordinates, |x - c|^2 where there are few. A point whose two best scores are closer than rounding can tell, or whose squares
/// leave float32's range, looks at all centres again in float64.
/// </summary>
/// <remarks>What is done for a point depends on it and on the cell's centres alone, not on its place in a tile.</remarks>
internal static unsafe class NearestCentreSearch<S, V, D, W>
    where S : struct, ISimd<float, V>
    where V : struct
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Points that are scored together: few enough that they and a panel of centres stay in the nearest cache.
    private const int Group = 32;

    // As in the costs: from here on scalar products pay.
    private const int FewDimensions = 16;

    private const float SmallestSquare = 1e-30f;
    private const float LargestSquare = 1e37f;

    public static bool Run(in HostClustering.Cells cells, in HostClustering.Block block, int* nearest, float* distances, HostScratch scratch)
    {
        Search search = new(cells, block.Cell, scratch);
        for (int first = 0; first < block.Count; first += Group)
        {
            int count = Math.Min(Group, block.Count - first);
            long position = block.First + first;
            float* sums = search.Load(cells, position, count);
            search.Score(count);
            for (int i = 0; i < count; i++)
            {
                float* point = cells.Point(position + i);
                (int centre, float distance) = search.Decide(point, i, sums[i]);
                nearest[position + i] = (int)cells.Layout.ColumnOffsets[block.Cell] + centre;
                if (distances != null)
                {
                    distances[position + i] = distance;
                }
            }
        }

        return true;
    }

    /// <summary>The centres of one cell, ready for search, and the state of one group of points.</summary>
    private readonly ref struct Search
    {
        private readonly int _dimensions;
        private readonly int _count;
        private readonly bool _products;
        private readonly float* _centres;
        private readonly float* _packed;
        private readonly float* _middle;
        private readonly float* _norms;
        private readonly float _largestNorm;
        private readonly float* _points;
        private readonly float* _pointNorms;
        private readonly float* _tile;

        // For each point of a group a vector of best scores, one of their centres' numbers, one of second best scores.
        private readonly float* _best;

        public Search(in HostClustering.Cells cells, int cell, HostScratch scratch)
        {
            int d = cells.Dimensions;
            _dimensions = d;
            _count = cells.Layout.ColumnsOf(cell);
            _products = d >= FewDimensions;
            _centres = cells.Centres + (cells.Layout.ColumnOffsets[cell] * d);
            _packed = scratch.Take<float>(PairTiles<S, V>.PackedSize(_count, d));
            _points = scratch.Take<float>((long)Group * d);
            _pointNorms = scratch.Take<float>(Group);
            _tile = scratch.Take<float>(PairTiles<S, V>.TileSize);
            _best = scratch.Take<float>(3 * Group * S.Count);
            int padded = PairTiles<S, V>.Vectors(_count) * S.Count;
            _norms = scratch.Take<float>(padded);
            _middle = null;
            if (_products)
            {
                _middle = scratch.Take<float>(d);
                Centring<S, V>.Mean(_centres, _count, d, _middle);
            }

            PairTiles<S, V>.Pack(_centres, _count, d, _middle, _packed);
            new Span<float>(_norms, padded).Clear();
            if (_products)
            {
                PairTiles<S, V>.SquaredNorms(_packed, _count, d, _norms);
            }

            _largestNorm = 0;
            for (int j = 0; j < _count; j++)
            {
                // Not Math.Max, since a norm that overflowed to NaN must not be lost.
                _largestNorm = _norms[j] <= _largestNorm ? _largestNorm : _norms[j];
            }

            // Padding centres must never win.
            new Span<float>(_norms + _count, padded - _count).Fill(float.PositiveInfinity);
        }

        /// <summary>Copies a group of points, centred; returns their squared norms.</summary>
        public float* Load(in HostClustering.Cells cells, long position, int count)
        {
            for (int i = 0; i < count; i++)
            {
                float* point = cells.Point(position + i);
                float* copy = _points + ((long)i * _dimensions);
                if (_products)
                {
                    _pointNorms[i] = Centring<S, V>.Subtract(point, _middle, copy, _dimensions);
                }
                else
                {
                    new ReadOnlySpan<float>(point, _dimensions).CopyTo(new(copy, _dimensions));
                    _pointNorms[i] = 0;
                }
            }

            return _pointNorms;
        }

        /// <summary>Scores a group of points against all centres, and keeps the two best scores of each lane.</summary>
        public void Score(int count)
        {
            V infinity = S.Broadcast(float.PositiveInfinity);
            for (int i = 0; i < 3 * count; i++)
            {
                S.Store(_best + (i * S.Count), infinity);
            }

            for (int vectors = PairTiles<S, V>.Vectors(_count); vectors > 0;)
            {
                int panelVectors = PairTiles<S, V>.PanelVectors(vectors);
                vectors -= panelVectors;
                int column = vectors * S.Count;
                float* panel = _packed + ((long)column * _dimensions);
                int rows = PairTiles<S, V>.TileRows(panelVectors);
                for (int row = 0; row < count; row += rows)
                {
                    int left = Math.Min(rows, count - row);
                    float* points = _points + ((long)row * _dimensions);
                    if (_products)
                    {
                        PairTiles<S, V>.Compute<ProductStep<S, V>>(points, _dimensions, left, panel, panelVectors, _dimensions, _tile);
                    }
                    else
                    {
                        PairTiles<S, V>.Compute<SquareStep<S, V>>(points, _dimensions, left, panel, panelVectors, _dimensions, _tile);
                    }

                    Keep(row, left, column, panelVectors);
                }
            }
        }

        /// <summary>Picks a point's centre, and computes the squared distance to it.</summary>
        public (int Centre, float SquaredDistance) Decide(float* point, int index, float norm)
        {
            float* kept = _best + (3 * index * S.Count);
            V scores = S.Load(kept);
            V numbers = S.Load(kept + S.Count);
            float best = S.MinAcross(scores);
            V least = S.Broadcast(best);
            int centre = (int)S.MinAcross(S.SelectEqual(scores, least, numbers, S.Broadcast(float.PositiveInfinity)));
            bool tied = BitOperations.PopCount(S.EqualBits(scores, least)) > 1;
            float second = tied ? best : S.MinAcross(S.SelectEqual(scores, least, S.Load(kept + (2 * S.Count)), scores));

            // Both scores carry rounding errors of some 2 eps sqrt(d) of what was summed.
            float scale = _products ? norm + _largestNorm : best;
            float doubt = 5e-7f * MathF.Sqrt(_dimensions) * scale;
            if (!(second - best > doubt && scale > SmallestSquare && scale < LargestSquare))
            {
                return DecideExactly(point);
            }

            float distance = best + norm;
            return (centre, !_products || distance > 0.25f * scale ? distance : (float)ExactDistance<D, W>.Squared(point, Centre(centre), _dimensions));
        }

        private float* Centre(int number) => _centres + ((long)number * _dimensions);

        private (int Centre, float SquaredDistance) DecideExactly(float* point)
        {
            int nearest = 0;
            double least = double.PositiveInfinity;
            for (int j = 0; j < _count; j++)
            {
                double distance = ExactDistance<D, W>.Squared(point, Centre(j), _dimensions);
                if (distance < least)
                {
                    least = distance;
                    nearest = j;
                }
            }

            return (nearest, (float)least);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Keep(int row, int rows, int column, int vectors)
        {
            V factor = S.Broadcast(_products ? -2 : 1);
            for (int r = 0; r < rows; r++)
            {
                float* kept = _best + (3 * (row + r) * S.Count);
                V best = S.Load(kept);
                V numbers = S.Load(kept + S.Count);
                V second = S.Load(kept + (2 * S.Count));
                for (int v = 0; v < vectors; v++)
                {
                    float* sums = _tile + (((r * vectors) + v) * S.Count);
                    int first = column + (v * S.Count);
                    V score = S.MultiplyAdd(S.Load(sums), factor, S.Load(_norms + first));
                    V number = S.Add(S.Indices, S.Broadcast(first));
                    second = S.Min(second, S.Max(best, score));
                    numbers = S.SelectLess(score, best, number, numbers);
                    best = S.Min(best, score);
                }

                S.Store(kept, best);
                S.Store(kept + S.Count, numbers);
                S.Store(kept + (2 * S.Count), second);
            }
        }
    }
}
