using ILGPU;

namespace PyramidOT.Kernels;

// From gradients in the histograms to those in the samples: a table of slopes for each histogram, then a look-up for each sample.
public static partial class HistogramKernels
{
    /// <summary>
    /// The tables of slopes. Launch: any number of groups of any size, a lane a histogram; no shared memory.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="histograms">F x G x n numbers.</param>
    /// <param name="totals">F x G numbers; 0 where a group has no samples.</param>
    /// <param name="gradients">F x G x n numbers.</param>
    /// <param name="factor">What gradients are multiplied by.</param>
    /// <param name="tables">Receives <see cref="HistogramRule.TableWidth"/> numbers a histogram.</param>
    public static void Slopes(
        HistogramRule rule, ArrayView<float> histograms, ArrayView<float> totals, ArrayView<float> gradients, float factor, ArrayView<float> tables)
    {
        for (long histogram = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; histogram < totals.Length; histogram += (long)Grid.DimX * Group.DimX)
        {
            long first = histogram * rule.Bins;
            long table = histogram * rule.TableWidth;
            float total = totals[histogram];
            float scale = total > 0 ? factor / total : 0;
            float mean = 0;
            for (int k = 0; total > 0 && k < rule.Bins; k++)
            {
                mean += gradients[first + k] * histograms[first + k];
            }

            for (int i = 0; i < rule.TableWidth; i++)
            {
                float slope = 0;
                if (total > 0)
                {
                    slope = rule.Form == HistogramRule.Triangles
                        ? GradientOf(gradients, first, rule.UpperBin(i), mean) - GradientOf(gradients, first, rule.LowerBin(i), mean)
                        : gradients[first + i] - mean;
                }

                tables[table + i] = scale * slope;
            }
        }
    }

    /// <summary>
    /// The derivatives in the activations. Launch: any number of groups of any size, a lane an activation; no shared memory.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="features">F.</param>
    /// <param name="groupCount">G.</param>
    /// <param name="activations">N x F numbers.</param>
    /// <param name="groups">The group of each sample.</param>
    /// <param name="tables">What <see cref="Slopes"/> gave.</param>
    /// <param name="gradients">Receives N x F numbers.</param>
    public static void Gradients(
        HistogramRule rule,
        int features,
        int groupCount,
        ArrayView<float> activations,
        ArrayView<int> groups,
        ArrayView<float> tables,
        ArrayView<float> gradients)
    {
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < gradients.Length; i += (long)Grid.DimX * Group.DimX)
        {
            long sample = i / features;
            int group = groups[sample];
            float gradient = 0;
            if (group >= 0 && group < groupCount)
            {
                long table = (((i - (sample * features)) * groupCount) + group) * rule.TableWidth;
                SamplePlace place = rule.PlaceOf(activations[i]);
                gradient = rule.Form == HistogramRule.Triangles
                    ? place.Slope * tables[table + rule.SegmentOf(place.Place).Segment]
                    : place.Slope * WindowSlope(rule, place.Place, tables, table);
            }

            gradients[i] = gradient;
        }
    }

    private static float GradientOf(ArrayView<float> gradients, long first, int bin, float mean) => bin < 0 ? 0 : gradients[first + bin] - mean;

    /// <summary>The derivative in a place of what the slopes of its window's bins add up to.</summary>
    private static float WindowSlope(HistogramRule rule, float place, ArrayView<float> tables, long table)
    {
        int middle = rule.MiddleBin(place);
        int first = rule.FirstBin(middle);
        float slope = 0;
        if (rule.Form == HistogramRule.Logistic)
        {
            float left = 0;
            for (int j = 0; j < rule.Width; j++)
            {
                float right = j + 1 < rule.Width ? rule.LogisticOf(place, first + j + 1).Slope : 0;
                slope += tables[table + first + j] * (left - right);
                left = right;
            }

            return slope;
        }

        float sum = 0;
        float mean = 0;
        for (int j = 0; j < rule.Width; j++)
        {
            float weight = rule.GaussianOf(place, middle, first + j);
            sum += weight;
            mean += weight * (first + j - middle);
        }

        mean /= sum;
        for (int j = 0; j < rule.Width; j++)
        {
            slope += tables[table + first + j] * rule.GaussianOf(place, middle, first + j) * (first + j - middle - mean);
        }

        return slope * 2 * rule.Steepness / sum;
    }
}
