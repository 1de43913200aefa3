namespace PyramidOT.Tests.Conformance;

/// <summary>Theory data of all combinations.</summary>
internal static class Crossed
{
    public static TheoryData<T1, T2> With<T1, T2>(IEnumerable<T1> first, IEnumerable<T2> second)
    {
        TheoryData<T1, T2> data = [];
        foreach (T1 item1 in first)
        {
            foreach (T2 item2 in second)
            {
                data.Add(item1, item2);
            }
        }

        return data;
    }

    public static TheoryData<T1, T2, T3> With<T1, T2, T3>(IEnumerable<T1> first, IEnumerable<T2> second, IEnumerable<T3> third)
    {
        TheoryData<T1, T2, T3> data = [];
        foreach (T1 item1 in first)
        {
            foreach (T2 item2 in second)
            {
                foreach (T3 item3 in third)
                {
                    data.Add(item1, item2, item3);
                }
            }
        }

        return data;
    }
}
