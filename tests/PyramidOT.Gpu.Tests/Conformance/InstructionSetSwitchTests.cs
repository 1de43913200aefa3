using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Tests.Conformance;

/// <summary>That the Host uses the instructions which the runtime offers, and that a child process is without those it must be without.</summary>
public class InstructionSetSwitchTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Fact]
    public void The_switch_took_effect() => InstructionSetChild.AssertTookEffect();

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_host_tells_the_instructions_that_it_uses(string engine)
    {
        (int lanes, string name) = (Vector512.IsHardwareAccelerated, Vector256.IsHardwareAccelerated) switch
        {
            (true, _) => (16, "AVX-512"),
            (_, true) => (8, "AVX2"),
            _ => (4, AdvSimd.IsSupported ? "NEON" : X86Base.IsSupported ? "SSE2" : "scalar"),
        };
        EngineInfo info = Engine(engine).Info;
        Assert.Equal(EngineKind.Host, info.Kind);
        Assert.Equal(name, info.InstructionSet);
        Assert.Equal(lanes * info.Units, info.Lanes);
        Assert.Contains($", {info.Units} thread", engine, StringComparison.Ordinal);
    }
}
