namespace PyramidOT.Data;

/// <summary>The element types that are read from and written to .npy files.</summary>
public enum NpyElementType
{
    /// <summary>IEEE 754 single precision, 4 bytes: NumPy's <c>f4</c>.</summary>
    Float32,

    /// <summary>IEEE 754 double precision, 8 bytes: NumPy's <c>f8</c>.</summary>
    Float64,

    /// <summary>Signed 32-bit integer: NumPy's <c>i4</c>.</summary>
    Int32,

    /// <summary>Signed 64-bit integer: NumPy's <c>i8</c>.</summary>
    Int64,
}
