#if !HAS_ILGPU
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Runtime.OpenCL;
using Xunit.Abstractions;

namespace PyramidOT.Tests.Simulator;

/// <summary>
/// What the simulator shows in ILGPU's namespaces is ILGPU's: nothing public that is not in a listing of the real interface, with that signature. The
/// listing (<c>ilgpu-api.txt</c>) is not part of the repository; without it the test does nothing, and says so.
/// </summary>
public sealed partial class PublicSurfaceTests(ITestOutputHelper output)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort",
        [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float",
        [typeof(double)] = "double", [typeof(char)] = "char", [typeof(string)] = "string", [typeof(object)] = "object", [typeof(void)] = "void",
    };

    [Fact]
    public void Everything_public_in_ILGPU_namespaces_is_ILGPUs()
    {
        string? path = FindListing();
        if (path is null)
        {
            output.WriteLine("Skipped: ../shared/ilgpu-api.txt is not there.");
            return;
        }

        Dictionary<string, HashSet<string>> listing = Read(path);
        List<string> strangers = [];
        int members = 0;
        foreach (Type type in typeof(Context).Assembly.GetExportedTypes().Where(type => type.Namespace!.StartsWith("ILGPU", StringComparison.Ordinal)))
        {
            string name = FullName(type);
            if (!listing.TryGetValue(name, out HashSet<string>? known))
            {
                // The listing names it in others' signatures, but has no block for it.
                if (type != typeof(CLAccelerator))
                    strangers.Add($"type {name}");
                continue;
            }

            foreach (string member in Members(type))
            {
                members++;
                if (!known.Contains(member))
                    strangers.Add($"{name}: {member}");
            }
        }

        Assert.True(strangers.Count == 0, string.Join(Environment.NewLine, strangers));
        output.WriteLine($"{members} members are as listed.");
        Assert.True(members > 500);
    }

    private static string? FindListing()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "PyramidOT.Gpu.sln")))
                continue;
            string path = Path.Combine(at.FullName, "..", "shared", "ilgpu-api.txt");
            return File.Exists(path) ? path : null;
        }

        return null;
    }

    private static Dictionary<string, HashSet<string>> Read(string path)
    {
        Dictionary<string, HashSet<string>> result = [];
        HashSet<string>? current = null;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                current?.Add(Normal(line.Trim()));
                if (line.Contains('='))
                    current?.UnionWith(line.Trim().Split(", "));
                continue;
            }

            Match type = TypeLine().Match(line);
            if (!type.Success)
                continue;
            string name = type.Groups[1].Value;
            current = result[name] = [];
            string bases = type.Groups[2].Value;
            current.Add(bases);
            if (bases.Contains("IDisposable", StringComparison.Ordinal))
                current.Add("void Dispose()");
        }

        return result;
    }

    [GeneratedRegex(@"^(?:abstract class|static class|class|struct|enum|interface|delegate) (\S+?(?:<[^:]*?>)?)(?= |$)(.*)$")]
    private static partial Regex TypeLine();

    /// <summary>Setters that ours has not got, virtuality and default values do not matter to a caller.</summary>
    private static string Normal(string member) => member
        .Replace("abstract ", string.Empty, StringComparison.Ordinal)
        .Replace(" set; }", " }", StringComparison.Ordinal);

    private static string FullName(Type type)
    {
        string name = Generic(type, type.Name);
        for (Type? outer = type.DeclaringType; outer is not null; outer = outer.DeclaringType)
        {
            // The listing names a type nested in a nested type by the inner two only.
            name = $"{outer.Name.Split('`')[0]}.{name}";
            if (type.Name == "Enumerator")
                break;
        }

        return $"{type.Namespace}.{name}";
    }

    private static string Generic(Type type, string name) =>
        type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return $"ref {Name(type.GetElementType()!)}";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        string name = Generic(type, type.Name);
        return type is { IsNested: true, DeclaringType: { } outer } ? $"{outer.Name.Split('`')[0]}.{name}" : name;
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type))
                yield return $"{name}={Convert.ToInt64(Enum.Parse(type, name))}";
            yield break;
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic))
            yield return $"new({Parameters(constructor)})";
        foreach (FieldInfo field in type.GetFields(Declared))
        {
            string value = field.IsLiteral ? $" = {field.GetRawConstantValue()}" : string.Empty;
            yield return $"field {(field.IsStatic ? "static " : string.Empty)}{Name(field.FieldType)} {field.Name}{value}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            ParameterInfo[] index = property.GetIndexParameters();
            string place = property.GetMethod!.IsStatic ? "static " : string.Empty;
            string parameters = index.Length == 0 ? string.Empty : $"[{string.Join(", ", index.Select(Parameter))}]";
            yield return $"prop {place}{Name(property.PropertyType)} {property.Name}{parameters} {{ get; }}";
        }

        foreach (EventInfo happening in type.GetEvents(Declared))
            yield return $"event {Name(happening.EventHandlerType!)} {happening.Name}";
        foreach (MethodInfo method in type.GetMethods(Declared))
        {
            if ((method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) || method.GetBaseDefinition().DeclaringType == typeof(object) || method.GetBaseDefinition().DeclaringType == typeof(ValueType))
                continue;
            string arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : string.Empty;
            string self = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : string.Empty;
            yield return $"{(method.IsStatic ? "static " : string.Empty)}{Name(method.ReturnType)} {method.Name}{arguments}({self}{Parameters(method)}){Constraints(method)}";
        }
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " + Name(parameter.ParameterType.GetElementType()!) : Name(parameter.ParameterType))} {parameter.Name}";

    private static string Constraints(MethodInfo method)
    {
        if (!method.IsGenericMethod)
            return string.Empty;
        string result = string.Empty;
        foreach (Type argument in method.GetGenericArguments())
        {
            List<string> rules = [];
            bool unmanaged = argument.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute");
            if (unmanaged)
                rules.Add("unmanaged");
            else if ((argument.GenericParameterAttributes & GenericParameterAttributes.NotNullableValueTypeConstraint) != 0)
                rules.Add("struct");
            rules.AddRange(argument.GetGenericParameterConstraints().Where(rule => rule != typeof(ValueType)).Select(Name));
            if (rules.Count > 0)
                result += $" where {argument.Name} : {string.Join(", ", rules)}";
        }

        return result;
    }
}
#endif
