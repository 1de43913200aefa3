using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>One problem of the range cost in the hands of a group: what stands in shared memory, and the steps. Every lane must call each step.</summary>
/// <typeparam name="T">The number that sums are kept in.</typeparam>
internal struct RangeGroup<T>
    where T : unmanaged
{
    // Lanes that run along rows meet different banks.
    private const int Stride = LaunchSizes.VirtualLanes + 1;

    /// <summary>The problem's first histogram, mass and position among all.</summary>
    public long FirstRow;
    public long FirstMass;
    public long FirstPosition;

    /// <summary>d and n, at least 1.</summary>
    public int Rows;
    public int Bins;

    /// <summary>The value, a part a virtual lane.</summary>
    public ArrayView<T> Values;

    /// <summary>Whether a lane met finite masses only.</summary>
    public ArrayView<int> Finite;

    // Cumulative masses of a chunk, row by row; and its masses, later its gradients.
    private ArrayView<T> _sums;
    private ArrayView<float> _staged;

    // Of each cut: extremes, who attains them (or how many do), what it weighs (as the sum of two floats), what each of those who share is charged.
    private ArrayView<T> _least;
    private ArrayView<T> _most;
    private ArrayView<int> _first;
    private ArrayView<int> _last;
    private ArrayView<float> _width;
    private ArrayView<float> _widthRest;
    private ArrayView<float> _gain;
    private ArrayView<float> _loss;

    /// <summary>Units of shared memory.</summary>
    public static int Units(int chunkRows, int groupSize)
    {
        const int Lanes = LaunchSizes.VirtualLanes;
        return (3 * SharedPlaces.Units8(Lanes)) + (6 * SharedPlaces.Units4(Lanes)) + SharedPlaces.Units4(groupSize)
            + SharedPlaces.Units8(chunkRows * Stride) + SharedPlaces.Units4(chunkRows * Stride);
    }

    /// <summary>Takes the shared memory apart.</summary>
    public void Carve(int chunkRows)
    {
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        int wide = SharedPlaces.Units8(LaunchSizes.VirtualLanes);
        int narrow = SharedPlaces.Units4(LaunchSizes.VirtualLanes);
        Values = SharedPlaces.At<T>(memory, 0, wide);
        _least = SharedPlaces.At<T>(memory, wide, wide);
        _most = SharedPlaces.At<T>(memory, 2 * wide, wide);
        int unit = 3 * wide;
        _first = SharedPlaces.At<int>(memory, unit, narrow);
        _last = SharedPlaces.At<int>(memory, unit + narrow, narrow);
        _width = SharedPlaces.At<float>(memory, unit + (2 * narrow), narrow);
        _widthRest = SharedPlaces.At<float>(memory, unit + (3 * narrow), narrow);
        _gain = SharedPlaces.At<float>(memory, unit + (4 * narrow), narrow);
        _loss = SharedPlaces.At<float>(memory, unit + (5 * narrow), narrow);
        unit += 6 * narrow;
        Finite = SharedPlaces.At<int>(memory, unit, SharedPlaces.Units4(Group.DimX));
        unit += SharedPlaces.Units4(Group.DimX);
        _sums = SharedPlaces.At<T>(memory, unit, SharedPlaces.Units8(chunkRows * Stride));
        unit += SharedPlaces.Units8(chunkRows * Stride);
        _staged = SharedPlaces.At<float>(memory, unit, SharedPlaces.Units4(chunkRows * Stride));
    }

    /// <summary>The total mass of the first histogram, in all lanes.</summary>
    public readonly T TotalOfFirst<TSummation>(RangeBatch<T> batch)
        where TSummation : struct, ISummation<T>
    {
        for (int slot = Group.IdxX; slot < LaunchSizes.VirtualLanes; slot += Group.DimX)
        {
            T sum = TSummation.From(0);
            for (int i = slot; i < Bins; i += LaunchSizes.VirtualLanes)
            {
                sum = TSummation.Add(sum, batch.Masses[FirstMass + i]);
            }

            Values[slot] = sum;
        }

        Group.Barrier();
        GroupMath.SumVirtualLanes<T, TSummation>(Values, 1);
        T total = Values[0];
        Group.Barrier();
        return total;
    }

    /// <summary>Sets all running sums to 0, and the gradient of the first bins.</summary>
    public readonly void Begin<TSummation>(RangeBatch<T> batch, bool hasGradient)
        where TSummation : struct, ISummation<T>
    {
        for (int slot = Group.IdxX; slot < LaunchSizes.VirtualLanes; slot += Group.DimX)
        {
            Values[slot] = TSummation.From(0);
        }

        // By chunks, so that the lane that runs along a row is the one that set it.
        for (int chunk = 0; chunk < Rows; chunk += batch.ChunkRows)
        {
            for (int row = Group.IdxX; row < XMath.Min(batch.ChunkRows, Rows - chunk); row += Group.DimX)
            {
                long own = 3 * (FirstRow + chunk + row);
                batch.Carried[own] = TSummation.From(0);
                batch.Carried[own + 1] = TSummation.From(0);
                batch.Carried[own + 2] = TSummation.From(0);
                if (hasGradient)
                {
                    batch.Gradients[FirstMass + ((long)(chunk + row) * Bins)] = 0;
                }
            }
        }
    }

    /// <summary>What the cuts of a block weigh: the way to the next bin, 0 behind the last cut.</summary>
    public readonly void SetWidths(RangeBatch<T> batch, int cut)
    {
        for (int slot = Group.IdxX; slot < LaunchSizes.VirtualLanes; slot += Group.DimX)
        {
            float width = cut + slot < Bins - 1 ? 1 : 0;
            float rest = 0;
            if (width > 0 && batch.Positions.Length > 0)
            {
                float from = batch.Positions[FirstPosition + cut + slot];
                float to = batch.Positions[FirstPosition + cut + slot + 1];
                width = to - from;
                float part = width - to;
                rest = to - (width - part) - (from + part);
            }

            _width[slot] = width;
            _widthRest[slot] = rest;
        }
    }

    /// <summary>The cumulative masses of a chunk of histograms at the cuts of a block.</summary>
    /// <returns>Whether all masses that this lane met are finite.</returns>
    public readonly bool Scan<TSummation>(RangeBatch<T> batch, int cut, int chunk, int turn)
        where TSummation : struct, ISummation<T>
    {
        bool isFinite = true;
        int rows = XMath.Min(batch.ChunkRows, Rows - chunk);
        for (int i = Group.IdxX; i < rows * LaunchSizes.VirtualLanes; i += Group.DimX)
        {
            int row = i / LaunchSizes.VirtualLanes;
            int slot = i - (row * LaunchSizes.VirtualLanes);
            float mass = cut + slot < Bins ? batch.Masses[FirstMass + ((long)(chunk + row) * Bins) + cut + slot] : 0;
            isFinite &= XMath.Abs(mass) <= float.MaxValue;
            _staged[(row * Stride) + slot] = mass;
        }

        Group.Barrier();
        for (int row = Group.IdxX; row < rows; row += Group.DimX)
        {
            long own = 3 * (FirstRow + chunk + row);
            T sum = batch.Carried[own + turn];
            for (int slot = 0; slot < LaunchSizes.VirtualLanes; slot++)
            {
                sum = TSummation.Add(sum, _staged[(row * Stride) + slot]);
                _sums[(row * Stride) + slot] = sum;
            }

            batch.Carried[own + 1 - turn] = sum;
        }

        Group.Barrier();
        return isFinite;
    }

    /// <summary>Goes on with the extremes of each cut over a chunk's histograms.</summary>
    public readonly void TakeExtremes<TSummation>(int chunk, int chunkRows)
        where TSummation : struct, ISummation<T>
    {
        int rows = XMath.Min(chunkRows, Rows - chunk);
        for (int slot = Group.IdxX; slot < LaunchSizes.VirtualLanes; slot += Group.DimX)
        {
            T least = _sums[slot];
            T most = least;
            int first = 0;
            int last = 0;
            if (chunk > 0)
            {
                least = _least[slot];
                most = _most[slot];
                first = _first[slot];
                last = _last[slot];
            }

            for (int row = 0; row < rows; row++)
            {
                T sum = _sums[(row * Stride) + slot];
                if (TSummation.Less(sum, least))
                {
                    least = sum;
                    first = chunk + row;
                }

                if (!TSummation.Less(sum, most))
                {
                    most = sum;
                    last = chunk + row;
                }
            }

            _least[slot] = least;
            _most[slot] = most;
            _first[slot] = first;
            _last[slot] = last;
        }
    }

    /// <summary>Adds what the cuts of a block contribute.</summary>
    public readonly void AddValues<TSummation>()
        where TSummation : struct, ISummation<T>
    {
        for (int slot = Group.IdxX; slot < LaunchSizes.VirtualLanes; slot += Group.DimX)
        {
            T spread = TSummation.Difference(_most[slot], _least[slot]);
            T value = TSummation.Merge(TSummation.Scale(spread, _width[slot]), TSummation.Scale(spread, _widthRest[slot]));
            Values[slot] = TSummation.Merge(Values[slot], value);
        }
    }

    /// <summary>The gradient of the bins behind the cuts of a block.</summary>
    public readonly void Charge<TSummation>(RangeBatch<T> batch, int cut, int turn, T tolerance)
        where TSummation : struct, ISummation<T>
    {
        bool isShared = batch.SharesCharges != 0;
        bool isWhole = Rows <= batch.ChunkRows;
        if (isShared)
        {
            CountTies<TSummation>(batch, cut, turn, tolerance);
        }

        Group.Barrier();
        for (int chunk = 0; chunk < Rows; chunk += batch.ChunkRows)
        {
            if (isShared && !isWhole)
            {
                Scan<TSummation>(batch, cut, chunk, turn);
            }

            int rows = XMath.Min(batch.ChunkRows, Rows - chunk);
            for (int row = Group.IdxX; row < rows; row += Group.DimX)
            {
                long own = (3 * (FirstRow + chunk + row)) + 2;
                T slope = batch.Carried[own];
                for (int slot = 0; slot < LaunchSizes.VirtualLanes; slot++)
                {
                    int place = (row * Stride) + slot;
                    slope = isShared
                        ? AddShare<TSummation>(slope, _sums[place], slot, tolerance)
                        : AddWhole<TSummation>(slope, chunk + row, slot);
                    _staged[place] = TSummation.Mean(slope, 1);
                }

                batch.Carried[own] = slope;
            }

            Group.Barrier();
            for (int i = Group.IdxX; i < rows * LaunchSizes.VirtualLanes; i += Group.DimX)
            {
                int row = i / LaunchSizes.VirtualLanes;
                int slot = i - (row * LaunchSizes.VirtualLanes);
                if (cut + slot < Bins - 1)
                {
                    batch.Gradients[FirstMass + ((long)(chunk + row) * Bins) + cut + slot + 1] = _staged[(row * Stride) + slot];
                }
            }

            Group.Barrier();
        }
    }

    /// <summary>How many histograms attain each cut's extremes, and so what each of them is charged.</summary>
    private readonly void CountTies<TSummation>(RangeBatch<T> batch, int cut, int turn, T tolerance)
        where TSummation : struct, ISummation<T>
    {
        for (int chunk = 0; chunk < Rows; chunk += batch.ChunkRows)
        {
            // A single chunk still stands where it was taken apart.
            if (Rows > batch.ChunkRows)
            {
                Scan<TSummation>(batch, cut, chunk, turn);
            }

            int rows = XMath.Min(batch.ChunkRows, Rows - chunk);
            for (int slot = Group.IdxX; slot < LaunchSizes.VirtualLanes; slot += Group.DimX)
            {
                int low = chunk > 0 ? _first[slot] : 0;
                int high = chunk > 0 ? _last[slot] : 0;
                for (int row = 0; row < rows; row++)
                {
                    T sum = _sums[(row * Stride) + slot];
                    low += IsNear<TSummation>(sum, _least[slot], tolerance) ? 1 : 0;
                    high += IsNear<TSummation>(_most[slot], sum, tolerance) ? 1 : 0;
                }

                _first[slot] = low;
                _last[slot] = high;
                _gain[slot] = _width[slot] / low;
                _loss[slot] = _width[slot] / high;
            }
        }
    }

    private readonly T AddWhole<TSummation>(T slope, int row, int slot)
        where TSummation : struct, ISummation<T>
    {
        if (_first[slot] == row)
        {
            slope = TSummation.Add(TSummation.Add(slope, _width[slot]), _widthRest[slot]);
        }

        if (_last[slot] == row)
        {
            slope = TSummation.Add(TSummation.Add(slope, -_width[slot]), -_widthRest[slot]);
        }

        return slope;
    }

    private readonly T AddShare<TSummation>(T slope, T sum, int slot, T tolerance)
        where TSummation : struct, ISummation<T>
    {
        // In one sum, so that what gains as much as it loses stays where it is.
        float gain = IsNear<TSummation>(sum, _least[slot], tolerance) ? _gain[slot] : 0;
        float loss = IsNear<TSummation>(_most[slot], sum, tolerance) ? _loss[slot] : 0;
        return TSummation.Add(slope, gain - loss);
    }

    private static bool IsNear<TSummation>(T high, T low, T tolerance)
        where TSummation : struct, ISummation<T> => !TSummation.Less(tolerance, TSummation.Difference(high, low));
}
