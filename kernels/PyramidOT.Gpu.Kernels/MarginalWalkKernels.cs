using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>
/// The greedy walk through multi-marginal problems, in float64: a lane a problem, since a walk is a chain of small steps that wait for each other.
/// The lanes of a group work side by side on problems of their own and never wait. What a lane keeps for histogram j stands at j times the
/// group's size plus the lane, so that lanes at the same histogram read neighbours.
/// </summary>
public static class MarginalWalkKernels
{
    /// <summary>
    /// Walks with the state in shared memory. Launch: groups of any number and size, lanes of which go on to further problems;
    /// <see cref="StateBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TCost">The cost.</typeparam>
    /// <typeparam name="TSteps">How it changes at a step.</typeparam>
    /// <param name="batch">The problems and where results go.</param>
    /// <param name="cost">The cost.</param>
    public static void WalkShared<TCost, TSteps>(MarginalWalkViews batch, TCost cost)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost> => WalkAll<TCost, TSteps>(batch, cost, SharedPlaces.Dynamic());

    /// <summary>As <see cref="WalkShared"/>, with the state in global memory.</summary>
    /// <typeparam name="TCost">The cost.</typeparam>
    /// <typeparam name="TSteps">How it changes at a step.</typeparam>
    /// <param name="batch">The problems and where results go.</param>
    /// <param name="cost">The cost.</param>
    /// <param name="workspace"><see cref="StateUnits"/> units a group.</param>
    public static void WalkGlobal<TCost, TSteps>(MarginalWalkViews batch, TCost cost, ArrayView<Float4> workspace)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        int units = StateUnits(batch.MaxHistograms, Group.DimX);
        WalkAll<TCost, TSteps>(batch, cost, SharedPlaces.Part(workspace, (long)Grid.IdxX * units, units));
    }

    /// <summary>Units of 16 bytes of a group's state.</summary>
    /// <param name="histograms">Histograms of the problem that has most, at least 1.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static int StateUnits(int histograms, int groupSize) =>
        (2 * SharedPlaces.Units8(histograms * groupSize)) + (3 * SharedPlaces.Units4(histograms * groupSize));

    /// <summary>The same in bytes.</summary>
    /// <param name="histograms">Histograms of the problem that has most, at least 1.</param>
    /// <param name="groupSize">Lanes of the group.</param>
    public static long StateBytes(int histograms, int groupSize) => 16L * StateUnits(histograms, groupSize);

    private static void WalkAll<TCost, TSteps>(MarginalWalkViews batch, TCost cost, ArrayView<Float4> memory)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        int places = batch.MaxHistograms * Group.DimX;
        int wide = SharedPlaces.Units8(places);
        int narrow = SharedPlaces.Units4(places);
        MarginalLane lane = new()
        {
            Ends = SharedPlaces.At<double>(memory, 0, wide),
            Duals = SharedPlaces.At<double>(memory, wide, wide),
            Positions = SharedPlaces.At<float>(memory, 2 * wide, narrow),
            Ordered = SharedPlaces.At<float>(memory, (2 * wide) + narrow, narrow),
            Bins = SharedPlaces.At<int>(memory, (2 * wide) + (2 * narrow), narrow),
            Lane = Group.IdxX,
            Stride = Group.DimX,
        };
        long count = batch.Shapes.RowOffsets.Length - 1;
        for (long b = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; b < count; b += (long)Grid.DimX * Group.DimX)
        {
            lane.Histograms = (int)(batch.Shapes.RowOffsets[b + 1] - batch.Shapes.RowOffsets[b]);
            lane.LastBin = (int)(batch.Shapes.ColumnOffsets[b + 1] - batch.Shapes.ColumnOffsets[b]) - 1;
            lane.First = batch.Shapes.CostOffsets[b];
            lane.FirstPosition = batch.HasSharedPositions != 0 ? 0 : batch.Shapes.ColumnOffsets[b];
            if (lane.Histograms == 0 || lane.LastBin < 0)
            {
                batch.Values[b] = 0;
                batch.DualValues[b] = 0;
                continue;
            }

            // Once; or once for the value and the way, and twice for the halves of the mean of the duals.
            double total = 0;
            double dual = 0;
            for (int pass = 0; pass < batch.Passes; pass++)
            {
                MarginalPass result = Walk<TCost, TSteps>(batch, cost, lane, pass, batch.Tolerance * total);
                total = result.Total;
                dual += result.DualValue;
                if (pass == 0)
                {
                    batch.Values[b] = result.Value;
                    dual = batch.Passes == 1 ? result.DualValue : 0;
                }
            }

            batch.DualValues[b] = batch.Passes == 1 ? dual : 0.5 * dual;
        }
    }

    /// <summary>One walk from the first bins to the last.</summary>
    private static MarginalPass Walk<TCost, TSteps>(MarginalWalkViews batch, TCost cost, MarginalLane lane, int pass, double slack)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        bool isKept = pass == 0 && batch.Movers.Length > 0;
        bool hasDuals = batch.Gradients.Length > 0 && (batch.Passes == 1 || pass > 0);
        double share = batch.Passes == 1 ? 1 : 0.5;
        int bins = lane.LastBin + 1;
        double total = 0;
        float start = batch.Positions.Length > 0 ? batch.Positions[lane.FirstPosition] : 0;
        for (int j = 0; j < lane.Histograms; j++)
        {
            int place = lane.PlaceOf(j);
            double mass = batch.Masses[lane.First + ((long)j * bins)];
            lane.Ends[place] = lane.LastBin > 0 ? mass : double.PositiveInfinity;
            total = lane.LastBin > 0 || mass <= total ? total : mass;
            lane.Duals[place] = 0;
            lane.Bins[place] = 0;
            lane.Positions[place] = start;
            if (TSteps.NeedsOrder)
            {
                lane.Ordered[place] = start;
            }

            if (hasDuals && pass < 2)
            {
                batch.Gradients[lane.First + ((long)j * bins)] = 0;
            }
        }

        MarginalCell cell = new() { Positions = lane.Positions, Ordered = lane.Ordered, Histograms = lane.Histograms, Lane = lane.Lane, Stride = lane.Stride };
        double first = cost.At(cell);
        double here = first;
        double value = 0;
        double dual = 0;
        double done = 0;
        long steps = (long)lane.Histograms * lane.LastBin;
        for (long step = 0; step < steps; step++)
        {
            int mover = Next(lane, pass, slack);
            if (mover < 0)
            {
                return new() { Value = double.NaN, DualValue = double.NaN, Total = double.NaN };
            }

            // Within the slack of a tie the walk may come to an end that it has passed.
            int place = lane.PlaceOf(mover);
            double end = lane.Ends[place];
            double mass = end > done ? end - done : 0;
            value += here * mass;
            if (isKept)
            {
                batch.Movers[lane.First + step] = mover;
                batch.CellMasses[lane.First + step] = mass;
            }

            done = end > done ? end : done;
            int bin = lane.Bins[place] + 1;
            lane.Bins[place] = bin;
            long element = lane.First + ((long)mover * bins) + bin;
            double next = batch.Masses[element];
            float previous = lane.Positions[place];
            float position = batch.Positions.Length > 0 ? batch.Positions[lane.FirstPosition + bin] : bin;
            lane.Positions[place] = position;
            if (TSteps.NeedsOrder)
            {
                Order(lane, previous, position);
            }

            double after = TSteps.After(cost, cell, mover, previous, here);
            double own = lane.Duals[place] + (after - here);
            lane.Duals[place] = own;
            here = after;
            if (hasDuals)
            {
                batch.Gradients[element] = (float)(pass < 2 ? share * own : batch.Gradients[element] + (share * own));
            }

            if (bin < lane.LastBin)
            {
                dual += next * own;
                lane.Ends[place] = end + next;
            }
            else
            {
                // Its mass is all that is left: the total less what came before.
                dual -= end * own;
                total = end + next <= total ? total : end + next;
                lane.Ends[place] = double.PositiveInfinity;
            }
        }

        value += here * (total - done);
        if (isKept)
        {
            batch.Movers[lane.First + steps] = -1;
            batch.CellMasses[lane.First + steps] = total - done;
        }

        for (int j = 0; j < lane.Histograms; j++)
        {
            dual += total * lane.Duals[lane.PlaceOf(j)];
        }

        // NaN where the total is NaN or infinite, as is what is added to it.
        double check = total - total;
        return new() { Value = value + check, DualValue = dual + (total * first) + check, Total = total };
    }

    /// <summary>
    /// The histogram whose bin is empty first: the first of equal ones; in the second pass the first, in the third the last of those near the
    /// least. -1 where none has a finite cumulative mass.
    /// </summary>
    private static int Next(MarginalLane lane, int pass, double slack)
    {
        double least = double.PositiveInfinity;
        int next = -1;
        for (int j = 0; j < lane.Histograms; j++)
        {
            double end = lane.Ends[lane.PlaceOf(j)];
            if (end < least)
            {
                least = end;
                next = j;
            }
        }

        if (pass == 0 || next < 0)
        {
            return next;
        }

        int best = next;
        for (int j = 0; j < lane.Histograms; j++)
        {
            if (lane.Ends[lane.PlaceOf(j)] <= least + slack && (pass == 1 ? j < best : j > best))
            {
                best = j;
            }
        }

        return best;
    }

    /// <summary>Brings a position that rose to its new rank. Of equal positions any may leave its place.</summary>
    private static void Order(MarginalLane lane, float previous, float position)
    {
        int rank = 0;
        while (rank < lane.Histograms - 1 && lane.Ordered[lane.PlaceOf(rank)] != previous)
        {
            rank++;
        }

        while (rank < lane.Histograms - 1 && lane.Ordered[lane.PlaceOf(rank + 1)] < position)
        {
            lane.Ordered[lane.PlaceOf(rank)] = lane.Ordered[lane.PlaceOf(rank + 1)];
            rank++;
        }

        lane.Ordered[lane.PlaceOf(rank)] = position;
    }
}
