using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Tests.Conformance;

/// <summary>How a process knows that it is a child of <see cref="InstructionSetTests"/>, and which instructions it must be without.</summary>
internal static class InstructionSetChild
{
    /// <summary>Holds, in a child, the runtime's variable that was set to 0.</summary>
    public const string Variable = "PYRAMIDOT_TESTS_WITHOUT";

    /// <summary>The runtime's switch of AVX-512; .NET 10 took it in place of <c>DOTNET_EnableAVX512F</c>.</summary>
    public const string Avx512 = "DOTNET_EnableAVX512";

    /// <summary>The runtime's switch of AVX2, and with it of FMA and AVX-512.</summary>
    public const string Avx2 = "DOTNET_EnableAVX2";

    /// <summary>The switch that this child was started with; null in a process of its own.</summary>
    public static string? Switch => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : null;

    public static bool IsCurrent => Switch is not null;

    /// <summary>Checks that the runtime obeyed the switch.</summary>
    public static void AssertTookEffect()
    {
        switch (Switch)
        {
            case Avx512:
                Assert.False(Vector512.IsHardwareAccelerated);
                Assert.False(Avx512F.IsSupported);
                break;
            case Avx2:
                Assert.False(Vector512.IsHardwareAccelerated);
                Assert.False(Vector256.IsHardwareAccelerated);
                Assert.False(System.Runtime.Intrinsics.X86.Avx2.IsSupported);
                break;
            default:
                Assert.Null(Switch);
                break;
        }
    }
}
