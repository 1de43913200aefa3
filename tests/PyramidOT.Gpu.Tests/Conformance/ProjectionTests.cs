namespace PyramidOT.Tests.Conformance;

/// <summary>The ways from points to lines and back, against plain sums in float64.</summary>
public class ProjectionTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Points, dimensions and directions around vectors, tiles, and parts of sums.
    private static readonly (int Points, int Dimensions, int Directions)[] s_shapes =
    [
        (1, 1, 1), (2, 3, 1), (17, 2, 5), (33, 5, 8), (64, 16, 16), (65, 17, 9), (100, 129, 3), (383, 4, 7), (385, 3, 70), (300, 8, 130), (1030, 9, 2), (5, 40, 33),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Points_are_projected(string engine)
    {
        foreach ((int n, int d, int count) in Some(engine, s_shapes))
        {
            (float[] points, float[] directions) = Make(n, d, count);
            ComputeEngine at = Engine(engine);
            using Guarded<float> x = Guarded<float>.Of(at, points);
            using Guarded<float> along = Guarded<float>.Of(at, directions);
            using Guarded<float> to = Guarded<float>.Output(at, (long)n * count);
            at.Slices.Project(x.View, d, along.View, to.View);
            float[] projections = to.ToArray();
            for (int k = 0; k < count; k++)
            {
                for (int i = 0; i < n; i++)
                {
                    (double sum, double magnitude) = Dot(d, c => directions[(k * d) + c], c => points[(i * d) + c]);
                    AssertNear(sum, magnitude, projections[(k * n) + i], $"{n} points, {d} dimensions: direction {k}, point {i}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Slopes_are_brought_back(string engine)
    {
        foreach ((int n, int d, int count) in Some(engine, s_shapes))
        {
            (float[] before, float[] directions) = Make(n, d, count);
            float[] slopes = Clouds.Make(CloudKind.Normal, n, count, seed: 411);
            ComputeEngine at = Engine(engine);
            using Guarded<float> from = Guarded<float>.Of(at, slopes);
            using Guarded<float> along = Guarded<float>.Of(at, directions);
            using Guarded<float> to = Guarded<float>.Of(at, before);
            at.Slices.BackProject(from.View, along.View, d, 0.25f, to.View);
            float[] gradients = to.ToArray();
            for (int i = 0; i < n; i++)
            {
                for (int c = 0; c < d; c++)
                {
                    (double sum, double magnitude) = Dot(count, k => slopes[(k * n) + i], k => directions[(k * d) + c]);
                    float own = before[(i * d) + c];
                    AssertNear(
                        own + (0.25 * sum), Math.Abs(own) + (0.25 * magnitude), gradients[(i * d) + c], $"{n} points, {count} lines: point {i}, coordinate {c}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Moments_are_summed(string engine)
    {
        foreach ((int n, int d, int count) in Some(engine, s_shapes))
        {
            (float[] points, _) = Make(n, d, count);
            float[] slopes = Clouds.Make(CloudKind.Normal, n, count, seed: 412);
            ComputeEngine at = Engine(engine);
            using Guarded<float> x = Guarded<float>.Of(at, points);
            using Guarded<float> from = Guarded<float>.Of(at, slopes);
            double[] moments = new double[count * d];
            moments.AsSpan().Fill(double.NaN);
            at.Slices.Moments(x.View, d, from.View, moments);
            for (int k = 0; k < count; k++)
            {
                for (int c = 0; c < d; c++)
                {
                    (double sum, double magnitude) = Dot(n, i => slopes[(k * n) + i], i => points[(i * d) + c]);
                    AssertNear(sum, magnitude, moments[(k * d) + c], $"{n} points: line {k}, coordinate {c}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> six = at.Allocate<float>(6);
        using EngineBuffer<float> seven = at.Allocate<float>(7);
        Assert.Equal("points", Refusal(() => at.Slices.Project(seven, 3, six, six)));
        Assert.Equal("directions", Refusal(() => at.Slices.Project(six, 3, seven, six)));
        Assert.Equal("projections", Refusal(() => at.Slices.Project(six, 3, six, six)));
        Assert.Equal("slopes", Refusal(() => at.Slices.BackProject(six, six, 3, 1, six)));
        Assert.Equal("factor", Refusal(() => at.Slices.BackProject(six, six, 3, float.NaN, six)));
        Assert.Equal("slopes", Refusal(() => at.Slices.Moments(six, 3, seven, new double[9])));
        Assert.Equal("moments", Refusal(() => at.Slices.Moments(six, 3, six, new double[8])));
        Assert.Throws<ArgumentOutOfRangeException>(() => at.Slices.Project(six, 0, six, six));

        static string? Refusal(Action call) => Assert.ThrowsAny<ArgumentException>(call).ParamName;
    }

    private static (float[] Points, float[] Directions) Make(int points, int dimensions, int directions) =>
        Clouds.Pair(CloudKind.Normal, points, directions, dimensions, seed: 410);

    private static (double Sum, double Magnitude) Dot(int count, Func<int, double> left, Func<int, double> right)
    {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < count; i++)
        {
            sum += left(i) * right(i);
            magnitude += Math.Abs(left(i) * right(i));
        }

        return (sum, magnitude);
    }

    private static void AssertNear(double expected, double magnitude, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-6 * magnitude, $"{what}: {actual} where {expected} is expected.");
}
