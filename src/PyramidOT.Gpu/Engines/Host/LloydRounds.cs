using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>Lloyd's rounds in one cell whose points make up a single block: all of them in the caches, until no point moves.</summary>
internal static unsafe class LloydRounds<S, V, D, W>
    where S : struct, ISimd<float, V>
    where V : struct
    where D : struct, ISimd<double, W>
    where W : struct
{
    public static bool Run(in HostClustering.Cells cells, int cell, int rounds, HostScratch scratch)
    {
        int rows = cells.Layout.RowsOf(cell);
        int centres = cells.Layout.ColumnsOf(cell);
        long first = cells.Layout.RowOffsets[cell];
        HostClustering.Block block = new(cell, first, rows);
        int* nearest = scratch.Take<int>(rows);
        int* previous = scratch.Take<int>(rows);
        int* counts = scratch.Take<int>(centres);
        double* sums = scratch.Take<double>((long)centres * (cells.Dimensions + 1));
        long start = 0;
        HostScratch.Mark mark = scratch.Here;
        for (int round = 0; round < rounds; round++)
        {
            scratch.Rewind(mark);
            NearestCentreSearch<S, V, D, W>.Run(cells, block, nearest - first, null, scratch);
            if (round > 0 && new ReadOnlySpan<int>(nearest, rows).SequenceEqual(new(previous, rows)))
            {
                return true;
            }

            HostClustering.Sum<D, W>(cells, block, nearest - first, sums);
            HostClustering.Mean(cells, cell, sums, new(ref start), counts - cells.Layout.ColumnOffsets[cell]);
            int* swap = previous;
            previous = nearest;
            nearest = swap;
        }

        return true;
    }
}
