namespace PyramidOT.Engines;

/// <summary>Operations on the rows of point matrices (n x d, float32, row-major).</summary>
public interface IPointKernels
{
    /// <summary>Copies rows: row i of <paramref name="destination"/> becomes row <c>rows[i]</c> of <paramref name="points"/>.</summary>
    /// <param name="points">n x d numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="rows">m row numbers from 0 to n - 1, in any order, repeated or not.</param>
    /// <param name="destination">Receives m x d numbers; must not overlap <paramref name="points"/>.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row number is out of range (the Host checks; a device does not).</exception>
    void Gather(EngineView<float> points, int dimensions, EngineView<int> rows, EngineView<float> destination);

    /// <summary>Copies numbers: number i of <paramref name="destination"/> becomes number <c>places[i]</c> of <paramref name="values"/>.</summary>
    /// <param name="values">n numbers.</param>
    /// <param name="places">m places from 0 to n - 1, in any order, repeated or not.</param>
    /// <param name="destination">Receives m numbers; must not overlap <paramref name="values"/> or <paramref name="places"/>.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place is out of range (the Host checks; a device does not).</exception>
    void Gather(EngineView<int> values, EngineView<int> places, EngineView<int> destination);

    /// <summary>The squared Euclidean norm of each row.</summary>
    /// <param name="points">n x d numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="norms">Receives n numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    void SquaredNorms(EngineView<float> points, int dimensions, EngineView<float> norms);

    /// <summary>
    /// Moves points towards their partners, in place: x[a_i] += t (y[b_i] - x[a_i]) for each pair (a_i, b_i). With t = 1 a point
    /// lands on its partner exactly.
    /// </summary>
    /// <param name="points">n x d numbers, changed.</param>
    /// <param name="pointRows">The rows a of the pairs, no row more than once.</param>
    /// <param name="targets">m x d numbers; must not overlap <paramref name="points"/>.</param>
    /// <param name="targetRows">The rows b of the pairs; as many.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="fraction">t, any finite number.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or the fraction is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row number is out of range (the Host checks; a device does not).</exception>
    void MoveTowards(
        EngineView<float> points, EngineView<int> pointRows, EngineView<float> targets, EngineView<int> targetRows, int dimensions, float fraction);

    /// <summary>Adds numbers to numbers, in place: x_i += t s_i.</summary>
    /// <param name="values">n numbers, changed.</param>
    /// <param name="steps">n numbers; must not overlap <paramref name="values"/>.</param>
    /// <param name="factor">t, any finite number.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or the factor is not finite.</exception>
    void Add(EngineView<float> values, EngineView<float> steps, float factor = 1);

    /// <summary>
    /// Adds rows to rows, in place: row <c>rows[i]</c> of the sums gains factor times addend of each row <c>places[k]</c> of the addends, k from
    /// <c>ends[i - 1]</c> (0 for the first) to below <c>ends[i]</c>, one after the other. So a sum's bits depend on nothing but the order of its own
    /// addends.
    /// </summary>
    /// <param name="sums">n x d numbers, changed.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="rows">The rows that gain something, none twice.</param>
    /// <param name="ends">Where the places of each of those rows end; as many numbers, never falling, the last one the number of places.</param>
    /// <param name="places">Rows of the addends.</param>
    /// <param name="addends">m x d numbers; must not overlap <paramref name="sums"/>.</param>
    /// <param name="factors">The factor of each addend, m numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row number, place or end is out of range (the Host checks; a device does not).</exception>
    void AddRows(
        EngineView<float> sums,
        int dimensions,
        EngineView<int> rows,
        EngineView<int> ends,
        EngineView<int> places,
        EngineView<float> addends,
        EngineView<float> factors);
}
