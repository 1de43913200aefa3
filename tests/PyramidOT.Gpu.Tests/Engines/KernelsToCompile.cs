#if HAS_ILGPU
using System.Reflection;
using PyramidOT.Kernels;

namespace PyramidOT.Tests.Engines;

/// <summary>Every kernel, generic ones with what a GPU gets.</summary>
internal static class KernelsToCompile
{
    /// <summary>All of them.</summary>
    /// <param name="lanes">How lanes talk, which differs from device to device.</param>
    public static IEnumerable<MethodInfo> With(Type lanes) =>
        from type in typeof(CostKernels).Assembly.GetExportedTypes()
        where type.IsAbstract && type.IsSealed && type.Name.EndsWith("Kernels", StringComparison.Ordinal)
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(void)
        select method.IsGenericMethod ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(argument => Choice(argument.Name, method.Name, lanes))]) : method;

    private static Type Choice(string argument, string kernel, Type lanes) => argument switch
    {
        "T" => kernel == nameof(PointKernels.Gather) ? typeof(Float4) : typeof(double),
        "TSum" => typeof(double),
        "TSummation" => typeof(DoubleSummation),
        "TReal" => typeof(Real64),
        "TLanes" => lanes,
        "TBound" => typeof(EuclideanBound),
        "TDistance" or "TSlope" => typeof(EuclideanDistance),
        "TCost" => typeof(MedianCost),
        "TSteps" => typeof(MedianSteps),
        _ => throw new ArgumentOutOfRangeException(nameof(argument), argument, $"{kernel} has a choice that is not known here."),
    };
}
#endif
