using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Row operations on point matrices. A group takes <see cref="LaunchSizes.RowsPerTile"/> rows, and its lanes stride over their elements in
/// memory order; rows and columns are counted along without a division an element.
/// </summary>
public static class PointKernels
{
    // Coordinates of a part of a sum.
    private const int PartDimensions = 64;

    /// <summary>
    /// Copies rows: row i of the destination becomes row <c>rows[i]</c>. Launch: any number of groups of any size; no shared memory.
    /// <typeparamref name="T"/> is <see cref="Float4"/> where d is a multiple of 4 and both matrices begin at a multiple of 16 bytes.
    /// </summary>
    /// <typeparam name="T">float, int or <see cref="Float4"/>.</typeparam>
    /// <param name="points">The matrix.</param>
    /// <param name="width">Elements of a row: d, or d / 4.</param>
    /// <param name="rows">The row numbers.</param>
    /// <param name="destination">Receives the rows.</param>
    public static void Gather<T>(ArrayView<T> points, int width, ArrayView<int> rows, ArrayView<T> destination)
        where T : unmanaged
    {
        long count = rows.Length;
        int rowStep = Group.DimX / width;
        int columnStep = Group.DimX - (rowStep * width);
        int startRow = Group.IdxX / width;
        int startColumn = Group.IdxX - (startRow * width);
        for (long first = (long)Grid.IdxX * LaunchSizes.RowsPerTile; first < count; first += (long)Grid.DimX * LaunchSizes.RowsPerTile)
        {
            int end = (int)XMath.Min(count - first, (long)LaunchSizes.RowsPerTile);
            int row = startRow;
            int column = startColumn;
            while (row < end)
            {
                long from = rows[first + row];
                destination[((first + row) * width) + column] = points[(from * width) + column];
                row += rowStep;
                column += columnStep;
                if (column >= width)
                {
                    column -= width;
                    row++;
                }
            }
        }
    }

    /// <summary>
    /// Copies numbers: number i of the destination becomes number <c>places[i]</c>. Launch: any number of groups of any size, a lane a number; no
    /// shared memory.
    /// </summary>
    /// <param name="values">The numbers.</param>
    /// <param name="places">The places.</param>
    /// <param name="destination">Receives as many numbers as there are places.</param>
    public static void GatherNumbers(ArrayView<int> values, ArrayView<int> places, ArrayView<int> destination)
    {
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < places.Length; i += (long)Grid.DimX * Group.DimX)
        {
            destination[i] = values[places[i]];
        }
    }

    /// <summary>
    /// The squared Euclidean norm of each row, summed by one lane in four streams. Launch: any number of groups of any size, a lane a row;
    /// no shared memory.
    /// </summary>
    /// <param name="points">n x d numbers.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="norms">Receives n numbers.</param>
    public static void SquaredNorms(ArrayView<float> points, int dimensions, ArrayView<float> norms)
    {
        long count = norms.Length;
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < count; i += (long)Grid.DimX * Group.DimX)
        {
            long start = i * dimensions;
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            int k = 0;
            for (; k + 4 <= dimensions; k += 4)
            {
                float x0 = points[start + k];
                float x1 = points[start + k + 1];
                float x2 = points[start + k + 2];
                float x3 = points[start + k + 3];
                s0 += x0 * x0;
                s1 += x1 * x1;
                s2 += x2 * x2;
                s3 += x3 * x3;
            }

            for (; k < dimensions; k++)
            {
                float x = points[start + k];
                s0 += x * x;
            }

            norms[i] = s0 + s1 + (s2 + s3);
        }
    }

    /// <summary>
    /// Moves points towards their partners: x[a_i] += t (y[b_i] - x[a_i]); with t = 1 they land on them exactly. Launch: any number of
    /// groups of any size; no shared memory.
    /// </summary>
    /// <param name="points">n x d numbers, changed.</param>
    /// <param name="pointRows">The rows a, none twice.</param>
    /// <param name="targets">m x d numbers.</param>
    /// <param name="targetRows">The rows b.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="fraction">t.</param>
    public static void MoveTowards(
        ArrayView<float> points, ArrayView<int> pointRows, ArrayView<float> targets, ArrayView<int> targetRows, int dimensions, float fraction)
    {
        long count = pointRows.Length;
        int rowStep = Group.DimX / dimensions;
        int columnStep = Group.DimX - (rowStep * dimensions);
        int startRow = Group.IdxX / dimensions;
        int startColumn = Group.IdxX - (startRow * dimensions);
        for (long first = (long)Grid.IdxX * LaunchSizes.RowsPerTile; first < count; first += (long)Grid.DimX * LaunchSizes.RowsPerTile)
        {
            int end = (int)XMath.Min(count - first, (long)LaunchSizes.RowsPerTile);
            int row = startRow;
            int column = startColumn;
            while (row < end)
            {
                long to = ((long)pointRows[first + row] * dimensions) + column;
                float target = targets[((long)targetRows[first + row] * dimensions) + column];
                float point = points[to];

                // x + (y - x) need not be y.
                points[to] = fraction == 1 ? target : point + (fraction * (target - point));
                row += rowStep;
                column += columnStep;
                if (column >= dimensions)
                {
                    column -= dimensions;
                    row++;
                }
            }
        }
    }

    /// <summary>Adds numbers to numbers: x_i += t s_i. Launch: any number of groups of any size; no shared memory.</summary>
    /// <param name="values">n numbers, changed.</param>
    /// <param name="steps">n numbers.</param>
    /// <param name="factor">t.</param>
    public static void Add(ArrayView<float> values, ArrayView<float> steps, float factor)
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < values.Length; i += stride)
        {
            values[i] = values[i] + (factor * steps[i]);
        }
    }

    /// <summary>
    /// Adds rows to rows: row <c>rows[i]</c> of the sums gains factor times addend of each row <c>places[k]</c> of the addends, in the order of k from
    /// <c>ends[i - 1]</c> (0 for the first) to below <c>ends[i]</c>. Launch: any number of groups of any size; no shared memory.
    /// </summary>
    /// <param name="sums">n x d numbers, changed.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="rows">The rows that gain something, none twice: so no two lanes meet.</param>
    /// <param name="ends">Where the places of each of those rows end.</param>
    /// <param name="places">Rows of the addends.</param>
    /// <param name="addends">m x d numbers.</param>
    /// <param name="factors">The factor of each addend.</param>
    public static void AddRows(
        ArrayView<float> sums,
        int dimensions,
        ArrayView<int> rows,
        ArrayView<int> ends,
        ArrayView<int> places,
        ArrayView<float> addends,
        ArrayView<float> factors)
    {
        long count = rows.Length;
        int rowStep = Group.DimX / dimensions;
        int columnStep = Group.DimX - (rowStep * dimensions);
        int startRow = Group.IdxX / dimensions;
        int startColumn = Group.IdxX - (startRow * dimensions);
        for (long first = (long)Grid.IdxX * LaunchSizes.RowsPerTile; first < count; first += (long)Grid.DimX * LaunchSizes.RowsPerTile)
        {
            int last = (int)XMath.Min(count - first, (long)LaunchSizes.RowsPerTile);
            int row = startRow;
            int column = startColumn;
            while (row < last)
            {
                long i = first + row;
                long to = ((long)rows[i] * dimensions) + column;
                int begin = i > 0 ? ends[i - 1] : 0;
                int end = ends[i];
                float sum = sums[to];
                for (int k = begin; k < end; k++)
                {
                    long from = places[k];
                    sum += factors[from] * addends[(from * dimensions) + column];
                }

                sums[to] = sum;
                row += rowStep;
                column += columnStep;
                if (column >= dimensions)
                {
                    column -= dimensions;
                    row++;
                }
            }
        }
    }

    /// <summary>
    /// Scales points to length 1, for <see cref="CosineDistance"/>; a zero vector stays. Launch: any number of groups of any size, a
    /// lane a row; no shared memory.
    /// </summary>
    /// <param name="points">n x d numbers.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="directions">Receives n x d numbers.</param>
    public static void Directions(ArrayView<float> points, int dimensions, ArrayView<float> directions)
    {
        long end = directions.Length;
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i * dimensions < end; i += (long)Grid.DimX * Group.DimX)
        {
            long start = i * dimensions;
            float largest = 0;
            for (int k = 0; k < dimensions; k++)
            {
                largest = XMath.Max(largest, XMath.Abs(points[start + k]));
            }

            // Scaled first, so that neither squares nor the length's inverse leave float32's range.
            float scale = largest < 1e-15f ? 1.2676506002282294e30f : largest > 1e15f ? 8.271806125530277e-25f : 1;
            float sum = 0;
            for (int first = 0; first < dimensions; first += PartDimensions)
            {
                // In parts, as rounding errors that all go one way would add up.
                float part = 0;
                int last = XMath.Min(dimensions, first + PartDimensions);
                for (int k = first; k < last; k++)
                {
                    float x = points[start + k] * scale;
                    part += x * x;
                }

                sum += part;
            }

            float inverse = sum > 0 ? 1 / XMath.Sqrt(sum) : 0;
            for (int k = 0; k < dimensions; k++)
            {
                directions[start + k] = points[start + k] * scale * inverse;
            }
        }
    }
}
