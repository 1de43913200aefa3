using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>How hard the real compiler optimizes.</summary>
public enum OptimizationLevel
{
    Debug = 0,
    O0 = 0,
    Release = 1,
    O1 = 1,
    O2 = 2,
}

/// <summary>How the real compiler treats floating point.</summary>
public enum MathMode
{
    Default = 0,
    Fast = 1,
    Fast32BitOnly = 2,
}

/// <summary>What the real compiler inlines.</summary>
public enum InliningMode
{
    Default = 0,
    Aggressive = 0,
    Conservative = 1,
    Disabled = 2,
}

/// <summary>What the real runtime caches.</summary>
public enum CachingMode
{
    Default = 0,
    NoKernelCaching = 1,
    NoLaunchCaching = 2,
    Disabled = 3,
}

/// <summary>Whether the real runtime pins memory by itself.</summary>
public enum PageLockingMode
{
    Default = 0,
    Auto = 1,
    Aggressive = 2,
}

/// <summary>The settings of a context. They mean something to the real compiler only.</summary>
public class ContextProperties
{
    internal ContextProperties()
    {
    }

    public OptimizationLevel OptimizationLevel { get; private protected set; } = OptimizationLevel.O1;

    public MathMode MathMode { get; private protected set; }

    public InliningMode InliningMode { get; private protected set; }

    public CachingMode CachingMode { get; private protected set; }

    public PageLockingMode PageLockingMode { get; private protected set; }

    public bool EnableProfiling { get; private protected set; }

    public bool EnableAssertions { get; private protected set; }
}

public partial class Context
{
    /// <summary>Collects devices and settings.</summary>
    public class Builder : ContextProperties
    {
        internal Builder()
        {
        }

        internal List<Device> Devices { get; } = [];

        public Builder Default() => AllAccelerators();

        public Builder AllAccelerators() => this.CPU();

        public Builder AllAccelerators(Predicate<Device> predicate) => this.CPU(device => predicate(device));

        public Builder Optimize(OptimizationLevel level)
        {
            OptimizationLevel = level;
            return this;
        }

        public Builder Math(MathMode mathMode)
        {
            MathMode = mathMode;
            return this;
        }

        public Builder Inlining(InliningMode inliningMode)
        {
            InliningMode = inliningMode;
            return this;
        }

        public Builder Caching(CachingMode cachingMode)
        {
            CachingMode = cachingMode;
            return this;
        }

        public Builder PageLocking(PageLockingMode mode)
        {
            PageLockingMode = mode;
            return this;
        }

        public Builder Profiling()
        {
            EnableProfiling = true;
            return this;
        }

        public Builder Assertions()
        {
            EnableAssertions = true;
            return this;
        }

        public Builder Debug() => Optimize(OptimizationLevel.O0);

        public Builder Release() => Optimize(OptimizationLevel.O1);

        public Builder LibDevice() => this;

        public Context ToContext() => new(this);
    }
}
