using System.Collections.Concurrent;
using System.Reflection;
using ILGPU.Runtime;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// The kernels that an engine has compiled: each the first time that it is launched with a group size, then kept. Thread-safe; a kernel
/// that two threads ask for at once is compiled once.
/// </summary>
internal sealed class IlgpuKernels(Accelerator accelerator)
{
    // Families may have kernels of the same name and arguments: what loads a kernel tells them apart, with its class.
    private readonly ConcurrentDictionary<(string Name, MethodInfo Load, int GroupSize), Lazy<Delegate>> _loaded = new();

    /// <summary>A kernel's launcher.</summary>
    /// <typeparam name="TLauncher">The launcher's type, as the typed loaders make it.</typeparam>
    /// <param name="name">The kernel's name, with the functor that it is compiled for.</param>
    /// <param name="groupSize">Threads of a group, which the compiler is told so that it fits registers to them.</param>
    /// <param name="load">Loads it, through a typed, explicitly grouped loader; a method, or an expression that captures nothing.</param>
    public TLauncher Get<TLauncher>(string name, int groupSize, Func<Accelerator, KernelSpecialization, TLauncher> load)
        where TLauncher : Delegate
    {
        Lazy<Delegate> kernel = _loaded.GetOrAdd(
            (name, load.Method, groupSize),
            static (key, state) => new(() => Compile(state.accelerator, key.GroupSize, state.load)),
            (accelerator, load));
        return (TLauncher)kernel.Value;
    }

    private static TLauncher Compile<TLauncher>(
        Accelerator accelerator, int groupSize, Func<Accelerator, KernelSpecialization, TLauncher> load)
        where TLauncher : Delegate
    {
        accelerator.Bind();
        return load(accelerator, new(groupSize, null));
    }
}
