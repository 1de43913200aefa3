using System.Numerics.Tensors;

namespace PyramidOT.Tests.Data;

public sealed class PointCloudTests
{
    [Fact]
    public void Cloud_is_what_it_was_made_of()
    {
        float[] points = [1, 2, 3, -4, 5, 6];
        PointCloud cloud = new(points, 3, [1, 3], [7, -7]);
        Assert.Equal((2, 3, 6f), (cloud.Count, cloud.Dimensions, cloud.MaxMagnitude));
        Assert.Equal(points, cloud.Points.ToArray());
        Assert.Equal([-4, 5, 6], cloud[1].ToArray());
        Assert.Equal([0.25, 0.75], cloud.Weights.ToArray());
        Assert.Equal([7, -7], cloud.Labels.ToArray());
        Assert.Empty(cloud.LabelNames);
        Assert.True(cloud.IsWeighted && cloud.IsLabelled);
        points[0] = 9;
        Assert.Equal(9, cloud.Points[0]);

        PointCloud plain = new([1e30f], 1);
        Assert.Equal((1, 1, 1e30f), (plain.Count, plain.Dimensions, plain.MaxMagnitude));
        Assert.True(plain.Weights.IsEmpty && plain.Labels.IsEmpty && !plain.IsWeighted && !plain.IsLabelled);
        Assert.Equal(0, new PointCloud([0f, -0f], 2).MaxMagnitude);
    }

    [Theory]
    [InlineData(0, 1, "There is no point: a cloud has one at least. (Parameter 'points')")]
    [InlineData(5, 2, "5 numbers are no whole number of rows of 2. (Parameter 'points')")]
    [InlineData(2, 3, "2 numbers are no whole number of rows of 3. (Parameter 'points')")]
    public void Points_that_are_no_rows_are_refused(int length, int dimensions, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new PointCloud(new float[length], dimensions)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => PointCloud.FromSpan(new float[length], dimensions)).Message);
    }

    [Fact]
    public void Dimensions_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("dimensions", () => new PointCloud([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>("dimensions", () => PointCloud.FromSpan([1], -1));
        Assert.Throws<ArgumentNullException>("points", () => new PointCloud(null!, 1));
    }

    /// <summary>Beginning, middle and end of one part, of the last of several parts, and of the remainder of SIMD loops.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(17, 16)]
    [InlineData(1000, 31)]
    [InlineData(5_000_001, 0)]
    [InlineData(5_000_001, 2_500_000)]
    [InlineData(5_000_001, 5_000_000)]
    public void Every_number_that_is_not_finite_is_found(int length, int at)
    {
        float[] points = new float[length];
        foreach ((float bad, string text) in new[] { (float.NaN, "NaN"), (float.PositiveInfinity, "infinity"), (float.NegativeInfinity, "-infinity") })
        {
            points[at] = bad;
            points[^1] = at == length - 1 ? bad : float.NaN;
            Assert.Equal(
                $"Row {at}, column 0 is {text}; coordinates are finite numbers. (Parameter 'points')",
                Assert.Throws<ArgumentException>(() => new PointCloud(points, 1)).Message);
        }

        (points[at], points[^1]) = (0, 0);
        points[at] = -float.MaxValue;
        Assert.Equal(float.MaxValue, new PointCloud(points, 1).MaxMagnitude);
    }

    [Fact]
    public void Bad_number_is_named_by_row_and_column()
    {
        float[] points = [1, 2, 3, 4, 5, float.PositiveInfinity];
        Assert.StartsWith("Row 1, column 2 is infinity;", Assert.Throws<ArgumentException>(() => new PointCloud(points, 3)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Row 5, column 0 is infinity;", Assert.Throws<ArgumentException>(() => new PointCloud(points, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[] { 1 }, "1 weights for 2 points.")]
    [InlineData(new double[] { 1, 2, 3 }, "3 weights for 2 points.")]
    [InlineData(new double[] { 0, 0 }, "All weights are 0.")]
    [InlineData(new double[] { 3, -1 }, "Weight 1 is -1; weights are finite numbers, not negative.")]
    [InlineData(new double[] { double.NaN, 1 }, "Weight 0 is NaN; weights are finite numbers, not negative.")]
    [InlineData(new double[] { 1, double.PositiveInfinity }, "Weight 1 is infinity; weights are finite numbers, not negative.")]
    [InlineData(new double[] { double.NegativeInfinity, double.PositiveInfinity }, "Weight 0 is -infinity; weights are finite numbers, not negative.")]
    [InlineData(new double[] { 1e308, 1e308 }, "The sum of the weights overflows float64.")]
    public void Weights_that_are_none_are_refused(double[] weights, string message)
    {
        PointCloud cloud = new([1, 2], 1);
        message += " (Parameter 'weights')";
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => cloud.WithWeights(weights)).Message);
        if (weights.All(weight => Math.Abs(weight) < 1e38 || !double.IsFinite(weight)))
        {
            float[] narrow = [.. weights.Select(weight => (float)weight)];
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => new PointCloud([1, 2], 1, narrow)).Message);
        }
    }

    [Fact]
    public void Weights_sum_to_one_in_float64()
    {
        const int Count = 100_003;
        double[] weights = [.. Enumerable.Range(0, Count).Select(i => i % 1000 == 0 ? 1e6 : i % 7)];
        double[] kept = [.. weights];
        PointCloud cloud = new PointCloud(new float[Count], 1).WithWeights(weights);
        Assert.Equal(kept, weights);
        Assert.Equal(1, cloud.Weights.ToArray().Sum(), 1e-12);
        Assert.Equal(kept[5] / kept.Sum(), cloud.Weights[5], 1e-18);

        // Three times the largest float is a number of float64; weights below float64's normal range still have ratios.
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], new PointCloud([1, 2, 3], 1, [float.MaxValue, float.MaxValue, float.MaxValue]).Weights.ToArray());
        Assert.Equal([0, 1], new PointCloud([1, 2], 1).WithWeights([0, double.Epsilon]).Weights.ToArray());
    }

    [Fact]
    public void Labels_must_be_as_many_as_points()
    {
        PointCloud cloud = new([1, 2], 1);
        Assert.Equal("3 labels for 2 points. (Parameter 'labels')", Assert.Throws<ArgumentException>(() => new PointCloud([1, 2], 1, null, [1, 2, 3])).Message);
        Assert.Equal("1 labels for 2 points. (Parameter 'labels')", Assert.Throws<ArgumentException>(() => cloud.WithLabels([1])).Message);
        Assert.Throws<ArgumentNullException>(() => cloud.WithLabels((PointLabels)null!));
    }

    [Fact]
    public void With_changes_one_thing_and_shares_the_points()
    {
        PointCloud cloud = new([1, -2], 1);
        PointCloud labelled = cloud.WithLabels([4, 5]);
        PointCloud both = labelled.WithWeights([1, 1]);
        Assert.Equal([4, 5], both.Labels.ToArray());
        Assert.Equal([0.5, 0.5], both.Weights.ToArray());
        Assert.Equal((2f, 2, 1), (both.MaxMagnitude, both.Count, both.Dimensions));
        Assert.True(both.Points == cloud.Points);
        Assert.False(cloud.IsLabelled || cloud.IsWeighted || labelled.IsWeighted);
        Assert.Equal([6, 6], both.WithLabels([6, 6]).Labels.ToArray());
    }

    [Fact]
    public void FromSpan_copies()
    {
        float[] points = [1, 2], weights = [1, 3];
        int[] labels = [8, 9];
        PointCloud cloud = PointCloud.FromSpan(points, 1, weights, labels);
        (points[0], weights[0], labels[0]) = (5, 5, 5);
        Assert.Equal([1, 2], cloud.Points.ToArray());
        Assert.Equal([0.25, 0.75], cloud.Weights.ToArray());
        Assert.Equal([8, 9], cloud.Labels.ToArray());
    }

    [Fact]
    public void FromTensor_takes_any_strides()
    {
        float[] numbers = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        PointCloud whole = PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers, [4, 3]));
        Assert.Equal((4, 3), (whole.Count, whole.Dimensions));
        Assert.Equal(numbers, whole.Points.ToArray());

        // Columns 1 and 2 of rows 1 to 3; every second row; the transposed; one row for all.
        PointCloud slice = PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers, [4, 3]).Slice([1..4, 1..3]), labels: [1, 2, 3]);
        Assert.Equal([4, 5, 7, 8, 10, 11], slice.Points.ToArray());
        Assert.Equal([1, 2, 3], slice.Labels.ToArray());
        Assert.Equal([0, 1, 2, 6, 7, 8], PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers, [2, 3], [6, 1])).Points.ToArray());
        Tensor<float> transposed = Tensor.Transpose(Tensor.Create(numbers, [4, 3]));
        PointCloud turned = PointCloud.FromTensor(transposed.AsReadOnlyTensorSpan(), weights: [1, 1, 2]);
        Assert.Equal([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11], turned.Points.ToArray());
        Assert.Equal([0.25, 0.25, 0.5], turned.Weights.ToArray());
        Assert.Equal([7, 8, 7, 8], PointCloud.FromTensor(new ReadOnlyTensorSpan<float>([7, 8], [2, 2], [0, 1])).Points.ToArray());

        numbers[0] = 99;
        Assert.Equal(0, whole.Points[0]);
    }

    [Fact]
    public void FromTensor_refuses_other_ranks_and_no_points()
    {
        float[] numbers = new float[8];
        Assert.Equal(
            "The tensor has rank 3; points are of rank 2, n x d. (Parameter 'points')",
            Assert.Throws<ArgumentException>(() => PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers, [2, 2, 2]))).Message);
        Assert.Throws<ArgumentException>("points", () => PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers)));
        Assert.Equal(
            "The tensor is 0 x 3: there is no point. (Parameter 'points')",
            Assert.Throws<ArgumentException>(() => PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers, [0, 3]))).Message);
        numbers[5] = float.NaN;
        Assert.StartsWith(
            "Row 1, column 1 is NaN;",
            Assert.Throws<ArgumentException>(() => PointCloud.FromTensor(new ReadOnlyTensorSpan<float>(numbers, [2, 4]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AlignLabels_goes_by_name()
    {
        PointCloud cats = new PointCloud([1, 2, 3], 1).WithLabels(new PointLabels([0, 1, 0], ["cat", "dog"]));
        PointCloud birds = new PointCloud([1, 2], 1).WithLabels(new PointLabels([0, 1], ["bird", "cat"]));
        (PointCloud source, PointCloud target) = PointCloud.AlignLabels(cats, birds);
        Assert.Equal(["bird", "cat", "dog"], source.LabelNames);
        Assert.Equal(source.LabelNames, target.LabelNames);
        Assert.Equal([1, 2, 1], source.Labels.ToArray());
        Assert.Equal([0, 1], target.Labels.ToArray());
        Assert.True(source.Points == cats.Points);

        PointCloud numbers = new([1], 1, null, [5]);
        Assert.Same(numbers, PointCloud.AlignLabels(numbers, numbers).Source);
        Assert.Throws<ArgumentException>("source", () => PointCloud.AlignLabels(new([1], 1), numbers));
        Assert.Throws<ArgumentException>("target", () => PointCloud.AlignLabels(numbers, new([1], 1)));
    }
}
