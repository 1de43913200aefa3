using System.Runtime.CompilerServices;

namespace PyramidOT.Simulation.Il;

/// <summary>What lanes do together: barriers of the group, barriers and exchanges of a warp.</summary>
internal sealed unsafe partial class KernelRun
{
    /// <summary>Carries out what the lanes wait at. False when all are done.</summary>
    private bool Together()
    {
        int done = 0;
        bool warps = false;
        foreach (Lane lane in _lanes)
        {
            done += lane.State == LaneState.Done ? 1 : 0;
            warps |= lane.State == LaneState.Waiting && lane.WaitsAt.Op is Op.WarpBarrier or Op.WarpShuffle;
        }

        if (done == _lanes.Length)
            return false;
        if (warps)
            Warps();
        else
            WholeGroup();
        return true;
    }

    private static string Site(Lane lane) => lane.State == LaneState.Done
        ? "has returned"
        : $"waits at {Kind(lane.WaitsAt.Op)} in {lane.Method.Sources[lane.Pc - 1]}, IL {lane.Method.IlOffsets[lane.Pc - 1]:x4}";

    private static string Kind(Op op) => op switch
    {
        Op.GroupBroadcast => "Group.Broadcast",
        Op.BarrierReduce => "a reducing Group.Barrier",
        Op.WarpBarrier => "Warp.Barrier",
        Op.WarpShuffle => "a warp exchange",
        _ => "Group.Barrier",
    };

    private void WholeGroup()
    {
        Lane first = Array.Find(_lanes, lane => lane.State == LaneState.Waiting)!;
        foreach (Lane lane in _lanes)
        {
            if (lane.State == LaneState.Done || lane.Method != first.Method || lane.Pc != first.Pc)
                Fail(first, $"divergent barrier: it {Site(first)}, but lane {lane.Index} {Site(lane)}");
        }

        ref Instruction at = ref first.WaitsAt;
        if (at.Op == Op.BarrierReduce)
            Reduce(ref at);
        else if (at.Op == Op.GroupBroadcast)
            Broadcast(ref at);
        Interval = Interlocked.Increment(ref _intervals);
        Array.Clear(_subs);
        foreach (Lane lane in _lanes)
            lane.State = LaneState.Ready;
    }

    private void Reduce(ref Instruction at)
    {
        int count = 0;
        foreach (Lane lane in _lanes)
            count += (*(int*)(lane.Frame + at.B) & 0xFF) != 0 ? 1 : 0;
        int result = at.Imm switch
        {
            0 => count,
            1 => count == _lanes.Length ? 1 : 0,
            _ => count > 0 ? 1 : 0,
        };
        foreach (Lane lane in _lanes)
            *(int*)(lane.Frame + at.A) = result;
    }

    private void Broadcast(ref Instruction at)
    {
        int source = *(int*)(_lanes[0].Frame + at.C);
        foreach (Lane lane in _lanes)
        {
            int asked = *(int*)(lane.Frame + at.C);
            if (asked != source)
                Fail(lane, $"Group.Broadcast from lane {asked}, but lane 0 asks for lane {source}");
            if (asked < 0 || asked >= _lanes.Length)
                Fail(lane, $"Group.Broadcast from lane {asked} of a group of {_lanes.Length}");
        }

        byte* value = stackalloc byte[at.Size];
        Unsafe.CopyBlockUnaligned(value, _lanes[source].Frame + at.B, (uint)at.Size);
        foreach (Lane lane in _lanes)
            Unsafe.CopyBlockUnaligned(lane.Frame + at.A, value, (uint)at.Size);
    }

    private void Warps()
    {
        for (int start = 0; start < _lanes.Length; start += _warpSize)
        {
            int count = Math.Min(_warpSize, _lanes.Length - start);
            Lane[] warp = _lanes[start..(start + count)];
            Lane? first = Array.Find(warp, lane => lane.State == LaneState.Waiting && lane.WaitsAt.Op is Op.WarpBarrier or Op.WarpShuffle);
            if (first is null)
                continue;
            if (count < _warpSize)
                Fail(first, $"used {Kind(first.WaitsAt.Op)} in a warp of {_warpSize} that has only {count} lanes");
            foreach (Lane lane in warp)
            {
                if (lane.State == LaneState.Done || lane.Method != first.Method || lane.Pc != first.Pc)
                    Fail(first, $"divergent warp: it {Site(first)}, but lane {lane.Index} of its warp {Site(lane)}");
            }

            if (first.WaitsAt.Op == Op.WarpShuffle)
                Shuffle(warp, ref first.WaitsAt);
            _subs[start / _warpSize] = (_subs[start / _warpSize] + 1) & ShadowWord.SubMask;
            foreach (Lane lane in warp)
                lane.State = LaneState.Ready;
        }
    }

    private void Shuffle(Lane[] warp, ref Instruction at)
    {
        int size = at.Size;
        byte* values = stackalloc byte[size * warp.Length];
        for (int i = 0; i < warp.Length; i++)
            Unsafe.CopyBlockUnaligned(values + (i * size), warp[i].Frame + at.B, (uint)size);
        for (int i = 0; i < warp.Length; i++)
        {
            Lane lane = warp[i];
            int by = *(int*)(lane.Frame + at.C);
            int width = at.D < 0 ? _warpSize : *(int*)(lane.Frame + at.D);
            if (width < 1 || width > _warpSize || (width & (width - 1)) != 0)
                Fail(lane, $"exchanges in parts of {width} lanes in a warp of {_warpSize}");
            int first = i / width * width;
            int source = (ShuffleKind)at.Imm switch
            {
                ShuffleKind.Down => i + by,
                ShuffleKind.Up => i - by,
                ShuffleKind.Xor => i ^ by,
                _ => first + by,
            };
            bool inside = source >= first && source < first + width;
            if (!inside && (ShuffleKind)at.Imm is ShuffleKind.Index or ShuffleKind.Broadcast)
                Fail(lane, $"asks for the value of lane {by} in a warp of {width}");
            Unsafe.CopyBlockUnaligned(lane.Frame + at.A, values + ((inside ? source : i) * size), (uint)size);
        }
    }
}
