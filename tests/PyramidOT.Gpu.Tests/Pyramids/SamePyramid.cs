using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Comparison of trees, number by number.</summary>
internal static class SamePyramid
{
    /// <summary>Checks that two pyramids have the same cells and the same points in them, in the same order.</summary>
    public static void Assert(PyramidPair expected, PyramidPair actual, string what = "Pyramid")
    {
        Bits.AssertSame(expected.SourceOrder.ToArray(), actual.SourceOrder.ToArray(), $"{what}: source order");
        Bits.AssertSame(expected.TargetOrder.ToArray(), actual.TargetOrder.ToArray(), $"{what}: target order");
        Xunit.Assert.Equal(expected.Levels.Count, actual.Levels.Count);
        for (int level = 0; level < expected.Levels.Count; level++)
        {
            (PyramidLevel one, PyramidLevel other) = (expected.Levels[level], actual.Levels[level]);
            Bits.AssertSame(one.SourceStart.ToArray(), other.SourceStart.ToArray(), $"{what}, level {level}: source starts");
            Bits.AssertSame(one.SourceEnd.ToArray(), other.SourceEnd.ToArray(), $"{what}, level {level}: source ends");
            Bits.AssertSame(one.TargetStart.ToArray(), other.TargetStart.ToArray(), $"{what}, level {level}: target starts");
            Bits.AssertSame(one.TargetEnd.ToArray(), other.TargetEnd.ToArray(), $"{what}, level {level}: target ends");
            Bits.AssertSame(one.FirstChild.ToArray(), other.FirstChild.ToArray(), $"{what}, level {level}: first children");
            Bits.AssertSame(one.ChildCount.ToArray(), other.ChildCount.ToArray(), $"{what}, level {level}: children");
        }
    }
}
