using System.Numerics;

namespace PyramidOT.Engines.Host;

/// <summary>A plan as one side sees it: the mass of own point i and other point j is at i Own + j Inner.</summary>
internal readonly unsafe struct PlanView(float* masses, long own, long inner)
{
    public float At(int i, int j) => masses[(i * own) + (j * inner)];
}

/// <summary>
/// The gradient of a plan's cost in the points of one side, in float64. Ground distances are symmetric, so that one rule serves both sides.
/// </summary>
internal readonly unsafe struct PlanGradient(GroundCost cost, int dimensions, HostScratch scratch)
{
    private readonly double* _sum = scratch.Take<double>(dimensions);

    /// <summary>The gradients of all points.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="points">The points.</param>
    /// <param name="count">Their number.</param>
    /// <param name="others">The points of the other side.</param>
    /// <param name="otherCount">Their number.</param>
    /// <param name="gradients">Receives the gradients.</param>
    public void Compute(PlanView plan, float* points, int count, float* others, int otherCount, float* gradients)
    {
        for (int i = 0; i < count; i++)
        {
            new Span<double>(_sum, dimensions).Clear();
            for (int j = 0; j < otherCount; j++)
            {
                if (plan.At(i, j) is var mass and > 0)
                {
                    Add(points + ((long)i * dimensions), others + ((long)j * dimensions), mass);
                }
            }

            for (int k = 0; k < dimensions; k++)
            {
                gradients[((long)i * dimensions) + k] = (float)_sum[k];
            }
        }
    }

    private void Add(float* x, float* y, double mass)
    {
        double p = cost.Exponent;
        switch (cost.Distance)
        {
            case GroundDistance.Euclidean:
                AddDifferences(x, y, mass * p * (p == 2 ? 1 : Power(Math.Sqrt(SquaredDistance(x, y)), p - 2)));
                break;
            case GroundDistance.Manhattan:
                AddSigns(x, y, mass * p);
                break;
            case GroundDistance.Chebyshev:
                AddLargest(x, y, mass * p);
                break;
            default:
                AddCosine(x, y, mass * p);
                break;
        }
    }

    private double SquaredDistance(float* x, float* y)
    {
        double sum = 0;
        for (int k = 0; k < dimensions; k++)
        {
            double difference = (double)x[k] - y[k];
            sum += difference * difference;
        }

        return sum;
    }

    private void AddDifferences(float* x, float* y, double factor)
    {
        // A vector at a time with the very steps of the rest, so that bits do not depend on the vectors' width.
        Vector<double> factors = new(factor);
        int k = 0;
        for (; k + Vector<float>.Count <= dimensions; k += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(x + k), out Vector<double> xLow, out Vector<double> xHigh);
            Vector.Widen(Vector.Load(y + k), out Vector<double> yLow, out Vector<double> yHigh);
            double* low = _sum + k;
            double* high = low + Vector<double>.Count;
            (Vector.Load(low) + (factors * (xLow - yLow))).Store(low);
            (Vector.Load(high) + (factors * (xHigh - yHigh))).Store(high);
        }

        for (; k < dimensions; k++)
        {
            _sum[k] += factor * ((double)x[k] - y[k]);
        }
    }

    private void AddSigns(float* x, float* y, double factor)
    {
        double sum = 0;
        for (int k = 0; k < dimensions; k++)
        {
            sum += Math.Abs((double)x[k] - y[k]);
        }

        factor *= Power(sum, cost.Exponent - 1);
        for (int k = 0; k < dimensions; k++)
        {
            _sum[k] += factor * Math.Sign(x[k] - y[k]);
        }
    }

    private void AddLargest(float* x, float* y, double factor)
    {
        int largest = 0;
        for (int k = 1; k < dimensions; k++)
        {
            largest = Math.Abs(x[k] - y[k]) > Math.Abs(x[largest] - y[largest]) ? k : largest;
        }

        double difference = (double)x[largest] - y[largest];
        _sum[largest] += factor * Power(Math.Abs(difference), cost.Exponent - 1) * Math.Sign(difference);
    }

    private void AddCosine(float* x, float* y, double factor)
    {
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int k = 0; k < dimensions; k++)
        {
            xx += (double)x[k] * x[k];
            yy += (double)y[k] * y[k];
            xy += (double)x[k] * y[k];
        }

        if (xx == 0 || yy == 0)
        {
            return;
        }

        double both = Math.Sqrt(xx) * Math.Sqrt(yy);
        double cosine = xy / both;
        factor *= Power(Math.Max(1 - cosine, 0), cost.Exponent - 1);
        for (int k = 0; k < dimensions; k++)
        {
            _sum[k] += factor * ((x[k] * (cosine / xx)) - (y[k] / both));
        }
    }

    // A distance of 0 has no gradient: 0 is one of its subgradients.
    private static double Power(double distance, double power) => power == 0 ? 1 : distance > 0 ? Math.Pow(distance, power) : 0;
}
