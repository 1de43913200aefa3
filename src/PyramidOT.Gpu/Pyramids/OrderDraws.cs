using PyramidOT.Kernels;

namespace PyramidOT.Pyramids;

/// <summary>The draws of one walk over a tree, one after the other.</summary>
internal struct OrderDraws(ulong seed)
{
    // A stream of its own, apart from those that centres are drawn from.
    private const ulong Stream = 0x6F72646572;

    private ulong _drawn;

    /// <summary>A uniform whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => count == 1 ? 0 : CounterRandom.Below(count, seed, Stream, _drawn++);

    /// <summary>Brings elements into random order (Fisher and Yates).</summary>
    public void Shuffle(Span<TreeWalk.Visit> elements)
    {
        for (int i = elements.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (elements[i], elements[j]) = (elements[j], elements[i]);
        }
    }
}
