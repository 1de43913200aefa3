using System.Reflection;
using System.Reflection.Emit;
using ILGPU;
using PyramidOT.Simulation.Il;

namespace PyramidOT.Simulation;

/// <summary>
/// Refuses what ILGPU cannot compile or compiles wrongly: exceptions, objects, arrays, strings, boxing, spans, virtual calls, mutable statics,
/// recursion, a second <c>GetDynamic</c> or one of structs, and calls of the runtime's library off a short list.
/// </summary>
public static class KernelLint
{
    /// <summary>Checks a kernel and everything that it can reach.</summary>
    /// <param name="kernel">The kernel's method, closed if it is generic.</param>
    /// <exception cref="KernelFaultException">Something is not for kernels; the message lists it all.</exception>
    public static void Check(MethodInfo kernel)
    {
        IReadOnlyList<string> findings = Find(kernel);
        if (findings.Count > 0)
            throw new KernelFaultException($"Kernel {kernel.DeclaringType?.Name}.{kernel.Name}: {string.Join("; ", findings)}.");
    }

    /// <summary>What is not for kernels in a kernel and everything that it can reach: a line each, none if all is well.</summary>
    /// <param name="kernel">The kernel's method, closed if it is generic.</param>
    public static IReadOnlyList<string> Find(MethodInfo kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Walk walk = new();
        if (kernel.ContainsGenericParameters)
            return ["the kernel is generic and not closed"];
        foreach (ParameterInfo parameter in kernel.GetParameters())
        {
            if (!TypeLayout.IsUnmanaged(parameter.ParameterType))
                walk.Findings.Add($"the parameter '{parameter.Name}' of type {parameter.ParameterType.Name} is not a plain value");
        }

        if (kernel.ReturnType != typeof(void))
            walk.Findings.Add("a kernel returns nothing");
        walk.Visit(kernel);
        if (walk.DynamicSites > 1)
            walk.Findings.Add($"SharedMemory.GetDynamic is called in {walk.DynamicSites} places (a second GetDynamic is the same memory on CUDA, another on a CPU)");
        return walk.Findings;
    }

    private sealed class Walk
    {
        private readonly HashSet<MethodBase> _seen = [];
        private readonly HashSet<MethodBase> _path = [];

        public List<string> Findings { get; } = [];

        public int DynamicSites { get; private set; }

        public void Visit(MethodBase method)
        {
            if (_path.Contains(method))
                Findings.Add($"{Name(method)} calls itself");
            if (!_seen.Add(method))
                return;
            _path.Add(method);
            Body(method);
            _path.Remove(method);
        }

        private static string Name(MethodBase method) => $"{method.DeclaringType?.Name}.{method.Name}";

        private void Body(MethodBase method)
        {
            MethodBody? body = method.GetMethodBody();
            if (body?.GetILAsByteArray() is not { } bytes)
            {
                Findings.Add($"{Name(method)} has no IL");
                return;
            }

            if (body.ExceptionHandlingClauses.Count > 0)
                Findings.Add($"{Name(method)} handles exceptions");
            foreach (LocalVariableInfo local in body.LocalVariables)
            {
                Type type = local.LocalType.IsByRef ? local.LocalType.GetElementType()! : local.LocalType;
                if (type.IsByRefLike)
                    Findings.Add($"{Name(method)} uses {type.Name.Split('`')[0]}");
                else if (!TypeLayout.IsUnmanaged(type))
                    Findings.Add($"{Name(method)} has a local of type {type.Name}, which is or holds an object");
            }

            Type? constrained = null;
            foreach (IlInstruction il in IlBody.Read(method, bytes))
            {
                if (il.Code == OpCodes.Constrained)
                {
                    constrained = (Type)il.Operand!;
                    continue;
                }

                string? finding = One(il, constrained);
                constrained = null;
                if (finding is not null)
                    Findings.Add($"{Name(method)} at IL {il.Offset:x4} {finding}");
            }
        }

        private string? One(IlInstruction il, Type? constrained)
        {
            string name = il.Code.Name!;
            switch (name)
            {
                case "throw" or "rethrow":
                    return "throws an exception (throw)";
                case "newarr":
                    return "makes an array (newarr)";
                case "ldstr":
                    return "uses a string (ldstr)";
                case "box" or "unbox" or "unbox.any":
                    return $"boxes a value ({name})";
                case "localloc":
                    return "uses stackalloc (localloc)";
                case "castclass" or "isinst" or "ldtoken" or "ldftn" or "ldvirtftn" or "calli" or "arglist" or "mkrefany" or "refanyval"
                    or "refanytype" or "cpblk" or "initblk" or "jmp" or "ldnull" or "ldlen" or "ckfinite" or "leave" or "leave.s" or "endfinally":
                    return $"uses the instruction {name}";
                case "stsfld" or "ldsflda":
                    return $"uses the static field {((FieldInfo)il.Operand!).Name} as a variable ({name})";
                case "ldsfld":
                    FieldInfo field = (FieldInfo)il.Operand!;
                    return !field.IsInitOnly ? $"reads the mutable static field {field.Name} (ldsfld)"
                        : TypeLayout.IsUnmanaged(field.FieldType) ? null
                        : $"reads the static field {field.Name}, which is or holds an object (ldsfld)";
                case "newobj":
                    ConstructorInfo constructor = (ConstructorInfo)il.Operand!;
                    return constructor.DeclaringType is not { IsValueType: true } made ? $"makes an object: new {constructor.DeclaringType?.Name} (newobj)"
                        : made.IsByRefLike ? $"uses {made.Name.Split('`')[0]}"
                        : Called(constructor);
                case "call" or "callvirt":
                    return Call(name, (MethodBase)il.Operand!, constrained);
                default:
                    return name.Contains(".ovf", StringComparison.Ordinal) ? $"uses checked arithmetic, which throws ({name})"
                        : name.StartsWith("ldelem", StringComparison.Ordinal) || name.StartsWith("stelem", StringComparison.Ordinal) ? $"uses an array ({name})"
                        : null;
            }
        }

        private string? Call(string name, MethodBase called, Type? constrained)
        {
            MethodBase? target = IlBody.Resolve(called, constrained);
            if (target is null)
                return $"calls {Name(called)}, which {constrained?.Name} does not have itself";
            if (name == "callvirt" && target.DeclaringType is { IsValueType: false })
                return $"calls {Name(target)} virtually, on an object (callvirt)";
            return Called(target);
        }

        private string? Called(MethodBase target)
        {
            Type? owner = target.DeclaringType;
            if (owner is { IsByRefLike: true })
                return $"uses {owner.Name.Split('`')[0]}: calls {Name(target)}";
            if (MethodDecoder.IsDevice(target))
            {
                if (owner == typeof(SharedMemory) && target.Name == nameof(SharedMemory.GetDynamic))
                {
                    DynamicSites++;
                    if (!target.GetGenericArguments()[0].IsPrimitive)
                        return $"calls {Name(target)} with a struct, of which the OpenCL C does not compile: ask for numbers, and cast the view";
                }

                return target.IsGenericMethod && target.GetGenericArguments().Any(HoldsView) ? $"calls {Name(target)} with a type that holds a view" : null;
            }

            if (MethodDecoder.IsKnown(target))
                return null;
            Assembly? assembly = owner?.Assembly;
            if (assembly == typeof(KernelLint).Assembly)
            {
                if (!IsDeviceType(owner!))
                    return $"calls {Name(target)}, which is not for kernels";
            }
            else if (assembly is null || IsRuntime(assembly))
            {
                return owner is { IsGenericType: true, IsValueType: true } && owner.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) && target.IsConstructor
                    ? null
                    : $"calls {Name(target)}, which is not one of the library functions that a kernel may call";
            }

            Visit(target);
            return null;
        }

        private static bool IsRuntime(Assembly assembly) =>
            assembly == typeof(object).Assembly || assembly.GetName().Name is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal));

        private static bool IsDeviceType(Type type) =>
            type.Namespace is "ILGPU" or "ILGPU.Runtime" or "ILGPU.Algorithms"
            && (type.IsValueType || type == typeof(Grid) || type == typeof(Group) || type == typeof(Warp) || type == typeof(SharedMemory)
                || (type == typeof(ILGPU.Runtime.ArrayViewExtensions)) || type == typeof(Interop));

        private static bool HoldsView(Type type) => type.IsValueType && !type.IsPrimitive && !type.IsEnum
            && ((type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>)) || TypeLayout.Fields(type).Any(field => field.FieldType != type && HoldsView(field.FieldType)));
    }
}
