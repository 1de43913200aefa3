namespace PyramidOT.Engines;

/// <summary>Adds up, point by point, what the two values of an entropic problem are made of, but for the entropy of the plan's total.</summary>
/// <param name="epsilon">Epsilon, in units of cost.</param>
/// <param name="penalty">rho; positive infinity where balanced.</param>
internal struct SinkhornValues(double epsilon, double penalty)
{
    /// <summary>The plan's part: m p, and rho KL(m | w).</summary>
    public double Primal { get; private set; }

    /// <summary>The potentials' part: w p, or rho w (1 - exp(-p / rho)).</summary>
    public double Dual { get; private set; }

    /// <summary>Whether a point of positive weight has no pair that is allowed.</summary>
    public bool HasStranded { get; private set; }

    /// <summary>Adds a point.</summary>
    /// <param name="mass">m, what the plan gives it.</param>
    /// <param name="weight">w.</param>
    /// <param name="potential">p; positive infinity where all its pairs are forbidden.</param>
    public void Add(double mass, double weight, double potential)
    {
        if (!(weight > 0))
        {
            return;
        }

        HasStranded |= double.IsPositiveInfinity(potential);
        double moved = mass > 0 && double.IsFinite(potential) ? mass : 0;
        Primal += moved > 0 ? moved * potential : 0;
        if (double.IsPositiveInfinity(penalty))
        {
            Dual += weight * potential;
            return;
        }

        Primal += moved > 0 ? penalty * ((moved * Math.Log(moved / weight)) - moved + weight) : penalty * weight;
        Dual -= penalty * weight * ExpMinusOne(-potential / penalty);
    }

    /// <summary>How far the potential would move next, in units of epsilon.</summary>
    public readonly double Change(double mass, double weight, double potential) =>
        mass > 0 ? Math.Abs(Next(mass, weight, potential) - potential) / epsilon : 0;

    /// <summary>The potential that follows: the soft minimum is p - epsilon log(m / w), whatever p is.</summary>
    public readonly double Next(double mass, double weight, double potential)
    {
        double minimum = potential - (epsilon * Math.Log(mass / weight));
        return double.IsPositiveInfinity(penalty) ? minimum : penalty / (penalty + epsilon) * minimum;
    }

    // Kahan's: the rounding error of e^x is divided out again.
    private static double ExpMinusOne(double x)
    {
        double power = Math.Exp(x);
        return power == 1 ? x : power == 0 || double.IsInfinity(power) ? power - 1 : (power - 1) * (x / Math.Log(power));
    }
}
