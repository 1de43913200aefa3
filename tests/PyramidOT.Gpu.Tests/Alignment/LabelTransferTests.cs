using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Labels that go with mass.</summary>
public class LabelTransferTests
{
    [Fact]
    public void The_label_of_most_mass_is_taken()
    {
        // Target 0 gets 0.3 of label 5 in two parts and 0.25 of label 2; target 1 as much of both; target 2 nothing.
        Coupling coupling = new([0, 1, 2, 1, 2], [0, 0, 0, 1, 1], [], [0.125, 0.25, 0.1875, 0.5, 0.5]);
        TransferredLabels labels = LabelTransfer.ToTargets(coupling, [5, 2, 5], 3);
        Assert.Equal([2, 5], labels.Classes.ToArray());
        Assert.Equal([5, 2, LabelTransfer.Unlabelled], labels.Labels.ToArray());
        Assert.Equal([0.25 / 0.5625, 0.3125 / 0.5625], Shares(labels, 0));
        Assert.Equal([0.5, 0.5], Shares(labels, 1));
        Assert.Equal([0, 0], Shares(labels, 2));

        // Ties go to the lowest label, whatever comes first.
        Assert.Equal([-7], LabelTransfer.ToTargets(new([0, 1], [0, 0], []), [3, -7], 1).Labels.ToArray());
    }

    [Fact]
    public void Points_without_label_give_none()
    {
        Coupling coupling = new([0, 1, 2, 0], [0, 0, 1, 2], [], [0.9, 0.1, 1, 0]);
        TransferredLabels labels = LabelTransfer.ToTargets(coupling, [LabelTransfer.Unlabelled, 4, LabelTransfer.Unlabelled], 3);
        Assert.Equal([4], labels.Classes.ToArray());
        Assert.Equal([4, -1, -1], labels.Labels.ToArray());
        Assert.Equal([1], Shares(labels, 0));
        Assert.Equal([0], Shares(labels, 1));

        TransferredLabels none = LabelTransfer.ToTargets(coupling, [-1, -1, -1], 3);
        Assert.True(none.Classes.IsEmpty);
        Assert.Equal([-1, -1, -1], none.Labels.ToArray());
    }

    [Fact]
    public void Labels_come_back_by_the_reversed_coupling()
    {
        Coupling coupling = new([0, 0, 1], [2, 1, 0], [1, 2, 3], [0.3, 0.2, 0.5]);
        Coupling back = coupling.Reverse();
        Assert.Equal([2, 1, 0], back.SourceRows.ToArray());
        Assert.Equal([0, 0, 1], back.TargetRows.ToArray());
        Assert.Equal([0.3, 0.2, 0.5], back.Masses.ToArray());
        Assert.True(back.Levels.IsEmpty);
        Assert.Equal([30, 10], LabelTransfer.ToTargets(back, [10, 20, 30], 2).Labels.ToArray());
    }

    [Fact]
    public void Labels_agree_with_the_sums_of_the_formula()
    {
        const int Sources = 80;
        const int Targets = 50;
        Random random = new(3);
        int[] sourceLabels = [.. Enumerable.Range(0, Sources).Select(_ => random.Next(-1, 5))];
        double[,] sums = new double[Targets, 5];
        List<(int Source, int Target, double Mass)> cells = [];
        for (int k = 0; k < 600; k++)
        {
            // Masses in quarters: sums are exact, and tie.
            (int source, int target, double mass) cell = (random.Next(Sources), random.Next(Targets), random.Next(4) / 4.0);
            cells.Add(cell);
            if (sourceLabels[cell.source] >= 0)
            {
                sums[cell.target, sourceLabels[cell.source]] += cell.mass;
            }
        }

        Coupling coupling = new([.. cells.Select(c => c.Source)], [.. cells.Select(c => c.Target)], [], [.. cells.Select(c => c.Mass)]);
        TransferredLabels labels = LabelTransfer.ToTargets(coupling, sourceLabels, Targets);
        for (int j = 0; j < Targets; j++)
        {
            double[] row = [.. Enumerable.Range(0, 5).Select(l => sums[j, l])];
            Assert.Equal(row.Max() == 0 ? -1 : Array.IndexOf(row, row.Max()), labels.Labels[j]);
            Assert.Equal(row.Select(mass => row.Sum() == 0 ? 0 : mass / row.Sum()), Shares(labels, j));
        }
    }

    [Fact]
    public void Labels_are_counted_beside_the_true_ones()
    {
        TransferredLabels labels = LabelTransfer.ToTargets(new([0, 1, 1, 2, 0], [0, 1, 2, 3, 5], []), [1, 2, 9], 6);
        Assert.Equal([1, 2, 2, 9, -1, 1], labels.Labels.ToArray());

        // Point 3 truly has a label that no other has, point 5 an unknown one.
        LabelComparison comparison = labels.CompareWith([1, 2, 1, 4, 2, -1]);
        Assert.Equal([1, 2, 4, 9], comparison.Labels.ToArray());
        Assert.Equal(5, comparison.Compared);
        Assert.Equal(1, comparison.Missing);
        Assert.Equal(0.4, comparison.Accuracy);
        int[,] expected = { { 1, 1, 0, 0, 0 }, { 0, 1, 0, 0, 1 }, { 0, 0, 0, 1, 0 }, { 0, 0, 0, 0, 0 } };
        for (int truth = 0; truth < 4; truth++)
        {
            for (int given = 0; given < 5; given++)
            {
                Assert.Equal(expected[truth, given], comparison.Count(truth, given));
            }
        }

        LabelComparison unknown = labels.CompareWith([-1, -1, -1, -1, -1, -1]);
        Assert.Equal(0, unknown.Compared);
        Assert.True(double.IsNaN(unknown.Accuracy));
    }

    [Fact]
    public void A_pyramid_carries_labels_of_far_classes_without_a_mistake()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        PointCloud source = Classes(0);
        PointCloud target = Classes(1);
        using PyramidPair pyramid = PyramidPair.Build(engine, source, target);
        Coupling coupling = MiniBatchTransport.Estimate(pyramid, 20).Coupling;
        TransferredLabels labels = LabelTransfer.ToTargets(coupling, source.Labels, target.Count);
        Assert.Equal(1, labels.CompareWith(target.Labels).Accuracy);
        Assert.Equal(1, coupling.LabelAgreement(source.Labels, target.Labels));

        static PointCloud Classes(ulong side)
        {
            PointCloud cloud = BarycentricProjectionTests.Normal(120, 4, side);
            float[] points = cloud.Points.ToArray();
            int[] labels = new int[120];
            for (int i = 0; i < 120; i++)
            {
                labels[i] = i % 3;
                points[4 * i] += 100 * labels[i];
            }

            return new(points, 4, labels: labels);
        }
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Coupling coupling = new([0, 1], [0, 1], [], [0.5, 0.5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelTransfer.ToTargets(coupling, [1, 2], 0));
        Assert.Throws<ArgumentException>(() => LabelTransfer.ToTargets(coupling, [1, 2], 1));
        Assert.Throws<ArgumentException>(() => LabelTransfer.ToTargets(coupling, [1], 2));
        Assert.Throws<ArgumentException>(() => LabelTransfer.ToTargets(new([0], [0], [], [double.NaN]), [1], 1));
        TransferredLabels labels = LabelTransfer.ToTargets(coupling, [1, 2], 2);
        Assert.Throws<ArgumentException>(() => labels.CompareWith([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => labels.SharesOf(2, new double[2]));
        Assert.Throws<ArgumentException>(() => labels.SharesOf(0, new double[1]));
    }

    private static double[] Shares(TransferredLabels labels, int target)
    {
        double[] shares = new double[labels.Classes.Length];
        labels.SharesOf(target, shares);
        return shares;
    }
}
