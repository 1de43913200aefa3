namespace PyramidOT;

/// <summary>A sparse coupling of two clouds: pairs of points, and how much mass goes from the one to the other.</summary>
public sealed class Coupling
{
    /// <summary>Makes a coupling. The arrays are not copied.</summary>
    /// <param name="sourceRows">The source point of each pair, its row in the cloud.</param>
    /// <param name="targetRows">The target point of each pair; as many.</param>
    /// <param name="levels">The level at which the source point of each pair met its batch; as many, or empty where it is not known.</param>
    /// <param name="masses">The mass of each pair; as many, or null where all have 1 / count.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public Coupling(int[] sourceRows, int[] targetRows, int[] levels, double[]? masses = null)
    {
        ArgumentNullException.ThrowIfNull(sourceRows);
        ArgumentNullException.ThrowIfNull(targetRows);
        ArgumentNullException.ThrowIfNull(levels);
        Check(targetRows.Length, nameof(targetRows));
        Check(levels.Length == 0 ? sourceRows.Length : levels.Length, nameof(levels));
        Check(masses?.Length ?? sourceRows.Length, nameof(masses));
        SourceRowArray = sourceRows;
        TargetRowArray = targetRows;
        LevelArray = levels;
        MassArray = masses;

        void Check(int length, string name)
        {
            if (length != sourceRows.Length)
            {
                throw new ArgumentException($"There are {length} numbers for {sourceRows.Length} pairs.", name);
            }
        }
    }

    /// <summary>Number of pairs.</summary>
    public int Count => SourceRowArray.Length;

    /// <summary>The source point of each pair, its row in the cloud.</summary>
    public ReadOnlySpan<int> SourceRows => SourceRowArray;

    /// <summary>The target point of each pair, its row in the cloud.</summary>
    public ReadOnlySpan<int> TargetRows => TargetRowArray;

    /// <summary>The level at which the source point of each pair met its batch, the root's being 0; empty where it is not known.</summary>
    public ReadOnlySpan<int> Levels => LevelArray;

    /// <summary>
    /// The mass of each pair; empty where all have 1 / count. They sum to 1, up to float32's rounding of the batches' weights, or to what moves
    /// where a share of the mass stays.
    /// </summary>
    public ReadOnlySpan<double> Masses => MassArray;

    internal int[] SourceRowArray { get; }

    internal int[] TargetRowArray { get; }

    internal int[] LevelArray { get; }

    internal double[]? MassArray { get; }

    /// <summary>Makes a coupling of the cells of a transport plan, rows being source points and columns target points.</summary>
    /// <param name="plan">The cells, of the masses that they have.</param>
    /// <returns>The coupling, without levels.</returns>
    public static Coupling FromPlan(IReadOnlyList<TransportCell> plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        int[] rows = new int[plan.Count];
        int[] columns = new int[plan.Count];
        double[] masses = new double[plan.Count];
        for (int k = 0; k < plan.Count; k++)
        {
            (rows[k], columns[k], masses[k]) = plan[k];
        }

        return new(rows, columns, [], masses);
    }

    /// <summary>The coupling seen from the other side: source points are target points and the other way round. Levels, which are the source's, are dropped.</summary>
    /// <returns>A coupling that shares its rows and masses with this one.</returns>
    public Coupling Reverse() => new(TargetRowArray, SourceRowArray, [], MassArray);

    /// <summary>The share of the mass that joins points of equal labels (paper, table 2).</summary>
    /// <param name="sourceLabels">The label of each source point.</param>
    /// <param name="targetLabels">The label of each target point.</param>
    /// <returns>From 0 to 1; NaN where there is no pair.</returns>
    /// <exception cref="ArgumentException">There are fewer labels than points that the pairs name; the message says which.</exception>
    public double LabelAgreement(ReadOnlySpan<int> sourceLabels, ReadOnlySpan<int> targetLabels)
    {
        Check(sourceLabels, SourceRowArray, nameof(sourceLabels));
        Check(targetLabels, TargetRowArray, nameof(targetLabels));
        double agreeing = 0;
        double total = 0;
        for (int i = 0; i < Count; i++)
        {
            double mass = MassArray is null ? 1 : MassArray[i];
            total += mass;
            agreeing += sourceLabels[SourceRowArray[i]] == targetLabels[TargetRowArray[i]] ? mass : 0;
        }

        return agreeing / total;

        static void Check(ReadOnlySpan<int> labels, int[] rows, string name)
        {
            foreach (int row in rows)
            {
                if ((uint)row >= (uint)labels.Length)
                {
                    throw new ArgumentException($"There are {labels.Length} labels where the coupling has a point in row {row}.", name);
                }
            }
        }
    }
}
