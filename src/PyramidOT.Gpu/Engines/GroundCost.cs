namespace PyramidOT;

/// <summary>A distance g(x, y) between two points.</summary>
public enum GroundDistance
{
    /// <summary>The square root of the sum of squared differences.</summary>
    Euclidean,

    /// <summary>The sum of absolute differences.</summary>
    Manhattan,

    /// <summary>The largest absolute difference.</summary>
    Chebyshev,

    /// <summary>
    /// One minus the cosine of the angle between the points as vectors, from 0 to 2. A zero vector has no direction: it is at
    /// distance 0 from another zero vector and 1 from all else.
    /// </summary>
    Cosine,
}

/// <summary>
/// The cost g(x, y)^p of moving one unit of mass from x to y. The Wasserstein-p distance is the p-th root of the least mean cost.
/// The default is the squared Euclidean cost (p = 2).
/// </summary>
public readonly record struct GroundCost
{
    // Stored as the difference to the default, so that default(GroundCost) is the squared Euclidean cost too.
    private readonly double _exponentMinusTwo;

    /// <summary>Makes a ground cost.</summary>
    /// <param name="distance">The ground distance g.</param>
    /// <param name="exponent">The exponent p, finite and at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="distance"/> is not a defined value, or <paramref name="exponent"/> is NaN, infinite or below 1.
    /// </exception>
    public GroundCost(GroundDistance distance, double exponent = 2)
    {
        if (!Enum.IsDefined(distance))
        {
            throw new ArgumentOutOfRangeException(nameof(distance), distance, "Not a ground distance.");
        }

        if (!(exponent >= 1) || double.IsInfinity(exponent))
        {
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent of a ground cost is a finite number, at least 1.");
        }

        Distance = distance;
        _exponentMinusTwo = exponent - 2;
    }

    /// <summary>The ground distance g.</summary>
    public GroundDistance Distance { get; }

    /// <summary>The exponent p, at least 1.</summary>
    public double Exponent => _exponentMinusTwo + 2;

    /// <summary>The squared Euclidean cost: the sum of squared differences.</summary>
    public static GroundCost SquaredEuclidean => default;

    /// <inheritdoc/>
    public override string ToString() => $"{Distance}^{Exponent}";
}
