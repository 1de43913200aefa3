namespace ILGPU;

/// <summary>A 32-bit index in one dimension.</summary>
public readonly struct Index1D : IIntIndex<Index1D, LongIndex1D>
{
    public static readonly Index1D Invalid = new(-1);
    public static readonly Index1D Zero = new(0);
    public static readonly Index1D One = new(1);

    public Index1D(int x) => X = x;

    public int X { get; }

    public int Size => X;

    long IIndex.Size => X;

    public IndexType IndexType => IndexType.Index1D;

    public bool IsFirst => X == 0;

    public static implicit operator int(Index1D idx) => idx.X;
    public static implicit operator Index1D(int idx) => new(idx);
    public static implicit operator LongIndex1D(Index1D index) => new(index.X);
    public static explicit operator uint(Index1D idx) => (uint)idx.X;
    public LongIndex1D ToLongIndex() => new(X);
    public long LongSize => X;

    public Index1D Add(Index1D rhs) => new(X + rhs.X);

    public Index1D Subtract(Index1D rhs) => new(X - rhs.X);

    public bool InBounds(Index1D dimension) => X >= 0 && X < dimension.X;

    public bool InBoundsInclusive(Index1D dimension) => X >= 0 && X <= dimension.X;

    public bool Equals(Index1D other) => X == other.X;

    public override bool Equals(object? obj) => obj is Index1D other && Equals(other);

    public override int GetHashCode() => X.GetHashCode();

    public override string ToString() => X.ToString();

    public static Index1D Add(Index1D first, Index1D second) => new(first.X + second.X);

    public static Index1D Subtract(Index1D first, Index1D second) => new(first.X - second.X);

    public static Index1D Multiply(Index1D first, Index1D second) => new(first.X * second.X);

    public static Index1D Divide(Index1D first, Index1D second) => new(first.X / second.X);

    public static Index1D Min(Index1D first, Index1D second) => new(Math.Min(first.X, second.X));

    public static Index1D Max(Index1D first, Index1D second) => new(Math.Max(first.X, second.X));

    public static Index1D Clamp(Index1D value, Index1D min, Index1D max) => Max(Min(value, max), min);

    public static Index1D operator +(Index1D first, Index1D second) => new(first.X + second.X);

    public static Index1D operator -(Index1D first, Index1D second) => new(first.X - second.X);

    public static Index1D operator *(Index1D first, Index1D second) => new(first.X * second.X);

    public static Index1D operator /(Index1D first, Index1D second) => new(first.X / second.X);

    public static bool operator ==(Index1D first, Index1D second) => first.X == second.X;

    public static bool operator !=(Index1D first, Index1D second) => first.X != second.X;
}
