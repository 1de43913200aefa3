using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>One Sinkhorn problem as a group works on it.</summary>
internal struct SinkhornGroup
{
    public int Number;
    public int Rows;
    public int Columns;
    public long FirstRow;
    public long FirstColumn;
    public long FirstCost;

    /// <summary>Costs as passes over rows read them: that of (i, j) at i RowStep + j RowInnerStep.</summary>
    public ArrayView<float> ByRow;
    public long RowStep;
    public long RowInnerStep;

    /// <summary>Costs as passes over columns read them: that of (i, j) at j + i ColumnInnerStep.</summary>
    public ArrayView<float> ByColumn;
    public long ColumnInnerStep;

    public ArrayView<TwoFloats> RowPotentials;
    public ArrayView<TwoFloats> ColumnPotentials;
    public ArrayView<float> RowWeights;
    public ArrayView<float> ColumnWeights;

    /// <summary>What each column's marginal misses; first a row's share of something.</summary>
    public ArrayView<float> Errors;

    /// <summary>The rows' total weight.</summary>
    public float Total;

    private float _rowWeight;
    private float _columnWeight;

    /// <summary>Reads a problem's shape.</summary>
    public static SinkhornGroup Read(BatchShapes shapes, int number, SinkhornTask task, SinkhornViews views)
    {
        long firstRow = shapes.RowOffsets[number];
        long firstColumn = shapes.ColumnOffsets[number];
        int rows = (int)(shapes.RowOffsets[number + 1] - firstRow);
        int columns = (int)(shapes.ColumnOffsets[number + 1] - firstColumn);
        return new()
        {
            Number = number,
            Rows = rows,
            Columns = columns,
            FirstRow = firstRow,
            FirstColumn = firstColumn,
            FirstCost = shapes.CostOffsets[number],
            _rowWeight = 1f / rows,
            _columnWeight = 1f / columns,
        };
    }

    /// <summary>Carves the state.</summary>
    public void SetState(ArrayView<Float4> memory)
    {
        int rows8 = SharedPlaces.Units8(Rows);
        int columns8 = SharedPlaces.Units8(Columns);
        int rows4 = SharedPlaces.Units4(Rows);
        int columns4 = SharedPlaces.Units4(Columns);
        RowPotentials = SharedPlaces.At<TwoFloats>(memory, 0, rows8);
        ColumnPotentials = SharedPlaces.At<TwoFloats>(memory, rows8, columns8);
        RowWeights = SharedPlaces.At<float>(memory, rows8 + columns8, rows4);
        ColumnWeights = SharedPlaces.At<float>(memory, rows8 + columns8 + rows4, columns4);
        Errors = SharedPlaces.At<float>(memory, rows8 + columns8 + rows4 + columns4, rows4 > columns4 ? rows4 : columns4);
    }

    /// <summary>The weights, and the rows' total; balanced, the columns' are scaled to it. Ends with a barrier.</summary>
    public void Weigh(SinkhornTask task, SinkhornViews views)
    {
        for (int i = Group.IdxX; i < Rows; i += Group.DimX)
        {
            RowWeights[i] = task.HasRowWeights != 0 ? views.RowWeights[FirstRow + i] : _rowWeight;
        }

        for (int j = Group.IdxX; j < Columns; j += Group.DimX)
        {
            ColumnWeights[j] = task.HasColumnWeights != 0 ? views.ColumnWeights[FirstColumn + j] : _columnWeight;
        }

        // Every lane adds up all: so all have the same total.
        Group.Barrier();
        float rows = Sum(RowWeights, Rows);
        float columns = Sum(ColumnWeights, Columns);
        Group.Barrier();
        Total = rows;
        if (task.Penalty == float.PositiveInfinity)
        {
            float scale = rows / columns;
            for (int j = Group.IdxX; j < Columns; j += Group.DimX)
            {
                ColumnWeights[j] *= scale;
            }
        }

        Group.Barrier();
    }

    /// <summary>A sum in a fixed order.</summary>
    public static float Sum(ArrayView<float> values, int count)
    {
        TwoFloats sum = TwoFloatSummation.From(0);
        for (int i = 0; i < count; i++)
        {
            sum = TwoFloatSummation.Add(sum, values[i]);
        }

        return sum.High;
    }
}
