namespace PyramidOT.Alignment;

/// <summary>
/// For each box of a tree a linear function that no potential in it is above: v(y) at most g y + b. Under squared Euclidean costs the least |x - y|^2 - g y - b over
/// the box is found at once, |x + g/2 - y|^2 - |g/2|^2 - g x - b at the y nearest to x + g/2. Where points move far, potentials are steep, and
/// their maximum alone (g = 0, for all other costs) would pass over next to no box.
/// </summary>
internal sealed class PotentialSlopes
{
    // What a dozen operations of float64 may lose, of the sum of all magnitudes. Far from the origin these are more than what differences and sums leave.
    private const double Slack = 1e-14;

    // Half a box's slack that grows with the distance: 2 Slack X a is at most Share a^2 + (Slack X)^2 / Share.
    private const double Share = 1e-10;

    // Slopes of leaves whose points hardly differ along some direction are held back by this share of their spread.
    private const double Ridge = 1e-3;

    private readonly float[] _points;
    private readonly float[] _boxes;
    private readonly int[] _order;
    private readonly int _leaves;
    private readonly int _dimensions;

    // Half of g.
    private readonly double[] _halves;

    // X, the largest coordinate by magnitude.
    private readonly double _reach;

    // b of each box and what rounding may add to it wherever x is.
    private readonly double[] _ceilings;

    /// <param name="areUsed">Whether there are slopes.</param>
    /// <param name="points">The points, in the order of the leaves.</param>
    /// <param name="boxes">Lows and highs of each box.</param>
    /// <param name="order">The number of each point.</param>
    /// <param name="leaves">Boxes at the lowest level.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="reach">A number that no coordinate exceeds in magnitude, of the points and of any x.</param>
    public PotentialSlopes(bool areUsed, float[] points, float[] boxes, int[] order, int leaves, int dimensions, double reach)
    {
        (AreUsed, _points, _boxes, _order, _leaves, _dimensions, _reach) = (areUsed, points, boxes, order, leaves, dimensions, reach);
        Heights = new double[(2 * leaves) - 1];
        _halves = areUsed ? new double[Heights.Length * dimensions] : [];
        _ceilings = areUsed ? new double[Heights.Length] : [];
    }

    /// <summary>Whether slopes are used; else all are 0.</summary>
    public bool AreUsed { get; }

    /// <summary>b of each box.</summary>
    public double[] Heights { get; }

    /// <summary>Takes the potentials as they stand.</summary>
    public void Fit(double[] potentials)
    {
        Fit(potentials, 0, 0, _order.Length);
        for (int node = 0; node < _ceilings.Length; node++)
        {
            _ceilings[node] = Heights[node] + Margin(node);
        }
    }

    /// <summary>What |x - y|^2 - v(y) is at least, for all y of a box.</summary>
    public double Least(ReadOnlySpan<float> x, ReadOnlySpan<float> box, int node)
    {
        ReadOnlySpan<double> halves = _halves.AsSpan(node * _dimensions, _dimensions);
        double near = 0;
        double rest = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double half = halves[k];
            double place = x[k] + half;
            double away = Math.Max(0, Math.Max(box[k] - place, place - box[x.Length + k]));
            near += away * away;
            rest += half * (place + x[k]);
        }

        return (near * (1 - Share - (3 * Slack))) - rest - _ceilings[node];
    }

    /// <summary>
    /// What rounding may take of <see cref="Least"/> but for a share of the squared distance: Slack times the sum of |b| and, for each coordinate, (a + |h|) (a + 2X + |h|),
    /// where a is the distance to the box and h half the slope; of which 2a|h| is at most a^2 + h^2.
    /// </summary>
    private double Margin(int node)
    {
        double size = Math.Abs(Heights[node]);
        foreach (double half in _halves.AsSpan(node * _dimensions, _dimensions))
        {
            size += Math.Abs(half) * 2 * (_reach + Math.Abs(half));
        }

        double far = Slack * _reach;
        return (Slack * size) + (_dimensions * (far * far / Share));
    }

    private void Fit(double[] potentials, int node, int start, int end)
    {
        if (node >= _leaves - 1)
        {
            FitLeaf(potentials, node, start, end);
            return;
        }

        int child = (2 * node) + 1;
        int middle = (start + end) / 2;
        Fit(potentials, child, start, middle);
        Fit(potentials, child + 1, middle, end);
        if (!AreUsed)
        {
            Heights[node] = Math.Max(Heights[child], Heights[child + 1]);
            return;
        }

        Span<double> halves = _halves.AsSpan(node * _dimensions, _dimensions);
        for (int k = 0; k < _dimensions; k++)
        {
            halves[k] = (_halves[(child * _dimensions) + k] + _halves[((child + 1) * _dimensions) + k]) / 2;
        }

        Heights[node] = Math.Max(Above(halves, child), Above(halves, child + 1));
    }

    /// <summary>The height at which a function of a slope is nowhere in a box below the box's own.</summary>
    private double Above(ReadOnlySpan<double> halves, int node)
    {
        double height = Heights[node];
        double size = Math.Abs(height);
        for (int k = 0; k < _dimensions; k++)
        {
            double steeper = 2 * (_halves[(node * _dimensions) + k] - halves[k]);
            double low = steeper * _boxes[(node * 2 * _dimensions) + k];
            double high = steeper * _boxes[(node * 2 * _dimensions) + _dimensions + k];
            height += Math.Max(low, high);
            size += Math.Max(Math.Abs(low), Math.Abs(high));
        }

        return height + (Slack * size);
    }

    private void FitLeaf(double[] potentials, int node, int start, int end)
    {
        if (AreUsed)
        {
            FitSlope(potentials, _halves.AsSpan(node * _dimensions, _dimensions), start, end);
        }

        double height = double.NegativeInfinity;
        for (int p = start; p < end; p++)
        {
            double own = potentials[_order[p]];
            double size = Math.Abs(own);
            for (int k = 0; AreUsed && k < _dimensions; k++)
            {
                double part = 2 * _halves[(node * _dimensions) + k] * _points[(p * _dimensions) + k];
                own -= part;
                size += Math.Abs(part);
            }

            height = Math.Max(height, AreUsed ? own + (Slack * size) : own);
        }

        Heights[node] = height;
    }

    /// <summary>Half the slope of the potentials of a few points, by least squares.</summary>
    private void FitSlope(double[] potentials, Span<double> halves, int start, int end)
    {
        int d = _dimensions;
        halves.Clear();
        if (end - start < 2)
        {
            return;
        }

        Span<double> mean = stackalloc double[d + 1];
        mean.Clear();
        for (int p = start; p < end; p++)
        {
            for (int k = 0; k < d; k++)
            {
                mean[k] += _points[(p * d) + k];
            }

            mean[d] += potentials[_order[p]];
        }

        foreach (ref double sum in mean)
        {
            sum /= end - start;
        }

        // Normal equations, a row each of a matrix and the right side.
        Span<double> equations = stackalloc double[d * (d + 1)];
        equations.Clear();
        Span<double> offset = stackalloc double[d + 1];
        for (int p = start; p < end; p++)
        {
            for (int k = 0; k < d; k++)
            {
                offset[k] = _points[(p * d) + k] - mean[k];
            }

            offset[d] = potentials[_order[p]] - mean[d];
            for (int k = 0; k < d; k++)
            {
                for (int l = 0; l <= d; l++)
                {
                    equations[(k * (d + 1)) + l] += offset[k] * offset[l];
                }
            }
        }

        double spread = 0;
        for (int k = 0; k < d; k++)
        {
            spread += equations[(k * (d + 1)) + k];
        }

        if (!(spread > 0))
        {
            return;
        }

        Solve(equations, Ridge * spread, halves);
        foreach (ref double half in halves)
        {
            half = double.IsFinite(half) ? half / 2 : 0;
        }
    }

    /// <summary>Elimination without exchanges: the matrix is positive definite with what is added to its diagonal.</summary>
    private static void Solve(Span<double> equations, double ridge, Span<double> result)
    {
        int d = result.Length;
        for (int k = 0; k < d; k++)
        {
            equations[(k * (d + 1)) + k] += ridge;
        }

        for (int k = 0; k < d; k++)
        {
            for (int row = k + 1; row < d; row++)
            {
                double factor = equations[(row * (d + 1)) + k] / equations[(k * (d + 1)) + k];
                for (int l = k; l <= d; l++)
                {
                    equations[(row * (d + 1)) + l] -= factor * equations[(k * (d + 1)) + l];
                }
            }
        }

        for (int k = d - 1; k >= 0; k--)
        {
            double value = equations[(k * (d + 1)) + d];
            for (int l = k + 1; l < d; l++)
            {
                value -= equations[(k * (d + 1)) + l] * result[l];
            }

            result[k] = value / equations[(k * (d + 1)) + k];
        }
    }
}
