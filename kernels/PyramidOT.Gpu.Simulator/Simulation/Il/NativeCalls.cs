using System.Collections.Concurrent;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU.Algorithms;

namespace PyramidOT.Simulation.Il;

/// <summary>The mathematics that kernels may call: numbers in, a number out. The runtime's own code computes it.</summary>
internal static class NativeCalls
{
    private static readonly HashSet<string> Functions =
    [
        "Abs", "Min", "Max", "Sqrt", "Floor", "Ceiling", "Truncate", "Exp", "Log", "Log2", "Log10", "Pow",
        "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Atan2", "Sinh", "Cosh", "Tanh", "Sign", "IEEERemainder",
    ];

    private static readonly HashSet<string> BitFunctions = ["PopCount", "LeadingZeroCount", "TrailingZeroCount"];

    private static readonly HashSet<string> Reinterpretations =
        ["SingleToInt32Bits", "SingleToUInt32Bits", "Int32BitsToSingle", "UInt32BitsToSingle", "DoubleToInt64Bits", "DoubleToUInt64Bits", "Int64BitsToDouble", "UInt64BitsToDouble"];

    private static readonly ConcurrentDictionary<MethodInfo, Delegate> Wrappers = new();

    public static bool IsAllowed(MethodBase method)
    {
        if (!method.IsStatic || method is not MethodInfo { ReturnType: { } result } || !IsNumber(result))
            return false;
        ParameterInfo[] parameters = method.GetParameters();
        if (parameters.Length is < 1 or > 3 || !parameters.All(parameter => IsNumber(parameter.ParameterType)))
            return false;
        Type? owner = method.DeclaringType;
        return owner == typeof(XMath)
            || ((owner == typeof(Math) || owner == typeof(MathF)) && Functions.Contains(method.Name))
            || ((owner == typeof(float) || owner == typeof(double)) && method.Name is "IsNaN" or "IsInfinity" or "IsFinite")
            || (owner == typeof(BitOperations) && BitFunctions.Contains(method.Name))
            || (owner == typeof(BitConverter) && Reinterpretations.Contains(method.Name));
    }

    /// <summary>The method on 64-bit slots.</summary>
    public static Delegate Wrap(MethodInfo method) => Wrappers.GetOrAdd(method, static m =>
    {
        Type[] types = [.. m.GetParameters().Select(parameter => parameter.ParameterType), m.ReturnType];
        MethodInfo wrap = typeof(NativeCalls).GetMethod($"Wrap{types.Length - 1}", BindingFlags.Static | BindingFlags.NonPublic)!;
        return (Delegate)wrap.MakeGenericMethod(types).Invoke(null, [m])!;
    });

    private static bool IsNumber(Type type) => type.IsPrimitive || type.IsEnum;

    private static Func<ulong, ulong> Wrap1<T, TResult>(MethodInfo method)
    {
        Func<T, TResult> function = method.CreateDelegate<Func<T, TResult>>();
        return a => ToSlot(function(FromSlot<T>(a)));
    }

    private static Func<ulong, ulong, ulong> Wrap2<T1, T2, TResult>(MethodInfo method)
    {
        Func<T1, T2, TResult> function = method.CreateDelegate<Func<T1, T2, TResult>>();
        return (a, b) => ToSlot(function(FromSlot<T1>(a), FromSlot<T2>(b)));
    }

    private static Func<ulong, ulong, ulong, ulong> Wrap3<T1, T2, T3, TResult>(MethodInfo method)
    {
        Func<T1, T2, T3, TResult> function = method.CreateDelegate<Func<T1, T2, T3, TResult>>();
        return (a, b, c) => ToSlot(function(FromSlot<T1>(a), FromSlot<T2>(b), FromSlot<T3>(c)));
    }

    private static T FromSlot<T>(ulong slot) => Unsafe.As<ulong, T>(ref slot);

    private static ulong ToSlot<T>(T value)
    {
        if (typeof(T) == typeof(sbyte))
            return (ulong)(long)(sbyte)(object)value!;
        if (typeof(T) == typeof(short))
            return (ulong)(long)(short)(object)value!;
        ulong slot = 0;
        Unsafe.As<ulong, T>(ref slot) = value;
        return slot;
    }
}
