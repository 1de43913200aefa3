using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ILGPU;

namespace PyramidOT.Simulation.Il;

/// <summary>Accesses to memory, each held against the shadow memory.</summary>
internal sealed unsafe partial class Interpreter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Read(ulong address, int size, int alignment, int pc) => (long)address < 0
        ? _memory + (address & ~DeviceMemory.LocalBit)
        : Check(address, size, alignment, pc, Access.Read);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Write(ulong address, int size, int alignment, int pc) => (long)address < 0
        ? _memory + (address & ~DeviceMemory.LocalBit)
        : Check(address, size, alignment, pc, Access.Write);

    private enum Access
    {
        Read,
        Write,
        Atomic,
        AtomicExchange,
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* Check(ulong address, int size, int alignment, int pc, Access access)
    {
        MemoryBlock? block = _blocks[address >> DeviceMemory.OffsetBits];
        long offset = DeviceMemory.Offset(address);
        if (block is null)
            Fail(pc, address == 0 ? "used a null reference" : "used a view of a buffer that was disposed, or an empty view");
        if (offset + size > block.Length)
            Fail(pc, $"accessed bytes {offset} to {offset + size} of {Name(block)}, which has {block.Length}");
        if ((offset & (alignment - 1)) != 0)
            Fail(pc, $"accessed {size} bytes at byte {offset} of {Name(block)}, which is not a multiple of {alignment} (misaligned)");
        ShadowMemory shadow = block.Shadow ?? block.NeedShadow();
        if (size < 4 && shadow.Shift != 0)
            shadow.Refine();
        ShadowWord* word = shadow.Words + (offset >> shadow.Shift);
        ShadowWord* end = shadow.Words + ((offset + size - 1) >> shadow.Shift);
        for (; word <= end; word++)
        {
            if (access == Access.Read)
                CheckRead(word, block, shadow, pc);
            else if (access == Access.Write)
                CheckWrite(word, block, shadow, pc);
            else
                CheckAtomic(word, block, shadow, pc, access);
        }

        return block.Pointer + offset;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckRead(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc)
    {
        uint written = word->WriteInterval;
        if (written >= _launchStart)
        {
            if (written == _interval)
            {
                if (word->Writer != _lane && IsUnordered(word->Writer, word->WriteSub))
                    FailRace(word, block, shadow, pc, "read", "written", word->Writer);
            }
            else if (written < _groupStart)
            {
                if (block.Kind == MemoryKind.Shared)
                    FailUnwritten(word, block, shadow, pc);
                FailAcross(word, block, shadow, pc, "read", "written", written);
            }
        }
        else if (written == 0 || block.Kind == MemoryKind.Shared)
        {
            FailUnwritten(word, block, shadow, pc);
        }

        if (word->ReadInterval != _interval)
        {
            bool other = word->ReadInterval >= _launchStart && (word->ReadInterval < _groupStart || (word->ReadSub & ShadowWord.OtherGroup) != 0);
            word->ReadInterval = _interval;
            word->Reader = (ushort)_lane;
            word->ReadSub = (ushort)(_sub | (other ? ShadowWord.OtherGroup : 0));
        }
        else if (word->Reader != _lane)
        {
            NoteReader(word);
        }
        else if ((word->ReadSub & ShadowWord.SubMask) != _sub)
        {
            word->ReadSub = (ushort)((word->ReadSub & (ShadowWord.OtherWarp | ShadowWord.OtherGroup)) | _sub);
        }
    }

    private void NoteReader(ShadowWord* word)
    {
        if (word->Reader >> _warpShift != _lane >> _warpShift)
        {
            word->ReadSub |= ShadowWord.OtherWarp;
        }
        else if ((word->ReadSub & ShadowWord.SubMask) == _sub)
        {
            word->ReadSub |= ShadowWord.SameWarp;
        }
        else
        {
            word->Reader = (ushort)_lane;
            word->ReadSub = (ushort)((word->ReadSub & (ShadowWord.OtherWarp | ShadowWord.OtherGroup)) | _sub);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckReaders(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc, string what)
    {
        uint read = word->ReadInterval;
        if (read < _launchStart)
            return;
        if (block.Kind == MemoryKind.Global && (read < _groupStart || (word->ReadSub & ShadowWord.OtherGroup) != 0))
            FailAcross(word, block, shadow, pc, what, "read", read < _groupStart ? read : 0);
        if (read == _interval)
        {
            bool bad = (word->ReadSub & ShadowWord.OtherWarp) != 0
                || (word->Reader != _lane
                    ? IsUnordered(word->Reader, word->ReadSub)
                    : (word->ReadSub & ShadowWord.SameWarp) != 0 && (word->ReadSub & ShadowWord.SubMask) == _sub);
            if (bad)
                FailRace(word, block, shadow, pc, what, "read", word->Reader == _lane ? -1 : word->Reader);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckWrite(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc)
    {
        uint written = word->WriteInterval;
        if (written >= _launchStart)
        {
            if (written == _interval)
            {
                if (word->Writer != _lane && IsUnordered(word->Writer, word->WriteSub))
                    FailRace(word, block, shadow, pc, "written", "written", word->Writer);
            }
            else if (written < _groupStart && block.Kind == MemoryKind.Global)
            {
                FailAcross(word, block, shadow, pc, "written", "written", written);
            }
        }

        CheckReaders(word, block, shadow, pc, "written");
        word->WriteInterval = _interval;
        word->Writer = (ushort)_lane;
        word->WriteSub = (ushort)_sub;
    }

    private void CheckAtomic(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc, Access access)
    {
        uint written = word->WriteInterval;
        bool several = false;
        bool atomic = (word->WriteSub & ShadowWord.Atomic) != 0;
        if (access != Access.AtomicExchange && (written == 0 || (block.Kind == MemoryKind.Shared && written < _groupStart)))
            FailUnwritten(word, block, shadow, pc);
        if (written >= _launchStart)
        {
            if (written == _interval)
            {
                several = word->Writer != _lane;
                if (several && !atomic && IsUnordered(word->Writer, word->WriteSub))
                    FailRace(word, block, shadow, pc, "changed (atomically)", "written", word->Writer);
            }
            else if (written < _groupStart && !atomic && block.Kind == MemoryKind.Global)
            {
                FailAcross(word, block, shadow, pc, "changed (atomically)", "written", written);
            }
        }

        CheckReaders(word, block, shadow, pc, "changed (atomically)");
        word->WriteInterval = _interval;
        word->Writer = several ? ShadowWord.Several : (ushort)_lane;
        word->WriteSub = (ushort)(_sub | ShadowWord.Atomic);
    }

    /// <summary>Whether another lane's access in this interval is not ordered against this lane's: lanes of one warp are by its own barriers.</summary>
    private bool IsUnordered(ushort other, ushort sub) =>
        other == ShadowWord.Several || other >> _warpShift != _lane >> _warpShift || (sub & ShadowWord.SubMask) == _sub;

    private string Where(ShadowWord* word, MemoryBlock block, ShadowMemory shadow) =>
        $"byte {(word - shadow.Words) << shadow.Shift} of {Name(block)}";

    private string Name(MemoryBlock block)
    {
        if (block == _run.DynamicShared)
            return "dynamic shared memory";
        if (block.Kind == MemoryKind.Shared)
            return "shared memory";
        string? parameter = _run.ParameterOf(block);
        return parameter is null ? "a buffer" : $"the buffer of parameter '{parameter}'";
    }

    [DoesNotReturn]
    private void FailUnwritten(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc) =>
        Fail(pc, $"read {Where(word, block, shadow)}, which nobody wrote");

    [DoesNotReturn]
    private void FailRace(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc, string mine, string theirs, int other)
    {
        string who = other is < 0 or ShadowWord.Several ? "other lanes" : $"lane {other}";
        string how = theirs == "written" && (word->WriteSub & ShadowWord.Atomic) != 0 ? "changed (atomically)" : theirs;
        Fail(pc, $"race: {Where(word, block, shadow)} is {mine} here and was {how} by {who} of the same group with no barrier between");
    }

    [DoesNotReturn]
    private void FailAcross(ShadowWord* word, MemoryBlock block, ShadowMemory shadow, int pc, string mine, string theirs, uint interval)
    {
        string who = interval == 0 ? "another group" : $"group {_run.GroupOf(interval)}, lane {(theirs == "read" ? word->Reader : word->Writer)}";
        Fail(pc, $"race across groups: {Where(word, block, shadow)} is {mine} here and was {theirs} by {who} in the same launch");
    }

    [DoesNotReturn]
    private void Fail(int pc, string what)
    {
        DecodedMethod method = _method;
        throw new KernelFaultException(
            $"Kernel {_run.KernelName}, group {_run.GroupName}, lane {_lane}: {what} (in {method.Sources[pc - 1]}, IL {method.IlOffsets[pc - 1]:x4}).");
    }
}
