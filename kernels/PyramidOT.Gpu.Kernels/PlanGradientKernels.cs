using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>What the plan-weighted gradients are computed from, on one side of the problems.</summary>
public struct PlanSide
{
    /// <summary>The plans, in the order of the costs.</summary>
    public ArrayView<float> Plan;

    /// <summary>The points whose gradients are wanted.</summary>
    public ArrayView<float> Points;

    /// <summary>The points of the other side.</summary>
    public ArrayView<float> Others;

    /// <summary>Receives a gradient a point.</summary>
    public ArrayView<float> Gradients;

    /// <summary>d, at least 1.</summary>
    public int Dimensions;

    /// <summary>0 Euclidean, 1 Manhattan, 2 Chebyshev, 3 cosine.</summary>
    public int Distance;

    /// <summary>p, at least 1.</summary>
    public float Exponent;

    /// <summary>1 where the points are the plans' columns.</summary>
    public int IsTransposed;
}

/// <summary>Gradients of the cost of a plan in the points: sum_j P_ij times the gradient of g(x_i, y_j)^p in x_i.</summary>
public static class PlanGradientKernels
{
    /// <summary>
    /// The gradients of the points of each tile, a lane a point, over the other side's points in order. Launch: a group a tile, of any size;
    /// no shared memory.
    /// </summary>
    /// <param name="shapes">The shapes, rows being the points whose gradients are wanted.</param>
    /// <param name="tiles">Which points a group takes.</param>
    /// <param name="tileRows">How many.</param>
    /// <param name="side">Where everything is.</param>
    public static void Gradients(BatchShapes shapes, ArrayView<BatchTile> tiles, int tileRows, PlanSide side)
    {
        BatchTile tile = tiles[Grid.IdxX];
        long firstRow = shapes.RowOffsets[tile.Problem];
        long firstColumn = shapes.ColumnOffsets[tile.Problem];
        int rows = (int)(shapes.RowOffsets[tile.Problem + 1] - firstRow);
        int columns = (int)(shapes.ColumnOffsets[tile.Problem + 1] - firstColumn);
        long firstCost = shapes.CostOffsets[tile.Problem];
        long own = side.IsTransposed != 0 ? 1 : columns;
        long inner = side.IsTransposed != 0 ? rows : 1;
        int end = XMath.Min(rows, tile.FirstRow + tileRows);
        int d = side.Dimensions;
        for (int i = tile.FirstRow + Group.IdxX; i < end; i += Group.DimX)
        {
            long x = (firstRow + i) * d;
            for (int k = 0; k < d; k++)
            {
                side.Gradients[x + k] = 0;
            }

            for (int j = 0; j < columns; j++)
            {
                float mass = side.Plan[firstCost + (i * own) + (j * inner)];
                if (mass > 0)
                {
                    Add(side, x, (firstColumn + j) * d, mass);
                }
            }
        }
    }

    private static void Add(PlanSide side, long x, long y, float mass)
    {
        int d = side.Dimensions;
        if (side.Distance == 3)
        {
            AddCosine(side, x, y, mass);
            return;
        }

        float sum = 0;
        int largest = 0;
        float most = -1;
        for (int k = 0; k < d; k++)
        {
            float difference = XMath.Abs(side.Points[x + k] - side.Others[y + k]);
            sum += side.Distance == 0 ? difference * difference : difference;
            largest = difference > most ? k : largest;
            most = XMath.Max(most, difference);
        }

        if (!(sum > 0))
        {
            return;
        }

        float ground = side.Distance == 0 ? XMath.Sqrt(sum) : side.Distance == 1 ? sum : most;
        float power = side.Exponent - (side.Distance == 0 ? 2 : 1);
        float factor = mass * side.Exponent * (power == 0 ? 1 : power == 1 ? ground : XMath.Pow(ground, power));
        if (side.Distance == 2)
        {
            side.Gradients[x + largest] += factor * Sign(side.Points[x + largest] - side.Others[y + largest]);
            return;
        }

        for (int k = 0; k < d; k++)
        {
            float difference = side.Points[x + k] - side.Others[y + k];
            side.Gradients[x + k] += factor * (side.Distance == 0 ? difference : Sign(difference));
        }
    }

    private static void AddCosine(PlanSide side, long x, long y, float mass)
    {
        float xx = 0;
        float yy = 0;
        float xy = 0;
        for (int k = 0; k < side.Dimensions; k++)
        {
            float a = side.Points[x + k];
            float b = side.Others[y + k];
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }

        if (!(xx > 0) || !(yy > 0))
        {
            return;
        }

        float both = XMath.Sqrt(xx) * XMath.Sqrt(yy);
        float cosine = xy / both;
        float ground = XMath.Max(1 - cosine, 0);
        float power = side.Exponent - 1;
        float factor = mass * side.Exponent * (power == 0 ? 1 : power == 1 ? ground : ground > 0 ? XMath.Pow(ground, power) : 0);
        for (int k = 0; k < side.Dimensions; k++)
        {
            side.Gradients[x + k] += factor * ((side.Points[x + k] * (cosine / xx)) - (side.Others[y + k] / both));
        }
    }

    private static float Sign(float value) => value > 0 ? 1 : value < 0 ? -1 : 0;
}
