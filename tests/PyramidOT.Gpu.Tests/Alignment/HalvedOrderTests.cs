using PyramidOT.Alignment;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>The order of halves of halves.</summary>
public class HalvedOrderTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(7, 2, 5)]
    [InlineData(1000, 2, 6)]
    [InlineData(1000, 3, 50)]
    [InlineData(513, 1, 2)]
    public void Parts_are_cut_along_their_longest_side(int count, int depth, int values)
    {
        PointCloud cloud = Cloud(count, 2, values);
        using ComputeEngine engine = TestPyramids.Host(2);
        int[] order = HalvedOrder.Of(engine, cloud, depth, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, count), order.Order());
        for (int level = 0; level < depth; level++)
        {
            for (int node = 0; node < 1 << level; node++)
            {
                (int start, int end) = HalvedOrder.RangeOf(node, level, count);
                (int left, int middle) = HalvedOrder.RangeOf(2 * node, level + 1, count);
                Assert.Equal((start, (start + end) / 2), (left, middle));
                Assert.Equal((middle, end), HalvedOrder.RangeOf((2 * node) + 1, level + 1, count));
                if (left == middle || middle == end)
                {
                    continue;
                }

                float[][] low = [.. order[left..middle].Select(row => cloud[row].ToArray())];
                float[][] high = [.. order[middle..end].Select(row => cloud[row].ToArray())];
                float[][] all = [.. low, .. high];
                float[] sides = [.. Enumerable.Range(0, 2).Select(axis => all.Max(point => point[axis]) - all.Min(point => point[axis]))];
                int longest = sides[1] > sides[0] ? 1 : 0;
                Assert.True(low.Max(point => point[longest]) <= high.Min(point => point[longest]), $"Part {node} of level {level} is not cut.");
            }
        }
    }

    [Fact]
    public void Sorted_reversed_and_equal_points_make_no_difference()
    {
        using ComputeEngine engine = TestPyramids.Host(3);
        foreach (Func<int, float> place in new Func<int, float>[] { i => i, i => -i, _ => 1, i => i % 2, i => i < 2000 ? i : 4000 - i })
        {
            PointCloud line = new([.. Enumerable.Range(0, 4000).Select(place)], 1);
            int[] order = HalvedOrder.Of(engine, line, 11, CancellationToken.None);

            // A part has two points or one.
            int[] expected = [.. Enumerable.Range(0, 4000).OrderBy(i => place(i)).ThenBy(i => i)];
            for (int part = 0; part < 2048; part++)
            {
                (int start, int end) = HalvedOrder.RangeOf(part, 11, 4000);
                Assert.Equal(expected[start..end].Order(), order[start..end].Order());
            }
        }
    }

    private static PointCloud Cloud(int count, int dimensions, int values)
    {
        float[] points = new float[count * dimensions];
        for (int k = 0; k < points.Length; k++)
        {
            points[k] = (k * 2654435761L % 1_000_003 % values) - (values / 2);
        }

        return new(points, dimensions);
    }
}
