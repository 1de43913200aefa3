using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Simulation.Il;

namespace PyramidOT.Simulation;

/// <summary>A loaded kernel: checks a launch, and runs it natively or in the interpreter.</summary>
internal sealed class SimulatedKernel
{
    private static readonly ConcurrentDictionary<MethodInfo, bool> Checked = new();

    private readonly Accelerator _accelerator;
    private readonly MethodInfo _method;
    private readonly KernelSpecialization _specialization;

    private SimulatedKernel(Accelerator accelerator, MethodInfo method, KernelSpecialization specialization)
    {
        _accelerator = accelerator;
        _method = method;
        _specialization = specialization;
        Name = $"{method.DeclaringType?.Name}.{method.Name}";
    }

    public string Name { get; }

    public static SimulatedKernel Load(Accelerator accelerator, Delegate kernel, KernelSpecialization specialization)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(kernel);
        MethodInfo method = kernel.Method;
        if (!method.IsStatic && kernel.Target is { } target && TypeLayout.Fields(target.GetType()).Length > 0)
            throw new KernelFaultException($"Kernel {method.DeclaringType?.Name}.{method.Name} captures variables.");
        if (Checked.TryAdd(method, true))
        {
            try
            {
                KernelLint.Check(method);
            }
            catch
            {
                Checked.TryRemove(method, out _);
                throw;
            }
        }

        return new SimulatedKernel(accelerator, method, specialization);
    }

    public KernelArguments Arguments() => new();

    public void Launch(AcceleratorStream stream, KernelConfig config, Action body, KernelArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!config.IsValid)
            throw new ArgumentOutOfRangeException(nameof(config), $"Kernel {Name}: grid {config.GridDim} and group {config.GroupDim} must be positive.");
        SimulationSettings settings = _accelerator.Settings;
        int lanes = config.GroupDim.Size;
        if (_specialization.MaxNumThreadsPerGroup is int most && lanes > most)
            throw new ArgumentOutOfRangeException(nameof(config), lanes, $"Kernel {Name} was loaded for groups of at most {most} lanes.");
        lock (_accelerator.LaunchLock)
        {
            MemoryBlock? dynamicShared = config.UsesDynamicSharedMemory
                ? DeviceMemory.Allocate(config.SharedMemoryConfig.ArraySize, MemoryKind.Shared, null)
                : null;
            try
            {
                int warpSize = settings.WarpSize ?? _accelerator.WarpSize;
                if (lanes == 1 && !settings.InterpretAlways)
                {
                    new NativeLane(Name, warpSize, config.GridDim, settings.PoisonByte, settings.StepLimit, dynamicShared, config.SharedMemoryConfig.ElementSize).Run(body);
                    NoteWritten(arguments);
                }
                else
                {
                    new KernelRun(Name, _method, arguments, config, settings, warpSize, dynamicShared).Run();
                }
            }
            finally
            {
                if (dynamicShared is not null)
                    DeviceMemory.Free(dynamicShared);
            }
        }
    }

    /// <summary>A native run is not watched: whatever it could reach counts as written.</summary>
    private void NoteWritten(KernelArguments arguments)
    {
        ParameterInfo[] parameters = _method.GetParameters();
        for (int i = 0; i < parameters.Length; i++)
            NoteWritten(parameters[i].ParameterType, arguments.Values[i], 0);
    }

    private static void NoteWritten(Type type, byte[] bytes, int at)
    {
        if (TypeLayout.Kind(type) != ValueKind.Struct)
            return;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>))
        {
            MemoryBlock? block = DeviceMemory.Blocks[BitConverter.ToUInt64(bytes, at) >> DeviceMemory.OffsetBits];
            block?.NoteWritten(0, block.Length);
            return;
        }

        foreach (FieldInfo field in TypeLayout.Fields(type))
            NoteWritten(field.FieldType, bytes, at + TypeLayout.Offset(field));
    }
}

/// <summary>A launch's arguments as bytes.</summary>
internal sealed class KernelArguments
{
    private readonly List<byte[]> _values = [];

    public IReadOnlyList<byte[]> Values => _values;

    public KernelArguments Add<T>(T value)
        where T : struct
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            throw new KernelFaultException($"A kernel's parameter of type {typeof(T)} holds a reference.");
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        Unsafe.WriteUnaligned(ref bytes[0], value);
        _values.Add(bytes);
        return this;
    }
}
