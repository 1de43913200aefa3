using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Memory that no cache holds. What is read next is asked for ahead, and results are copied past the caches: an ordinary store reads the line
/// that it overwrites, which is a third of the way between memory and a kernel that reads as much as it writes.
/// </summary>
internal static unsafe class StreamedMemory
{
    /// <summary>Bytes that a call reads and writes, from which on it pays. What less was written is likely to be read from a cache.</summary>
    public const long LeastBytes = 32L << 20;

    /// <summary>Bytes that fit into a core's second cache beside all else, where they wait to be copied.</summary>
    public const long MostAtATime = 256L << 10;

    // Of what is asked for ahead: a third of a first cache.
    private const long MostAhead = 16L << 10;

    private const int Line = 64;

    /// <summary>Asks for what is read next, or for its beginning; on machines where one can.</summary>
    public static void Fetch(void* source, long bytes)
    {
        if (Sse.IsSupported)
        {
            for (long offset = 0; offset < Math.Min(bytes, MostAhead); offset += Line)
            {
                Sse.Prefetch0((byte*)source + offset);
            }
        }
    }

    /// <summary>Copies bytes. What was copied is there for other threads after <see cref="End"/>.</summary>
    public static void Copy(void* source, void* destination, long bytes)
    {
        byte* from = (byte*)source;
        byte* to = (byte*)destination;

        // Lines that are shared with others' results are stored like any other.
        long head = Math.Min(bytes, -(nint)to & (Line - 1));
        Buffer.MemoryCopy(from, to, head, head);
        long done = head;
        for (; done + Line <= bytes; done += Line)
        {
            Vector512.StoreAlignedNonTemporal(Vector512.Load(from + done), to + done);
        }

        Buffer.MemoryCopy(from + done, to + done, bytes - done, bytes - done);
    }

    /// <summary>Waits until all copies of this thread are there for others.</summary>
    public static void End() => Interlocked.MemoryBarrier();
}
