using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>
/// Group sizes, tile sizes and shared memory of all kernels, in one place: launchers ask here, and the kernels themselves too. A group
/// has a power of two of lanes, from 1 to <see cref="LargestGroup"/>.
/// </summary>
public static class LaunchSizes
{
    /// <summary>The largest group that the kernels are made for.</summary>
    public const int LargestGroup = 512;

    /// <summary>Shared memory that every device of today grants a group, in bytes.</summary>
    public const int SharedMemory = 48 * 1024;

    /// <summary>The group size for tiles and row operations on a GPU.</summary>
    public const int TileGroup = 256;

    /// <summary>Rows and columns of the block of pairs that one lane keeps in registers.</summary>
    public const int Micro = 4;

    /// <summary>Coordinates of a tile that stand in shared memory at a time.</summary>
    public const int ChunkDimensions = 1 << ChunkShift;

    /// <summary>Lanes that a sum is spread over, whatever the size of the group.</summary>
    public const int VirtualLanes = 32;

    /// <summary>Points whose sums by centre are kept apart in a centre update.</summary>
    public const int PointsPerSum = 1 << PointsPerSumShift;

    /// <summary>Rows that one group of a row operation (gather, move) works on before it takes the next ones.</summary>
    public const int RowsPerTile = 64;

    /// <summary>Positions of the stretches that <see cref="CellKernels"/> work on.</summary>
    public const int PositionsPerStretch = 512;

    /// <summary>Positions of the largest cell that is sorted by a lane a position.</summary>
    public const int SmallCell = 128;

    /// <summary>Partial sums of the pairs that one group works on at a time, when it sums over single pairs.</summary>
    public const int PairSums = 256;

    /// <summary>Numbers that <see cref="SliceKernels.SortBlocks"/> sorts at a time, a power of two.</summary>
    public const int SliceSortBlock = 1 << SliceSortShift;

    /// <summary><see cref="SliceSortBlock"/> as a power of two.</summary>
    public const int SliceSortShift = 11;

    /// <summary>Positions that a group of <see cref="SliceKernels.Walk"/> moves, a power of two.</summary>
    public const int PositionsPerWalk = 256;

    /// <summary>Points whose moments a group of <see cref="SliceKernels.Moments"/> sums.</summary>
    public const int PointsPerMoment = 256;

    /// <summary>Groups of a row's columns whose least numbers tell where a list of candidates is cut, and the most that a list holds.</summary>
    public const int CandidateGroups = 64;

    /// <summary>Candidates that are worth a list.</summary>
    public const int LeastCandidates = 16;

    /// <summary>Candidates that are sorted before a list is cut.</summary>
    public const int MostCandidates = 256;

    /// <summary>Numbers that the least one of a row is found from, a power of 2.</summary>
    internal const int ReduceSlots = 256;

    /// <summary>Least numbers that lanes find side by side, and columns of a stretch in which equal ones are looked for.</summary>
    internal const int CandidateSlots = 256;

    /// <summary>Room for a list and a stretch.</summary>
    internal const int CandidateKeys = 512;

    /// <summary>Looks at a row by different cuts, and one more at equal columns: each has a count of its own.</summary>
    internal const int CandidateLooks = 8;

    /// <summary>Samples that <see cref="HistogramKernels"/> count in 32 bits before the counts are added up in 64.</summary>
    public const int HistogramSamples = 256;

    /// <summary>Bins that a group counts in shared memory at a time.</summary>
    public const int HistogramEntries = 8192;

    /// <summary>The most features of a tile of soft histograms, as a power of two: a row's piece of 128 bytes.</summary>
    public const int HistogramFeatureShift = 5;

    /// <summary>The most groups that <see cref="HistogramKernels.Encode"/> counts in shared memory.</summary>
    public const int EncodeCounters = 4096;

    internal const int ChunkShift = 3;

    // 26 KB of shared memory, so that several groups run side by side.
    private const int LargestRangeChunk = 64;

    internal const int PointsPerSumShift = 10;

    // A row of a chunk is this much longer than the tile, so that lanes that store one point's coordinates meet different banks.
    private const int Padding = 4;

    private const int UnitBytes = 16;

    /// <summary>
    /// Dynamic shared memory of a launch: in the numbers that <see cref="SharedPlaces.Dynamic"/> asks for, since ILGPU's CPU accelerator hands on
    /// their count and not the bytes.
    /// </summary>
    /// <param name="bytes">Bytes that a group needs.</param>
    public static SharedMemoryConfig RequestShared(int bytes) => SharedMemoryConfig.RequestDynamic<ulong>((bytes + UnitBytes - 1) / UnitBytes * (UnitBytes / sizeof(ulong)));

    /// <summary>Micro columns of a square tile as a power of two: 2^shift lanes side by side.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int SquareColumnShift(int groupSize)
    {
        int shift = 0;
        while ((1 << (2 * shift)) < groupSize)
        {
            shift++;
        }

        return shift;
    }

    /// <summary>
    /// Micro columns of a nearest-centre tile as a power of two: no more than the centres need, so that few centres do not leave
    /// lanes idle; at least two lanes' worth in large groups, since the points of a tile must fit in shared memory.
    /// </summary>
    /// <param name="groupSize">Lanes of the group.</param>
    /// <param name="maxCentres">Centres of the cell that has most.</param>
    public static int NearestColumnShift(int groupSize, int maxCentres)
    {
        int square = SquareColumnShift(groupSize);
        int shift = 0;
        while (shift < square && (Micro << shift) < maxCentres)
        {
            shift++;
        }

        while (groupSize >> shift > 128)
        {
            shift++;
        }

        return shift;
    }

    /// <summary>Rows of a tile.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    /// <param name="columnShift">2^shift lanes stand side by side.</param>
    public static int TileRows(int groupSize, int columnShift) => Micro * (groupSize >> columnShift);

    /// <summary>Columns of a tile.</summary>
    /// <param name="columnShift">2^shift lanes stand side by side.</param>
    public static int TileColumns(int columnShift) => Micro << columnShift;

    /// <summary>Shared memory of <see cref="CostKernels"/>' tiles, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int CostBytes(int groupSize)
    {
        int shift = SquareColumnShift(groupSize);
        return UnitBytes * (ChunkUnits(TileRows(groupSize, shift)) + ChunkUnits(TileColumns(shift)));
    }

    /// <summary>Shared memory of <see cref="ClusteringKernels.NearestCentre"/>, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    /// <param name="columnShift">What <see cref="NearestColumnShift"/> gave.</param>
    public static int NearestBytes(int groupSize, int columnShift)
    {
        // The candidates of a row, one a lane side by side, take the place of the chunks in the end.
        int rows = TileRows(groupSize, columnShift);
        int chunks = ChunkUnits(rows) + ChunkUnits(TileColumns(columnShift));
        int candidates = SharedPlaces.Units8(rows << columnShift);
        return UnitBytes * Math.Max(chunks, candidates);
    }

    /// <summary>Streams that a centre update cuts a block of points into, so that few dimensions do not leave lanes idle. Depends on d alone.</summary>
    /// <param name="dimensions">d.</param>
    public static int SumStreams(int dimensions)
    {
        int streams = 1;
        while (streams < 32 && streams * (dimensions + 1) < 128)
        {
            streams *= 2;
        }

        return streams;
    }

    /// <summary>Numbers of 8 bytes that a block of points needs for its sums: per stream, d + 1 for each centre.</summary>
    /// <param name="centres">Centres of the cell.</param>
    /// <param name="dimensions">d.</param>
    public static long SumsPerBlock(int centres, int dimensions) => (long)SumStreams(dimensions) * centres * (dimensions + 1);

    /// <summary>Shared memory of <see cref="ClusteringKernels.SumPointsShared"/>, in bytes; may be beyond what a device has.</summary>
    /// <param name="maxCentres">Centres of the cell that has most.</param>
    /// <param name="dimensions">d.</param>
    public static long SumBytes(int maxCentres, int dimensions) => 8 * SumsPerBlock(maxCentres, dimensions);

    /// <summary>Shared memory of <see cref="ClusteringKernels.SeedCentres"/>, in bytes.</summary>
    public static int SeedBytes => UnitBytes * (SharedPlaces.Units8(VirtualLanes) + 1);

    /// <summary>
    /// Positions of a block that a cell is sorted by: no fewer than a cell has children, so that there are not more counts than positions.
    /// </summary>
    /// <param name="maxChildren">Children of the cell that has most.</param>
    public static int SortRows(int maxChildren) => maxChildren < 1024 ? 1024 : maxChildren;

    /// <summary>Shared memory of the kernels that sort cells by blocks, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int SortBytes(int groupSize) => UnitBytes * SharedPlaces.Units4(groupSize);

    /// <summary>Lanes that share the coordinates of one pair of points, as a power of two: some four coordinates each, at most 32 lanes.</summary>
    /// <param name="dimensions">d.</param>
    public static int PairShift(int dimensions)
    {
        int shift = 0;
        while ((1 << shift) < VirtualLanes && (4 << shift) < dimensions)
        {
            shift++;
        }

        return shift;
    }

    /// <summary>Single pairs that a group works on before it takes the next ones. Depends on d alone.</summary>
    /// <param name="dimensions">d.</param>
    public static int PairsPerTile(int dimensions) => PairSums >> PairShift(dimensions);

    /// <summary>Shared memory of <see cref="PairKernels.Costs"/> and <see cref="PairKernels.Gradients"/>, in bytes.</summary>
    /// <param name="dimensions">d.</param>
    public static int PairBytes(int dimensions) =>
        UnitBytes * (SharedPlaces.Units4(PairSlots(dimensions)) + PairSlopeUnits(dimensions));

    /// <summary>Shared memory of <see cref="PairKernels.CosineCosts"/> and <see cref="PairKernels.CosineGradients"/>, in bytes.</summary>
    /// <param name="dimensions">d.</param>
    /// <param name="realSize">Bytes of the number that directions are computed in.</param>
    public static int CosineBytes(int dimensions, int realSize)
    {
        int pairs = PairsPerTile(dimensions);
        return UnitBytes * (SharedPlaces.Units(2 * PairSlots(dimensions), realSize)
            + (3 * SharedPlaces.Units(pairs, realSize))
            + (2 * SharedPlaces.Units4(pairs))
            + (2 * PairSlopeUnits(dimensions)));
    }

    /// <summary>The group size that suits assignment problems of a width on a GPU.</summary>
    /// <param name="columns">The larger side of the largest problem.</param>
    /// <param name="warpSize">Lanes of a warp.</param>
    public static int AssignmentGroup(int columns, int warpSize) => columns switch
    {
        <= 128 => warpSize,
        <= 512 => Math.Max(warpSize, 128),
        _ => Math.Max(warpSize, 256),
    };

    /// <summary>Shared memory of <see cref="AssignmentKernels.SolveShared"/>, in bytes: state and costs.</summary>
    /// <param name="rows">The larger product decides; rows of that problem.</param>
    /// <param name="columns">Columns of that problem.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static long AssignmentSharedBytes(int rows, int columns, int groupSize) =>
        AssignmentStateBytes(Math.Max(rows, columns), groupSize) + (((4L * rows * columns) + UnitBytes - 1) & -UnitBytes);

    /// <summary>Shared memory of <see cref="AssignmentKernels.SolveGlobal"/>, in bytes: state without costs.</summary>
    /// <param name="longSide">The larger of rows and columns of the largest problem.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static long AssignmentStateBytes(int longSide, int groupSize) =>
        UnitBytes * (long)(AssignmentHeaderUnits(groupSize) + AssignmentStateUnits(longSide, 4));

    /// <summary>Shared memory of the kernels whose state is in global memory, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int AssignmentHeaderBytes(int groupSize) => UnitBytes * AssignmentHeaderUnits(groupSize);

    /// <summary>Units of 16 bytes of the state of one problem, for a workspace in global memory.</summary>
    /// <param name="longSide">The larger of rows and columns.</param>
    /// <param name="realSize">4, or 8 for the search in float64.</param>
    public static int AssignmentStateUnits(int longSide, int realSize) =>
        (3 * SharedPlaces.Units(longSide, realSize)) + (2 * SharedPlaces.Units4(longSide)) + SharedPlaces.Units4((longSide + 31) >> 5);

    /// <summary>Shared memory of <see cref="TransportKernels.SolveShared"/>, in bytes: state and costs.</summary>
    /// <param name="rows">Rows that have weight.</param>
    /// <param name="columns">Columns that have weight.</param>
    /// <param name="realSize">4, or 8 for the search in float64.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static long TransportSharedBytes(int rows, int columns, int realSize, int groupSize) =>
        TransportStateBytes(rows, columns, realSize, groupSize) + (((4L * rows * columns) + UnitBytes - 1) & -UnitBytes);

    /// <summary>Shared memory of <see cref="TransportKernels.SolveGlobal"/>, in bytes: state without costs.</summary>
    /// <param name="rows">Rows that have weight.</param>
    /// <param name="columns">Columns that have weight.</param>
    /// <param name="realSize">4, or 8 for the search in float64.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static long TransportStateBytes(int rows, int columns, int realSize, int groupSize) =>
        UnitBytes * (TransportHeaderUnits(groupSize) + TransportStateUnits(rows, columns, realSize));

    /// <summary>Shared memory of <see cref="TransportKernels.SolveHuge"/>, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int TransportHeaderBytes(int groupSize) => UnitBytes * TransportHeaderUnits(groupSize);

    /// <summary>Units of 16 bytes of the state of one problem, for a workspace in global memory.</summary>
    /// <param name="rows">Rows that have weight.</param>
    /// <param name="columns">Columns that have weight.</param>
    /// <param name="realSize">4, or 8 for the search in float64.</param>
    public static long TransportStateUnits(int rows, int columns, int realSize) =>
        (2L * SharedPlaces.Units(rows, realSize)) + (2L * SharedPlaces.Units(columns, realSize))
        + (3L * SharedPlaces.Units4(rows)) + (3L * SharedPlaces.Units4(columns)) + (4L * SharedPlaces.Units4(rows + columns))
        + SharedPlaces.Units8(rows) + SharedPlaces.Units8(columns) + SharedPlaces.Units8(rows + columns);

    /// <summary>Shared memory of <see cref="AssignmentKernels.FindBadCost"/> and <see cref="CellKernels.RaiseRadii"/>, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int FindBytes(int groupSize) => UnitBytes * MinimumUnits(groupSize);

    /// <summary>The group size that suits Sinkhorn problems on a GPU: a lane a row, then a lane a column.</summary>
    /// <param name="longSide">The larger of rows and columns.</param>
    /// <param name="warpSize">Lanes of a warp.</param>
    public static int SinkhornGroup(int longSide, int warpSize)
    {
        int group = warpSize;
        while (group < longSide && group < TileGroup)
        {
            group *= 2;
        }

        return group;
    }

    /// <summary>Shared memory of <see cref="SinkhornKernels.SolveShared"/>, in bytes: state and costs.</summary>
    /// <param name="rows">Rows of the problem.</param>
    /// <param name="columns">Its columns.</param>
    public static long SinkhornSharedBytes(int rows, int columns) =>
        (UnitBytes * (long)SinkhornStateUnits(rows, columns)) + (((4L * rows * SinkhornStride(columns)) + UnitBytes - 1) & -UnitBytes);

    /// <summary>Units of 16 bytes of the state of one Sinkhorn problem: potentials, weights and errors.</summary>
    /// <param name="rows">Rows of the problem.</param>
    /// <param name="columns">Its columns.</param>
    public static int SinkhornStateUnits(int rows, int columns) =>
        SharedPlaces.Units8(rows) + SharedPlaces.Units8(columns) + SharedPlaces.Units4(rows) + SharedPlaces.Units4(columns)
        + SharedPlaces.Units4(rows > columns ? rows : columns);

    /// <summary>Numbers from a row in shared memory to the next: odd, so that lanes in one column meet different banks.</summary>
    internal static int SinkhornStride(int columns) => columns | 1;

    /// <summary>Shared memory of <see cref="SliceKernels.SortBlocks"/>, in bytes.</summary>
    public static int SliceSortBytes => UnitBytes * SharedPlaces.Units8(SliceSortBlock);

    /// <summary>Shared memory of <see cref="SliceKernels.Walk"/>, in bytes.</summary>
    public static int WalkBytes => UnitBytes * SharedPlaces.Units8(PositionsPerWalk);

    /// <summary>Shared memory of <see cref="SliceKernels.Accumulate"/>, in bytes.</summary>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int ScanBytes(int groupSize) => UnitBytes * SharedPlaces.Units8(groupSize);

    /// <summary>Bytes of dynamic shared memory for reducing a row of costs.</summary>
    public static int ReduceBytes => UnitBytes * SharedPlaces.Units4(ReduceSlots);

    /// <summary>Shared memory of <see cref="CandidateKernels.List"/>, in bytes.</summary>
    public static int CandidateBytes => UnitBytes
        * (SharedPlaces.Units8(CandidateKeys) + SharedPlaces.Units4(CandidateSlots) + SharedPlaces.Units4(CandidateGroups) + SharedPlaces.Units4(CandidateLooks));

    /// <summary>Shared memory of <see cref="HistogramKernels.Count(HistogramRule, HistogramCut, ArrayView{float}, ArrayView{int}, ArrayView{ulong})"/>, in bytes.</summary>
    /// <param name="entries">Bins of a tile.</param>
    public static int HistogramBytes(int entries) => UnitBytes * SharedPlaces.Units4(entries);

    /// <summary>Shared memory of <see cref="HistogramKernels.Encode"/>, in bytes.</summary>
    /// <param name="groups">Number of groups.</param>
    public static int EncodeBytes(int groups) => UnitBytes * SharedPlaces.Units4(groups <= EncodeCounters ? groups : 1);

    /// <summary>The group size that suits multi-marginal problems on a GPU: a lane a histogram, and a lane a cut of a block.</summary>
    /// <param name="histograms">Histograms of the problem that has most.</param>
    public static int RangeGroup(int histograms) => histograms <= VirtualLanes ? VirtualLanes : LargestRangeChunk;

    /// <summary>Histograms that <see cref="MultiMarginalKernels.Range"/> takes at a time.</summary>
    /// <param name="histograms">Histograms of the problem that has most.</param>
    public static int RangeChunk(int histograms) => Math.Clamp(histograms, 1, LargestRangeChunk);

    /// <summary>Shared memory of <see cref="MultiMarginalKernels.Range"/>, in bytes.</summary>
    /// <param name="chunkRows">Histograms that stand there at a time.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int RangeBytes(int chunkRows, int groupSize) => UnitBytes * RangeGroup<double>.Units(chunkRows, groupSize);

    /// <summary>Units that <see cref="GroupMath.Minimum"/> needs.</summary>
    internal static int MinimumUnits(int groupSize) => SharedPlaces.Units8(2 * groupSize);

    /// <summary>Units for the minima and for three sums.</summary>
    internal static int AssignmentHeaderUnits(int groupSize) =>
        MinimumUnits(groupSize) + SharedPlaces.Units8(3 * VirtualLanes);

    /// <summary>Units for the minima and for what the first lane tells the others.</summary>
    internal static int TransportHeaderUnits(int groupSize) => MinimumUnits(groupSize) + 1;

    /// <summary>Units of one chunk of points: coordinates by points, padded.</summary>
    internal static int ChunkUnits(int points) => ChunkDimensions * (ChunkStride(points) >> 2);

    /// <summary>Numbers between a coordinate of a chunk and the next.</summary>
    internal static int ChunkStride(int points) => points + Padding;

    /// <summary>Places of the partial sums of a tile of pairs, padded.</summary>
    internal static int PairSlots(int dimensions) => PairsPerTile(dimensions) * PairStride(PairShift(dimensions));

    /// <summary>Places between the partial sums of a pair and of the next, so that the lanes that add them up meet different banks.</summary>
    internal static int PairStride(int shift) => shift == 0 ? 1 : (1 << shift) + 1;

    /// <summary>Units for a <see cref="PairSlope"/> of each pair of a tile.</summary>
    internal static int PairSlopeUnits(int dimensions) => SharedPlaces.Units4(PairSlope.Words * PairsPerTile(dimensions));
}
