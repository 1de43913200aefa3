using System.Numerics.Tensors;
using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>The steps of a descent: against the gradient, and back to histograms of their totals.</summary>
internal sealed class HistogramSteps
{
    private readonly MarginalLayout _layout;
    private readonly double[] _totals;
    private readonly MultiMarginalDescentOptions _options;
    private readonly double[] _scratch;

    public HistogramSteps(MarginalLayout layout, ReadOnlySpan<double> totals, MultiMarginalDescentOptions options)
    {
        _layout = layout;
        _totals = totals.ToArray();
        _options = options;
        _scratch = new double[layout.MaxBins];
    }

    /// <summary>Which gradient the steps go against.</summary>
    public TieRule Ties => _options.Step is DescentStep.Projected ? TieRule.Averaged : TieRule.FirstLast;

    /// <summary>Takes one step in every problem.</summary>
    /// <param name="masses">The histograms; those after the step in the end.</param>
    /// <param name="gradients">The gradient; void in the end.</param>
    /// <param name="rate">What it is multiplied by.</param>
    public void Take(double[] masses, double[] gradients, double rate)
    {
        for (int b = 0; b < _layout.Count; b++)
        {
            int bins = _layout.BinsOf(b);

            // Nothing can move where there is no mass, or a single bin.
            for (int j = _options.KeepsFirst ? 1 : 0; j < _layout.HistogramsOf(b) && bins > 1 && _totals[b] > 0; j++)
            {
                int start = (int)_layout.ElementOffsets[b] + (j * bins);
                TakeOne(masses.AsSpan(start, bins), gradients.AsSpan(start, bins), rate, _totals[b]);
            }
        }
    }

    private void TakeOne(Span<double> row, Span<double> gradient, double rate, double total)
    {
        switch (_options.Step)
        {
            case DescentStep.Projected:
                TensorPrimitives.Subtract(gradient, TensorPrimitives.Sum<double>(gradient) / gradient.Length, gradient);
                TensorPrimitives.MultiplyAdd(gradient, -rate, row, row);
                SimplexProjection.ProjectRow(row, _scratch.AsSpan(0, row.Length), total);
                break;
            case DescentStep.PaperShift:
                TensorPrimitives.MultiplyAdd(gradient, -rate, row, row);
                ShiftAndDivide(row, total);
                break;
            case DescentStep.Multiplicative:
                TensorPrimitives.Multiply(gradient, -rate / row.Length, gradient);
                TensorPrimitives.MultiplyAdd<double>(gradient, row, row, row);
                ShiftAndDivide(row, total);
                break;
        }
    }

    private static void ShiftAndDivide(Span<double> row, double total)
    {
        double least = TensorPrimitives.Min<double>(row);
        if (least < 0)
        {
            TensorPrimitives.Subtract(row, least, row);
        }

        double sum = TensorPrimitives.Sum<double>(row);
        if (sum > 0)
        {
            TensorPrimitives.Multiply(row, total / sum, row);
        }
        else
        {
            // A step from equal masses to equal negative ones, say: the shift left nothing.
            row.Fill(total / row.Length);
        }
    }
}
