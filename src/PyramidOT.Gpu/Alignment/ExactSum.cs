namespace PyramidOT.Alignment;

/// <summary>Sums to about float64's last place, however many numbers there are.</summary>
internal static class ExactSum
{
    /// <summary>The sum, with what each addition rounds away carried along (Neumaier, ZAMM 54, 1974).</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        double sum = 0;
        double lost = 0;
        foreach (double value in values)
        {
            double next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        return sum + lost;
    }
}
