#if !HAS_ILGPU
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace PyramidOT.Tests.Simulator;

/// <summary>Kernels that are wrong on purpose. Each takes a filled buffer (64 ints: 0, 1, 2, …) and an empty one of 64.</summary>
public static class WrongKernels
{
    public static void LostUpdate(ArrayView<int> filled, ArrayView<int> empty) => filled[0]++;

    public static void RaceThroughSharedMemory(ArrayView<int> filled, ArrayView<int> empty)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(4);
        shared[Group.IdxX / 2] = filled[Group.IdxX];
    }

    public static void MissingBarrier(ArrayView<int> filled, ArrayView<int> empty)
    {
        ArrayView<int> shared = SharedMemory.GetDynamic<int>();
        shared[Group.IdxX] = filled[Group.IdxX];
        empty[Group.IdxX] = shared[Math.Max(0, Group.IdxX - 1)];
    }

    public static void MissingSecondBarrier(ArrayView<int> filled, ArrayView<int> empty)
    {
        ArrayView<int> shared = SharedMemory.GetDynamic<int>();
        shared[Group.IdxX] = 1;
        Group.Barrier();
        int next = shared[(Group.IdxX + 1) % Group.DimX];
        shared[Group.IdxX] = next + 1;
    }

    public static void RaceAcrossGroups(ArrayView<int> filled, ArrayView<int> empty)
    {
        if (Group.IdxX == 0)
            empty[0] = Grid.IdxX;
    }

    public static void ReadAcrossGroups(ArrayView<int> filled, ArrayView<int> empty)
    {
        if (Group.IdxX == 0)
            filled[Grid.IdxX] = filled[1 - Grid.IdxX];
    }

    public static void AtomicBesidePlain(ArrayView<int> filled, ArrayView<int> empty)
    {
        if (Group.IdxX == 0)
            Atomic.Add(ref filled[1], 1);
        else if (Group.IdxX == 1)
            empty[0] = filled[1];
    }

    public static void DivergentBarrier(ArrayView<int> filled, ArrayView<int> empty)
    {
        if (Group.IdxX < 2)
            Group.Barrier();
    }

    public static void TwoBarriers(ArrayView<int> filled, ArrayView<int> empty)
    {
        if (Group.IdxX < 2)
            Group.Barrier();
        else
            Group.Barrier();
    }

    public static void DivergentWarp(ArrayView<int> filled, ArrayView<int> empty)
    {
        if (Group.IdxX != 3)
            empty[Group.IdxX] = Warp.ShuffleXor(filled[Group.IdxX], 1);
    }

    public static void BroadcastFromMany(ArrayView<int> filled, ArrayView<int> empty) =>
        empty[Group.IdxX] = Group.Broadcast(1, Group.IdxX);

    public static void IndexOutOfRange(ArrayView<int> filled, ArrayView<int> empty) => filled[Group.IdxX + 62] = 1;

    public static void NegativeIndex(ArrayView<int> filled, ArrayView<int> empty) => empty[Group.IdxX - 1L] = 1;

    public static void SharedIndexOutOfRange(ArrayView<int> filled, ArrayView<int> empty) =>
        SharedMemory.Allocate<int>(3)[Group.IdxX] = 1;

    public static void SubViewOutOfRange(ArrayView<int> filled, ArrayView<int> empty) =>
        empty[Group.IdxX] = filled.SubView(60, 5).IntLength;

    public static void UnwrittenRead(ArrayView<int> filled, ArrayView<int> empty) => filled[Group.IdxX] = empty[Group.IdxX];

    public static void UnwrittenShared(ArrayView<int> filled, ArrayView<int> empty) =>
        filled[Group.IdxX] = SharedMemory.Allocate<int>(16)[Group.IdxX];

    public static void SecondGetDynamic(ArrayView<int> filled, ArrayView<int> empty)
    {
        Dynamic(empty);
        Dynamic(empty);
    }

    public static void OtherDynamic(ArrayView<int> filled, ArrayView<int> empty) => empty[Group.IdxX] = SharedMemory.GetDynamic<long>().IntLength;

    public static void Hang(ArrayView<int> filled, ArrayView<int> empty)
    {
        while (filled[0] == 0)
        {
        }
    }

    public static void Misaligned(ArrayView<int> filled, ArrayView<int> empty)
    {
        Four four = filled.SubView(1, 16).Cast<Four>()[Group.IdxX];
        empty[Group.IdxX] = four.A > four.B ? 1 : 0;
    }

    public static void CastBetweenElements(ArrayView<int> filled, ArrayView<int> empty)
    {
        // Elements of 12 bytes that would begin at byte 16: whole numbers all, so each access by itself is aligned.
        Three three = filled.SubView(4, 24).Cast<Three>()[Group.IdxX];
        empty[Group.IdxX] = three.A > three.B ? three.C : 0;
    }

    public static void DivisionByZero(ArrayView<int> filled, ArrayView<int> empty) => empty[Group.IdxX] = 5 / filled[0];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dynamic(ArrayView<int> target) => target[Group.IdxX] = SharedMemory.GetDynamic<int>().IntLength;
}

/// <summary>Kernels that the lint must refuse.</summary>
public static unsafe class RefusedKernels
{
    public static readonly int[] Table = [1, 2, 3];

    private static int _count;

    public static void Throws(ArrayView<int> view)
    {
        if (view.Length == 0)
            throw new InvalidOperationException();
    }

    public static void NewObject(ArrayView<int> view) => view[0] = new object().GetHashCode();

    public static void NewArray(ArrayView<int> view)
    {
        int[] array = new int[view.IntLength];
        view[0] = array[1];
    }

    public static void ReadsString(ArrayView<int> view) => view[0] = "four".Length;

    public static void Boxes(ArrayView<int> view)
    {
        object boxed = view[0];
        view[0] = (int)boxed;
    }

    public static void MutableStatic(ArrayView<int> view) => view[0] = ++_count;

    public static void StaticArray(ArrayView<int> view) => view[0] = Table[1];

    public static void Checked(ArrayView<int> view) => view[0] = checked(view[0] + 1);

    public static void StackAlloc(ArrayView<int> view)
    {
        int* array = stackalloc int[4];
        array[0] = 1;
        view[0] = array[0];
    }

    public static void UsesSpan(ArrayView<int> view)
    {
        Span<int> span = stackalloc int[4];
        view[0] = span[1];
    }

    public static void FusedMultiplyAdd(ArrayView<float> view) => view[0] = MathF.FusedMultiplyAdd(view[0], view[1], view[2]);

    public static void MathClamp(ArrayView<int> view) => view[0] = Math.Clamp(view[0], 1, 2);

    public static void Catches(ArrayView<int> view)
    {
        try
        {
            view[0] = 1;
        }
        finally
        {
            view[1] = 2;
        }
    }

    public static void TwoDynamics(ArrayView<int> view)
    {
        SharedMemory.GetDynamic<int>()[0] = 1;
        view[0] = SharedMemory.GetDynamic<int>()[0];
    }

    public static void StructDynamic(ArrayView<float> view) => view[0] = SharedMemory.GetDynamic<Best>()[0].Value;

    public static void Recursion(ArrayView<int> view) => view[0] = Factorial(view[0]);

    public static void HostCall(ArrayView<int> view) => view.MemSetToZero();

    public static void Hidden(ArrayView<int> view) => view[0] = Outer(view[0]);

    public static void VirtualCall(ArrayView<int> view) => view[0] = Table.GetHashCode();

    public static void UnsafeAdd(ArrayView<int> view) => view[0] = Unsafe.Add(ref view[0], 1);

    public static void VectorOperator(ArrayView<int> view) => view[0] = (int)(System.Numerics.Vector4.One + System.Numerics.Vector4.One).X;

    public static void Delegates(ArrayView<int> view)
    {
        Func<int> function = static () => 1;
        view[0] = function();
    }

    private static int Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    private static int Outer(int n) => Inner(n) + 1;

    private static int Inner(int n) => Math.DivRem(n, 3).Quotient;
}
#endif
