using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace PyramidOT.Simulation.Il;

/// <summary>What a value is on IL's evaluation stack.</summary>
internal enum ValueKind
{
    I4,
    I8,
    F4,
    F8,
    Pointer,
    Struct,
}

/// <summary>Sizes and field offsets as the runtime lays types out.</summary>
internal static class TypeLayout
{
    private static readonly ConcurrentDictionary<Type, int> Sizes = new();
    private static readonly ConcurrentDictionary<FieldInfo, int> Offsets = new();
    private static readonly ConcurrentDictionary<Type, int> Alignments = new();

    private static readonly MethodInfo SizeOfMethod = typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!;
    private static readonly MethodInfo ManagedMethod = typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.IsReferenceOrContainsReferences))!;

    public static ValueKind Kind(Type type)
    {
        if (type.IsByRef || type.IsPointer)
            return ValueKind.Pointer;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean or TypeCode.Char or TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 => ValueKind.I4,
            TypeCode.Int64 or TypeCode.UInt64 => ValueKind.I8,
            TypeCode.Single => ValueKind.F4,
            TypeCode.Double => ValueKind.F8,
            _ when type == typeof(nint) || type == typeof(nuint) => ValueKind.I8,
            _ when type.IsValueType => ValueKind.Struct,
            _ => ValueKind.Pointer,
        };
    }

    public static int Size(Type type) => type.IsByRef || type.IsPointer || !type.IsValueType
        ? 8
        : Sizes.GetOrAdd(type, static t => (int)SizeOfMethod.MakeGenericMethod(t).Invoke(null, null)!);

    /// <summary>Whether a value holds no reference.</summary>
    public static bool IsUnmanaged(Type type) =>
        type.IsPointer || (type.IsValueType && !type.IsByRefLike && !(bool)ManagedMethod.MakeGenericMethod(type).Invoke(null, null)!);

    /// <summary>What an access to a value of this type must be aligned to: a struct of 8 or 16 bytes moves as a whole.</summary>
    public static int AccessAlignment(Type type) => Alignments.GetOrAdd(type, static t =>
    {
        int size = Size(t);
        if (Kind(t) != ValueKind.Struct)
            return size;
        int natural = 1;
        foreach (FieldInfo field in Fields(t))
            natural = Math.Max(natural, Math.Min(8, AccessAlignment(field.FieldType)));
        return size is 8 or 16 && natural >= 4 ? size : natural;
    });

    public static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    public static int Offset(FieldInfo field) => Offsets.GetOrAdd(field, static f =>
    {
        // What the runtime itself answers: the distance between a value's address and its field's.
        DynamicMethod measure = new("Measure", typeof(int), [f.DeclaringType!.MakeByRefType()], typeof(TypeLayout).Module, skipVisibility: true);
        ILGenerator il = measure.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldflda, f);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Ret);
        Type value = f.DeclaringType!;
        return (int)MeasureMethod.MakeGenericMethod(value).Invoke(null, [measure])!;
    });

    private delegate int Measurement<T>(ref T value);

    private static readonly MethodInfo MeasureMethod = typeof(TypeLayout).GetMethod(nameof(Measure), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static int Measure<T>(DynamicMethod measure)
        where T : struct
    {
        T value = default;
        return measure.CreateDelegate<Measurement<T>>()(ref value);
    }
}
