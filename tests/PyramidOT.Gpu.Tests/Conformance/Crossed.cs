namespace PyramidOT.Tests.Conformance;

/// <summary>Theory data of all combinations; of those with an engine that interprets, one in four.</summary>
internal static class Crossed
{
    public static TheoryData<T1, T2> With<T1, T2>(IEnumerable<T1> first, IEnumerable<T2> second)
    {
        TheoryData<T1, T2> data = [];
        foreach (T1 item1 in first)
        {
            int turn = TurnOf(item1);
            foreach (T2 item2 in second)
            {
                if (IsDue(ref turn))
                {
                    data.Add(item1, item2);
                }
            }
        }

        return data;
    }

    public static TheoryData<T1, T2, T3> With<T1, T2, T3>(IEnumerable<T1> first, IEnumerable<T2> second, IEnumerable<T3> third)
    {
        TheoryData<T1, T2, T3> data = [];
        foreach (T1 item1 in first)
        {
            int turn = TurnOf(item1);
            foreach (T2 item2 in second)
            {
                foreach (T3 item3 in third)
                {
                    if (IsDue(ref turn))
                    {
                        data.Add(item1, item2, item3);
                    }
                }
            }
        }

        return data;
    }

    // Below zero for engines that get everything.
    private static int TurnOf<T>(T item) => item is string engine && EnginesAtHand.IsInterpreted(engine) ? EnginesAtHand.TurnOf(engine) : -1;

    private static bool IsDue(ref int turn) => turn < 0 || turn++ % 4 == 0;
}
